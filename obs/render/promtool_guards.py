"""Guards as unit tests: a condition holds all along, and whether its alert may speak of it turns with the guard."""

import re
from collections.abc import Iterator
from dataclasses import replace

from obs.render.lookback import reads
from obs.render.play import Phase
from obs.render.promtool_bursts import exact
from obs.render.promtool_drive import Drive
from obs.render.promtool_notation import Case

_LIMIT = re.compile(r"([<>])\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*\)?\s*$")
STEP = 0.02
"""Distance from a guard's limit, as a share of it; one for limits of 0."""


def cases(driven: Drive) -> Iterator[Case]:
    """The guard just short of its limit, just past it, and at it where numbers allow."""
    alert = driven.alert.alert
    limit = _LIMIT.search(alert.guard) if alert else None
    if limit is None or not driven.boundary.guard:
        return
    guarded = replace(driven, boundary=replace(driven.boundary, series=driven.boundary.guard))
    value = float(limit[2])
    step = (STEP * abs(value) or 1.0) * (1 if limit[1] == ">" else -1)
    yield _beside(guarded, value - step, value + step)
    yield from _at(guarded, value)


def _beside(driven: Drive, short: float, past: float) -> Case:
    """Quiet while the guard is short of its limit, firing when it is past it."""
    calm = driven.grid(driven.reach + 4 * driven.interval)
    length = driven.grid(1.05 * driven.reach + driven.hold + 6 * driven.interval)
    phases = (Phase(seconds=calm), driven.at(short, length), driven.at(past, length))
    tracks = driven.theatre.play(phases, reads=reads(driven.exprs))
    checks = (
        driven.none(calm + length - driven.interval),
        driven.some(tracks, calm + 2 * length - driven.interval, "firing"),
    )
    name = f"{driven.alert.name} beside its guard"
    return Case(name=name, interval=driven.interval, tracks=tracks, checks=checks, reads=reads(driven.exprs))


def _at(driven: Drive, limit: float) -> Iterator[Case]:
    """At its very limit a guard does not let the alert speak."""
    found, moment = exact(driven, driven.boundary.series, limit)
    if found:
        tracks = driven.theatre.play(found, reads=reads(driven.exprs))
        name, checks = f"{driven.alert.name} at its guard's very limit", (driven.none(moment),)
        yield Case(name=name, interval=driven.interval, tracks=tracks, checks=checks, reads=reads(driven.exprs))
