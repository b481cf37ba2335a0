"""A TCP proxy on loopback that fails on command, between an exporter (or a replica) and a real server."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Mode = Literal["pass", "blackhole", "reset", "slow", "half-open", "refuse"]
"""
pass: every byte, at once.
blackhole: connections open and stay open, new ones too, and not a byte passes either way, as behind a dead link.
reset: open connections are reset, new ones right after they are accepted.
slow: one byte each `SLOW_SECONDS` in either direction.
half-open: the server's side is closed, the client is never told and its bytes go nowhere.
refuse: nothing listens; connections that are open pass on.
"""
SLOW_SECONDS = 0.02
TICK = 0.05
CHUNK = 65536
ESTABLISHED = 1
"""State of a TCP connection that neither side has ended, as Linux tells it (TCP_INFO)."""
NOW = struct.pack("ii", 1, 0)
"""SO_LINGER that turns a close into a reset."""


class Proxy:
    """Listens on `port` and leads to `upstream`; `mode` may change at any time and counts for open connections too."""

    def __init__(self, upstream: tuple[str, int], *, port: int = 0) -> None:
        self._upstream = upstream
        self._mode: Mode = "pass"
        self._pairs: set[Pair] = set()
        self._lock = threading.Lock()
        self.accepted = 0
        """Connections clients opened, since the start."""
        self.most = 0
        """The most that clients held open at once; ended ones no longer count."""
        self._listener: socket.socket | None = None
        self.port = port
        self._listen()

    @property
    def mode(self) -> Mode:
        """What it does now."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        if mode == "refuse":
            self._stop_listening()
        elif self._listener is None:
            self._listen()
        for pair in self._all():
            pair.turn(mode)

    @property
    def open(self) -> int:
        """Connections open now."""
        return len(self._all())

    def close(self) -> None:
        """End everything."""
        self._stop_listening()
        for pair in self._all():
            pair.close()

    def _all(self) -> tuple["Pair", ...]:
        with self._lock:
            return tuple(self._pairs)

    def _listen(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port), backlog=512)
        self.port = int(listener.getsockname()[1])
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            pair = Pair(client, self)
            with self._lock:
                self._pairs.add(pair)
                self.accepted += 1
                self.most = max(self.most, sum(one.held() for one in self._pairs))
            pair.begin(self._mode, self._upstream)

    def forget(self, pair: "Pair") -> None:
        """Called by a pair that ended."""
        with self._lock:
            self._pairs.discard(pair)


class Pair:
    """One client's connection and the server's that belongs to it."""

    def __init__(self, client: socket.socket, proxy: Proxy) -> None:
        self._client, self._proxy = client, proxy
        self._server: socket.socket | None = None
        self._ended = threading.Event()

    def held(self) -> bool:
        """Whether the client has not ended its side."""
        try:
            return self._client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED
        except OSError:
            return False

    def begin(self, mode: Mode, upstream: tuple[str, int]) -> None:
        """Connect to the server, unless the fault comes first."""
        if mode == "reset":
            self.turn(mode)
        else:
            threading.Thread(target=self._connect, args=(upstream,), daemon=True).start()

    def turn(self, mode: Mode) -> None:
        """What a change of mode does to an open connection."""
        if mode == "reset":
            for side in (self._client, self._server):
                if side is not None:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
            self.close()
        elif mode == "half-open" and self._server is not None:
            with contextlib.suppress(OSError):
                self._server.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End both sides."""
        self._ended.set()
        for side in (self._client, self._server):
            if side is not None:
                with contextlib.suppress(OSError):  # wakes the thread that reads; a reset says no goodbye
                    side.shutdown(socket.SHUT_RD if self._proxy.mode == "reset" else socket.SHUT_RDWR)
                side.close()
        self._proxy.forget(self)

    def _connect(self, upstream: tuple[str, int]) -> None:
        self._wait_while("blackhole", "half-open")
        try:
            self._server = socket.create_connection(upstream, timeout=5)
        except OSError:
            self.close()
            return
        self._server.settimeout(None)
        for source, sink in ((self._client, self._server), (self._server, self._client)):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _wait_while(self, *modes: Mode) -> None:
        while self._proxy.mode in modes and not self._ended.is_set():
            time.sleep(TICK)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        """One direction, until a side closes."""
        try:
            while data := self._taken(source):
                self._wait_while("blackhole")
                if self._proxy.mode != "half-open":
                    self._give(sink, data)
        except OSError:
            pass
        self._wait_while("half-open")
        self.close()

    def _taken(self, source: socket.socket) -> bytes:
        return source.recv(1 if self._proxy.mode == "slow" else CHUNK)

    def _give(self, sink: socket.socket, data: bytes) -> None:
        while data and self._proxy.mode == "slow":
            sink.sendall(data[:1])
            data = data[1:]
            time.sleep(SLOW_SECONDS)
        sink.sendall(data)


@contextmanager
def proxy(upstream_port: int, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Proxy]:
    """A proxy to a server on loopback while the block lasts."""
    made = Proxy((host, upstream_port), port=port)
    try:
        yield made
    finally:
        made.close()
