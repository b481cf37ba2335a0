"""Boundary cases as unit tests: just short of a threshold, at it, just past it, and when the alert fires."""

import math
from collections.abc import Iterator
from dataclasses import replace

from obs.model.plan import Part
from obs.render.lookback import reads
from obs.render.play import Phase, Theatre, Track
from obs.render.promtool_drive import Drive
from obs.render.promtool_notation import Case, Check, firing

DECOY = "decoy"
"""A job outside the platform with the same metrics at their worst: no alert may listen to it."""


def cases(theatre: Theatre, part: Part) -> Iterator[Case]:
    """The boundary cases of every alert that has a boundary, in the order of the file."""
    alerts = {a.name: a for a in part.alerts if a.alert is not None}
    for boundary in part.faults.boundaries:
        if planned := alerts.get(boundary.alert):
            comparison = planned.alert.is_ if planned.alert else ">"
            drive = Drive(theatre=theatre, part=part, boundary=boundary, alert=planned, comparison=comparison)
            yield _quiet(drive)
            yield _fires(drive)
            if boundary.exact and drive.exact_fires and drive.comparison != "==":
                yield _at_threshold(drive)


def _calm(drive: Drive) -> float:
    return _grid(drive, drive.reach + 4 * drive.interval)


def _long(drive: Drive) -> float:
    """Long enough for every window to fill and the hold to pass."""
    return _grid(drive, 1.05 * drive.reach + drive.hold + 6 * drive.interval)


def _grid(drive: Drive, moment: float) -> float:
    return math.floor(moment / drive.interval) * drive.interval


def _tracks(drive: Drive, phases: tuple[Phase, ...]) -> tuple[Track, ...]:
    return drive.theatre.play(phases, reads=reads(drive.exprs))


def _none(drive: Drive, moment: float, state: str = "") -> Check:
    return Check(moment=_grid(drive, moment), expr=firing(f'alertname="{drive.alert.name}"', state=state))


def _some(drive: Drive, tracks: tuple[Track, ...], moment: float, state: str) -> Check:
    """The alert is in this state for exactly the driven series."""
    names, found = drive.told(tracks)
    expr = firing(f'alertname="{drive.alert.name}"', by=("alertname", *names), state=state)
    labels = [{"alertname": drive.alert.name, **dict(values)} for values in found]
    texts = ["{" + ", ".join(f'{k}="{v}"' for k, v in sorted(one.items())) + "}" for one in labels]
    return Check(moment=_grid(drive, moment), expr=expr, samples=tuple((text, 1.0) for text in sorted(texts)))


def _quiet(drive: Drive) -> Case:
    """Just short of the threshold (and at it, where it does not count) nothing happens, whatever another job does."""
    levels = [drive.short]
    if drive.boundary.exact and not drive.exact_fires and drive.comparison != "!=":
        levels.append(drive.alert.threshold)
    phases = (Phase(seconds=_calm(drive)), *(drive.at(x, _long(drive)) for x in levels))
    ends = [sum(p.seconds for p in phases[: n + 1]) for n in range(len(phases))]
    tracks = _tracks(drive, phases)
    checks = [_none(drive, end - drive.interval) for end in ends]
    checks += [check for check in (_recorded(drive, tracks, drive.short, ends[1]),) if check]
    return Case(
        name=f"{drive.alert.name} just short",
        interval=drive.interval,
        tracks=(*tracks, *_decoys(drive, ends[-1])),
        checks=tuple(checks),
    )


def _decoys(drive: Drive, length: float) -> tuple[Track, ...]:
    """Everything the rule reads, far past the threshold, in a job none of ours; nothing when it reads any job."""
    wanted = reads(drive.exprs)
    if any(not wanted.get(t.name) for t in drive.driven(_tracks(drive, (Phase(seconds=60.0),)))):
        return ()
    return decoys(_tracks(drive, (drive.at(drive.far, length),)))


def decoys(tracks: tuple[Track, ...]) -> tuple[Track, ...]:
    """The same series from a job that is none of the platform's."""
    return tuple(replace(t, labels=tuple(sorted({**dict(t.labels), "job": DECOY}.items()))) for t in tracks)


def _recorded(drive: Drive, tracks: tuple[Track, ...], x: float, end: float) -> Check | None:
    """The signal's recorded series has the value x for exactly the driven series."""
    alert = drive.alert.alert
    signal = drive.part.signals[alert.signal] if alert else None
    if alert is None or signal is None or not signal.record or alert.window not in ("", signal.window) or not x:
        return None
    names, found = drive.told(tracks)
    expr = f"group by ({', '.join(names)}) (abs({signal.record} / {x!r} - 1) < 0.01)"
    texts = ["{" + ", ".join(f'{k}="{v}"' for k, v in values) + "}" for values in found]
    samples = tuple((text, 1.0) for text in sorted(texts))
    return Check(moment=_grid(drive, end - drive.interval), expr=expr, samples=samples)


def _fires(drive: Drive) -> Case:
    """Just past the threshold: pending when the window says so, firing when the hold is over, over soon after."""
    start, length = _calm(drive), _long(drive)
    phases = (Phase(seconds=start), drive.at(drive.past, length), Phase(seconds=length))
    tracks = _tracks(drive, phases)
    checks = [
        _none(drive, start - drive.interval),
        *_timing(drive, tracks, start),
        _some(drive, tracks, start + length - drive.interval, "firing"),
        _none(drive, start + 2 * length - drive.interval),
    ]
    name = f"{drive.alert.name} just past"
    return Case(name=name, interval=drive.interval, tracks=tracks, checks=tuple(dict.fromkeys(checks)))


def _timing(drive: Drive, tracks: tuple[Track, ...], start: float) -> Iterator[Check]:
    """When the condition begins to hold, and that the hold is neither shorter nor longer than written."""
    crossing, hold, tick = drive.crossing(), drive.hold, drive.interval
    first = last = start + (crossing or 0.0)
    if crossing:
        margin = 2 * tick + 0.02 * crossing
        first, last = first - margin, last + margin
        if first > start:
            yield _none(drive, first)
    if crossing is None:
        last = start + 1.05 * drive.reach + tick
    if hold > last - first + tick:
        yield _some(drive, tracks, last + tick, "pending")
    if hold > tick:
        yield _none(drive, first + hold - tick, "firing")
    yield _some(drive, tracks, last + hold + tick, "firing")


def _at_threshold(drive: Drive) -> Case:
    """The threshold itself counts."""
    start, length = _calm(drive), _long(drive)
    phases = (Phase(seconds=start), drive.at(drive.alert.threshold, length))
    tracks = _tracks(drive, phases)
    checks = (_some(drive, tracks, start + length - drive.interval, "firing"),)
    return Case(name=f"{drive.alert.name} at the threshold", interval=drive.interval, tracks=tracks, checks=checks)
