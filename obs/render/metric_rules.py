"""What is kept of a scrape: metrics somebody reads where a job speaks for the cluster, no unread buckets elsewhere."""

import json
import re
from collections.abc import Iterator
from typing import Any

from obs.model.metric import Metric
from obs.model.plan import Job, Plan

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*_[a-zA-Z0-9_]+")
_CHURNING = ("container_id", "id", "image_id", "uid")
"""Labels of cluster objects that change with every restart and that no query of ours reads."""


def series_names(metric: Metric) -> tuple[str, ...]:
    """The series names of a family: its own, or a classic histogram's three and the native one."""
    parts = ("", "_bucket", "_count", "_sum") if metric.type == "histogram" else ("",)
    return tuple(metric.name + part for part in parts)


def metric_relabelling(plan: Plan, job: Job, declared: tuple[Metric, ...], *, of_cluster: bool) -> list[dict[str, Any]]:
    """metric_relabel_configs of one job: what is read for cluster-wide jobs, all but unread buckets for others."""
    read = {name for metric in declared for name in series_names(metric)} | set(read_by_mixins(plan))
    if not of_cluster:
        return _without_unread_buckets(sorted(name for name in read if name.endswith("_bucket")))
    labels = {label for metric in declared for label in metric.labels}
    churning = [label for label in (*_CHURNING, *_of_containers(job)) if label not in labels]
    return [
        {"source_labels": ["__name__"], "regex": "|".join(sorted(read)), "action": "keep"},
        *_only_pods(job),
        *([{"regex": "|".join(sorted(churning)), "action": "labeldrop"}] if churning else []),
    ]


def _of_containers(job: Job) -> tuple[str, ...]:
    """cAdvisor's `name` is the runtime's container id; kubelet metrics proper have no such label."""
    return ("name",) if job.path.endswith("/cadvisor") else ()


def _only_pods(job: Job) -> Iterator[dict[str, Any]]:
    """cAdvisor also reports control groups that belong to no pod; without their id they could not be told apart."""
    if job.path.endswith("/cadvisor"):
        yield {"source_labels": ["__name__", "pod"], "regex": "container_.+;", "action": "drop"}


def _without_unread_buckets(read: list[str]) -> list[dict[str, Any]]:
    """Histogram buckets are most of an endpoint's series: those that no query reads go, sums and counts stay."""
    unread = {"source_labels": ["__name__"], "regex": ".+_bucket", "target_label": "__tmp_unread", "replacement": "yes"}
    spared = {
        "source_labels": ["__name__"],
        "regex": "|".join(read),
        "target_label": "__tmp_unread",
        "replacement": "",
    }
    return [unread, *([spared] if read else []), {"source_labels": ["__tmp_unread"], "regex": "yes", "action": "drop"}]


def read_by_mixins(plan: Plan) -> Iterator[str]:
    """Names in the queries of upstream mixins, which declare no metrics: everything that looks like one is kept."""
    for groups in plan.extra_groups.values():
        for rule in (rule for group in groups for rule in group.rules):
            yield from _NAME.findall(rule.expr)
    for dashboard in plan.dashboards:
        if dashboard.raw:
            yield from (name for query in _queries(json.loads(dashboard.raw)) for name in _NAME.findall(query))


def _queries(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _queries(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("expr", "query") and isinstance(value, str):
                yield value
            else:
                yield from _queries(value)
