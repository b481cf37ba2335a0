"""One scrape of one target: all collectors at once, none beyond the deadline, and the page comes in any case."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from obs_exporter.collect import Clock, CollectFailed, Collector, Deadline, Target
from obs_exporter.page import Page
from obs_exporter.row import Row

log = logging.getLogger(__name__)
CANCELLING = 0.25
"""Seconds a cancelled collector has to end its work at the server before the page is made without it."""
LATE = "late"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one collector: no reason is success."""

    reason: str = ""
    seconds: float = 0.0


@dataclass(kw_only=True)
class Run:
    """A run under way; `outcomes` fills up while it lasts."""

    page: Page
    deadline: Deadline
    began: float
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    task: "asyncio.Task[None] | None" = None


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
        """`rows` are those of the exporter by name without its prefix."""
        self.target = target
        self._rows, self._limit = rows, limit
        self._monotonic, self._wall = monotonic, wall
        self._succeeded: dict[str, float] = {}
        self._reasons: dict[str, str] = {}
        self._run: Run | None = None

    async def scrape(self, deadline: Deadline) -> Page:
        """The page of the run under way, or of a new one.

        It comes at the latest `CANCELLING` seconds after the deadline, whatever collectors and others who share the
        run do; what has not ended by then is on it as late.
        """
        run = self._run or self._begin(deadline)
        assert run.task is not None
        await asyncio.wait({run.task}, timeout=deadline.remaining() + CANCELLING)
        return self._told(run)

    async def idle(self) -> None:
        """Return when no run is under way."""
        if self._run and self._run.task:
            await asyncio.wait({self._run.task})

    def _begin(self, deadline: Deadline) -> Run:
        run = self._run = Run(page=Page(limit=self._limit), deadline=deadline, began=self._monotonic())
        run.task = asyncio.create_task(self._collect(run))
        run.task.add_done_callback(self._over)  # the next scrape begins anew, and the page's memory is given back
        return run

    def _over(self, task: "asyncio.Task[None]") -> None:
        self._run = None

    async def _collect(self, run: Run) -> None:
        tasks = [asyncio.create_task(self._one(collector, run)) for collector in self.target.collectors]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=run.deadline.remaining())
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=CANCELLING)

    async def _one(self, collector: Collector, run: Run) -> None:
        """One collector to its end, however it ends."""
        task = asyncio.create_task(collector.collect(run.page, run.deadline))
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
        run.outcomes[collector.name] = self._outcome(collector.name, task, self._monotonic() - run.began)

    def _outcome(self, name: str, task: "asyncio.Task[None]", seconds: float) -> Outcome:
        if task.cancelled():
            return self._ended(name, Outcome(reason=LATE, seconds=seconds), None)
        error = task.exception()
        reason = "" if error is None else error.reason if isinstance(error, CollectFailed) else "bug"
        if error is None:
            self._succeeded[name] = self._wall()
        return self._ended(name, Outcome(reason=reason, seconds=seconds), error)

    def _ended(self, name: str, outcome: Outcome, error: BaseException | None) -> Outcome:
        """Log what is new about a collector: the first failure of its kind, and that it is over."""
        before, self._reasons[name] = self._reasons.get(name, ""), outcome.reason
        where = {"target": self.target.name, "collector": name, "reason": outcome.reason}
        if outcome.reason == "bug":
            log.error("a collector has a bug", extra=where, exc_info=error)
        elif outcome.reason and outcome.reason != before:
            log.warning("a collector fails", extra=where | {"sentence": error or "it took longer than there was time"})
        elif before and not outcome.reason:
            log.info("a collector works again", extra=where | {"reason": f"after {before}"})
        return outcome

    def _told(self, run: Run) -> Page:
        """The run's page with success, duration and age of each collector, and `up` unless a collector knew better."""
        page = Page(limit=self._limit)
        page.update(run.page)
        late = Outcome(reason=LATE, seconds=self._monotonic() - run.began)
        for collector in self.target.collectors:
            self._tell(page, collector.name, run.outcomes.get(collector.name, late))
        up = self._rows.get("up")
        if up and not page.has(up):
            page.set(up, float(any(not outcome.reason for outcome in run.outcomes.values())))
        for family, count in page.dropped().items():
            if count:
                self._set(page, "dropped_series", float(count), family)
        return page

    def _tell(self, page: Page, name: str, outcome: Outcome) -> None:
        self._set(page, "collector_success", 0.0 if outcome.reason else 1.0, name)
        self._set(page, "collector_duration_seconds", outcome.seconds, name)
        if name in self._succeeded:
            self._set(page, "last_success_timestamp_seconds", self._succeeded[name], name)

    def _set(self, page: Page, name: str, value: float, *labels: str) -> None:
        row = self._rows.get(name)
        if row:
            page.set(row, value, *labels)
