"""Bursts: counters that jump once, so that a rate can be told to the last bit and to the last second.

While the window holds the jump, and the samples before it are 0, Prometheus extrapolates nothing: `increase()` is the
jump itself and `rate()` the jump times 1/window (promql/functions.go, extrapolatedRate).
"""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from obs.model.fault import Line, Series
from obs.render.lookback import ranges_of, reads
from obs.render.play import Phase, Track
from obs.render.promtool_drive import CURVED, Drive
from obs.render.promtool_notation import Case, Check

_NEAR = 4
"""So many neighbouring numbers are tried for a jump; two suffice as a rule."""


def window(expr: str, metric: str) -> float:
    """Seconds of the one range with which an expression reads a counter, 0 when there is none or more than one."""
    found = ranges_of(expr, metric)
    return max(found) if len(found) == 1 else 0.0


def jump(expr: str, metric: str, rate: float) -> float | None:
    """What a counter must jump by so that the expression sees exactly this rate; None when no number does."""
    length = window(expr, metric)
    if not length or rate < 0:
        return None
    guess = float(f"{rate * length:.12g}")
    if re.search(rf"increase\(\s*{metric}\b", expr):
        return guess
    above = below = rate * length
    tried = [guess]
    for _ in range(_NEAR):
        tried += [above, below]
        above, below = math.nextafter(above, math.inf), math.nextafter(below, 0.0)
    return next((size for size in tried if size * (1 / length) == rate), None)


def phases(driven: Drive, series: tuple[Series, ...], x: float, still: float, then: float) -> tuple[Phase, ...]:
    """Counters at 0, then one jump that makes the signal exactly x for as long as the window holds it; gauges stand at
    their x all along. Nothing when that cannot be."""
    made = []
    for one in series:
        if one.behaviour.kind != "rate":
            made.append((one, one))
            continue
        rate = one.behaviour.number.at(x)
        size = jump(driven.alert.expr, one.metric, rate)
        if size is None and one.behaviour.number.slope:
            return ()
        size = rate * window(driven.alert.expr, one.metric) if size is None else size
        made.append((_burst(one, 0.0), _burst(one, size)))
    before, after = (driven.changes(tuple(pair[n] for pair in made)) for n in (0, 1))
    return (Phase(seconds=still, x=x, changes=before), Phase(seconds=then, x=x, changes=after))


def _burst(series: Series, size: float) -> Series:
    return replace(series, behaviour=replace(series.behaviour, kind="burst", number=Line(base=size)))


def exact(driven: Drive, series: tuple[Series, ...], x: float) -> tuple[tuple[Phase, ...], float]:
    """The phases that make the signal exactly x, and a moment at which it is; no phase when that cannot be."""
    still = driven.grid(driven.reach + 4 * driven.interval)
    lengths = [window(driven.alert.expr, s.metric) for s in series if s.behaviour.kind == "rate"]
    if not lengths:
        length = driven.grid(driven.hold) + 4 * driven.interval
        found = (Phase(seconds=still), replace(driven.at(x, length), changes=driven.changes(series)))
        return found, still + length - driven.interval
    length = driven.grid(min(lengths) / 2)
    return phases(driven, series, x, still, length + driven.interval), still + length


def met(driven: Drive) -> Iterator[Case]:
    """The threshold itself, met to the last bit: where it does not count nothing may happen. Only the catalogue's own
    threshold is met; whether another number can be depends on its digits."""
    alert = driven.alert.alert
    plain = driven.boundary.exact and driven.counts and "/" not in driven.alert.expr
    series = driven.boundary.meets or (driven.boundary.series if plain else ())
    if not series or alert is None or alert.threshold != driven.alert.threshold:
        return
    found, moment = exact(driven, series, driven.alert.threshold)
    if not found:
        return
    tracks = driven.theatre.play(found, reads=reads(driven.exprs))
    check = driven.some(tracks, moment, "") if driven.exact_fires else driven.none(moment)
    name = f"{driven.alert.name} at the very threshold"
    yield Case(name=name, interval=driven.interval, tracks=tracks, checks=(check,), reads=reads(driven.exprs))


def lasting(driven: Drive) -> Iterator[Case]:
    """One burst, far past the threshold: the condition holds for as long as the window is, no less and no more."""
    series = driven.boundary.series
    counted = [s for s in series if s.behaviour.kind == "rate"]
    lengths = {window(driven.alert.expr, s.metric) for s in counted}
    tick, length = driven.interval, max(lengths, default=0.0)
    if len(lengths) != 1 or length < 8 * tick or length % tick or driven.comparison not in (">", ">="):
        return
    if CURVED.search(driven.alert.expr) or not any(s.behaviour.number.slope > 0 for s in series):
        return
    start, x = driven.grid(driven.reach + 4 * tick), driven.far
    still, bursts = (
        tuple(_burst(s, max(0.0, s.behaviour.number.at(x)) * size) if s in counted else s for s in series)
        for size in (0.0, length)
    )
    found = (
        Phase(seconds=start, x=x, changes=driven.changes(still)),
        Phase(seconds=length + 3 * tick, x=x, changes=driven.changes(bursts)),
    )
    tracks = driven.theatre.play(found, reads=reads(driven.exprs))
    first, last = start + length - 2 * tick, start + length + tick
    checks = (driven.some(tracks, first, ""), driven.none(last), *_recorded(driven, tracks, first, last))
    name = f"{driven.alert.name} for the length of its window"
    yield Case(name=name, interval=tick, tracks=tracks, checks=checks, reads=reads(driven.exprs))


def _recorded(driven: Drive, tracks: tuple[Track, ...], first: float, last: float) -> Iterator[Check]:
    """The recorded signal sees the burst as long."""
    if not driven.record:
        return
    names, found = driven.told(tracks)
    expr = f"group by ({', '.join(names)}) ({driven.record} > {driven.alert.threshold!r})"
    texts = ["{" + ", ".join(f'{k}="{v}"' for k, v in one) + "}" for one in found]
    yield Check(moment=first, expr=expr, samples=tuple((text, 1.0) for text in sorted(texts)))
    yield Check(moment=last, expr=expr)
