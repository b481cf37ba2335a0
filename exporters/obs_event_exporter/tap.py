"""The tap: a queue of the exporter's own, through which it sees events as their consumers would.

The queue is exclusive and leaves with the connection; a message stays at most ten seconds and a thousand of them fit,
the oldest leaving first, so that a slow exporter costs the broker nothing. Messages are taken without acknowledgement.
Event exchanges are direct, so the queue is bound once for each listed name.
"""

import asyncio
import contextlib
import time
import uuid

import aiormq
from aiormq import Channel
from aiormq.abc import AbstractConnection, DeliveredMessage
from aiormq.exceptions import AMQPError, ChannelNotFoundEntity
from pamqp.commands import Basic
from pamqp.common import FieldTable
from yarl import URL

from obs_event_exporter import amqp
from obs_event_exporter import metrics as rows
from obs_event_exporter.amqp import CONNECT_SECONDS, HEARTBEAT_SECONDS, REFUSED, TICK
from obs_event_exporter.config import Tap
from obs_event_exporter.events import KeyWrong, NotVerified, PublicKey, public_key, verified
from obs_event_exporter.tap_counts import TapCounts
from obs_exporter.breaker import Breaker
from obs_exporter.collect import Clock, CollectFailed, Deadline
from obs_exporter.page import Page
from obs_exporter.secret import SecretMissing

LIMITS: FieldTable = {
    "x-message-ttl": 10_000,
    "x-max-length": 1_000,
    "x-max-length-bytes": 16 << 20,
    "x-overflow": "drop-head",
}


class TapCollector:
    """Reads events in the background over one connection, and tells on each scrape what it has read."""

    name = "tap"

    def __init__(self, tap: Tap, *, wall: Clock = time.time, monotonic: Clock = time.monotonic) -> None:
        self._tap, self._wall, self._monotonic = tap, wall, monotonic
        self._counts = TapCounts(tap.events)
        self._breaker = Breaker(first=0.5, longest=30.0)
        self._failure: CollectFailed | None = CollectFailed("starting", "the tap is not connected yet")
        self._granted = True
        self._pem = ""
        self._parsed: PublicKey | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End the connection; the queue leaves with it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Write what was read since the start. Raises CollectFailed while nothing can be read."""
        self._counts.write(page, self._wall())
        page.set(rows.PERMISSION, float(self._granted), "tap")
        if self._failure is not None:
            raise CollectFailed(self._failure.reason, str(self._failure))
        try:
            self._key()
        except (SecretMissing, KeyWrong) as error:
            raise CollectFailed("secret", str(error)) from None

    async def _run(self) -> None:
        """For ever: read, and after a loss wait a growing while."""
        while True:
            if self._breaker.allows(self._monotonic()):
                await self._read()
            await asyncio.sleep(TICK)

    async def _read(self) -> None:
        """One connection, from its opening to its end."""
        try:
            self._key()
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await aiormq.connect(self._url(), context=self._tap.tls)
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    channel = await self._consume(connection)
                self._failure, self._granted = None, True
                self._breaker.succeeded()
                await _over(connection, channel)
            finally:
                await amqp.end(connection)
            self._lost("closed", "ended the connection or the subscription")
        except REFUSED as error:
            self._granted = False
            self._lost("forbidden", f"refuses: {type(error).__name__}")
        except ChannelNotFoundEntity:
            self._lost("missing", "does not have one of the exchanges")
        except TimeoutError:
            self._lost("timeout", "does not answer in time")
        except (OSError, AMQPError) as error:
            self._lost("closed", f"cannot be read: {type(error).__name__}")
        except (SecretMissing, KeyWrong) as error:
            self._lost("secret", str(error))

    async def _consume(self, connection: AbstractConnection) -> Channel:
        channel = await connection.channel(publisher_confirms=False)
        assert isinstance(channel, Channel)
        queue = f"obs.tap.{uuid.uuid4().hex[:12]}"
        await channel.queue_declare(queue, exclusive=True, auto_delete=True, arguments=LIMITS)
        for exchange, names in self._tap.events.items():
            for name in names:
                await channel.queue_bind(queue, exchange, name)
        await channel.basic_consume(queue, self._take, no_ack=True, exclusive=True)
        return channel

    async def _take(self, message: DeliveredMessage) -> None:
        """Count one event and forget it. Without a key there is nothing to say of its signature: the scrape tells."""
        delivery, now = message.delivery, self._wall()
        if not isinstance(delivery, Basic.Deliver):
            return
        exchange = str(delivery.exchange)
        self._counts.event(exchange, str(delivery.routing_key))
        try:
            times = verified(message.body, self._key())
        except (SecretMissing, KeyWrong):
            return
        except NotVerified:
            self._counts.failure(exchange)
        else:
            self._counts.times(exchange, times, now)

    def _key(self) -> PublicKey:
        """The public key, read from its file each time, so that a rotated one counts at once."""
        pem = self._tap.public_key.read()
        if pem != self._pem or self._parsed is None:
            self._parsed, self._pem = public_key(pem), pem
        return self._parsed

    def _url(self) -> URL:
        at = (self._tap.host, self._tap.port, self._tap.vhost, self._tap.login)
        return amqp.url(*at, tls=self._tap.tls is not None, heartbeat=HEARTBEAT_SECONDS, name="tap")

    def _lost(self, reason: str, told: str) -> None:
        self._failure = CollectFailed(reason, f"{self._tap.host}:{self._tap.port} {told}")
        self._breaker.failed(self._monotonic())


async def _over(connection: AbstractConnection, channel: Channel) -> None:
    """Until the connection or the channel ends, or the broker cancels the subscription."""
    ends = [connection.closing, channel.closing]
    while channel.consumers:
        done, _ = await asyncio.wait(ends, timeout=1)
        if done:
            for end in done:
                end.exception()  # asked for, or asyncio complains that nobody did
            return
