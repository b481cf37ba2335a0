"""Boundary cases as unit tests: just short of a threshold, at it, just past it, and when the alert fires."""

import math
from collections.abc import Iterator
from dataclasses import replace

from obs.model.plan import Part
from obs.render.lookback import reads
from obs.render.play import Phase, Theatre, Track
from obs.render.promtool_drive import Drive, drive
from obs.render.promtool_notation import Case, Check, firing

DECOY = "decoy"
"""A job outside the platform with the same metrics at their worst: no alert may listen to it."""


def cases(theatre: Theatre, part: Part) -> Iterator[Case]:
    """The boundary cases of every alert that has a boundary, in the order of the file."""
    alerts = {a.name: a for a in part.alerts if a.alert is not None}
    for boundary in part.faults.boundaries:
        if planned := alerts.get(boundary.alert):
            yield from cases_of(drive(theatre, part, boundary, planned))


def cases_of(driven: Drive) -> Iterator[Case]:
    """The boundary cases of one alert."""
    yield _quiet(driven)
    yield _fires(driven)
    if driven.boundary.exact and driven.exact_fires and driven.comparison != "==":
        yield _at_threshold(driven)


def _calm(driven: Drive) -> float:
    return _grid(driven, driven.reach + 4 * driven.interval)


def _long(driven: Drive) -> float:
    """Long enough for every window to fill and the hold to pass."""
    return _grid(driven, 1.05 * driven.reach + driven.hold + 6 * driven.interval)


def _grid(driven: Drive, moment: float) -> float:
    return math.floor(moment / driven.interval) * driven.interval


def _tracks(driven: Drive, phases: tuple[Phase, ...]) -> tuple[Track, ...]:
    return driven.theatre.play(phases, reads=reads(driven.exprs))


def _none(driven: Drive, moment: float, state: str = "") -> Check:
    return Check(moment=_grid(driven, moment), expr=firing(f'alertname="{driven.alert.name}"', state=state))


def _some(driven: Drive, tracks: tuple[Track, ...], moment: float, state: str) -> Check:
    """The alert is in this state for exactly the driven series."""
    names, found = driven.told(tracks)
    expr = firing(f'alertname="{driven.alert.name}"', by=("alertname", *names), state=state)
    labels = [{"alertname": driven.alert.name, **dict(values)} for values in found]
    texts = ["{" + ", ".join(f'{k}="{v}"' for k, v in sorted(one.items())) + "}" for one in labels]
    return Check(moment=_grid(driven, moment), expr=expr, samples=tuple((text, 1.0) for text in sorted(texts)))


def _quiet(driven: Drive) -> Case:
    """Just short of the threshold (and at it, where it does not count) nothing happens, whatever another job does."""
    levels = [driven.short]
    if driven.boundary.exact and not driven.exact_fires and driven.comparison != "!=":
        levels.append(driven.alert.threshold)
    phases = (Phase(seconds=_calm(driven)), *(driven.at(x, _long(driven)) for x in levels))
    ends = [sum(p.seconds for p in phases[: n + 1]) for n in range(len(phases))]
    tracks = _tracks(driven, phases)
    checks = [_none(driven, end - driven.interval) for end in ends]
    checks += [check for check in (_recorded(driven, tracks, driven.short, ends[1]),) if check]
    return Case(
        name=f"{driven.alert.name} just short",
        interval=driven.interval,
        tracks=(*tracks, *_decoys(driven, ends[-1])),
        reads=reads(driven.exprs),
        checks=tuple(checks),
    )


def _decoys(driven: Drive, length: float) -> tuple[Track, ...]:
    """Everything the rule reads, far past the threshold, in a job none of ours; nothing when it reads any job."""
    wanted = reads(driven.exprs)
    if any(not wanted.get(t.name) for t in driven.driven(_tracks(driven, (Phase(seconds=60.0),)))):
        return ()
    return decoys(_tracks(driven, (driven.at(driven.far, length),)))


def decoys(tracks: tuple[Track, ...]) -> tuple[Track, ...]:
    """The same series from a job that is none of the platform's."""
    return tuple(replace(t, labels=tuple(sorted({**dict(t.labels), "job": DECOY}.items()))) for t in tracks)


def _recorded(driven: Drive, tracks: tuple[Track, ...], x: float, end: float) -> Check | None:
    """The signal's recorded series has the value x for exactly the driven series."""
    alert = driven.alert.alert
    signal = driven.part.signals[alert.signal] if alert else None
    if alert is None or signal is None or not signal.record or alert.window not in ("", signal.window) or not x:
        return None
    names, found = driven.told(tracks)
    expr = f"group by ({', '.join(names)}) (abs({signal.record} / {x!r} - 1) < 0.01)"
    texts = ["{" + ", ".join(f'{k}="{v}"' for k, v in values) + "}" for values in found]
    samples = tuple((text, 1.0) for text in sorted(texts))
    return Check(moment=_grid(driven, end - driven.interval), expr=expr, samples=samples)


def _fires(driven: Drive) -> Case:
    """Just past the threshold: pending when the window says so, firing when the hold is over, over soon after."""
    start, length = _calm(driven), _long(driven)
    phases = (Phase(seconds=start), driven.at(driven.past, length), Phase(seconds=length))
    tracks = _tracks(driven, phases)
    checks = [
        _none(driven, start - driven.interval),
        *_timing(driven, tracks, start),
        _some(driven, tracks, start + length - driven.interval, "firing"),
        _none(driven, start + 2 * length - driven.interval),
    ]
    name = f"{driven.alert.name} just past"
    wanted = reads(driven.exprs)
    return Case(name=name, interval=driven.interval, tracks=tracks, checks=tuple(dict.fromkeys(checks)), reads=wanted)


def _timing(driven: Drive, tracks: tuple[Track, ...], start: float) -> Iterator[Check]:
    """When the condition begins to hold, and that the hold is neither shorter nor longer than written."""
    crossing, hold, tick = driven.crossing(), driven.hold, driven.interval
    first = last = start + (crossing or 0.0)
    if crossing:
        margin = 2 * tick + 0.02 * crossing
        first, last = first - margin, last + margin
        if first > start:
            yield _none(driven, first)
    if crossing is None:
        last = start + 1.05 * driven.reach + tick
    if hold > last - first + tick:
        yield _some(driven, tracks, last + tick, "pending")
    if hold > tick:
        yield _none(driven, first + hold - tick, "firing")
    yield _some(driven, tracks, last + hold + tick, "firing")


def _at_threshold(driven: Drive) -> Case:
    """The threshold itself counts."""
    start, length = _calm(driven), _long(driven)
    phases = (Phase(seconds=start), driven.at(driven.alert.threshold, length))
    tracks = _tracks(driven, phases)
    checks = (_some(driven, tracks, start + length - driven.interval, "firing"),)
    name, wanted = f"{driven.alert.name} at the threshold", reads(driven.exprs)
    return Case(name=name, interval=driven.interval, tracks=tracks, checks=checks, reads=wanted)
