"""Boundary cases as unit tests: just short of a threshold, at it, just past it, and when the alert fires."""

from collections.abc import Iterator
from dataclasses import replace

from obs.model.fault import Boundary
from obs.model.plan import Part
from obs.render import promtool_bursts, promtool_divisors, promtool_guards
from obs.render.lookback import reads
from obs.render.play import Phase, Theatre, Track
from obs.render.promtool_drive import Drive, drive
from obs.render.promtool_notation import Case, Check
from obs.render.promtool_strangers import strangers

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
    if driven.boundary.exact and driven.exact_fires and driven.comparison != "==" and not driven.counts:
        yield _at_threshold(driven)
    yield from promtool_bursts.met(driven)
    yield from promtool_bursts.lasting(driven)
    yield from promtool_guards.cases(driven)
    for series in driven.boundary.also:
        other = replace(driven, boundary=Boundary(alert=driven.boundary.alert, series=series))
        for case in (_quiet(other), _fires(other), *promtool_bursts.lasting(other)):
            yield replace(case, name=f"{case.name}, another way")


def _calm(driven: Drive) -> float:
    return driven.grid(driven.reach + 4 * driven.interval)


def _long(driven: Drive) -> float:
    """Long enough for every window to fill and the hold to pass."""
    return driven.grid(1.05 * driven.reach + driven.hold + 6 * driven.interval)


def _tracks(driven: Drive, phases: tuple[Phase, ...]) -> tuple[Track, ...]:
    return driven.theatre.play(phases, reads=reads(driven.exprs))


def _quiet(driven: Drive) -> Case:
    """Just short of the threshold (and at it, where it does not count) nothing happens, whatever another job does."""
    levels = [driven.short]
    if driven.boundary.exact and not driven.exact_fires and driven.comparison != "!=" and not driven.counts:
        levels.append(driven.alert.threshold)
    phases = (Phase(seconds=_calm(driven)), *(driven.at(x, _long(driven)) for x in levels))
    if empty := promtool_divisors.divided(driven):
        phases = (*phases, driven.at(driven.far, _long(driven)))
    ends = [sum(p.seconds for p in phases[: n + 1]) for n in range(len(phases))]
    tracks = _tracks(driven, phases)
    checks = [driven.none(end - driven.interval) for end in ends]
    if recorded := _recorded(driven, tracks, driven.short, ends[1]):
        checks += [recorded, replace(recorded, expr=f'{driven.record}{{job="{DECOY}"}}', samples=())]
    if empty:
        tracks = promtool_divisors.emptied(tracks, empty, ends[-2])
        checks += [Check(moment=driven.grid(ends[-1] - driven.interval), expr=driven.record)] if driven.record else []
    worst = _tracks(driven, (driven.at(driven.far, ends[-1]),))
    return Case(
        name=f"{driven.alert.name} just short",
        interval=driven.interval,
        tracks=(*tracks, *_decoys(driven, worst), *strangers(driven, worst, tracks)),
        reads=reads(driven.exprs),
        checks=tuple(checks),
    )


def _decoys(driven: Drive, worst: tuple[Track, ...]) -> tuple[Track, ...]:
    """Everything the rule reads, far past the threshold, in a job none of ours; nothing when it reads any job."""
    wanted = reads(driven.exprs)
    return decoys(worst) if all(wanted.get(track.name) for track in driven.driven(worst)) else ()


def decoys(tracks: tuple[Track, ...]) -> tuple[Track, ...]:
    """The same series from a job that is none of the platform's."""
    return tuple(t.labelled({**dict(t.labels), "job": DECOY}) for t in tracks)


def _recorded(driven: Drive, tracks: tuple[Track, ...], x: float, end: float) -> Check | None:
    """The signal's recorded series has the value x for exactly the driven series."""
    if not driven.record or not x:
        return None
    names, found = driven.told(tracks)
    expr = f"group by ({', '.join(names)}) (abs({driven.record} / {x!r} - 1) < 0.01)"
    texts = ["{" + ", ".join(f'{k}="{v}"' for k, v in values) + "}" for values in found]
    samples = tuple((text, 1.0) for text in sorted(texts))
    return Check(moment=driven.grid(end - driven.interval), expr=expr, samples=samples)


def _fires(driven: Drive) -> Case:
    """Just past the threshold: pending when the window says so, firing when the hold is over, over soon after. No
    stranger that is well hides it."""
    start, length = _calm(driven), _long(driven)
    phases = (Phase(seconds=start), driven.at(driven.past, length), Phase(seconds=length))
    tracks = _tracks(driven, phases)
    checks = [
        driven.none(start - driven.interval),
        *_timing(driven, tracks, start),
        driven.some(tracks, start + length - driven.interval, "firing"),
        driven.none(start + 2 * length - driven.interval),
        *_after_peak(driven, tracks, start + length),
    ]
    worthy = strangers(driven, _tracks(driven, (driven.at(driven.safe, start + 2 * length),)), tracks, job=DECOY)
    return Case(
        name=f"{driven.alert.name} just past",
        interval=driven.interval,
        tracks=(*tracks, *worthy),
        checks=tuple(dict.fromkeys(checks)),
        reads=reads(driven.exprs),
    )


def _after_peak(driven: Drive, tracks: tuple[Track, ...], end: float) -> Iterator[Check]:
    """The highest value counts for the length of the window, no less and no more."""
    if driven.peaks:
        yield driven.some(tracks, end + driven.reach - 2 * driven.interval, "")
        yield driven.none(end + driven.reach + driven.interval)


def _timing(driven: Drive, tracks: tuple[Track, ...], start: float) -> Iterator[Check]:
    """When the condition begins to hold, and that the hold is neither shorter nor longer than written."""
    crossing, hold, tick = driven.crossing(), driven.hold, driven.interval
    first = last = start + (crossing or 0.0)
    if crossing:
        margin = 2 * tick + 0.02 * crossing
        first, last = first - margin, last + margin
        if first > start:
            yield driven.none(first)
    if crossing is None:
        last = start + 1.05 * driven.reach + tick
    if hold > last - first + tick:
        yield driven.some(tracks, last + tick, "pending")
    if hold > tick:
        yield driven.none(first + hold - tick, "firing")
    yield driven.some(tracks, last + hold + tick, "firing")


def _at_threshold(driven: Drive) -> Case:
    """The threshold itself counts."""
    start, length = _calm(driven), _long(driven)
    phases = (Phase(seconds=start), driven.at(driven.alert.threshold, length))
    tracks = _tracks(driven, phases)
    checks = (driven.some(tracks, start + length - driven.interval, "firing"),)
    name, wanted = f"{driven.alert.name} at the threshold", reads(driven.exprs)
    return Case(name=name, interval=driven.interval, tracks=tracks, checks=checks, reads=wanted)
