"""Knowledge applied to one platform: every query filled, every threshold final, every panel placed. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from obs.model.component import Component
from obs.model.plan import Job, Knowledge, Library, Part, Plan, PlannedAlert, PlannedRow, Rule, RuleGroup
from obs.model.platform import Platform
from obs.model.search import Board
from obs.resolve import alerts, objectives, panels
from obs.resolve.alerts import Context
from obs.resolve.jobs import jobs_of, options_of, selectors_of
from obs.resolve.logs import log_plan
from obs.resolve.overview import overview
from obs.resolve.queries import Filler

GROUP_LIMIT = 20
"""Rules per group: mixtool's limit."""


def resolve(platform: Platform, library: Library) -> Plan:
    """The plan of a platform: parts in catalogue order, the overview dashboard first."""
    known = [library[name] for name in library if platform.of(name)]
    jobs = {k.component.name: jobs_of(k.component, platform) for k in known}
    logs = log_plan(platform, library)
    boards = logs.boards if logs else ()
    members: list[tuple[Context, tuple[objectives.Planned, ...], tuple[PlannedRow, ...]]] = []
    parts = []
    for knowledge in known:
        part, context, chosen = _part(platform, knowledge, jobs, boards)
        parts.append(part)
        members.append((context, chosen, part.dashboard.rows))
    dashboards = (overview(platform, members), *(p.dashboard for p in parts))
    return Plan(platform=platform, parts=tuple(parts), dashboards=dashboards, logs=logs)


def _part(
    platform: Platform, knowledge: Knowledge, jobs: Mapping[str, tuple[Job, ...]], boards: tuple[Board, ...]
) -> tuple[Part, Context, tuple[objectives.Planned, ...]]:
    component = knowledge.component
    context = replace(_context(platform, component, jobs, {}), boards=boards)
    chosen = objectives.chosen(context)
    rows = panels.drafts(context, chosen)
    context = replace(context, panel_ids=panels.panel_ids(rows))
    made = (*alerts.declared(context), *alerts.derived(context))
    budget = [objectives.group(context, plan) for plan in chosen]
    every = (*made, *(a for _, burns in budget for a in burns))
    part = Part(
        component=component,
        runbook=knowledge.runbook,
        faults=knowledge.faults,
        services=platform.of(component.name),
        jobs=jobs[component.name],
        selectors=context.filler.selectors,
        options=context.filler.options,
        signals={s.name: s for s in component.signals},
        rows=component.rows,
        alerts=every,
        groups=(*_recordings(context), *_groups(context, made), *(g for g, _ in budget)),
        dashboard=panels.dashboard(context, rows, every),
        grants=knowledge.grants,
    )
    return part, context, chosen


def _context(
    platform: Platform, component: Component, jobs: Mapping[str, tuple[Job, ...]], ids: dict[str, int]
) -> Context:
    filler = Filler(
        component=component,
        selectors=selectors_of(component, jobs),
        options=options_of(component, platform.of(component.name)),
        namespaces=platform.namespaces,
        jobs=tuple(dict.fromkeys(job.name for owned in jobs.values() for job in owned)),
    )
    return Context(platform=platform, component=component, filler=filler, jobs=jobs[component.name], panel_ids=ids)


def _recordings(context: Context) -> tuple[RuleGroup, ...]:
    rules = tuple(
        Rule(record=signal.record, expr=context.filler.fill(signal.query, window=signal.window))
        for signal in context.component.signals
        if signal.record
    )
    return (RuleGroup(name=f"{_slug(context)}-records", rules=rules),) if rules else ()


def _groups(context: Context, made: tuple[PlannedAlert, ...]) -> tuple[RuleGroup, ...]:
    """Alert groups by triage question, so that a group fits on a screen and stays under the limit of rules."""
    by_name: dict[str, list[Rule]] = {}
    for planned in made:
        triage: str = planned.alert.triage if planned.alert else "measured"
        by_name.setdefault(triage, []).append(planned.rule)
    groups = []
    for triage, rules in by_name.items():
        for start in range(0, len(rules), GROUP_LIMIT):
            suffix = f"-{start // GROUP_LIMIT + 1}" if start else ""
            groups.append(
                RuleGroup(name=f"{_slug(context)}-{triage}{suffix}", rules=tuple(rules[start : start + GROUP_LIMIT]))
            )
    return tuple(groups)


def _slug(context: Context) -> str:
    return context.component.name.replace("_", "-")
