"""The platform a spec describes: services, the monitoring stack around them, people to notify, and overrides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from obs.model.alert import Severity
from obs.model.component import OptionValue
from obs.model.logging import Logging

Pairs = tuple[tuple[str, str], ...]
Mode = Literal["standalone", "operator"]


class Place(NamedTuple):
    """Where in the spec something was said: file:line:column, 1-based. A tuple: thousands are made per build."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Place()
"""The place of what no spec said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scrape:
    """How one source of a service is found and scraped; unset fields ("" or empty) take the source's own defaults."""

    job: str = ""
    namespace: str = ""
    selector: Pairs = ()
    port: str = ""
    path: str = ""
    scheme: str = ""
    enabled: bool = True
    """False: another Prometheus job or operator object scrapes it already under `job`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """One service of the platform: an instance of a component. `name` is its job label, unique in the platform."""

    name: str
    component: str
    namespace: str
    selector: Pairs = ()
    """Pod labels that select it, e.g. (("app", "envoy"),)."""
    port: str = ""
    replicas: int = 2
    team: str = ""
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    sources: Mapping[str, Scrape] = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertOverride:
    """What the spec changes about one alert; None keeps the catalogue's value."""

    threshold: float | None = None
    hold: str | None = None
    severity: Severity | None = None
    off: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectiveOverride:
    """What the spec changes about one objective, keyed `component.objective`."""

    target: float | None = None
    period: str | None = None
    off: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """One notification channel. Secrets are file names under the mounted secret folder, never values."""

    name: str
    kind: Literal["pagerduty", "slack", "msteams", "email", "webhook", "telegram"]
    secret: str = ""
    """Key in the Alertmanager secret that holds the routing key, webhook URL, bot token or SMTP password."""
    channel: str = ""
    """Slack channel, e-mail address list, or Telegram chat id."""
    send_resolved: bool = True
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Sends alerts that match every given field to receivers; the first matching route wins unless `carry_on`."""

    receivers: tuple[str, ...]
    severity: tuple[str, ...] = ()
    component: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    alert: tuple[str, ...] = ()
    mute: tuple[str, ...] = ()
    """Names of mute timings during which the route is silent."""
    repeat: str = ""
    carry_on: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class MuteTiming:
    """A recurring time window, in the words of Alertmanager's time_intervals."""

    name: str
    weekdays: tuple[str, ...] = ()
    times: tuple[tuple[str, str], ...] = ()
    days_of_month: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    location: str = "UTC"
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Notify:
    """Who hears of what. `default` receives what no route claims, `heartbeat` the Watchdog (dead-man's switch)."""

    receivers: tuple[Receiver, ...] = ()
    routes: tuple[Route, ...] = ()
    default: str = ""
    heartbeat: str = ""
    mute_timings: tuple[MuteTiming, ...] = ()
    group_wait: str = "30s"
    group_interval: str = "5m"
    repeat: str = "4h"
    smtp_host: str = ""
    smtp_from: str = ""
    smtp_user: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """One container image, pinned: repository and tag (or digest)."""

    repository: str
    tag: str

    def __str__(self) -> str:
        return f"{self.repository}:{self.tag}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """Size of one workload of the stack."""

    replicas: int = 1
    cpu_request: str = "100m"
    cpu_limit: str = "500m"
    memory_request: str = "128Mi"
    memory_limit: str = "256Mi"
    storage: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoteWrite:
    """One remote_write endpoint; credentials come from a file in the Prometheus secret."""

    url: str
    username: str = ""
    password_file: str = ""
    bearer_token_file: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """The monitoring stack itself, on the same cluster."""

    namespace: str = "monitoring"
    mode: Mode = "standalone"
    label_key: str = "app.kubernetes.io/name"
    scrape_interval: str = "30s"
    evaluation_interval: str = "30s"
    retention: str = "35d"
    storage_class: str = ""
    images: Mapping[str, Image] = field(default_factory=dict)
    """Keys: prometheus alertmanager grafana kube-state-metrics node-exporter elasticsearch-exporter fluentd obs."""
    workloads: Mapping[str, Workload] = field(default_factory=dict)
    """Same keys, with obs-event-exporter, obs-authz-exporter and obs-db-exporter instead of obs."""
    operator_labels: Pairs = (("release", "prometheus"),)
    """Labels the operator's selectors want on PrometheusRule, ServiceMonitor, PodMonitor and Probe."""
    remote_write: tuple[RemoteWrite, ...] = ()
    exporters_tls: bool = False
    """Whether our exporters serve over TLS, and Prometheus verifies them."""
    ingress_namespaces: tuple[str, ...] = ("ingress",)
    """Namespaces whose pods may reach Grafana."""

    @property
    def agents_namespace(self) -> str:
        """Where node agents run: they mount folders of the node, which the stack's own namespace forbids."""
        return f"{self.namespace}-nodes" if self.mode == "standalone" else self.namespace


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Base URLs people reach, without a trailing slash."""

    grafana: str = "https://grafana.example.com"
    prometheus: str = "https://prometheus.example.com"
    alertmanager: str = "https://alertmanager.example.com"
    kibana: str = "https://kibana.example.com"
    runbooks: str = "https://runbooks.example.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mixin:
    """An upstream monitoring mixin read as a component."""

    name: str
    path: str
    config: str = ""
    """Extra jsonnet merged into the mixin's _config, e.g. `{ selector: 'job="x"' }`."""
    overrides: Mapping[str, AlertOverride] = field(default_factory=dict)
    """Changes to the mixin's alerts, by name."""
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """Everything a spec says, after defaults, environment overlay and validation."""

    name: str
    cluster: str
    services: tuple[Service, ...]
    environment: str = ""
    title: str = ""
    namespace: str = ""
    """That of services that name none; "" where the spec says none."""
    stack: Stack = Stack()
    links: Links = Links()
    notify: Notify = Notify()
    overrides: Mapping[str, AlertOverride] = field(default_factory=dict)
    panels_off: tuple[str, ...] = ()
    """Panels left out, `component/Panel title`."""
    objectives: Mapping[str, ObjectiveOverride] = field(default_factory=dict)
    mixins: tuple[Mixin, ...] = ()
    logging: Logging | None = None
    """None for platforms without the logging half."""
    spec_name: str = ""
    """File name of the spec, for generated headers."""

    def of(self, component: str) -> tuple[Service, ...]:
        """The services of one component, in spec order."""
        return tuple(s for s in self.services if s.component == component)

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Every namespace the platform and its stack use, sorted."""
        own = {self.stack.namespace, self.stack.agents_namespace}
        return tuple(sorted({s.namespace for s in self.services} | own))
