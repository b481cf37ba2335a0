"""One scrape of one target: all collectors at once, none beyond the deadline, and the page comes in any case."""

import asyncio
import logging
import time
from collections.abc import Mapping

from obs_exporter.collect import Clock, CollectFailed, Collector, Deadline, Target
from obs_exporter.page import Page
from obs_exporter.row import Row

log = logging.getLogger(__name__)
CANCELLING = 0.25
"""Seconds a cancelled collector has to end its work at the server before the page is made without it."""


class Scraper:
    """Scrapes of one target. Scrapes that meet share one run, so that two Prometheus replicas cost the target one."""

    def __init__(
        self,
        target: Target,
        *,
        rows: Mapping[str, Row],
        limit: int = 10_000,
        monotonic: Clock = time.monotonic,
        wall: Clock = time.time,
    ) -> None:
        self.target = target
        self._rows, self._limit = rows, limit
        self._monotonic, self._wall = monotonic, wall
        self._succeeded: dict[str, float] = {}
        self._run: asyncio.Task[Page] | None = None

    async def scrape(self, deadline: Deadline) -> Page:
        """The page of a run that began before this call or with it, at the latest shortly after the deadline."""
        if self._run is None or self._run.done():
            self._run = asyncio.create_task(self._collect(deadline))
        return await asyncio.shield(self._run)

    async def _collect(self, deadline: Deadline) -> Page:
        page = Page(limit=self._limit)
        started = self._monotonic()
        running = {
            asyncio.create_task(self._timed(collector, page, deadline, started)): collector
            for collector in self.target.collectors
        }
        if running:
            _, late = await asyncio.wait(running, timeout=deadline.remaining())
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=CANCELLING)
        results = {collector.name: _result(task) for task, collector in running.items()}
        self._tell(page, results, self._monotonic() - started)
        return page

    async def _timed(self, collector: Collector, page: Page, deadline: Deadline, started: float) -> float:
        await collector.collect(page, deadline)
        return self._monotonic() - started

    def _tell(self, page: Page, results: Mapping[str, tuple[str, float | None]], elapsed: float) -> None:
        """Success, duration and age of every collector, and `up` unless a collector knows better."""
        for name, (reason, seconds) in results.items():
            self._log(name, reason)
            if not reason:
                self._succeeded[name] = self._wall()
            self._set(page, "collector_success", 0.0 if reason else 1.0, name)
            self._set(page, "collector_duration_seconds", elapsed if seconds is None else seconds, name)
            if name in self._succeeded:
                self._tell_age(page, name)
        up = self._rows.get("up")
        if up and not page.has(up):
            page.set(up, float(any(not reason for reason, _ in results.values())))
        for family, count in page.dropped().items():
            if count:
                self._set(page, "dropped_series", float(count), family)

    def _tell_age(self, page: Page, name: str) -> None:
        """When a collector last succeeded; one that keeps what it measured earlier has told its time itself."""
        row = self._rows.get("last_success_timestamp_seconds")
        if row and not page.has(row, name):
            page.set(row, self._succeeded[name], name)

    def _set(self, page: Page, name: str, value: float, *labels: str) -> None:
        row = self._rows.get(name)
        if row:
            page.set(row, value, *labels)

    def _log(self, name: str, reason: str) -> None:
        if reason:
            log.warning("collector failed", extra={"target": self.target.name, "collector": name, "reason": reason})


def _result(task: "asyncio.Task[float]") -> tuple[str, float | None]:
    """("", seconds) of a run that succeeded; the reason and None of one that did not."""
    if not task.done() or task.cancelled():
        return "late", None
    error = task.exception()
    if error is None:
        return "", task.result()
    if isinstance(error, CollectFailed):
        return error.reason, None
    return f"bug: {type(error).__name__}", None
