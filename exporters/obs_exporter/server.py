"""The listener: bounded connections, a time limit on every step, and an end that lets running answers finish."""

import asyncio
import logging
import socket

from obs_exporter.connection import Connection, Handler, Limits, Security

log = logging.getLogger(__name__)
BREATH = 1.0
"""Seconds until the next attempt to accept after one that failed."""
BACKLOG = 512
"""Clients the kernel may hold for us while the loop renders a page."""


class Server:
    """Serves one handler. At the limit of connections the one that has waited longest for its client makes room."""

    def __init__(self, handle: Handler, *, limits: Limits, security: Security) -> None:
        self._handle, self._limits, self._security = handle, limits, security
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._open: dict[asyncio.Task[None], Connection] = {}
        self.refused = 0
        """Connections closed because too many were open, since the start."""

    @property
    def open(self) -> int:
        """Connections open now."""
        return len(self._open)

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
            await asyncio.gather(self._accepting, return_exceptions=True)
            self._listener.close()
        for task, connection in tuple(self._open.items()):
            connection.last = True
            if connection.waiting:
                task.cancel()
        if self._open:
            await asyncio.wait(tuple(self._open), timeout=seconds)
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, _ = await loop.sock_accept(listener)
            except OSError as error:  # out of file descriptors, most likely: others will close theirs
                log.warning("cannot accept a connection", extra={"reason": error.strerror or type(error).__name__})
                await asyncio.sleep(BREATH)
                continue
            if len(self._open) >= self._limits.connections and not self._make_room():
                client.close()
                continue
            self._serve(client)

    def _serve(self, client: socket.socket) -> None:
        connection = Connection(client, limits=self._limits, security=self._security, handle=self._handle)
        task = asyncio.create_task(connection.serve())
        self._open[task] = connection
        task.add_done_callback(self._ended)

    def _make_room(self) -> bool:
        """End the connection that has waited longest for its client to say something; False if none waits."""
        self.refused += 1
        waiting = ((connection.since, task) for task, connection in self._open.items() if connection.waiting)
        oldest = min(waiting, key=lambda pair: pair[0], default=None)
        if oldest is None:
            return False
        oldest[1].cancel()
        return True

    def _ended(self, task: "asyncio.Task[None]") -> None:
        del self._open[task]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("a request failed", exc_info=error)
