"""A small plan made by hand: one component with every kind of panel, an overview, and an old mixin dashboard."""

from dataclasses import replace
from pathlib import Path

from obs.model.alert import Alert, Comparison, Severity
from obs.model.component import Component
from obs.model.fault import Faults
from obs.model.metric import Metric, Source
from obs.model.plan import (
    Dashboard,
    Part,
    Plan,
    PlannedAlert,
    PlannedPanel,
    PlannedRow,
    Rule,
    Target,
    Threshold,
    Variable,
)
from obs.model.platform import Platform, Service
from obs.model.runbook import Runbook
from obs.model.signal import Headline, Panel, Row, Signal

WHERE = 'cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"'
MIXIN = Path(__file__).parent / "old_mixin_dashboard.json"
RUNBOOK = "https://runbooks.example.com/shop.md"


def signal(name: str, unit: str, *, empty: str = "", legend: str = "{{instance}}") -> Signal:
    """A signal whose query is not looked at."""
    title = name.replace("_", " ").capitalize()
    return Signal(
        name=name, title=title, help=f"{title}.", unit=unit, query="up{<selector>}", empty=empty, legend=legend
    )


SIGNALS = (
    signal("error_ratio", "ratio"),
    signal("latency", "seconds", empty="no request is slow"),
    signal("waiting", "messages", legend="{{queue}}"),
    signal("size", "bytes", legend="{{queue}}"),
    signal("running", "state"),
    signal("certificate_age", "seconds"),
)


def alert(name: str, of: str, is_: Comparison, threshold: float, severity: Severity) -> PlannedAlert:
    """An alert on one of the signals, with its panel left open."""
    declared = Alert(
        name=name,
        signal=of,
        is_=is_,
        threshold=threshold,
        hold="5m",
        severity=severity,
        triage="failing",
        summary="It fails.",
        description="It fails at {{ $value }}.",
        why="made up",
    )
    return PlannedAlert(
        name=name,
        component="shop",
        alert=declared,
        objective=None,
        signal=of,
        expr="up == 0",
        threshold=threshold,
        hold="5m",
        severity=severity,
        team="",
        rule=Rule(expr="up == 0", alert=name),
        panel_id=2,
        dashboard="obs-shop",
        why="made up",
    )


ALERTS = (
    alert("ShopErrors", "error_ratio", ">", 0.05, "warning"),
    alert("ShopErrorsMany", "error_ratio", ">", 0.2, "critical"),
    alert("ShopQueueWaiting", "waiting", ">", 0, "warning"),
    alert("ShopDown", "running", "==", 0, "critical"),
    alert("ShopCertificateOld", "certificate_age", "<", 3600, "critical"),
    alert("ShopCertificateAging", "certificate_age", "<=", 86400, "warning"),
)


def lines(*names: str) -> tuple[Threshold, ...]:
    """The thresholds of these alerts."""
    chosen = [a for a in ALERTS if a.name in names]
    below = ("<", "<=", "==")
    return tuple(
        Threshold(value=a.threshold, severity=a.severity, below=bool(a.alert and a.alert.is_ in below), alert=a.name)
        for a in chosen
    )


def target(expr: str, of: str = "", *, legend: str = "{{instance}}", instant: bool = False) -> Target:
    """One query."""
    return Target(expr=expr, legend=legend, signal=of, instant=instant)


def panel(
    id_: int,
    kind: str,
    unit: str,
    *targets: Target,
    x: int = 0,
    y: int = 1,
    width: int = 12,
    alerts: tuple[str, ...] = (),
    empty: str = "",
    drilldown: str = "",
    stack: bool = False,
    mappings: tuple[tuple[str, str, str], ...] = (),
) -> PlannedPanel:
    """A panel of height 8."""
    return PlannedPanel(
        id=id_,
        title=f"Panel {id_}",
        help=f"What panel {id_} shows.",
        unit=unit,
        kind=kind,
        targets=targets,
        thresholds=lines(*alerts),
        alerts=alerts,
        runbook=RUNBOOK,
        drilldown=drilldown,
        empty=empty,
        x=x,
        y=y,
        width=width,
        height=8,
        stack=stack,
        mappings=mappings,
    )


ERRORS = target(f"sum by (instance) (rate(shop_errors_total{{{WHERE}}}[$__rate_interval]))", "error_ratio")
WAITING = target(f"sum by (queue) (shop_queue_messages{{{WHERE}}})", "waiting", legend="{{queue}}", instant=True)
SIZE = target(f"sum by (queue) (shop_queue_bytes{{{WHERE}}})", "size", legend="{{queue}}", instant=True)
RUNNING = target(f"min by (instance) (shop_running{{{WHERE}}})", "running")
SLOW = target(f"sum by (le) (rate(shop_seconds_bucket{{{WHERE}}}[$__rate_interval]))", "latency", legend="{{le}}")
CERTIFICATE = target(f"min by (instance) (shop_certificate_seconds{{{WHERE}}})", "certificate_age")
STATES = (("0", "down", "red"), ("1", "up", "green"))

ROWS = (
    PlannedRow(
        id=1,
        title="Is it up?",
        y=0,
        panels=(
            panel(2, "stat", "state", RUNNING, width=6, alerts=("ShopDown",), mappings=STATES),
            panel(3, "state-timeline", "state", RUNNING, x=6, width=18, alerts=("ShopDown",), mappings=STATES),
        ),
    ),
    PlannedRow(
        id=4,
        title="Is it failing?",
        y=9,
        panels=(
            panel(
                5,
                "timeseries",
                "ratio",
                ERRORS,
                y=10,
                alerts=("ShopErrors", "ShopErrorsMany"),
                drilldown="/d/obs-pods?x",
            ),
            panel(6, "table", "messages", WAITING, SIZE, x=12, y=10, alerts=("ShopQueueWaiting",)),
        ),
    ),
    PlannedRow(
        id=7,
        title="Is it slow?",
        y=18,
        panels=(
            panel(8, "heatmap", "seconds", SLOW, y=19, empty="no request is slow."),
            panel(
                9,
                "timeseries",
                "seconds",
                CERTIFICATE,
                x=12,
                y=19,
                alerts=("ShopCertificateOld", "ShopCertificateAging"),
                stack=True,
            ),
        ),
    ),
    PlannedRow(
        id=10,
        title="Is it full?",
        y=27,
        collapsed=True,
        repeat="job",
        panels=(
            panel(11, "bargauge", "messages", WAITING, y=28, width=8),
            panel(12, "gauge", "ratio", ERRORS, x=8, y=28, width=8, alerts=("ShopErrors",)),
            panel(13, "stat", "messages", WAITING, x=16, y=28, width=8),
            panel(14, "timeseries", "messages", WAITING, SIZE, y=36),
        ),
    ),
)

VARIABLES = (
    Variable(name="cluster", label="Cluster", query="label_values(up, cluster)"),
    Variable(name="namespace", label="Namespace", query='label_values(up{cluster=~"$cluster"}, namespace)'),
    Variable(name="job", label="Job", query='label_values(up{cluster=~"$cluster"}, job)'),
    Variable(name="instance", label="Instance", query='label_values(up{job=~"$job"}, instance)'),
)


def shop(*, interval: str = "30s") -> Plan:
    """The plan: dashboards obs-overview, obs-shop and obs-queue-mixin."""
    platform = Platform(name="shop", cluster="home", spec_name="shop.yaml", services=(_service(),))
    platform = _scraped_every(platform, interval)
    overview = Dashboard(
        uid="obs-overview",
        title="Shop overview",
        help="Is the shop healthy?",
        tags=("obs", "overview"),
        variables=VARIABLES,
        rows=(
            PlannedRow(
                id=1,
                title="Healthy?",
                y=0,
                panels=(panel(2, "stat", "ratio", ERRORS, alerts=("ShopErrors",), drilldown="/d/obs-shop?y"),),
            ),
        ),
    )
    detail = Dashboard(
        uid="obs-shop",
        title="Shop",
        help="What the shop does.",
        tags=("obs", "shop"),
        rows=ROWS,
        variables=VARIABLES,
        component="shop",
    )
    mixin = Dashboard(
        uid="obs-queue-mixin",
        title="Queues",
        help="The queue mixin.",
        tags=("obs",),
        rows=(),
        variables=(),
        component="queue",
        raw=MIXIN.read_text(encoding="utf-8"),
    )
    return Plan(platform=platform, parts=(_part(detail),), dashboards=(overview, detail, mixin))


def _scraped_every(platform: Platform, interval: str) -> Platform:
    return replace(platform, stack=replace(platform.stack, scrape_interval=interval))


def _service() -> Service:
    return Service(name="shop", component="shop", namespace="prod")


def _part(dashboard: Dashboard) -> Part:
    component = Component(
        name="shop",
        title="Shop",
        summary="Sells.",
        signals=SIGNALS,
        alerts=tuple(a.alert for a in ALERTS if a.alert),
        sources=(Source(name="shop", metrics=(Metric(name="shop_running", type="gauge", help="Runs."),)),),
        rows=(Row(title="Is it up?", panels=(Panel(signals=("running",)),)),),
        headline=Headline(signal="error_ratio"),
    )
    return Part(
        component=component,
        runbook=Runbook(component="shop"),
        faults=Faults(),
        services=(_service(),),
        jobs=(),
        selectors={"shop": 'job="shop"'},
        options={},
        signals={s.name: s for s in SIGNALS},
        rows=component.rows,
        alerts=ALERTS,
        groups=(),
        dashboard=dashboard,
    )
