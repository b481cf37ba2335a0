"""Targets that fail, and alerts that are counted, as unit tests: rules that read what Prometheus itself writes."""

import re
from collections.abc import Iterator
from dataclasses import replace

from obs.conventions import seconds
from obs.model.plan import Part, PlannedAlert
from obs.render.acting import Segment
from obs.render.cast import Instance
from obs.render.lookback import kept_labels, reads
from obs.render.play import Phase, Theatre, Track
from obs.render.promtool_boundaries import decoys
from obs.render.promtool_notation import SPARED, Case, Check, firing, series_text
from obs.render.promtool_scope import MISSING

PACE = 120.0
CALM = 600.0
_ANY_TARGET = re.compile(r"\bup\{job=~")


def down(theatre: Theatre, part: Part) -> Iterator[Case]:
    """One target fails: an alert on any target that is down waits for its hold and tells which one it is."""
    source = next((s.name for s in part.component.sources if not s.component), None)
    for alert in part.alerts:
        if source and _ANY_TARGET.search(alert.expr) and not alert.name.endswith(MISSING):
            yield _down(theatre, part, alert, source)


def _down(theatre: Theatre, part: Part, alert: PlannedAlert, source: str) -> Case:
    turns = -(-seconds(alert.hold) // PACE)
    out = (turns + 2) * PACE
    name = part.component.name
    failing = Phase(seconds=out, targets=((name, source, 0, "down"),))
    phases = (Phase(seconds=CALM), failing, Phase(seconds=CALM))
    tracks = theatre.play(phases, reads=reads([alert.expr]))
    victim = next(i for i in theatre.cast if (i.job.component, i.job.source, i.index) == (name, source, 0))
    names = tuple(sorted((kept_labels(alert.expr) or set()) & {k for k, _ in victim.labels} - set(SPARED)))
    expr = firing(f'alertname="{alert.name}"', by=("alertname", *names))
    checks = (
        Check(moment=CALM + (turns - 1) * PACE, expr=expr),
        Check(moment=CALM + turns * PACE, expr=expr, samples=((_told(alert, victim, names), 1.0),)),
        Check(moment=2 * CALM + out - PACE, expr=expr),
    )
    strange = decoys(tuple(_failing(t, 2 * CALM + out) for t in tracks if t.instance == victim))
    case = f"{alert.name}: one target is down"
    return Case(name=case, interval=60.0, evaluation=PACE, tracks=(*tracks, *strange), checks=checks)


def _told(alert: PlannedAlert, victim: Instance, names: tuple[str, ...]) -> str:
    found = {"alertname": alert.name, **{k: v for k, v in victim.labels if k in names}}
    return "{" + ", ".join(f'{k}="{v}"' for k, v in sorted(found.items())) + "}"


def _failing(track: Track, length: float) -> Track:
    """The `up` of a target that never answers."""
    return replace(track, segments=(Segment(start=0.0, end=length, value=0.0, slope=0.0),))


def counted(part: Part) -> Iterator[Case]:
    """Recorded counts of firing alerts: two that differ elsewhere are one group, what is pending or a switch is none,
    and a label an alert does not have is told as the rule says."""
    for rule in (r for group in part.groups for r in group.rules):
        names = kept_labels(rule.expr) or frozenset()
        if rule.record and rule.expr.startswith("count by") and "ALERTS{" in rule.expr and "component" in names:
            yield _counted(rule.record, rule.expr, names)


def _counted(record: str, expr: str, names: frozenset[str]) -> Case:
    full = {name: f"a-{name}" for name in names}
    swapped = dict(re.findall(r'"(\w+)", "(\w+)", "\1", ""', expr))
    bare = {k: v for k, v in full.items() if k not in swapped}
    left_out = re.findall(r'alertname!="(\w+)"', expr)
    played = [
        {**full, "alertstate": "firing", "pod": "one"},
        {**full, "alertstate": "firing", "pod": "two"},
        {**full, "alertstate": "pending", "pod": "three"},
        {**bare, "alertstate": "firing"},
        *({**full, "alertstate": "firing", "alertname": name} for name in left_out),
    ]
    told = [({**bare, **swapped}, 1.0), (full, 2.0)]
    samples = tuple((series_text(record, labels), value) for labels, value in told)
    series = tuple((series_text("ALERTS", labels), "1x10") for labels in played)
    played_only = f'{record}{{component="{full["component"]}"}}'  # alerts on what is not played fire meanwhile
    check = Check(moment=300.0, expr=played_only, samples=samples)
    return Case(name=f"{record} counts", interval=60.0, evaluation=300.0, series=series, checks=(check,))
