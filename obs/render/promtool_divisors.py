"""Divisors of zero: `a / (b > 0)` must say nothing where b is 0, though a is not, neither NaN nor infinity."""

import re
from dataclasses import replace

from obs.render.lookback import reads
from obs.render.play import Track
from obs.render.promtool_drive import Drive
from obs.render.selectors import Selector, selectors

_GUARD = re.compile(r"> 0\s*\)")
_STAND_IN = re.compile(r"\bor\b(?! 0 \*)")
_BEFORE = re.compile(r"/\s*(?:(?:on|ignoring)\s*\([^)]*\)\s*(?:group_left\s*(?:\([^)]*\)\s*)?)?)?$")


def divisors(expr: str) -> tuple[Selector, ...]:
    """The selectors within guarded divisors of an expression."""
    found: list[Selector] = []
    for guard in _GUARD.finditer(expr):
        opening = _opening(expr, guard.end() - 1)
        if opening is not None and _BEFORE.search(expr[:opening]):
            found += selectors(expr[opening : guard.end()])
    return tuple(dict.fromkeys(found))


def _opening(text: str, closing: int) -> int | None:
    """The position of the parenthesis that one at `closing` closes. Texts in quotes hold balanced ones."""
    depth = 0
    for position in range(closing, -1, -1):
        depth += {")": 1, "(": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return None


def divided(driven: Drive) -> tuple[Selector, ...]:
    """The divisors that can be 0 while what the boundary drives is not; none where another term stands in for them."""
    expr = driven.alert.expr
    found = divisors(expr)
    if not found or _STAND_IN.search(expr) or driven.comparison not in (">", ">="):
        return ()
    worst = driven.theatre.play((driven.at(driven.far, 60.0),), reads=reads([expr]))
    return () if any(s.takes(t) for t in driven.driven(worst) for s in found) else found


def emptied(tracks: tuple[Track, ...], found: tuple[Selector, ...], start: float) -> tuple[Track, ...]:
    """The tracks with every divisor at 0 from `start` on: gauges fall to it, counters stand still."""
    hit = {id(t) for t in tracks if any(s.takes(t) for s in found)}
    return tuple(_stopped(t, start) if id(t) in hit else t for t in tracks)


def _stopped(track: Track, start: float) -> Track:
    segments = []
    for segment in track.segments:
        if segment.start < start:
            segments.append(segment._replace(end=min(segment.end, start)))
        if segment.end > start:
            first = max(segment.start, start)
            level = 0.0 if track.metric.type == "gauge" else segment.at(first)
            segments.append(segment._replace(start=first, value=level, slope=0.0))
    return replace(track, segments=tuple(segments))
