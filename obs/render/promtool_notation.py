"""The words of promtool's unit tests: series in expanding notation, and expectations about firing alerts."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from obs.conventions import duration, number
from obs.render.acting import Segment
from obs.render.cast import Labels
from obs.render.play import Track

SPARED = ("pod", "zone")
"""Target labels left out of test series, as no rule reads them; the files are a quarter shorter without them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One test group: series every `interval` seconds, and what holds at which second of the play."""

    name: str
    interval: float
    evaluation: float = 0.0
    """Seconds between evaluations of the rules; 0 = the same as the interval."""
    tracks: tuple[Track, ...] = ()
    series: tuple[tuple[str, str], ...] = ()
    """Further input series, already in promtool's notation."""
    checks: tuple["Check", ...] = ()
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What the examined rules read: series name -> jobs (none: any job)."""

    @property
    def pace(self) -> float:
        """Seconds between evaluations."""
        return self.evaluation or self.interval


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """At `moment` the expression gives exactly these samples: (labels, value)."""

    moment: float
    expr: str
    samples: tuple[tuple[str, float], ...] = field(default=())


def printed(case: Case) -> Iterator[str]:
    """The lines of a test group. By hand, as the general printer takes seconds for thousands of series."""
    yield f"- name: {_quoted(case.name)}"
    yield f"  interval: {duration(case.interval)}"
    yield "  input_series:"
    yield from (_played(track, case.interval) for track in case.tracks)
    yield from (_input(_quoted(series), _quoted(text)) for series, text in case.series)
    yield "  promql_expr_test:"
    for check in sorted(case.checks, key=lambda c: (c.moment, c.expr)):
        yield from _check(check)


def _played(track: Track, interval: float) -> str:
    return _input(_named(track.name, track.labels, track.own), _numbers(track.segments, interval))


def _input(series: str, text: str) -> str:
    return f"  - series: {series}\n    values: {text}"


@lru_cache(maxsize=16_384)
def _named(name: str, labels: Labels, own: Labels) -> str:
    kept = {label for label, _ in own}
    return _quoted(series_text(name, {label: text for label, text in labels if label not in SPARED or label in kept}))


@lru_cache(maxsize=16_384)
def _numbers(segments: tuple[Segment, ...], interval: float) -> str:
    """Most series stand still at one of few levels: four in five of these texts are known."""
    return _quoted(values(segments, interval))


def _check(check: Check) -> Iterator[str]:
    yield f"  - expr: {_quoted(check.expr)}"
    yield f"    eval_time: {duration(check.moment)}"
    if check.samples:
        yield "    exp_samples:"
        for labels, value in check.samples:
            yield f"    - labels: {_quoted(labels)}"
            yield f"      value: {number(value)}"


def _quoted(text: str) -> str:
    """A YAML string in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def series_text(name: str, labels: Mapping[str, str]) -> str:
    """`name{a="b"}` with labels sorted."""
    inside = ", ".join(f'{key}="{_escaped(value)}"' for key, value in sorted(labels.items()) if value)
    return f"{name}{{{inside}}}" if inside else name


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def values(segments: Iterable[Segment], interval: float) -> str:
    """Samples every `interval` seconds in expanding notation; a series that ends is marked stale, as a scrape would."""
    words: list[str] = []
    position = 0
    for segment in segments:
        first, last = math.ceil(segment.start / interval), math.ceil(segment.end / interval) - 1
        if last < first:
            continue
        words += _gap(first - position, ended=bool(words))
        told = _all_digits if segment.exact else number
        words.append(_run(told(segment.at(first * interval)), segment.slope * interval, last - first))
        position = last + 1
    return " ".join(words)


def _gap(samples: int, *, ended: bool) -> list[str]:
    if samples <= 0:
        return []
    if not ended:
        return [f"_x{samples}"]
    return ["stale", f"_x{samples - 1}"] if samples > 1 else ["stale"]


def _all_digits(value: float) -> str:
    text = number(value)
    return text if float(text) == value else repr(value)


def _run(value: str, step: float, further: int) -> str:
    sign = "-" if step < 0 else "+"
    return f"{value}{sign}{number(abs(step))}x{further}" if further else value


def firing(matchers: str = "", by: tuple[str, ...] = ("alertname",), state: str = "firing") -> str:
    """PromQL: one sample per alert (and further labels) in a state; any state when `state` is empty."""
    inside = ", ".join(filter(None, (matchers, f'alertstate="{state}"' if state else "")))
    return f"group by ({', '.join(by)}) (ALERTS{{{inside}}})"


def alert_samples(names: Iterable[str]) -> tuple[tuple[str, float], ...]:
    """The samples of `firing()` when exactly these alerts fire."""
    return tuple((f'{{alertname="{name}"}}', 1) for name in sorted(set(names)))
