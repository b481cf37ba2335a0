"""Answers that cost too much for every scrape: measured in the background, kept, and told with their age."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from obs_db_exporter.metrics import ROWS
from obs_db_exporter.session import MARGIN
from obs_exporter.collect import Clock, CollectFailed, Deadline
from obs_exporter.page import Page

RETRY = 30.0
"""Seconds after a failed measurement before the next, if that is sooner than the interval."""


class Incomplete(CollectFailed):
    """A measurement that left something out: what it did measure counts, and so does the failure."""

    def __init__(self, page: Page, reason: str, sentence: str) -> None:
        super().__init__(reason, sentence)
        self.page = page


class Cached:
    """A collector whose page is measured again when it is older than `every` seconds.

    A scrape starts the measurement and does not wait for it, except while there is nothing to show yet. `measure`
    returns a page of its own, within its own limits of time, or raises CollectFailed.
    """

    def __init__(
        self,
        name: str,
        measure: Callable[[], Awaitable[Page]],
        *,
        every: float,
        monotonic: Clock = time.monotonic,
        wall: Clock = time.time,
    ) -> None:
        self.name = name
        self._measure, self._every = measure, every
        self._monotonic, self._wall = monotonic, wall
        self._due = 0.0
        self._page: Page | None = None
        self._at = 0.0
        self._failed: tuple[str, str] | None = None
        self._running: asyncio.Task[None] | None = None

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """What was measured last, with its time; a failure of the last measurement is told beside it."""
        if self._running is None and self._monotonic() >= self._due:
            self._running = asyncio.create_task(self._run())
        if self._page is None and self._running is not None:
            await asyncio.wait({self._running}, timeout=max(0.0, deadline.remaining() - MARGIN))
        if self._page is not None:
            page.update(self._page)
            page.set(ROWS["db_last_success_timestamp_seconds"], self._at, self.name)
        if self._failed is not None:
            raise CollectFailed(*self._failed)
        if self._page is None:
            raise CollectFailed("late", "the first measurement has not ended yet")

    async def close(self) -> None:
        """End a measurement under way."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def _run(self) -> None:
        started = self._wall()
        try:
            self._keep(await self._measure(), started, None)
        except Incomplete as failed:
            self._keep(failed.page, started, (failed.reason, str(failed)))
        except CollectFailed as failed:
            self._failed = (failed.reason, str(failed))
            self._due = self._monotonic() + min(RETRY, self._every)
        finally:
            self._running = None

    def _keep(self, page: Page, at: float, failed: tuple[str, str] | None) -> None:
        self._page, self._at, self._failed = page, at, failed
        self._due = self._monotonic() + self._every
