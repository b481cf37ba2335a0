"""The listener: bounded connections, a time limit on every step, and an end that lets running answers finish."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from obs_exporter.http import BadRequest, Request, Response, encoded, parsed, said

log = logging.getLogger(__name__)
Handler = Callable[[Request], Awaitable[Response]]
LONGEST_HEAD = 16 * 1024
BACKLOG = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How many connections at once, and how long each step of one may take, in seconds."""

    connections: int = 256
    handshake: float = 5.0
    head: float = 5.0
    idle: float = 120.0
    write: float = 30.0


class Server:
    """Serves one handler. At the limit of connections the one that has waited longest for its client makes room."""

    def __init__(
        self, handle: Handler, *, limits: Limits, tls: Callable[[], ssl.SSLContext | None] = lambda: None
    ) -> None:
        self._handle, self._limits, self._tls = handle, limits, tls
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._waiting: dict[asyncio.Task[None], None] = {}
        self.refused = 0
        """Connections closed because too many were open, since the start."""

    def listen(self, host: str, port: int) -> int:
        """Bind and accept from now on; returns the port, which the system chooses for 0. Raises OSError."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        self._listener.setblocking(False)
        self._accepting = asyncio.create_task(self._accept(self._listener))
        return int(self._listener.getsockname()[1])

    async def drain(self, seconds: float) -> None:
        """Accept no more, let answers under way finish for this long, then close what is left."""
        if self._accepting and self._listener:
            self._accepting.cancel()
            self._listener.close()
        for connection in tuple(self._waiting):
            connection.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=seconds)
        for connection in tuple(self._open):
            connection.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, _ = await loop.sock_accept(listener)
            except OSError as error:  # out of file descriptors, most likely: others will close theirs
                log.warning("cannot accept a connection", extra={"reason": error.strerror or type(error).__name__})
                await asyncio.sleep(0.1)
                continue
            if len(self._open) >= self._limits.connections:
                self._make_room()
            connection = asyncio.create_task(self._connection(client))
            self._open.add(connection)
            self._waiting[connection] = None
            connection.add_done_callback(self._forget)

    def _make_room(self) -> None:
        self.refused += 1
        if self._waiting:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.cancel()

    def _forget(self, connection: "asyncio.Task[None]") -> None:
        self._open.discard(connection)
        self._waiting.pop(connection, None)

    async def _connection(self, client: socket.socket) -> None:
        """One client from its first byte on. Whatever it does wrong ends this connection, and nothing else."""
        loop = asyncio.get_running_loop()
        context = self._tls()
        reader = asyncio.StreamReader(limit=LONGEST_HEAD, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, client, ssl=context, ssl_handshake_timeout=self._limits.handshake if context else None
            )
        except (OSError, asyncio.CancelledError):  # ssl.SSLError and the handshake's timeout are OSErrors
            client.close()
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            await self._requests(reader, writer)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            transport.abort() if transport.is_closing() else writer.close()

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        this = asyncio.current_task()
        assert this is not None
        wait = self._limits.head
        while True:
            request, answer = None, None
            try:
                request = parsed(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), wait))
            except asyncio.LimitOverrunError:
                answer = said(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's head is longer than 16 KiB.")
            except BadRequest as error:
                answer = said(HTTPStatus.BAD_REQUEST, f"Bad request: {error}.")
            self._waiting.pop(this, None)
            if request is not None:
                answer = await self._handle(request)
            close = request is None or request.has_body or not request.keeps_alive
            assert answer is not None
            writer.write(encoded(answer, to=request, close=close))
            await asyncio.wait_for(writer.drain(), self._limits.write)
            if close:
                return
            self._waiting[this] = None
            wait = self._limits.idle
