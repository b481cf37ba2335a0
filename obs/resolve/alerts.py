"""Alerts as rules: declared ones, and those derived from the sources so that silence is never mistaken for health."""

from dataclasses import dataclass, replace

from obs.conventions import dashboard_uid, dashboard_url, number, quantity, runbook_url, seconds
from obs.model.alert import Alert, Objective, Severity
from obs.model.component import Component
from obs.model.plan import Job, PlannedAlert, Rule
from obs.model.platform import AlertOverride, Platform
from obs.model.search import Board
from obs.resolve import absence
from obs.resolve.kibana_links import alert_logs_url, panel_logs_url
from obs.resolve.log_links import of_alert
from obs.resolve.names import missing_metrics, missing_target
from obs.resolve.queries import Filler, kept_labels, metrics_read

ALWAYS = "vector(1)"
"""The query of an alert that always fires; its result has no label."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What turning knowledge into rules needs of one component on one platform."""

    platform: Platform
    component: Component
    filler: Filler
    jobs: tuple[Job, ...]
    panel_ids: dict[str, int]
    """Signal name -> id of the panel that shows it."""
    boards: tuple[Board, ...] = ()
    """What Kibana shows of the platform's logs."""

    def override(self, name: str) -> AlertOverride:
        """The spec's override of an alert, empty when there is none."""
        return self.platform.overrides.get(name, AlertOverride())

    @property
    def team(self) -> str:
        """The team of the component's first service."""
        services = self.platform.of(self.component.name)
        return services[0].team if services else ""


def declared(context: Context) -> tuple[PlannedAlert, ...]:
    """The component's own alerts, overrides applied, those switched off left out."""
    alerts = sorted(
        context.component.alerts, key=lambda a: ("up", "failing", "slow", "full", "changed").index(a.triage)
    )
    return tuple(_declared(context, alert) for alert in alerts if not context.override(alert.name).off)


def _declared(context: Context, alert: Alert) -> PlannedAlert:
    override = context.override(alert.name)
    signal = context.component.signal(alert.signal)
    if signal.guard:
        alert = replace(alert, guard=signal.guard, guard_on=signal.guard_on)
    threshold = _threshold(context, alert, override)
    window = alert.window or signal.window
    query = context.filler.fill(signal.query, window=window)
    expr = f"{wrapped(query)} {alert.is_} {number(threshold)}"
    expr += context.filler.guard(alert.guard, alert.guard_on, window=window)
    return planned(
        context,
        name=alert.name,
        expr=expr,
        threshold=threshold,
        hold=override.hold or alert.hold,
        severity=override.severity or alert.severity,
        summary=alert.summary,
        description=alert.description.replace("<threshold>", quantity(threshold, signal.unit)),
        signal=alert.signal,
        why=alert.why,
        alert=alert,
    )


def _threshold(context: Context, alert: Alert, override: AlertOverride) -> float:
    if override.threshold is not None:
        return override.threshold
    if alert.option:
        return float(str(context.filler.options[alert.option]))
    return alert.threshold


def wrapped(query: str) -> str:
    """A query in parentheses of its own, as another may end after it."""
    if query == ALWAYS:
        return query
    body = query if "\n" not in query else "\n" + "\n".join("  " + line for line in query.split("\n")) + "\n"
    return f"({body})"


def _kept(expr: str) -> tuple[str, ...]:
    """The target labels a firing alert carries."""
    if expr.startswith(ALWAYS):
        return ()
    return ("cluster", "job") if "absent(" in expr else kept_labels(expr, ("cluster", "namespace", "job", "instance"))


def planned(
    context: Context,
    *,
    name: str,
    expr: str,
    threshold: float,
    hold: str,
    severity: Severity,
    summary: str,
    description: str,
    signal: str,
    why: str,
    alert: Alert | None = None,
    objective: Objective | None = None,
    labels: tuple[tuple[str, str], ...] = (),
    burn_rate: float = 0.0,
) -> PlannedAlert:
    """One alert with its rule: labels and annotations every alert of the bundle carries."""
    component, links = context.component, context.platform.links
    panel = context.panel_ids.get(signal, 1)
    uid = dashboard_uid(component.name)
    kept = _kept(expr)
    static = [("severity", severity), ("component", component.name), *labels]
    static += [("team", context.team)] if context.team else []
    annotations: tuple[tuple[str, str], ...] = (
        ("summary", summary),
        ("description", description),
        ("runbook_url", runbook_url(links.runbooks, component.name, name)),
        ("dashboard_url", dashboard_url(links.grafana, uid, panel, scope=kept)),
    )
    logs = of_alert(name, component.name, kept, context.boards)
    if logs:
        annotations += (("logs_url", alert_logs_url(links.kibana, logs.search, logs.filters)),)
    rule = Rule(alert=name, expr=expr, hold=hold, labels=tuple(sorted(static)), annotations=annotations)
    return PlannedAlert(
        name=name,
        component=component.name,
        alert=alert,
        objective=objective,
        signal=signal,
        expr=expr,
        threshold=threshold,
        hold=hold,
        severity=severity,
        team=context.team,
        rule=rule,
        panel_id=panel,
        dashboard=uid,
        why=why,
        logs=panel_logs_url(links.kibana, logs.search, logs.filters) if logs else "",
        burn_rate=burn_rate,
    )


def derived(context: Context) -> tuple[PlannedAlert, ...]:
    """TargetMissing and MetricsMissing: what every component gets without asking."""
    made = (_missing_target(context), _missing_metrics(context))
    return tuple(a for a in made if a is not None)


def _missing_target(context: Context) -> PlannedAlert | None:
    name = missing_target(context.component.name)
    override = context.override(name)
    if override.off or not context.jobs:
        return None
    owners = context.platform.of(context.component.name)
    return planned(
        context,
        name=name,
        expr=absence.targets(context.platform.cluster, [job.name for job in context.jobs], services=len(owners)),
        threshold=0,
        hold=override.hold or "3m",
        severity=override.severity or context.component.missing,
        summary=f"No target of {context.component.title} answers the scrape.",
        description="Prometheus reaches no target of job {{ $labels.job }}; nothing is known of it from here on.",
        signal="",
        why="Three minutes are six missed scrapes at the default interval: a restart is over by then.",
    )


def _missing_metrics(context: Context) -> PlannedAlert | None:
    name = missing_metrics(context.component.name)
    override = context.override(name)
    needed = _alerting_metrics(context)
    if override.off or not needed:
        return None
    hold = override.hold or "10m"
    return planned(
        context,
        name=name,
        expr=absence.metrics(context.platform.cluster, needed),
        threshold=0,
        hold=hold,
        severity=override.severity or "warning",
        summary=f"Metrics of {context.component.title} are missing.",
        description="Job {{ $labels.job }} answers without {{ $labels.metric }}; alerts that read it are blind.",
        signal="",
        why=f"{round(seconds(hold) / 60)} minutes outlast a rolling update that renames or drops a metric for a while.",
    )


def _alerting_metrics(context: Context) -> list[tuple[str, str]]:
    """(job, metric) for every metric an alert or objective reads that always exists while its source is well."""
    component = context.component
    text = "\n".join(
        [f"{s.query}\n{s.guard}\n{a.guard}" for a in component.alerts for s in (component.signal(a.signal),)]
        + [o.errors + "\n" + o.total for o in component.objectives]
    )
    needed = []
    for source, metric in metrics_read(component, text):
        declaration = next(m for m in source.metrics if m.name == metric)
        if declaration.sparse:
            continue
        name = metric + "_count" if declaration.type == "histogram" else metric
        needed += [(job, name) for job in _jobs_in(context.filler.selectors[source.name])]
    return needed


def _jobs_in(matcher: str) -> list[str]:
    return matcher.split('"')[1].split("|")
