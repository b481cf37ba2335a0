"""A component's dashboard: its rows, its objectives and its targets, placed on Grafana's 24 columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from obs.conventions import GROUP, dashboard_uid, matchers, number, panel_matchers, runbook_url
from obs.model.plan import Dashboard, PlannedAlert, PlannedPanel, PlannedRow, Target, Threshold, Variable
from obs.model.signal import Panel, Row, Signal
from obs.resolve.alerts import Context, wrapped
from obs.resolve.log_links import of_dashboard
from obs.resolve.objectives import BURNS, Planned, left, ratio
from obs.resolve.queries import Filler

INSTANT = ("stat", "table", "bargauge", "gauge")
TARGETS_TITLE = "Targets that answer"
COLUMNS = 24
GRAPH_HEIGHT = 8
"""Grid rows of a panel that asks for nothing else."""


SPENT = Threshold(value=0, severity="critical", below=True, alert="")
"""An error budget below zero is overspent, however slowly; what spends it fast pages by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A panel before it has an id and a place."""

    panel: Panel
    title: str
    help: str
    unit: str
    targets: tuple[Target, ...]
    empty: str = ""
    key: str = ""
    """What alerts look it up by, next to its signals: `objective:NAME`, or "" for the targets panel."""
    limits: tuple[Threshold, ...] = ()
    """Lines that no alert has."""


def draft(panel: Panel, signals: Mapping[str, Signal], filler: Filler) -> Draft:
    """A declared panel with its signals' queries filled in for a dashboard."""
    chosen = [signals[name] for name in panel.signals]
    first = chosen[0]
    targets = tuple(
        Target(
            expr=_asked(s, filler),
            legend=s.legend,
            instant=panel.kind in INSTANT,
            signal=s.name,
        )
        for s in chosen
    )
    return Draft(
        panel=panel,
        title=panel.title or first.title,
        help=panel.help or "\n\n".join(dict.fromkeys(s.help for s in chosen)),
        unit=first.unit,
        targets=targets,
        empty=first.empty if all(s.empty for s in chosen) else "",
        key=first.name,
    )


def _asked(signal: Signal, filler: Filler) -> str:
    """The signal's query; where it reads what cannot be narrowed (firing alerts), the series recorded of it instead."""
    if signal.record and "<selector" not in signal.query and "<jobs>" not in signal.query:
        return f"{signal.record}{{{panel_matchers((*GROUP, 'instance'))}}}"
    query = filler.fill(signal.query, window=signal.window, panel=True)
    guard = filler.guard(signal.guard, signal.guard_on, window=signal.window, panel=True)
    return wrapped(query) + guard if guard else query


def drafts(context: Context, objectives: tuple[Planned, ...]) -> list[tuple[Row, list[Draft]]]:
    """Every row of the component's dashboard, declared ones first; panels the spec switched off are left out."""
    signals = {s.name: s for s in context.component.signals}
    off = set(context.platform.panels_off)
    rows: list[tuple[Row, list[Draft]]] = []
    for row in context.component.rows:
        made = [draft(panel, signals, context.filler) for panel in row.panels]
        kept = [d for d in made if f"{context.component.name}/{d.title}" not in off]
        if kept:
            rows.append((row, kept))
    budget = [d for plan in objectives for d in objective_drafts(context, plan)]
    if budget:
        rows.append((Row(title="Is the objective kept?", panels=()), budget))
    rows.append((Row(title="Is it measured?", panels=()), [_targets(context)]))
    return rows


def objective_drafts(context: Context, plan: Planned) -> list[Draft]:
    """Budget left and burn rates of one objective."""
    selector = 'cluster=~"$cluster", job=~"$job", instance=~"$instance"'
    title, period = plan.objective.title, plan.period
    rates = tuple(
        Target(
            expr=f"(\n{ratio(context, plan, b.long, selector)}\n) / {number(plan.budget)}",
            legend=f"over {b.long}, limit {number(round(b.factor(period), 2))}",
        )
        for b in BURNS
    )
    remaining = Target(expr=left(context, plan, selector), legend="left", instant=True)
    goal = f"{number(plan.target * 100)} % over {period}"
    return [
        Draft(
            panel=Panel(signals=(), kind="stat", width=8),
            title=f"{title}: budget left",
            help=f"Share of the error budget left ({goal}); red when overspent. {plan.objective.help}",
            unit="ratio",
            targets=(remaining,),
            key=f"budget:{plan.objective.name}",
            limits=(SPENT,),
        ),
        Draft(
            panel=Panel(signals=(), width=16),
            title=f"{title}: burn rate",
            help=(
                f"How many times faster than allowed the budget is spent; 1 spends it exactly in {period}. "
                "The lines are where alerts start, each for the window whose limit it is."
            ),
            unit="count",
            targets=rates,
            key=f"objective:{plan.objective.name}",
        ),
    ]


def _own(context: Context) -> str:
    """The matcher of the component's own jobs."""
    return matchers(tuple(dict.fromkeys(job.name for job in context.jobs)))


def _read(context: Context) -> str:
    """The matcher of every job the dashboard reads: the component's own and those of other components' sources."""
    names = [name for text in context.filler.selectors.values() for name in text.split('"')[1].split("|")]
    return matchers(tuple(dict.fromkeys([*(job.name for job in context.jobs), *names])))


def _targets(context: Context) -> Draft:
    own = f", {_own(context)}" if context.jobs else ""
    # A cluster has too many nodes for a line each: those that do not answer are in the alert.
    many = any(job.kind in ("node", "kubelet") for job in context.jobs)
    by, legend = ("job", "{{job}}") if many else ("job, instance", "{{job}} {{instance}}")
    expr = f'min by ({by}) (up{{cluster=~"$cluster", job=~"$job", instance=~"$instance"{own}}})'
    return Draft(
        panel=Panel(
            signals=(), kind="state-timeline", width=24, mappings=(("0", "no answer", "red"), ("1", "answers", "green"))
        ),
        title=TARGETS_TITLE,
        help="Whether Prometheus reached each target. Nothing above is known of one that does not answer.",
        unit="state",
        targets=(Target(expr=expr, legend=legend),),
    )


def panel_ids(rows: list[tuple[Row, list[Draft]]]) -> dict[str, int]:
    """Signal name (or draft key) -> id of the first panel that shows it; ids count panels and rows in order."""
    ids: dict[str, int] = {}
    number_ = 0
    for _, made in rows:
        number_ += 1
        for d in made:
            number_ += 1
            for name in (*[t.signal for t in d.targets], d.key):
                if name or not d.panel.signals:
                    ids.setdefault(name, number_)
    return ids


def place(
    rows: list[tuple[Row, list[Draft]]], *, alerts: Iterable[PlannedAlert], runbook: str, drilldown: str
) -> tuple[PlannedRow, ...]:
    """Rows with every panel on the grid, left to right and wrapped, ids as in `panel_ids`."""
    known = tuple(alerts)
    placed, number_, y = [], 0, 0
    for row, made in rows:
        number_ += 1
        row_id, row_y = number_, y
        y += 1
        panels = []
        for line in _lines(made):
            x, height = 0, _height(line)
            for d in line:
                number_ += 1
                panels.append(replace(_panel(d, number_, x, y, known, runbook, drilldown), height=height))
                x += d.panel.width
            y += height
        placed.append(
            PlannedRow(
                id=row_id, title=row.title, y=row_y, panels=tuple(panels), collapsed=row.collapsed, repeat=row.repeat
            )
        )
    return tuple(placed)


def _lines(made: list[Draft]) -> list[list[Draft]]:
    """Drafts side by side as far as the columns go."""
    lines: list[list[Draft]] = [[]]
    for d in made:
        if sum(other.panel.width for other in lines[-1]) + d.panel.width > COLUMNS:
            lines.append([])
        lines[-1].append(d)
    return lines


def _height(line: list[Draft]) -> int:
    """All panels of a line are as high as the highest; a line of single numbers needs half a graph's height."""
    if all(d.panel.kind == "stat" and d.panel.height == GRAPH_HEIGHT for d in line):
        return GRAPH_HEIGHT // 2
    return max(d.panel.height for d in line)


def _panel(
    d: Draft, id_: int, x: int, y: int, alerts: tuple[PlannedAlert, ...], runbook: str, drilldown: str
) -> PlannedPanel:
    shown = {t.signal for t in d.targets if t.signal} | {d.key}
    own = tuple(a for a in alerts if a.signal in shown and (a.signal or d.title == TARGETS_TITLE))
    return PlannedPanel(
        id=id_,
        title=d.title,
        help=d.help,
        unit=d.unit,
        kind=d.panel.kind,
        targets=d.targets,
        thresholds=(*d.limits, *(t for a in own if (t := _threshold(a)) is not None)),
        alerts=tuple(dict.fromkeys(a.name for a in own)),
        runbook=next((link for a in own for key, link in a.rule.annotations if key == "runbook_url"), runbook),
        drilldown=drilldown,
        logs=next((a.logs for a in own if a.logs), ""),
        empty=d.empty,
        x=x,
        y=y,
        width=d.panel.width,
        height=d.panel.height,
        stack=d.panel.stack,
        maximum=d.panel.maximum,
        minimum=d.panel.minimum,
        mappings=d.panel.mappings,
    )


def _threshold(planned: PlannedAlert) -> Threshold | None:
    if planned.objective is not None:
        return Threshold(value=planned.burn_rate, severity=planned.severity, below=False, alert=planned.name)
    if planned.alert is None or planned.alert.is_ == "!=":
        return None
    below = planned.alert.is_ in ("<", "<=", "==")
    return Threshold(value=planned.threshold, severity=planned.severity, below=below, alert=planned.name)


def variables(context: Context) -> tuple[Variable, ...]:
    """Cluster, namespace, job and instance, each narrowed by those before it."""
    own = _read(context)
    namespaced = next((m.name for s in context.component.sources for m in s.metrics if "namespace" in m.labels), "")
    where = f'{namespaced}{{cluster=~"$cluster"}}' if namespaced else f'up{{cluster=~"$cluster", {own}}}'
    return (
        Variable(name="cluster", label="Cluster", query=f"label_values(up{{{own}}}, cluster)"),
        Variable(name="namespace", label="Namespace", query=f"label_values({where}, namespace)"),
        Variable(name="job", label="Job", query=f'label_values(up{{cluster=~"$cluster", {own}}}, job)'),
        Variable(
            name="instance",
            label="Instance",
            query=f'label_values(up{{cluster=~"$cluster", job=~"$job", {own}}}, instance)',
        ),
    )


def dashboard(context: Context, rows: list[tuple[Row, list[Draft]]], alerts: tuple[PlannedAlert, ...]) -> Dashboard:
    """The component's dashboard."""
    component, links = context.component, context.platform.links
    bottom = component.name == "kubernetes" or not context.platform.of("kubernetes")
    pods = f"/d/{dashboard_uid('kubernetes')}?${{cluster:queryparam}}&${{namespace:queryparam}}&${{__url_time_range}}"
    return Dashboard(
        uid=dashboard_uid(component.name),
        title=component.title,
        help=component.summary,
        tags=("obs", component.name.replace("_", "-")),
        rows=place(
            rows, alerts=alerts, runbook=runbook_url(links.runbooks, component.name), drilldown="" if bottom else pods
        ),
        variables=variables(context),
        component=component.name,
        logs=of_dashboard(component.name, context.boards, links.kibana),
        neighbours=tuple((t, dashboard_uid(c)) for c, t in component.neighbours if context.platform.of(c)),
    )


def recast(d: Draft, *, height: int, kind: str = "", title: str = "") -> Draft:
    """The same panel of another height or kind, for the overview."""
    panel = replace(d.panel, height=height)
    if kind:
        panel = replace(panel, kind=kind)  # type: ignore[arg-type]
    targets = tuple(replace(t, instant=panel.kind in INSTANT) for t in d.targets)
    return replace(d, panel=panel, title=title or d.title, targets=targets)
