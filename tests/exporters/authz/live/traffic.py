"""What people do at the gateway: streams of calls, each with its own pace, and websockets."""

import asyncio
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from obs_authz_exporter.client import Address, get

UPGRADE = (
    "GET /api/v2/ranger/public HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """Calls of one kind, so many a second, whatever becomes of them."""

    port: int
    path: str
    rate: float
    headers: Mapping[str, str] = field(default_factory=dict)


class Traffic:
    """Every stream at once, in a thread of its own. Streams may come and go at any time."""

    def __init__(self) -> None:
        self.streams: dict[str, Stream] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ended = False
        self._calls: set[asyncio.Task[object]] = set()
        self._thread.start()

    def end(self) -> None:
        """Nobody calls any more."""
        self._ended = True
        self._thread.join(timeout=10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._flow())
        self._loop.close()

    async def _flow(self, tick: float = 0.1) -> None:
        owed: dict[str, float] = {}
        while not self._ended:
            for name, stream in tuple(self.streams.items()):
                owed[name] = owed.get(name, 0.0) + stream.rate * tick
                while owed[name] >= 1:
                    owed[name] -= 1
                    self._send(stream)
            await asyncio.sleep(tick)
        for call in tuple(self._calls):
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def _send(self, stream: Stream) -> None:
        address = Address(host="127.0.0.1", port=stream.port)
        call: asyncio.Task[object] = asyncio.ensure_future(get(address, stream.path, stream.headers, timeout=6))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)


def websockets(port: int, cookie: str, count: int) -> list[socket.socket]:
    """So many open websockets through the gateway. Raises ConnectionError where it does not upgrade one."""
    found = []
    for _ in range(count):
        made = socket.create_connection(("127.0.0.1", port), timeout=5)
        made.sendall(UPGRADE.format(cookie=cookie).encode())
        found.append(made)
    for made in found:
        if not made.recv(1024).startswith(b"HTTP/1.1 101"):
            raise ConnectionError("the gateway did not upgrade")
    return found
