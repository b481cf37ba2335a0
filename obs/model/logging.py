"""The logging half: what a spec says of it, and the plan that catalogue and spec make together."""

from dataclasses import dataclass
from typing import Literal

from obs.model.logs import Application, Field, LogFormat, Secret
from obs.model.search import Board, SavedQuery

Runtime = Literal["containerd", "docker", "mixed"]
ElasticsearchVersion = Literal["8.19", "9"]
Placement = Literal["cluster", "eck", "external"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogClass:
    """Namespaces whose lines share a data stream, a retention, a rate and an importance."""

    name: str
    namespaces: tuple[str, ...] = ()
    """() for the class that takes every namespace no other class names."""
    retention: str = "30d"
    rate: int = 1000
    """Lines per second one container may write over ten seconds; beyond that its file is left to wait, not lost."""
    priority: Literal["high", "normal", "low"] = "normal"
    share: float | None = None
    """Its part of all lines, in percent; None takes an even part of what the others leave. Estimates use it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """How many lines the platform writes; every size of the pipeline follows from it (docs/logging.md)."""

    lines_per_second: float = 500
    """Average over a day, all nodes together."""
    bytes_per_line: float = 400
    peak_ratio: float = 4
    """The busiest minute against the average."""
    nodes: int = 3
    outage: str = "6h"
    """How long Elasticsearch may be away before a line is given up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Elasticsearch:
    """Where documents go: deployed beside the pipeline, or somebody else's."""

    placement: Placement = "cluster"
    """Deployed by our own manifests, by Elastic's operator (ECK) as objects of its kinds, or somebody else's."""
    url: str = ""
    """Of the external one, without a trailing slash; the in-cluster one's follows from the namespace."""
    version: ElasticsearchVersion = "9"
    nodes: int = 3
    storage: str = "200Gi"
    """Volume of each node."""
    memory: str = ""
    """Of each node, half of it heap; "" is computed from what is kept."""
    snapshots: str = ""
    """Name of a registered snapshot repository; "" takes none."""
    logsdb: bool = True
    """Whether indices are in LogsDB mode: sorted and compressed for logs, about half the disk, slower to write."""
    geoip: bool = False
    """Whether addresses get a place, for maps. Elasticsearch fetches GeoLite2 from Elastic; no address leaves."""
    keystore: tuple[str, ...] = ()
    """Names of settings whose values are secrets, e.g. s3.client.default.access_key; they are keys of a Secret."""
    zones: bool = True
    """Whether nodes carry the label topology.kubernetes.io/zone: Elastic's operator starts no pod on one without."""
    operator_namespace: str = "elastic-system"
    """Where Elastic's operator runs: its pods must reach Elasticsearch."""

    @property
    def copies(self) -> int:
        """How often a document is kept: twice where there is a second node to hold it."""
        return 2 if self.placement == "external" or self.nodes > 1 else 1

    @property
    def service(self) -> str:
        """Name of the Service in front of the one deployed here; the operator derives its own from the object's."""
        return "elasticsearch-es-http" if self.placement == "eck" else "elasticsearch"


@dataclass(frozen=True, kw_only=True, slots=True)
class Aggregator:
    """A tier between the nodes and Elasticsearch: fewer connections, one place to hold back."""

    enabled: bool = False
    replicas: int = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtraFilter:
    """A piece of Fluentd configuration of the user's own, put behind ours; `text` is its content."""

    name: str
    text: str
    file: str = ""
    line: int = 0
    """Where it stands in the spec: messages point there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Logging:
    """The logging half of a platform."""

    namespace: str
    classes: tuple[LogClass, ...]
    """The one without namespaces comes last."""
    applications: tuple[Application, ...]
    fallback: LogFormat
    """The format of lines of pods nobody described."""
    secrets: tuple[Secret, ...]
    """The redaction table: the catalogue's and what the spec adds, in order."""
    runtime: Runtime = "mixed"
    volume: Volume = Volume()
    workers: int = 1
    """Processes of one node's Fluentd that share its pods: one carries what one core does."""
    elasticsearch: Elasticsearch = Elasticsearch()
    aggregator: Aggregator = Aggregator()
    filters: tuple[ExtraFilter, ...] = ()
    boards: tuple[Board, ...] = ()
    """Boards of no component: the catalogue's general ones and those of applications."""
    queries: tuple[SavedQuery, ...] = ()
    events: bool = True
    """Whether the cluster's events are printed as lines and read like all others."""
    audit_log: str = ""
    """Path of the API server's audit log on control-plane nodes; "" where it is out of reach."""

    @property
    def endpoint(self) -> str:
        """Where Elasticsearch answers: the external one's address, or that of the one deployed here."""
        return self.elasticsearch.url or f"https://{self.elasticsearch.service}.{self.namespace}.svc:9200"

    def class_of(self, namespace: str) -> LogClass:
        """The class a namespace's lines go to."""
        return next((c for c in self.classes if namespace in c.namespaces), self.classes[-1])


@dataclass(frozen=True, kw_only=True, slots=True)
class LogRoute:
    """Pods (by namespace and labels) and the format their lines have."""

    service: str
    namespace: str
    selector: tuple[tuple[str, str], ...]
    format: LogFormat


@dataclass(frozen=True, kw_only=True, slots=True)
class LogStream:
    """One data stream: a namespace class, or the dead letters."""

    name: str
    """e.g. logs-obs.trading-opendax_production"""
    dataset: str
    namespace: str
    retention: str
    log_class: LogClass | None
    """None for the dead letters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPlan:
    """The logging half, resolved: what renderers of Fluentd, Elasticsearch and Kibana print from."""

    logging: Logging
    cluster: str
    routes: tuple[LogRoute, ...]
    """In the order they are tried: catalogue services, then applications."""
    formats: tuple[LogFormat, ...]
    """Every format once, by name; the fallback is last."""
    streams: tuple[LogStream, ...]
    """One per class, in the spec's order, then the dead letters."""
    fields: tuple[Field, ...]
    """Every field a document can have, common ones first, each name once."""
    boards: tuple[Board, ...] = ()
    """What people ask: general boards first, then those of components, then those of applications."""
