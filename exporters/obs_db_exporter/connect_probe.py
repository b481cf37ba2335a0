"""The second connection: now and then a new one is asked for, so that a full server and a dead one look different."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from obs_db_exporter.metrics import ROWS
from obs_db_exporter.session import MARGIN, REASONS, Link, Refused, tried
from obs_exporter.collect import Clock, CollectFailed, Deadline
from obs_exporter.page import Page

L = TypeVar("L", bound=Link)
JITTER = 0.1
"""Share of the interval by which attempts wander, so that exporters do not knock in step."""


class ConnectProbe(Generic[L]):
    """Opens every connection but the standing one, one at a time, and remembers how the latest attempt went.

    `connect` opens a connection to a database ("" for the configured one) or raises Refused. `not_after` tells when
    the server's certificate expires, Unix time; None while it offers no TLS. It has a schedule of its own, because a
    server that hangs must not hold up a scrape; the page tells the age of what it learnt.
    """

    name = "connect"

    def __init__(
        self,
        connect: Callable[[str], Awaitable[L]],
        not_after: Callable[[], Awaitable[float | None]],
        *,
        met: Callable[[str], Awaitable[None]],
        interval: float,
        seconds: float,
        wall: Clock = time.time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._connect, self._not_after, self._met = connect, not_after, met
        self._interval, self._seconds, self._wall, self._jitter = interval, seconds, wall, jitter
        self._one = asyncio.Lock()
        self._looked = asyncio.Event()
        self._attempts, self._failures = 0, Counter[str]()
        self._success, self._took, self._at = False, 0.0, 0.0
        self._expiry: float | None = None

    async def run(self) -> None:
        """Knock for ever, at intervals."""
        while True:
            await self.knock()
            await asyncio.sleep(self._interval * (1 + JITTER * (2 * self._jitter() - 1)))

    async def knock(self) -> None:
        """One attempt, and a look at the certificate."""
        try:
            async with self.connection() as link:
                identity = link.identity
            await self._met(identity)
        except Refused:
            pass  # counted, and told by the next page
        async with self._one:
            await self._look_at_certificate()
        self._looked.set()

    @asynccontextmanager
    async def connection(self, database: str = "") -> AsyncIterator[L]:
        """A new connection for a while. Raises Refused."""
        async with self._one:
            link = await self._attempt(database)
            try:
                yield link
            finally:
                await link.close()

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """The latest attempt, and when it was made."""
        if not self._looked.is_set():
            await self._wait_for_first_look(deadline.remaining() - MARGIN)
        self._tell_counts(page)
        if not self._looked.is_set():
            raise CollectFailed("late", "the first attempt to connect has not ended yet")
        page.set(ROWS["db_connect_success"], float(self._success))
        page.set(ROWS["db_connect_duration_seconds"], self._took)
        page.set(ROWS["db_last_success_timestamp_seconds"], self._at, self.name)
        if self._expiry is not None:
            page.set(ROWS["db_server_cert_not_after_timestamp_seconds"], self._expiry)

    def _tell_counts(self, page: Page) -> None:
        page.set(ROWS["db_connect_attempts_total"], float(self._attempts))
        for reason in REASONS:
            page.set(ROWS["db_connect_failures_total"], float(self._failures[reason]), reason)

    async def _wait_for_first_look(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._looked.wait()
        except TimeoutError:
            pass  # told by the caller

    async def _attempt(self, database: str) -> L:
        started = time.perf_counter()
        self._attempts += 1
        link, refused = await tried(self._seconds, self._connect(database))
        self._success, self._took, self._at = link is not None, time.perf_counter() - started, self._wall()
        if link is not None:
            return link
        self._failures[refused.reason] += 1
        raise refused

    async def _look_at_certificate(self) -> None:
        """Keep what is known while the server cannot be asked: a certificate does not change its own date."""
        try:
            async with asyncio.timeout(self._seconds):
                self._expiry = await self._not_after()
        except (Refused, TimeoutError):
            pass
