"""One connection to MySQL or MariaDB: a blocking driver on a thread of its own, given up from the event loop.

The driver waits for bytes in that thread; whoever no longer wants to wait shuts the socket down and the thread wakes.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pymysql

from obs_db_exporter.mysql_errors import failed, refused
from obs_db_exporter.mysql_queries import IDENTITY, Server, limit, server, session_tls, settings
from obs_db_exporter.session import MARGIN, REASONS, Refused
from obs_exporter.collect import CollectFailed, Deadline

Rows = list[dict[str, Any]]
STATEMENT_SECONDS = 2.0
"""The most the server works on one of our statements; healthy ones take a thousandth of it."""
LAST_RESORT_SECONDS = 60.0
"""Silence after which the thread gives up by itself, should nobody have told it to."""


class Unwilling:
    """Answers a server that wants the password as it is, over a connection that is not encrypted."""

    def __init__(self, connection: object) -> None:
        pass

    def authenticate(self, packet: object) -> None:
        """Refuse."""
        raise pymysql.err.OperationalError(2061, "the server wants the password in clear text")


class Plain(pymysql.connections.Connection):
    """A connection without TLS. It encrypts no password for a key that the other side shows: anybody has one to show.

    MySQL's own client refuses here, too, unless it is told otherwise (--get-server-public-key). What is left of
    caching_sha2_password is its short form, for an account the server has in its cache.
    """

    @property
    def server_public_key(self) -> bytes | None:
        """Refuse."""
        raise pymysql.err.OperationalError(2061, "the server wants the password for a key of its own")

    @server_public_key.setter
    def server_public_key(self, key: bytes | None) -> None:
        """The driver sets none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """Where to connect and as whom. `context` is None for a connection without TLS."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    database: str
    context: ssl.SSLContext | None


class MySqlLink:
    """One open connection, which runs one statement at a time."""

    def __init__(self, connection: Any, handle: socket.socket, thread: ThreadPoolExecutor) -> None:
        self._connection, self._handle, self._thread = connection, handle, thread
        self._one = asyncio.Lock()
        self._limit = 0.0
        self._ended = False
        self._busy = True
        self.opened = time.monotonic()
        self.abandoned: Callable[[MySqlLink], None] = lambda _: None
        """Told when a statement was left at the server that nobody waits for any more."""
        self.denied = False
        """Whether the server refused a statement for want of a privilege; new grants count from the next login on."""
        self.server = Server(flavour="mysql", version=(0, 0, 0))
        self.id = 0
        """The server's number of this connection, for KILL."""
        self.identity = ""
        self.tls: Mapping[str, str] = {}

    @property
    def closed(self) -> bool:
        """Whether it can no longer be used."""
        return self._ended

    async def close(self) -> None:
        """End it, at once, whatever the other side does; an idle one with a goodbye, which servers log less of."""
        if self._ended:
            return
        self._ended = True
        if self._busy:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)
        self._thread.submit(self._quit)
        self._thread.shutdown(wait=False)

    async def greet(self) -> None:
        """Learn what answers, and set the session up. Raises CollectFailed."""
        deadline = Deadline(LAST_RESORT_SECONDS)
        [told] = await self._run(IDENTITY, deadline)
        try:
            self.server = server(str(told["version"]), schema=bool(int(told["performance_schema"])))
        except ValueError as error:
            raise CollectFailed("other", str(error)) from None
        self.id, self.identity = int(told["id"]), str(told["identity"])
        for statement in settings(self.server, seconds=STATEMENT_SECONDS):
            await self._run(statement, deadline)
        self._limit = STATEMENT_SECONDS
        self.tls = named(await self._run(session_tls(), deadline))

    async def ask(self, statement: str, deadline: Deadline) -> Rows:
        """The rows of a statement, by lower-case column names. Raises CollectFailed; late or cancelled, it closes."""
        try:
            async with asyncio.timeout(max(0.0, deadline.remaining() - MARGIN)), self._one:
                await self._keep_to(deadline)
                return await self._run(statement, deadline)
        except TimeoutError:
            raise CollectFailed("timeout", "the server did not answer before the deadline") from None

    async def _keep_to(self, deadline: Deadline) -> None:
        """Tell the server to end sooner where there is less time than usual, and as usual again later."""
        wanted = min(STATEMENT_SECONDS, max(0.1, round(deadline.remaining() - 2 * MARGIN, 1)))
        if wanted != self._limit:
            await self._run(f"SET SESSION {limit(self.server, seconds=wanted)}", deadline)
            self._limit = wanted

    async def _run(self, statement: str, deadline: Deadline) -> Rows:
        if self._ended:
            raise CollectFailed("lost", "the connection is closed")
        self._busy = True
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._query, statement)
        except asyncio.CancelledError:
            await self.close()
            self.abandoned(self)
            raise
        except (pymysql.err.MySQLError, OSError) as error:
            failure = failed(error)
            self.denied = self.denied or failure.reason == "privilege"
            if failure.reason == "lost":
                await self.close()
            raise failure from None
        finally:
            self._busy = False

    def _query(self, statement: str) -> Rows:
        """In the thread: one statement, all of its rows."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            names = [column[0].lower() for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _quit(self) -> None:
        """In the thread: the last thing it does."""
        with suppress(pymysql.err.MySQLError, OSError):
            self._connection.close()
        self._handle.close()


def named(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Rows of (variable_name, value) as a mapping with names in lower case."""
    return {str(row["variable_name"]).lower(): str(row["value"]) for row in rows}


async def opened(login: Login) -> MySqlLink:
    """A connection, logged in and set up. Raises Refused; a cancelled attempt leaves nothing open."""
    connection = _driver(login)
    try:
        sock = await _reached(login.host, login.port)
    except OSError as error:
        raise Refused("unreachable", f"nothing answers: {error.strerror or type(error).__name__}") from None
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mysql")
    link = MySqlLink(connection, sock.dup(), thread)
    try:
        await asyncio.get_running_loop().run_in_executor(thread, connection.connect, sock)
        await link.greet()
    except (pymysql.err.MySQLError, OSError) as error:
        await link.close()
        raise refused(error) from None
    except CollectFailed as error:
        await link.close()
        raise Refused(error.reason if error.reason in REASONS else "other", str(error)) from None
    except asyncio.CancelledError:
        await link.close()
        raise
    return link


def _driver(login: Login) -> Any:
    """The driver's connection, not yet connected. Without TLS no plugin may send the password as it is."""
    plain = login.context is None
    kind = Plain if plain else pymysql.connections.Connection
    return kind(
        host=login.host,
        port=login.port,
        user=login.username,
        password=login.password,
        database=login.database or None,
        ssl=login.context,
        ssl_disabled=plain,
        auth_plugin_map=dict.fromkeys(("mysql_clear_password", "dialog"), Unwilling) if plain else {},
        charset="utf8mb4",
        autocommit=True,
        read_timeout=LAST_RESORT_SECONDS,
        write_timeout=LAST_RESORT_SECONDS,
        program_name="obs_db_exporter",
        defer_connect=True,
    )


async def _reached(host: str, port: int) -> socket.socket:
    """A connected socket to the first address that answers, for blocking use. Raises the last address's OSError."""
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    problem = OSError("the name has no address")
    for family, kind, protocol, _, address in addresses:
        sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)
        try:
            await loop.sock_connect(sock, address)
        except OSError as error:
            sock.close()
            problem = error
        except asyncio.CancelledError:
            sock.close()
            raise
        else:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            return sock
    raise problem
