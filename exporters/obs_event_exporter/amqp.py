"""AMQP connections of the exporter: where they lead, how they end, and one that is kept open in the background."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Sequence

import aiormq
from aiormq.abc import AbstractConnection
from aiormq.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelAccessRefused,
    ConnectionNotAllowed,
    InvalidFrameError,
    ProbableAuthenticationError,
)
from yarl import URL

from obs_event_exporter.client import Login
from obs_exporter.breaker import Breaker
from obs_exporter.collect import Clock, CollectFailed
from obs_exporter.secret import SecretMissing

HEARTBEAT_SECONDS = 5
"""How often a silent connection is tried; without an answer for three times as long it counts as dead."""
CONNECT_SECONDS = 10
TICK = 0.25
REFUSED = (
    AuthenticationError,
    ProbableAuthenticationError,
    ChannelAccessRefused,
    ConnectionNotAllowed,
    InvalidFrameError,
)
"""What aiormq raises where the broker lets a user not in.

The last one when it closes the connection instead of opening the virtual host: there is none, the user has no
permission in it, or one of their limits on connections is reached.
"""


def url(host: str, port: int, vhost: str, login: Login, *, tls: bool, heartbeat: int, name: str) -> URL:
    """Where a connection leads, as the broker lists it by `name`; holds the password. Raises SecretMissing."""
    return URL.build(
        scheme="amqps" if tls else "amqp",
        user=login.username.read(),
        password=login.password.read(),
        host=host,
        port=port,
        path=f"/{vhost}",
        query={"heartbeat": str(heartbeat), "name": f"obs_event_exporter {name}"},
    )


async def end(connection: AbstractConnection) -> None:
    """Close a connection, politely for a second."""
    with contextlib.suppress(OSError, AMQPError, TimeoutError):
        async with asyncio.timeout(1):
            await connection.close()


class Link:
    """One connection to one of some hosts, kept in the background: lost, it is made anew after growing pauses."""

    def __init__(
        self,
        hosts: Sequence[str],
        port: int,
        vhost: str,
        login: Login,
        *,
        tls: ssl.SSLContext | None,
        name: str,
        monotonic: Clock = time.monotonic,
    ) -> None:
        self._hosts, self._port, self._vhost, self._login = tuple(hosts), port, vhost, login
        self._tls, self._name, self._monotonic = tls, name, monotonic
        self._breaker = Breaker(first=0.5, longest=30.0)
        self._failure = CollectFailed("starting", "the AMQP connection is not open yet")
        self._connection: AbstractConnection | None = None
        self._dropped = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to connect."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End the connection, and with it its channels."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def connection(self) -> AbstractConnection:
        """The open connection. Raises CollectFailed with why there is none."""
        if self._connection is None or self._connection.is_closed:
            raise CollectFailed(self._failure.reason, str(self._failure))
        return self._connection

    def drop(self) -> None:
        """Give up a connection that does not answer; another one takes its place."""
        self._connection = None
        self._dropped.set()

    async def _run(self) -> None:
        while True:
            if self._breaker.allows(self._monotonic()):
                await self._hold()
            await asyncio.sleep(TICK)

    async def _hold(self) -> None:
        """One connection, from its opening to its end; after a failure the next host has its turn."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await aiormq.connect(self._url(), context=self._tls)
            await self._keep(connection)
            self._lost("closed", "ended the connection or did not answer in time")
        except REFUSED as error:
            self._lost("forbidden", f"refuses: {type(error).__name__}")
        except TimeoutError:
            self._lost("timeout", "does not answer in time")
        except (OSError, AMQPError) as error:
            self._lost("closed", f"cannot be reached: {type(error).__name__}")
        except SecretMissing as error:
            self._lost("secret", str(error))

    async def _keep(self, connection: AbstractConnection) -> None:
        self._dropped.clear()
        self._connection = connection
        self._breaker.succeeded()
        dropped = asyncio.create_task(self._dropped.wait())
        try:
            await asyncio.wait({connection.closing, dropped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._connection = None
            dropped.cancel()
            await end(connection)

    def _url(self) -> URL:
        tls = self._tls is not None
        at = (self._hosts[0], self._port, self._vhost, self._login)
        return url(*at, tls=tls, heartbeat=HEARTBEAT_SECONDS, name=self._name)

    def _lost(self, reason: str, told: str) -> None:
        self._failure = CollectFailed(reason, f"{self._hosts[0]}:{self._port} {told}")
        self._hosts = (*self._hosts[1:], self._hosts[0])
        self._breaker.failed(self._monotonic())
