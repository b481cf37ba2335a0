"""The overview dashboard: is the platform healthy, and where to look next."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from obs.conventions import dashboard_uid, runbook_url
from obs.model.plan import Dashboard, PlannedPanel, PlannedRow, Variable
from obs.model.platform import Platform
from obs.model.signal import Panel, Row
from obs.resolve.alerts import Context
from obs.resolve.log_links import of_dashboard
from obs.resolve.objectives import Planned
from obs.resolve.panels import COLUMNS, Draft, draft, objective_drafts, place, recast

FIRING = "alerts_firing"
"""Signal of the monitoring component that lists firing alerts."""

VARIABLES = (
    Variable(name="cluster", label="Cluster", query="label_values(up, cluster)"),
    Variable(name="namespace", label="Namespace", query='label_values(up{cluster=~"$cluster"}, namespace)'),
    Variable(name="job", label="Job", query='label_values(up{cluster=~"$cluster"}, job)'),
    Variable(name="instance", label="Instance", query='label_values(up{cluster=~"$cluster", job=~"$job"}, instance)'),
)

Member = tuple[Context, tuple[Planned, ...], Sequence[object]]


def overview(
    platform: Platform, members: list[tuple[Context, tuple[Planned, ...], tuple[PlannedRow, ...]]]
) -> Dashboard:
    """One stat per component, firing alerts, budgets, then the same headlines over time."""
    heads = [(context, _headline(context)) for context, _, _ in members]
    rows: list[tuple[Row, list[Draft]]] = [
        (
            Row(title=f"Is {platform.title or platform.name} healthy?", panels=()),
            _abreast([_tile(d) for _, d in heads], most=4),
        )
    ]
    firing = [d for context, _, _ in members for d in _firing(context)]
    if firing:
        rows.append((Row(title="What fires?", panels=()), firing))
    budgets = [_budget(context, plan) for context, plans, _ in members for plan in plans]
    if budgets:
        rows.append((Row(title="How much error budget is left?", panels=()), _abreast(budgets, most=4)))
    trends = _abreast([_trend(d) for _, d in heads], most=2)
    rows.append((Row(title="How did it get here?", panels=()), trends))
    placed = place(rows, alerts=(), runbook=runbook_url(platform.links.runbooks, "README"), drilldown="")
    return Dashboard(
        uid=dashboard_uid("overview"),
        title=f"{platform.title or platform.name} overview",
        help="One number per component in the colour of its alerts; a panel's link leads to the component's dashboard.",
        tags=("obs", "overview"),
        rows=_linked(placed, members),
        variables=VARIABLES,
        logs=next((of_dashboard("", context.boards, platform.links.kibana) for context, _, _ in members), ""),
    )


def _headline(context: Context) -> Draft:
    signals = {s.name: s for s in context.component.signals}
    headline = context.component.headline
    made = draft(Panel(signals=(headline.signal,), kind="stat"), signals, context.filler)
    return replace(made, title=f"{context.component.title}: {headline.title or made.title}")


def _budget(context: Context, plan: Planned) -> Draft:
    name, title = context.component.title, plan.objective.title
    title = title if title.startswith(name.split()[0]) else f"{name}: {title}"
    return recast(objective_drafts(context, plan)[0], height=4, title=title)


def _tile(d: Draft) -> Draft:
    return recast(d, height=4, kind="stat")


def _trend(d: Draft) -> Draft:
    kind = "state-timeline" if d.unit == "state" else "timeseries"
    return recast(d, height=7, kind=kind, title=f"{d.title}, over time")


def _abreast(drafts: Sequence[Draft], *, most: int) -> list[Draft]:
    """The drafts in as few lines as `most` side by side allow, each line full and none much shorter than another."""
    lines = ceil(len(drafts) / most)
    fewest, longer = divmod(len(drafts), lines) if lines else (0, 0)
    counts = [fewest + 1] * longer + [fewest] * (lines - longer)
    widths = [COLUMNS // count for count in counts for _ in range(count)]
    return [replace(d, panel=replace(d.panel, width=width)) for d, width in zip(drafts, widths, strict=True)]


def _firing(context: Context) -> list[Draft]:
    if context.component.name != "monitoring" or FIRING not in {s.name for s in context.component.signals}:
        return []
    signals = {s.name: s for s in context.component.signals}
    return [draft(Panel(signals=(FIRING,), kind="table", width=24, height=7), signals, context.filler)]


def _linked(
    rows: tuple[PlannedRow, ...], members: list[tuple[Context, tuple[Planned, ...], tuple[PlannedRow, ...]]]
) -> tuple[PlannedRow, ...]:
    """Each panel takes thresholds and alerts from the same query on its component's dashboard, and links to it."""
    known: dict[str, tuple[str, PlannedPanel]] = {}
    for context, _, detail in members:
        for row in detail:
            for panel in row.panels:
                for target in panel.targets:
                    known.setdefault(target.expr, (context.component.name, panel))
    return tuple(replace(row, panels=tuple(_linked_panel(p, known) for p in row.panels)) for row in rows)


def _linked_panel(panel: PlannedPanel, known: dict[str, tuple[str, PlannedPanel]]) -> PlannedPanel:
    found = known.get(panel.targets[0].expr)
    if found is None:
        return panel
    component, detail = found
    link = f"/d/{dashboard_uid(component)}?${{cluster:queryparam}}&${{__url_time_range}}"
    return replace(
        panel,
        thresholds=detail.thresholds,
        alerts=detail.alerts,
        runbook=detail.runbook,
        logs=detail.logs,
        drilldown=link,
        empty=detail.empty,
        mappings=detail.mappings,
        maximum=detail.maximum,
        minimum=detail.minimum,
    )
