"""The resolved platform: catalogue knowledge applied to one spec, ready to be printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from obs.model.alert import Alert, Objective, Severity
from obs.model.component import Component
from obs.model.fault import Faults
from obs.model.logging import LogPlan
from obs.model.platform import Pairs, Platform, Service
from obs.model.runbook import Runbook
from obs.model.signal import Row, Signal


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowledge:
    """One catalogue folder, read: the component, its runbook and its fault stories."""

    component: Component
    runbook: Runbook
    faults: Faults
    grants: Mapping[str, str] = field(default_factory=dict)
    """SQL that lets an exporter in, by file name; `<user>` and the like are filled in when it is printed."""


Library = Mapping[str, Knowledge]
"""Component name -> what we know of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One scraped job: a source of a component as one service of the platform runs it."""

    name: str
    """The job label."""
    component: str
    source: str
    service: Service
    namespace: str
    selector: Pairs
    port: str
    path: str
    scheme: str
    kind: str
    """pods | node | kubelet | probe, as in Source.kind."""
    exporter: str
    itself: bool
    """Whether the exporter's own page is scraped, and not what it says of the service."""
    scraped: bool
    """False when somebody else scrapes it already under this name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One Prometheus rule; `alert` or `record` is set, never both."""

    expr: str
    alert: str = ""
    record: str = ""
    hold: str = ""
    labels: Pairs = ()
    annotations: Pairs = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleGroup:
    """A group of rules, evaluated in order; `interval` "" means the global one."""

    name: str
    rules: tuple[Rule, ...]
    interval: str = ""
    file: str = ""
    """Name of the rule file it stands in; "" for the one named after its component."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedAlert:
    """One alert after overrides: what fires, and every place that tells of it."""

    name: str
    component: str
    alert: Alert | None
    """None for alerts that are derived (burn rates, missing metrics)."""
    objective: Objective | None
    signal: str
    """Signal whose panel shows it ("" when the dashboard's first row does)."""
    expr: str
    threshold: float
    hold: str
    severity: Severity
    team: str
    rule: Rule
    panel_id: int
    dashboard: str
    """uid"""
    why: str
    logs: str = ""
    """URL of the saved search that shows its lines, for a dashboard's time and variables; "" without one."""
    burn_rate: float = 0.0
    """Burn alerts: how many times the allowed rate the threshold stands for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One query of a panel."""

    expr: str
    legend: str
    instant: bool = False
    signal: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """A line on a panel: from `value` upwards the colour holds; `below` when the alert fires under the line."""

    value: float
    severity: Severity
    below: bool
    alert: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedPanel:
    """One panel with its place on the grid (24 columns) and everything a renderer needs."""

    id: int
    title: str
    help: str
    unit: str
    kind: str
    targets: tuple[Target, ...]
    thresholds: tuple[Threshold, ...]
    alerts: tuple[str, ...]
    runbook: str
    """URL of the runbook section (or page) to follow from here."""
    drilldown: str
    """URL path of the dashboard one step down, with variables; "" at the bottom."""
    empty: str
    x: int
    y: int
    width: int
    height: int
    logs: str = ""
    """URL of the saved search that shows the lines beside it; "" without one."""
    stack: bool = False
    maximum: float | None = None
    minimum: float | None = None
    mappings: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRow:
    """One dashboard row with its panels placed."""

    id: int
    title: str
    y: int
    panels: tuple[PlannedPanel, ...]
    collapsed: bool = False
    repeat: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """One dashboard variable: a label's values among a metric's series."""

    name: str
    label: str
    query: str
    """label_values(...) expression."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dashboard:
    """One dashboard, before any Grafana schema."""

    uid: str
    title: str
    help: str
    tags: tuple[str, ...]
    rows: tuple[PlannedRow, ...]
    variables: tuple[Variable, ...]
    component: str = ""
    """"" for the overview."""
    range: str = "now-1h"
    logs: str = ""
    """URL of the Kibana dashboard beside it, over its time; "" without one."""
    neighbours: tuple[tuple[str, str], ...] = ()
    """(name, uid) of the dashboards one looks at next."""
    raw: str = ""
    """A mixin's own dashboard as classic JSON, passed on after normalising; "" otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One component of the platform, resolved."""

    component: Component
    runbook: Runbook
    faults: Faults
    services: tuple[Service, ...]
    jobs: tuple[Job, ...]
    """The jobs this component owns."""
    selectors: Mapping[str, str]
    """Source name -> matchers of alert expressions, e.g. {"envoy": 'job="envoy"'}."""
    options: Mapping[str, object]
    signals: Mapping[str, Signal]
    rows: tuple[Row, ...]
    alerts: tuple[PlannedAlert, ...]
    groups: tuple[RuleGroup, ...]
    dashboard: Dashboard
    grants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Plan:
    """The whole platform, resolved. Compared by identity, so that what several readers ask of it can be kept."""

    platform: Platform
    parts: tuple[Part, ...]
    dashboards: tuple[Dashboard, ...]
    """Overview first, then one per part, then those of mixins."""
    extra_groups: Mapping[str, tuple[RuleGroup, ...]] = field(default_factory=dict)
    """Rule groups of mixins, by mixin name."""
    logs: LogPlan | None = None
    """None for platforms without the logging half."""

    @property
    def alerts(self) -> tuple[PlannedAlert, ...]:
        """Every alert of every part, in part order."""
        return tuple(a for part in self.parts for a in part.alerts)

    @property
    def rule_files(self) -> dict[str, tuple[RuleGroup, ...]]:
        """Name of a rule file -> its groups, mixins' included."""
        found: dict[str, tuple[RuleGroup, ...]] = {}
        for part in self.parts:
            for group in part.groups:
                name = group.file or part.component.name
                found[name] = (*found.get(name, ()), group)
        return found | dict(self.extra_groups)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every scraped job of the platform."""
        return tuple(j for part in self.parts for j in part.jobs)
