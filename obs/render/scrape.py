"""How one job is found and scraped: discovery, relabelling to the target labels, and limits that bound cardinality."""

from typing import Any
from urllib.parse import parse_qs

from obs.conventions import EXPORTER_PORT, exporter_instance
from obs.model.metric import Metric, Source
from obs.model.plan import Job, Plan
from obs.render.metric_rules import metric_relabelling

TARGET_LABELS = ("cluster", "namespace", "job", "instance", "pod", "node", "zone")
"""Every label a target may carry; `labels_of` says which of them a given job's targets do carry."""

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
SECRETS = "/etc/prometheus/secrets"
"""Where the Prometheus secret is mounted: CA of https targets, credentials of remote_write."""

_POD = "__meta_kubernetes_pod_"
_ZONE = "label_topology_kubernetes_io_zone"
_IPV4 = r"(\d+\.\d+\.\d+\.\d+)"
_IPV6 = "([0-9a-fA-F:]*:[0-9a-fA-F:]*)"

SAMPLES = 50_000
"""Per scrape and target: room for ten thousand queues, of which RabbitMQ's detailed page tells five series each."""
SAMPLES_OF_CLUSTER = 200_000
"""The same for kubelets and kube-state-metrics, which speak for many pods at once."""


def sources(plan: Plan, job: Job) -> tuple[Source, ...]:
    """What every component of the platform reads from this job, the owner's own declaration first."""
    found = [
        (part.component.name != job.component, source)
        for part in plan.parts
        for source in part.component.sources
        if source.name == job.source and (source.component or part.component.name) == job.component
    ]
    return tuple(source for _, source in sorted(found, key=lambda pair: pair[0]))


def metrics(plan: Plan, job: Job) -> tuple[Metric, ...]:
    """Every metric family the platform reads from this job, by name."""
    declared = {metric.name: metric for source in sources(plan, job) for metric in source.metrics}
    return tuple(declared[name] for name in sorted(declared))


def spoken_for(plan: Plan, job: Job) -> tuple[str, ...]:
    """Target labels that the job's own metrics declare, as kube-state-metrics does namespace and pod; these win."""
    declared = {label for metric in metrics(plan, job) for label in metric.labels}
    return tuple(label for label in TARGET_LABELS if label in declared)


def labels_of(plan: Plan, job: Job) -> tuple[str, ...]:
    """The target labels of this job's targets.

    Nodes lie in no namespace, a probe's target is no pod of ours, and where a pod speaks for others, as
    kube-state-metrics does, its own node and zone would be read as theirs.
    """
    absent = {"node": ("namespace", "pod"), "kubelet": ("namespace", "pod"), "probe": ("pod", "node", "zone")}
    spoken = spoken_for(plan, job)
    elsewhere = ("pod", "node", "zone") if job.kind == "pods" and "namespace" in spoken else ()
    left_out = {*absent.get(job.kind, ()), *spoken, *elsewhere}
    return tuple(label for label in TARGET_LABELS if label not in left_out)


def probe_targets(job: Job) -> tuple[str, ...]:
    """Names the exporter of a probe job knows its targets by: the service's option `targets`, or the service's name."""
    named = job.service.options.get("targets")
    return tuple(map(str, named)) if isinstance(named, tuple) and named else (job.service.name,)


def exporter_host(plan: Plan, job: Job) -> str:
    """Cluster name of the exporter behind a job: what it is called by, and what its certificate must say."""
    alone = job.kind == "probe" or job.itself or len(plan.platform.of(job.component)) == 1
    name = exporter_instance(job.exporter, job.service.name, alone=alone)
    return f"{name}.{plan.platform.stack.namespace}.svc"


def exporter_address(plan: Plan, job: Job) -> str:
    """Host and port of the exporter that answers a probe job's `/probe?target=NAME`."""
    port = job.port if job.port.isdigit() else str(EXPORTER_PORT)
    return f"{exporter_host(plan, job)}:{port}"


def scrape_config(plan: Plan, job: Job) -> dict[str, Any]:
    """One entry of scrape_configs, as plain data."""
    path, _, query = job.path.partition("?")
    config: dict[str, Any] = {"job_name": job.name, "metrics_path": path, "scheme": job.scheme}
    if query:
        config["params"] = parse_qs(query, keep_blank_values=True)
    if spoken_for(plan, job):
        config["honor_labels"] = True
    config |= _security(plan, job)
    config |= _limits(plan, job)
    config |= _discovery(plan, job)
    config["relabel_configs"] = _relabelling(plan, job)
    declared = metrics(plan, job)
    config["metric_relabel_configs"] = metric_relabelling(plan, job, declared, of_cluster=of_cluster(plan, job))
    return {key: value for key, value in config.items() if value != []}


def of_cluster(plan: Plan, job: Job) -> bool:
    """Whether the job speaks for many objects of the cluster, so that only metrics somebody reads are kept."""
    by_kind = job.kind in ("node", "kubelet") or "namespace" in spoken_for(plan, job)
    return by_kind or any(source.only_read for source in sources(plan, job))


def _security(plan: Plan, job: Job) -> dict[str, Any]:
    if job.kind == "kubelet":
        return {
            "authorization": {"credentials_file": f"{SERVICE_ACCOUNT}/token"},
            "tls_config": {"ca_file": f"{SERVICE_ACCOUNT}/ca.crt"},
        }
    if job.scheme == "https":
        server = exporter_host(plan, job) if job.exporter else f"{job.service.name}.{job.namespace}.svc"
        return {"tls_config": {"ca_file": f"{SECRETS}/ca.crt", "server_name": server}}
    return {}


def _limits(plan: Plan, job: Job) -> dict[str, int]:
    return {"sample_limit": SAMPLES_OF_CLUSTER} if of_cluster(plan, job) else {}


def _discovery(plan: Plan, job: Job) -> dict[str, Any]:
    if job.kind == "probe":
        return {"static_configs": [{"targets": list(probe_targets(job))}]}
    if job.kind == "kubelet":
        return {"kubernetes_sd_configs": [{"role": "node"}]}
    return {"kubernetes_sd_configs": [pods(job.namespace, job.selector)]}


def pods(namespace: str, selector: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Discovery of pods, narrowed by the API server: Prometheus never sees a pod of another namespace or label.

    The node is attached for its zone label; Prometheus needs get, list and watch on nodes for that.
    """
    found: dict[str, Any] = {"role": "pod", "namespaces": {"names": [namespace]}}
    if selector:
        found["selectors"] = [{"role": "pod", "label": ",".join(f"{key}={value}" for key, value in selector)}]
    return found | {"attach_metadata": {"node": True}}


def _relabelling(plan: Plan, job: Job) -> list[dict[str, Any]]:
    steps = {"kubelet": _of_node, "node": _of_node_pod, "probe": _of_probe, "pods": _of_pod}[job.kind](plan, job)
    wanted = set(labels_of(plan, job))
    named = [step for step in steps if _internal(step) or step["target_label"] in wanted]
    return [_set("cluster", plan.platform.cluster), *named]


def _internal(step: dict[str, Any]) -> bool:
    return "target_label" not in step or str(step["target_label"]).startswith("__")


def _set(label: str, value: str) -> dict[str, Any]:
    return {"target_label": label, "replacement": value}


def _copy(source: str, label: str) -> dict[str, Any]:
    return {"source_labels": [source], "target_label": label}


def _of_pod(plan: Plan, job: Job) -> list[dict[str, Any]]:
    """The instance is the pod's name: it outlives a change of address or port, and it is what kubectl wants."""
    return [
        *running_port(job.port),
        _copy("__meta_kubernetes_namespace", "namespace"),
        _copy(f"{_POD}name", "instance"),
        _copy(f"{_POD}name", "pod"),
        _copy(f"{_POD}node_name", "node"),
        _copy(f"__meta_kubernetes_node_{_ZONE}", "zone"),
    ]


def running_port(port: str) -> list[dict[str, Any]]:
    """Keep running pods, one target each: the named port, or the numbered one whether the pod declares it or not."""
    running = {"source_labels": [f"{_POD}phase"], "regex": "Running", "action": "keep"}
    if not port.isdigit():
        return [running, {"source_labels": [f"{_POD}container_port_name"], "regex": port, "action": "keep"}]
    return [running, _address(_IPV4, f"$1:{port}"), _address(_IPV6, f"[$1]:{port}")]


def _address(pattern: str, replacement: str) -> dict[str, Any]:
    return {
        "source_labels": [f"{_POD}ip"],
        "regex": pattern,
        "target_label": "__address__",
        "replacement": replacement,
    }


def _of_node_pod(plan: Plan, job: Job) -> list[dict[str, Any]]:
    """A node agent is known by its node: its pod's name changes with every update of the agent."""
    return [
        *running_port(job.port),
        _copy(f"{_POD}node_name", "instance"),
        _copy(f"{_POD}node_name", "node"),
        _copy(f"__meta_kubernetes_node_{_ZONE}", "zone"),
    ]


def _of_node(plan: Plan, job: Job) -> list[dict[str, Any]]:
    return [
        _copy("__meta_kubernetes_node_name", "instance"),
        _copy("__meta_kubernetes_node_name", "node"),
        _copy(f"__meta_kubernetes_node_{_ZONE}", "zone"),
    ]


def _of_probe(plan: Plan, job: Job) -> list[dict[str, Any]]:
    """The exporter is asked about a target by name; the result belongs to the target and its namespace."""
    return [
        _set("namespace", job.service.namespace),
        _copy("__address__", "__param_target"),
        _copy("__param_target", "instance"),
        _set("__address__", exporter_address(plan, job)),
    ]
