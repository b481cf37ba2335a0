"""Driving an alert's signal to a value: which x lies just short of its threshold or past it, when it is crossed."""

import math
import re
from dataclasses import dataclass
from functools import cached_property

from obs.conventions import seconds
from obs.model.fault import Boundary, Series
from obs.model.plan import Part, PlannedAlert
from obs.render.acting import own_labels
from obs.render.lookback import kept_labels, ranges_of, reach, reads, shortest_range
from obs.render.play import Phase, Theatre, Track
from obs.render.promtool_notation import SPARED, Check, firing

CURVED = re.compile(
    r"histogram_quantile|(?:min|max|quantile|last|stddev)_over_time|changes|resets|deriv|delta|predict_linear|topk"
)
"""What makes a value that is not in proportion to what drives it."""


_LENT = re.compile(r"/ on \([^)]*\) group_left \(\)")
PEAK = re.compile(r"max_over_time\([^()]*\[\w+\]\)")
"""What holds its highest value for as long as its range."""
GUARDED = "\nand on ("
"""Where an alert's guard begins; its labels are not the alert's."""


def told(track: Track, label: str) -> bool:
    """Whether a test says this label of a series."""
    return label != "le" and (label not in SPARED or label in dict(track.own))


def drive(theatre: Theatre, part: Part, boundary: Boundary, alert: PlannedAlert) -> "Drive":
    """The drive of a boundary; recording rules the alert reads come along."""
    records = {rule.record: rule.expr for group in part.groups for rule in group.rules if rule.record}
    found, open_ = [alert.expr], [alert.expr]
    if alert.alert and (record := part.signals[alert.alert.signal].record):
        open_.append(records[record])
        found.append(records[record])
    while open_:
        names = set(reads([open_.pop()]))
        new = [records[n] for n in sorted(names & set(records)) if records[n] not in found]
        found, open_ = found + new, open_ + new
    comparison = alert.alert.is_ if alert.alert else ">"
    return Drive(theatre=theatre, part=part, boundary=boundary, alert=alert, comparison=comparison, exprs=tuple(found))


@dataclass(frozen=True, kw_only=True)
class Drive:
    """One boundary of one alert on one platform. Without slots, as it keeps what it is asked for again and again."""

    theatre: Theatre
    part: Part
    boundary: Boundary
    alert: PlannedAlert
    comparison: str
    exprs: tuple[str, ...]
    """The alert's expression and those of the recording rules it reads or its signal is recorded by."""

    @property
    def hold(self) -> float:
        """Seconds the condition must hold before the alert fires."""
        return seconds(self.alert.hold) if self.alert.hold else 0.0

    @cached_property
    def reach(self) -> float:
        """Seconds of the past the rule sees."""
        return reach(self.alert.expr)

    @cached_property
    def interval(self) -> float:
        """Seconds between samples: fine enough for the rule's shortest range, coarse enough for its longest."""
        length = self.reach + self.hold
        wanted = 15.0 if length <= 2700 else 60.0 if length <= 43_200 else 300.0
        return min(wanted, max(15.0, shortest_range([self.alert.expr]) / 4))

    @property
    def step(self) -> float:
        """Distance from the threshold to the cases beside it."""
        threshold = self.alert.threshold
        if self.boundary.step:
            return self.boundary.step
        whole = self.boundary.exact and threshold == int(threshold) and not self.counts
        return 1.0 if whole else 0.02 * abs(threshold) or 0.01

    @property
    def past(self) -> float:
        """The x nearest to the threshold at which the alert fires."""
        return self.alert.threshold + {"<": -1, "<=": -1, "==": 0}.get(self.comparison, 1) * self.step

    @property
    def short(self) -> float:
        """The x nearest to the threshold at which it does not."""
        return self.alert.threshold + {"<": 1, "<=": 1, "==": 1, "!=": 0}.get(self.comparison, -1) * self.step

    @property
    def far(self) -> float:
        """An x at which the alert fires beyond doubt."""
        if self.comparison in ("<", "<="):
            return min(0.0, self.past)
        return self.past if self.comparison in ("==", "!=") else self.past + abs(self.alert.threshold) + self.step

    @property
    def safe(self) -> float:
        """An x at which the alert does not fire beyond doubt."""
        if self.comparison in ("==", "!="):
            return self.short
        return self.short + (1 if self.comparison in ("<", "<=") else -1) * (abs(self.alert.threshold) + self.step)

    @property
    def _telling(self) -> str:
        """The part of the expression whose labels are the alert's: no guard, no divisor that only lends its number."""
        guarded = self.alert.alert is not None and self.alert.alert.guard
        told = self.alert.expr.partition(GUARDED)[0] if guarded else self.alert.expr
        return _LENT.split(told)[0]

    @property
    def exact_fires(self) -> bool:
        """Whether the threshold itself is past the line."""
        return self.comparison in (">=", "<=", "==")

    @property
    def record(self) -> str:
        """The name under which the alert's signal is recorded, "" when it is not over the alert's window."""
        signal = self.part.signals[self.alert.alert.signal] if self.alert.alert else None
        if self.alert.alert is None or signal is None or self.alert.alert.window not in ("", signal.window):
            return ""
        return signal.record or ""

    @property
    def peaks(self) -> bool:
        """Whether the signal jumps up at once and stays up for the length of its window."""
        expr = self.alert.expr
        return bool(PEAK.search(expr)) and not CURVED.search(PEAK.sub("", expr)) and self.comparison in (">", ">=")

    @property
    def counts(self) -> bool:
        """Whether counters drive the signal."""
        return any(s.behaviour.kind == "rate" and s.behaviour.number.slope for s in self.boundary.series)

    def grid(self, moment: float) -> float:
        """The last evaluation up to a moment."""
        return math.floor(moment / self.interval) * self.interval

    def at(self, x: float, length: float) -> Phase:
        """A phase in which the signal is x."""
        return Phase(seconds=length, x=x, changes=self.changes(self.boundary.series))

    def changes(self, series: tuple[Series, ...]) -> tuple[tuple[str, Series], ...]:
        """The series as changes of this component."""
        return tuple((self.part.component.name, one) for one in series)

    def none(self, moment: float, state: str = "") -> Check:
        """The alert is not in this state, or in none at all."""
        return Check(moment=self.grid(moment), expr=firing(f'alertname="{self.alert.name}"', state=state))

    def some(self, tracks: tuple[Track, ...], moment: float, state: str) -> Check:
        """The alert is in this state for exactly the driven series."""
        names, found = self.told(tracks)
        expr = firing(f'alertname="{self.alert.name}"', by=("alertname", *names), state=state)
        labels = [{"alertname": self.alert.name, **dict(values)} for values in found]
        texts = ["{" + ", ".join(f'{k}="{v}"' for k, v in sorted(one.items())) + "}" for one in labels]
        return Check(moment=self.grid(moment), expr=expr, samples=tuple((text, 1.0) for text in sorted(texts)))

    def driven(self, tracks: tuple[Track, ...]) -> tuple[Track, ...]:
        """Those tracks whose course depends on x."""
        sloped = [s for s in self.boundary.series if s.behaviour.number.slope]
        names = {s.metric for s in sloped}
        near = [t for t in tracks if t.name in names or t.metric.name in names]
        return tuple(t for t in near if any(self._is(t, s) for s in sloped))

    def _is(self, track: Track, series: Series) -> bool:
        return (
            series.metric in (track.name, track.metric.name)
            and track.instance in self.theatre.players(self.part, series.metric)
            and series.instance in (None, track.instance.index)
            and set(own_labels(track.instance, series)) <= set(track.own)
        )

    def told(self, tracks: tuple[Track, ...]) -> tuple[tuple[str, ...], tuple[tuple[tuple[str, str], ...], ...]]:
        """The labels the firing alert keeps of the driven series, and their values: one tuple per alert."""
        kept = kept_labels(self._telling)
        found = [{k: v for k, v in t.labels if (kept is None or k in kept) and told(t, k)} for t in self.driven(tracks)]
        names = tuple(sorted(set.intersection(*(set(f) for f in found)))) if found else ()
        return names, tuple(sorted({tuple((n, f[n]) for n in names) for f in found}))

    def crossing(self) -> float | None:
        """Seconds from a step of the signal from its baseline to `past` until the condition holds.

        None where that is not a matter of proportion: quantiles, extremes, several windows.
        """
        ranges = {r for s in self.boundary.series for r in ranges_of(self.alert.expr, s.metric)}
        if len(ranges) != 1 or "offset" in self.alert.expr:
            return None
        window = ranges.pop()
        if window == 0.0 or self.peaks:
            return 0.0
        base = self._baseline()
        if base is None or CURVED.search(self.alert.expr) or self.past == base:
            return None
        share = (self.alert.threshold - base) / (self.past - base)
        return window * share if 0 <= share <= 1 else None

    def _baseline(self) -> float | None:
        """The x that the baseline amounts to, when all driven series agree on it."""
        tracks = self.theatre.play((self.at(self.past, 60.0), Phase(seconds=60.0)), reads=reads([self.alert.expr]))
        found = set()
        for series in (s for s in self.boundary.series if s.behaviour.number.slope):
            line = series.behaviour.number
            for track in (t for t in tracks if self._is(t, series)):
                level = self._level(track, series)
                found.add(round((level - line.base) / line.slope, 9))
        return found.pop() if len(found) == 1 else None

    @staticmethod
    def _level(track: Track, series: Series) -> float:
        """Rate or value of a track in the second minute, 0 where it has none."""
        last = next((s for s in track.segments if s.end > 60.0), None)
        if last is None:
            return 0.0
        return last.slope if series.behaviour.kind == "rate" else last.value
