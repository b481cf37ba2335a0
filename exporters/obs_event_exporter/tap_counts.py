"""What the tap has read so far: counts, ages, margins. Bounded by the names the configuration lists."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from obs_event_exporter import metrics as rows
from obs_event_exporter.events import Times
from obs_event_exporter.topology import OTHER
from obs_exporter.page import Page

MARGIN_SECONDS = 60
"""How long a margin counts: the row promises the shortest of the last minute."""


class TapCounts:
    """Totals since the exporter's start, by exchange."""

    def __init__(self, events: Mapping[str, Iterable[str]]) -> None:
        self._events = {(exchange, name): 0 for exchange, names in events.items() for name in (*names, OTHER)}
        self._failures = dict.fromkeys(events, 0)
        self._ages = {exchange: [0] * (len(rows.TAP_AGE.buckets) + 1) for exchange in events}
        self._age_sums = dict.fromkeys(events, 0.0)
        self._margins: dict[str, dict[int, float]] = {exchange: {} for exchange in events}

    def event(self, exchange: str, name: str) -> None:
        """One event came; a name that is not listed counts as other."""
        key = (exchange, name) if (exchange, name) in self._events else (exchange, OTHER)
        if key in self._events:
            self._events[key] += 1

    def failure(self, exchange: str) -> None:
        """One event's signature did not verify."""
        if exchange in self._failures:
            self._failures[exchange] += 1

    def times(self, exchange: str, times: Times, now: float) -> None:
        """How old one event was, and how long it had left. A publisher's clock ahead of ours makes no age below 0."""
        if exchange not in self._ages:
            return
        if times.issued is not None:
            age = max(0.0, now - times.issued)
            self._ages[exchange][bisect_left(rows.TAP_AGE.buckets, age)] += 1
            self._age_sums[exchange] += age
        if times.expires is not None:
            self._margin(exchange, times.expires - now, int(now))

    def _margin(self, exchange: str, left: float, second: int) -> None:
        margins = self._margins[exchange]
        margins[second] = min(left, margins.get(second, left))
        for old in [at for at in margins if at <= second - MARGIN_SECONDS]:
            del margins[old]

    def write(self, page: Page, now: float) -> None:
        """Everything counted so far."""
        for (exchange, name), count in self._events.items():
            page.set(rows.TAP_EVENTS, count, exchange, name)
        for exchange, count in self._failures.items():
            page.set(rows.TAP_FAILURES, count, exchange)
            page.histogram(rows.TAP_AGE, self._ages[exchange], self._age_sums[exchange], exchange)
            recent = [left for at, left in self._margins[exchange].items() if at > now - MARGIN_SECONDS]
            if recent:
                page.set(rows.TAP_MARGIN, min(recent), exchange)
