"""Stories as unit tests: a healthy day, every fault with exactly its alerts and its end, and data that goes missing."""

import re
from collections.abc import Iterator
from dataclasses import replace

from obs.conventions import duration, seconds
from obs.model.fault import Story
from obs.model.plan import Part, PlannedAlert
from obs.render.lookback import reach, reads, shortest_range
from obs.render.play import Phase, Theatre, Track
from obs.render.promtool_notation import Case, Check, alert_samples, firing
from obs.render.promtool_scope import MISSING, Scope, switch, touched, whole

DAY = 86_400.0
HEALTHY = 14_400.0
"""Seconds of health before every fault. Burn rates over one and three days then see a young platform, which is the
stricter case: the same errors weigh more."""
FAST = 1800.0
"""Short windows up to this length are waited for after a story."""
PACE = 120.0
"""Seconds between evaluations in stories; samples come every minute or oftener."""
AT_ONCE = 6
"""So many metrics vanish together; each must be told, and no other."""
SETTLE = 600.0
"""Seconds for holds and windows to empty after a fault, beyond what the rules look back."""


def cases(theatre: Theatre, part: Part, *, calm: float = HEALTHY) -> Iterator[Case]:
    """Every story of a component, each after `calm` seconds of health, then the missing data."""
    if not part.faults.baseline:
        return
    interval = _interval(part)
    for story in part.faults.stories:
        yield _story(theatre, part, story, interval, calm)
    if theatre.partial(part):
        return
    for source in part.component.sources:
        if not source.component:
            yield _unscraped(theatre, part, source.name)
    if gone := metrics_missing(part):
        yield _vanished(theatre, part, gone)


def _exprs(part: Part) -> list[str]:
    return [rule.expr for group in part.groups for rule in group.rules]


def _turn(end: float) -> float:
    """The last evaluation before a phase ends."""
    return (end // PACE) * PACE - PACE if end % PACE == 0 else (end // PACE) * PACE


def _interval(part: Part) -> float:
    return 60.0 if shortest_range(_exprs(part)) >= 240 else 30.0


def healthy(theatre: Theatre, part: Part) -> Iterator[Case]:
    """A healthy day without a single alert; the rules are evaluated every five minutes of it."""
    if not part.faults.baseline:
        return
    interval, pace, scope = _interval(part), 300.0, whole(theatre, part)
    tracks = theatre.play((Phase(seconds=DAY + pace),), reads=reads(scope.exprs))
    moments = [hour * 3600.0 for hour in (1, 6, 12, 18, 24)]
    checks = [Check(moment=m, expr=_ever(scope, m)) for m in moments]
    for name in (a.name for a in part.alerts if switch(a)):
        checks.append(Check(moment=pace, expr=firing(f'alertname="{name}"'), samples=alert_samples([name])))
    name = "a healthy day stays quiet"
    yield Case(name=name, interval=interval, evaluation=pace, tracks=tracks, checks=tuple(checks))


def _ever(scope: Scope, moment: float) -> str:
    """PromQL: alerts that fired at any time since the play began."""
    now = scope.firing()
    return now.replace("(ALERTS", "(last_over_time(ALERTS").replace("})", f"}}[{duration(moment)}]))")


def story_phases(part: Part, story: Story, recovery: float, calm: float = HEALTHY) -> tuple[Phase, ...]:
    """Health, the fault for as long as it lasts, health again."""
    name = part.component.name
    fault = Phase(
        seconds=seconds(story.lasts),
        changes=tuple((name, series) for series in story.changes),
        targets=tuple((name, *target) for target in story.targets),
    )
    return (Phase(seconds=calm), fault, Phase(seconds=recovery))


def _recovery(scope: Scope) -> float:
    """Seconds until every window is empty of the fault; of the burn pairs only the fast ones are waited for."""
    fast = [seconds(dict(a.rule.labels)["short_window"]) for a in scope.alerts if a.objective]
    plain = [reach(a.expr) for a in scope.alerts if not a.objective]
    return max((*plain, *(s + 300 for s in fast if s <= FAST)), default=0.0) + SETTLE


def _recovered(scope: Scope) -> str:
    """PromQL: what still fires, but for burn pairs whose short window is long (their end is proven by itself)."""
    slow = {dict(a.rule.labels)["short_window"] for a in scope.alerts if a.objective}
    slow = {window for window in slow if seconds(window) > FAST}
    return scope.firing(also=f'short_window!~"{"|".join(sorted(slow))}"' if slow else "")


def _story(theatre: Theatre, part: Part, story: Story, interval: float, calm: float) -> Case:
    scope = touched(theatre, part, story)
    phases = story_phases(part, story, _recovery(scope), calm)
    own = {a.name for a in scope.alerts}
    fault_ends = phases[0].seconds + phases[1].seconds
    expr = scope.firing()
    checks = (
        Check(moment=phases[0].seconds - PACE, expr=expr),
        Check(moment=_turn(fault_ends), expr=expr, samples=alert_samples(own & set(story.fires))),
        Check(moment=_turn(fault_ends), expr=f"{scope.firing('pending')} unless on (alertname) {expr}"),
        Check(moment=_turn(fault_ends + phases[2].seconds), expr=_recovered(scope)),
    )
    tracks = theatre.play(phases, reads=reads(scope.exprs))
    return Case(name=story.name, interval=interval, evaluation=PACE, tracks=tracks, checks=checks)


def _unscraped(theatre: Theatre, part: Part, source: str) -> Case:
    """Every target of a source fails, then none is discovered: the target alert fires, the metrics alert does not."""
    name, calm, out = part.component.name, 600.0, 1800.0
    states = ("down", "gone")
    phases = [Phase(seconds=calm)]
    for state in states:
        phases += [Phase(seconds=out, targets=((name, source, None, state),)), Phase(seconds=calm)]
    ends = [calm + out, 2 * (calm + out)]
    missing = [a.name for a in part.alerts if a.name.endswith(MISSING)]
    expr = firing(f'alertname=~"{"|".join(missing)}"')
    expected = alert_samples(n for n in missing if n.endswith("TargetMissing"))
    checks = [Check(moment=end - PACE, expr=expr, samples=expected) for end in ends]
    checks += [Check(moment=end + calm - PACE, expr=expr) for end in ends]
    checks += [check for end in ends for check in _held(theatre, part, source, end - out)]
    tracks = theatre.play(tuple(phases), reads=reads([a.expr for a in part.alerts if a.name in missing]))
    name = f"source {source} is silent"
    return Case(name=name, interval=PACE, evaluation=PACE, tracks=tracks, checks=tuple(checks))


_ABSENT = re.compile(r'absent\((\w+)\{cluster="[^"]*", job="([^"]*)"\}\), "metric"')


def metrics_missing(part: Part) -> tuple[PlannedAlert, tuple[tuple[str, str], ...]] | None:
    """The alert on vanished metrics with its (metric, job) pairs."""
    for alert in part.alerts:
        if pairs := _ABSENT.findall(alert.expr):
            return alert, tuple(pairs)
    return None


def _held(theatre: Theatre, part: Part, source: str, start: float) -> Iterator[Check]:
    """The target alert waits for its hold and no longer, and tells cluster and job."""
    alert = next((a for a in part.alerts if a.name.endswith("TargetMissing")), None)
    if alert is None:
        return
    mine = [i for i in theatre.cast if (i.job.component, i.job.source) == (part.component.name, source)]
    told = sorted({(dict(i.labels)["cluster"], i.job.name) for i in mine})
    samples = tuple((f'{{alertname="{alert.name}", cluster="{c}", job="{job}"}}', 1.0) for c, job in told)
    expr = firing(f'alertname="{alert.name}"', by=("alertname", "cluster", "job"))
    turns = -(-seconds(alert.hold) // PACE)
    yield Check(moment=start + (turns - 1) * PACE, expr=expr)
    yield Check(moment=start + turns * PACE, expr=expr, samples=samples)


def _vanished(theatre: Theatre, part: Part, gone: tuple[PlannedAlert, tuple[tuple[str, str], ...]]) -> Case:
    """Some metrics after others vanish while their targets answer; each is told by name, one at last while all targets
    of another job are down, whose metrics are not missed then."""
    alert, pairs = gone
    out = (seconds(alert.hold) // PACE + 3) * PACE
    turn = out + 2 * PACE
    expr = firing(f'alertname="{alert.name}"', by=("alertname", "cluster", "job", "metric"))
    cluster = theatre.plan.platform.cluster
    others = tuple(pair for pair in pairs if pair[1] != pairs[-1][1])[:1]
    turns = [pairs[n : n + AT_ONCE] for n in range(0, len(pairs), AT_ONCE)] + [others] * len(others)
    failing = tuple(_all_of(theatre, pairs[-1][1]) for _ in others)
    phases = (Phase(seconds=turn * len(turns) - out), Phase(seconds=out, targets=failing), Phase(seconds=turn))
    tracks, checks = list(theatre.play(phases, reads=reads([alert.expr]))), []
    for position, missing in enumerate(turns):
        start = turn * (position + 1) - out
        hit = {id(t) for t in tracks if (t.name, dict(t.labels)["job"]) in missing}
        tracks = [_cut(t, start, start + out) if id(t) in hit else t for t in tracks]
        named = f'{{alertname="{alert.name}", cluster="{cluster}", job='
        told = sorted(f'{named}"{job}", metric="{metric}"}}' for metric, job in missing)
        checks.append(Check(moment=_turn(start + seconds(alert.hold)), expr=expr))
        checks.append(Check(moment=start + out - PACE, expr=expr, samples=tuple((text, 1.0) for text in told)))
    checks.append(Check(moment=turn * (len(turns) + 1) - PACE, expr=expr))
    name = "metrics vanish"
    return Case(name=name, interval=PACE, evaluation=PACE, tracks=tuple(tracks), checks=tuple(checks))


def _all_of(theatre: Theatre, job: str) -> tuple[str, str, None, str]:
    """All targets of a job, down."""
    found = next(i.job for i in theatre.cast if i.job.name == job)
    return (found.component, found.source, None, "down")


def _cut(track: Track, start: float, end: float) -> Track:
    """The track without the stretch from `start` to `end`."""
    kept = []
    for segment in track.segments:
        if segment.start < start:
            kept.append(segment._replace(end=min(segment.end, start)))
        if segment.end > end:
            kept.append(segment._replace(start=max(segment.start, end), value=segment.at(max(segment.start, end))))
    return replace(track, segments=tuple(kept))
