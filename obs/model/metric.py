"""Metrics a component reads, and the sources (scraped jobs) that expose them."""

from dataclasses import dataclass
from typing import Literal

MetricType = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One metric family as its source exposes it.

    `name` is the family name (a histogram without `_bucket`), `unit` its base unit ("" for a plain count),
    `labels` the labels the source itself sets (target labels such as job and instance are not listed).
    `sparse` metrics have no series before their first event, so their absence is not an alert.
    """

    name: str
    type: MetricType
    help: str
    labels: tuple[str, ...] = ()
    unit: str = ""
    sparse: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One scraped job a component reads.

    `component` names the owner when the job belongs to another component (Barong's AuthZ outcomes live in the gateway);
    `exporter` names the package under exporters/ whose table declares the metrics, `itself` says that they are about
    the exporter and no target of its. `scope` lists the target labels by which a person narrows this source on a
    dashboard: node-level jobs leave out `namespace`. `only_read` says that of a page which grows with the cluster only
    what somebody reads is kept.
    """

    name: str
    metrics: tuple[Metric, ...]
    port: str = "metrics"
    path: str = "/metrics"
    scheme: Literal["http", "https"] = "http"
    kind: Literal["pods", "node", "kubelet", "probe"] = "pods"
    component: str = ""
    exporter: str = ""
    itself: bool = False
    scope: tuple[str, ...] = ("cluster", "namespace", "job", "instance")
    only_read: bool = False
