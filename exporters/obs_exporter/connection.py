"""One client, from its first byte to its last: whatever it does wrong ends this connection and no other."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Protocol

import h11

from obs_exporter.http import BadRequest, Request, Response, head_of, request_of, said

Handler = Callable[[Request], Awaitable[Response]]
LONGEST_HEAD = 16 * 1024
LONGEST_BODY = 64 * 1024
"""Bytes; nothing here reads a body, but a client that sends a small one gets its answer."""
GOODBYE = 1.0
"""Seconds a client has to answer the end of TLS."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How many connections at once, and how long each step of one may take, in seconds."""

    connections: int = 256
    handshake: float = 5.0
    head: float = 5.0
    idle: float = 120.0
    write: float = 30.0


class Security(Protocol):
    """Who may connect, and how; both are asked for each connection, so that they may change while serving."""

    def context(self) -> ssl.SSLContext | None:
        """TLS for the next connection, None for plain text."""

    def admits(self, certificate: ssl.SSLObject) -> bool:
        """Whether the client on the other end of a finished handshake may go on."""


class Connection:
    """Requests of one client, one after another."""

    def __init__(self, client: socket.socket, *, limits: Limits, security: Security, handle: Handler) -> None:
        self._client, self._limits, self._security, self._handle = client, limits, security, handle
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
        self.waiting = True
        """Whether it is the client's turn to say something."""
        self.since = time.monotonic()
        """When the client's or our turn began."""
        self.last = False
        """Whether the connection ends with the answer under way."""

    async def serve(self) -> None:
        """Until the client leaves, breaks the rules or takes too long."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        context = self._security.context()
        tls = {"ssl_handshake_timeout": self._limits.handshake, "ssl_shutdown_timeout": GOODBYE} if context else {}
        try:
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, self._client, ssl=context, **tls)
        except OSError:  # a failed or overdue handshake is one, too
            self._client.close()
            return
        except asyncio.CancelledError:
            self._client.close()
            raise
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            if self._admitted(transport):
                await self._requests(reader, writer)
            writer.close()
        except (OSError, TimeoutError):
            pass
        finally:
            if not transport.is_closing():
                transport.abort()

    def _admitted(self, transport: asyncio.BaseTransport) -> bool:
        certificate = transport.get_extra_info("ssl_object")
        return not isinstance(certificate, ssl.SSLObject) or self._security.admits(certificate)

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wait = self._limits.head
        while True:
            answer, request = await self._answer(reader, wait)
            if answer is None:
                return
            await self._send(writer, answer, body=request is None or request.method != "HEAD")
            if self._parser.our_state is not h11.DONE or self._parser.their_state is not h11.DONE:
                return
            self._parser.start_next_cycle()
            self._turn(waiting=True)
            wait = self._limits.idle

    async def _answer(self, reader: asyncio.StreamReader, wait: float) -> tuple[Response | None, Request | None]:
        """The answer to the next request, and the request if it was one; (None, None) when the client has left."""
        try:
            event = await asyncio.wait_for(self._request(reader), wait)
            self._turn(waiting=False)
            if event is None:
                return None, None
            request = request_of(event)
        except h11.RemoteProtocolError as error:
            status = HTTPStatus(error.error_status_hint)
            return said(status, f"Bad request: {status.phrase}.", Connection="close"), None
        except BadRequest as error:
            return said(HTTPStatus.BAD_REQUEST, f"Bad request: {error}.", Connection="close"), None
        return await self._handle(request), request

    async def _request(self, reader: asyncio.StreamReader) -> h11.Request | None:
        """The next request when it is there as a whole; None when the client has left."""
        head, length = None, 0
        while True:
            match self._parser.next_event():
                case h11.NEED_DATA:
                    self._parser.receive_data(await reader.read(LONGEST_HEAD))
                case h11.Request() as event:
                    head = event
                case h11.Data() as event:
                    length += len(event.data)
                    if length > LONGEST_BODY:
                        raise BadRequest("the body is too long")
                case h11.EndOfMessage():
                    return head
                case _:
                    return None

    async def _send(self, writer: asyncio.StreamWriter, answer: Response, *, body: bool) -> None:
        if self.last:
            answer = replace(answer, headers={**answer.headers, "Connection": "close"})
        events: list[h11.Event] = [head_of(answer), *([h11.Data(data=answer.body)] if body else []), h11.EndOfMessage()]
        writer.write(b"".join(self._parser.send(event) or b"" for event in events))
        await asyncio.wait_for(writer.drain(), self._limits.write)

    def _turn(self, *, waiting: bool) -> None:
        self.waiting, self.since = waiting, time.monotonic()
