"""What a story can touch: the rules that read a changed series, directly or through recorded ones.

The others stay as quiet as on the healthy day, so their series stay out of the story's test.
"""

import re
from dataclasses import dataclass

from obs.model.fault import Story
from obs.model.plan import Part, PlannedAlert
from obs.render.cast import family_names, jobs_of
from obs.render.lookback import reads
from obs.render.play import Theatre
from obs.render.promtool_notation import firing

MISSING = ("TargetMissing", "MetricsMissing")
"""How the names of the derived alerts end; they read everything, and only absence can make them fire."""

_ONE = re.compile(r" *vector *\( *1 *\)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """The alerts a story can touch, and every expression their values depend on."""

    alerts: tuple[PlannedAlert, ...]
    exprs: tuple[str, ...]

    def firing(self, state: str = "firing", also: str = "") -> str:
        """PromQL: names of the scope's alerts in a state; `also` is one more matcher."""
        names = "|".join(dict.fromkeys(a.name for a in self.alerts))
        matcher = f'alertname=~"{names}"' if "|" in names else f'alertname="{names}"'
        return firing(f"{matcher}, {also}" if also else matcher, state=state)


def whole(theatre: Theatre, part: Part) -> Scope:
    """Every alert of a component but those of which its stories cannot tell.

    A dead-man's switch fires by design, missing jobs are missed where only some services play, and an alert whose
    threshold, hold or objective the spec overrides is proven at its boundary alone.
    """
    partial = theatre.partial(part)
    alerts = [
        a
        for a in part.alerts
        if not (switch(a) or overridden(theatre, part, a) or (partial and a.name.endswith(MISSING)))
    ]
    return Scope(alerts=tuple(alerts), exprs=tuple(rule.expr for group in part.groups for rule in group.rules))


def overridden(theatre: Theatre, part: Part, alert: PlannedAlert) -> bool:
    """Whether the spec gives an alert another limit or hold than the catalogue."""
    platform = theatre.plan.platform
    if alert.objective and f"{part.component.name}.{alert.objective.name}" in platform.objectives:
        return True
    if alert.alert and alert.alert.option and any(alert.alert.option in s.options for s in part.services):
        return True
    changed = platform.overrides.get(alert.name)
    return changed is not None and (changed.threshold is not None or changed.hold is not None)


def switch(alert: PlannedAlert) -> bool:
    """Whether an alert fires by design, as a dead-man's switch does."""
    return _ONE.match(alert.expr) is not None


def touched(theatre: Theatre, part: Part, story: Story) -> Scope:
    """The alerts a story can touch; all of them when targets fail or series vanish."""
    every = whole(theatre, part)
    if story.targets or any(series.behaviour.kind == "absent" for series in story.changes):
        return every
    scope = _reached(every, part, _changed(theatre, part, story), vanishing=False)
    return scope if scope.alerts else every


def reached(theatre: Theatre, part: Part, story: Story) -> Scope:
    """The alerts of the whole platform a story can touch, other components' included."""
    vanishing = bool(story.targets) or any(series.behaviour.kind == "absent" for series in story.changes)
    changed = _changed(theatre, part, story)
    for source_name, _, _ in story.targets:
        source = next(s for s in part.component.sources if s.name == source_name)
        for job in jobs_of(theatre.plan, part, source):
            for name in ("up", *theatre.exposed(job.name)):
                changed.setdefault(name, set()).add(job.name)
    found = [_reached(whole(theatre, p), p, changed, vanishing=vanishing) for p in theatre.plan.parts]
    return Scope(alerts=tuple(a for s in found for a in s.alerts), exprs=tuple(e for s in found for e in s.exprs))


def _reached(every: Scope, part: Part, changed: dict[str, set[str]], *, vanishing: bool) -> Scope:
    """Those alerts of one component that read what changed, directly or through recorded series."""
    records = {rule.record: rule.expr for group in part.groups for rule in group.rules if rule.record}
    found = {record for record, expr in records.items() if _reads_any(expr, changed)}
    while more := {r for r, expr in records.items() if r not in found and found & set(reads([expr]))}:
        found |= more
    alerts = tuple(
        a
        for a in every.alerts
        if (vanishing or not a.name.endswith(MISSING)) and (_reads_any(a.expr, changed) or found & set(reads([a.expr])))
    )
    return Scope(alerts=alerts, exprs=_needed([a.expr for a in alerts], records))


def _changed(theatre: Theatre, part: Part, story: Story) -> dict[str, set[str]]:
    """Series name -> jobs in which a story changes it."""
    found: dict[str, set[str]] = {}
    for series in story.changes:
        _, metric = theatre.declared(part, series.metric)
        names = family_names(metric) if series.metric == metric.name else (series.metric,)
        for name in names:
            found.setdefault(name, set()).update(i.job.name for i in theatre.players(part, series.metric))
    return found


def _reads_any(expr: str, changed: dict[str, set[str]]) -> bool:
    return any(name in changed and (not jobs or jobs & changed[name]) for name, jobs in reads([expr]).items())


def _needed(exprs: list[str], records: dict[str, str]) -> tuple[str, ...]:
    """The expressions and those of every recorded series they read, directly or not."""
    found, open_ = list(exprs), list(exprs)
    while open_:
        new = [records[name] for name in reads([open_.pop()]) if name in records and records[name] not in found]
        found, open_ = found + new, open_ + new
    return tuple(found)
