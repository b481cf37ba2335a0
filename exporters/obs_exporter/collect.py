"""What an exporter's own part looks like to the shared one: targets, their collectors, and the time these have."""

import time
from collections.abc import Callable
from typing import Protocol

from obs_exporter.page import Page

Clock = Callable[[], float]
"""Seconds: `time.monotonic` where durations are measured, `time.time` where a moment is told."""


class CollectFailed(Exception):
    """A collector could not learn what it is for.

    `reason` is one short word of a known set, fit for a label; the text is a sentence for the log, without any secret.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Deadline:
    """A moment by which work must have ended, on a monotonic clock."""

    def __init__(self, seconds: float, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._at = clock() + seconds

    def remaining(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self._at - self._clock())

    def part(self, share: float) -> "Deadline":
        """The first `share` (0 to 1) of the time that is left, for one of several steps."""
        return Deadline(self.remaining() * share, clock=self._clock)


class Collector(Protocol):
    """One question to a target. All collectors of a target run at once, in one event loop."""

    @property
    def name(self) -> str:
        """Value of the label `collector`."""

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Write what is true now onto the page, or raise CollectFailed.

        Whatever was written before a failure stays on the page, so only facts of this run may be written.
        A late collector is cancelled: it then ends its work at the server too, and lets CancelledError pass.
        """


class Target(Protocol):
    """One thing the exporter watches, by its configured name."""

    @property
    def name(self) -> str:
        """What `/probe?target=` calls it."""

    @property
    def collectors(self) -> tuple[Collector, ...]:
        """What is asked on every scrape."""

    async def start(self) -> None:
        """Begin background work. A target that cannot be reached is no error here."""

    async def close(self) -> None:
        """End background work and connections."""
