"""The standing connection to one server: opened once, kept, opened again when the breaker lets it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from obs_exporter.breaker import Breaker
from obs_exporter.collect import Clock, CollectFailed, Deadline

REASONS = ("unreachable", "tls", "login", "saturated", "quota", "timeout", "other")
"""Why a server may not take a connection: the values of the label `reason`."""
MARGIN = 0.05
"""Seconds before a deadline at which waiting ends, so that the failure is told and not just cut off."""


class Refused(Exception):
    """A server took no connection. `reason` is one of REASONS; the text is ours and holds nothing the driver said."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Link(Protocol):
    """One open connection."""

    @property
    def identity(self) -> str:
        """Which server process answered: differs after a failover or a change of DNS, and after a restart."""

    @property
    def closed(self) -> bool:
        """Whether it can no longer be used."""

    async def close(self) -> None:
        """End it, at once, whatever the other side does."""


L = TypeVar("L", bound=Link)


class Session(Generic[L]):
    """At most one standing connection. `connect` opens it or raises Refused; `seconds` bound one attempt."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[L]],
        *,
        seconds: float,
        breaker: Breaker | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._connect, self._seconds, self._clock = connect, seconds, clock
        self._breaker = breaker or Breaker()
        self._lock = asyncio.Lock()
        self._link: L | None = None
        self._refused = Refused("other", "no connection was tried yet")

    async def link(self, deadline: Deadline) -> L:
        """The connection, opened now if need be. Raises CollectFailed with why there is none."""
        async with self._lock:
            if self._link is not None and self._link.closed:
                await self._ended(self._link, deadline)
            if self._link is None:
                self._link = await self._opened(deadline)
            return self._link

    async def close(self) -> None:
        """End the connection; the next question opens another."""
        if self._link is not None:
            link, self._link = self._link, None
            await link.close()

    async def met(self, identity: str) -> None:
        """Another connection to the same name met this server: one that talks to a different one is out of date."""
        if self._link is not None and self._link.identity != identity:
            await self.close()

    async def _ended(self, link: L, deadline: Deadline) -> None:
        """Wait until a connection that was given up is gone, so that there is never a second beside it."""
        try:
            async with asyncio.timeout(max(0.0, deadline.remaining() - MARGIN)):
                await link.close()
        except TimeoutError:
            raise CollectFailed("timeout", "the broken connection has not ended yet") from None
        self._link = None

    async def _opened(self, deadline: Deadline) -> L:
        if not self._breaker.allows(self._clock()):
            raise CollectFailed(self._refused.reason, f"{self._refused}; the next attempt is not due yet")
        link, refused = await tried(min(self._seconds, deadline.remaining() - MARGIN), self._connect())
        if link is not None:
            self._breaker.succeeded()
            return link
        self._breaker.failed(self._clock())
        self._refused = refused
        raise CollectFailed(refused.reason, str(refused))


async def tried(seconds: float, connecting: Awaitable[L]) -> tuple[L | None, Refused]:
    """What `connecting` opens within so many seconds, or None and why.

    A refusal is made anew: a caught one holds the frames it passed through, and these a socket and a password.
    """
    reason, sentence = "timeout", f"the server did not take the connection within {seconds:.1f} s"
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            return await connecting, Refused("other", "")
    except TimeoutError:
        pass
    except Refused as refused:
        reason, sentence = refused.reason, str(refused)
    return None, Refused(reason, sentence)
