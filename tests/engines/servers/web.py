"""A small HTTP/1.1 server on loopback, in a thread of its own, for services that the tests play themselves."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What a client asked; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the server says, `delay` seconds later; `silent` never, `broken` closes the connection instead."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    silent: bool = False
    broken: bool = False


class WebServer:
    """Answers on `port` while it is open; it may be closed and opened again."""

    def __init__(self, answer: Callable[[Call], Answer]) -> None:
        self.answer = answer
        self.calls: list[Call] = []
        self.open = 0
        self.most_open = 0
        """Connections open at once, at most."""
        self.port = 0
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.start()

    def start(self) -> None:
        """Listen, on the port it had before."""
        self._do(self._listen())

    def stop(self) -> None:
        """Refuse connections from now on, and close those that are open."""
        self._do(self._deafen())

    def end(self) -> None:
        """Close for good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def _do(self, work: "asyncio.Future[None] | object") -> None:
        assert asyncio.iscoroutine(work)
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        make = lambda: _Connection(self)  # noqa: E731 - a factory of one expression
        self._server = await self._loop.create_server(make, "127.0.0.1", self.port, backlog=1024)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _deafen(self) -> None:
        if self._server:
            self._server.close()
        for connection in tuple(self._connections):
            connection.close()
        await asyncio.sleep(0)

    def joined(self, connection: "_Connection") -> None:
        """A client has connected."""
        self._connections.add(connection)
        self.open = len(self._connections)
        self.most_open = max(self.most_open, self.open)

    def left(self, connection: "_Connection") -> None:
        """A connection is gone."""
        self._connections.discard(connection)
        self.open = len(self._connections)


class _Connection(asyncio.Protocol):
    """One client: requests without bodies, answered one after the other."""

    def __init__(self, server: WebServer) -> None:
        self._server = server
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.left(self)

    def close(self) -> None:
        """Close without waiting for the client."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            call = _read(head)
            self._server.calls.append(call)
            answer = self._server.answer(call)
            if answer.broken:
                self.close()
            elif not answer.silent:
                asyncio.get_running_loop().call_later(answer.delay, self._write, answer)

    def _write(self, answer: Answer) -> None:
        length = [f"Content-Length: {len(answer.body)}"] if answer.status >= 200 else []
        lines = [f"HTTP/1.1 {answer.status} -", *length]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        if self._transport and not self._transport.is_closing():
            self._transport.write("\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body)


def _read(head: bytes) -> Call:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    return Call(method=method, path=path, headers={name.lower(): value.strip() for name, _, value in pairs})
