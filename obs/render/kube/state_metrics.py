"""kube-state-metrics: the state of Kubernetes objects, of the kinds and names that somebody reads and no others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from obs.model.plan import Plan
from obs.render.kube.access import cluster_access, namespace_access, rule
from obs.render.kube.network import api_server, dns, policy
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program, home
from obs.render.kube.stack import STATE_METRICS, from_prometheus, image_and_size, port_name, scraped
from obs.render.kube.workloads import deployment, disruption_budget, service, service_account
from obs.render.metric_rules import read_by_mixins
from obs.render.scrape import metrics

UID = 65534
"""The user `nobody` of the official image."""
WATCHED = ("list", "watch")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its resource name, API group, and whether it belongs to a namespace."""

    resource: str
    group: str = ""
    namespaced: bool = True


KINDS: dict[str, Kind] = {
    "cronjob": Kind("cronjobs", "batch"),
    "daemonset": Kind("daemonsets", "apps"),
    "deployment": Kind("deployments", "apps"),
    "endpointslice": Kind("endpointslices", "discovery.k8s.io"),
    "horizontalpodautoscaler": Kind("horizontalpodautoscalers", "autoscaling"),
    "ingress": Kind("ingresses", "networking.k8s.io"),
    "job": Kind("jobs", "batch"),
    "limitrange": Kind("limitranges"),
    "namespace": Kind("namespaces", namespaced=False),
    "networkpolicy": Kind("networkpolicies", "networking.k8s.io"),
    "node": Kind("nodes", namespaced=False),
    "persistentvolume": Kind("persistentvolumes", namespaced=False),
    "persistentvolumeclaim": Kind("persistentvolumeclaims"),
    "pod": Kind("pods"),
    "poddisruptionbudget": Kind("poddisruptionbudgets", "policy"),
    "replicaset": Kind("replicasets", "apps"),
    "replicationcontroller": Kind("replicationcontrollers"),
    "resourcequota": Kind("resourcequotas"),
    "service": Kind("services"),
    "statefulset": Kind("statefulsets", "apps"),
    "storageclass": Kind("storageclasses", "storage.k8s.io", namespaced=False),
    "volumeattachment": Kind("volumeattachments", "storage.k8s.io", namespaced=False),
}
"""By the word after `kube_` in a metric's name. Secrets and ConfigMaps are left out on purpose: nobody reads them."""

LABELS = {
    "label_topology_kubernetes_io_region": "topology.kubernetes.io/region",
    "label_topology_kubernetes_io_zone": "topology.kubernetes.io/zone",
}
"""Node labels a query may read, by the name kube-state-metrics gives them; it exposes no label unless told to."""


def manifests(plan: Plan) -> Iterator[Manifest]:
    """One program for what lies in the platform's namespaces, one for what lies in none.

    Apart, because a program told `--namespaces` exposed each cluster-wide series once per namespace
    (kubernetes/kube-state-metrics#2878), and one without it needs to read the pods of the whole cluster.
    """
    for told in programs(plan):
        yield service_account(told)
        yield deployment(told)
        yield service(told)
        yield disruption_budget(told)
        yield policy(told, ingress=[from_prometheus(told)], egress=[dns(), api_server()])


def access(plan: Plan) -> Iterator[Manifest]:
    """List and watch of exactly the kinds asked for, in the platform's namespaces."""
    for told in programs(plan):
        if told.name == STATE_METRICS:
            rules = _rules(kinds(plan, namespaced=True))
            for namespace in plan.platform.namespaces:
                yield from namespace_access(told, namespace, rules)
        else:
            yield from cluster_access(told, _rules(kinds(plan, namespaced=False)))


def programs(plan: Plan) -> Iterator[Program]:
    """The programs the platform's queries need: none, one or two."""
    inside, across = kinds(plan, namespaced=True), kinds(plan, namespaced=False)
    if inside:
        yield _program(plan, inside, (f"--namespaces={','.join(plan.platform.namespaces)}",))
    if across:
        yield replace(_program(plan, across, _label_arguments(plan)), name=f"{STATE_METRICS}-cluster")


def kinds(plan: Plan, *, namespaced: bool) -> tuple[Kind, ...]:
    """The kinds of object whose metrics the platform reads. KeyError: a metric of a kind that may not be read."""
    words = {name.split("_")[1] for name in wanted_metrics(plan)}
    return tuple(KINDS[word] for word in sorted(words) if KINDS[word].namespaced is namespaced)


def wanted_metrics(plan: Plan) -> tuple[str, ...]:
    """Names of the kube_* metrics read anywhere in the platform, upstream mixins included."""
    jobs = (job for job in scraped(plan) if job.kind == "pods")
    names = {metric.name for job in jobs for metric in metrics(plan, job)}
    return tuple(sorted({n for n in names if _is_wanted(n)} | {n for n in read_by_mixins(plan) if _is_known(n)}))


def _is_wanted(name: str) -> bool:
    return name.startswith("kube_") and not name.startswith("kube_state_metrics_")


def _is_known(name: str) -> bool:
    """A mixin's query holds many words; those that begin like a metric of a kind we may read are taken for one."""
    return _is_wanted(name) and name.split("_")[1] in KINDS


def _program(plan: Plan, watched: tuple[Kind, ...], more: tuple[str, ...]) -> Program:
    image, size = image_and_size(plan, STATE_METRICS)
    port = port_name(plan, STATE_METRICS, otherwise="http")
    # Each is a regular expression and anchored at neither end: kube_pod_status_ready let kube_pod_status_ready_time in.
    allowed = (f"{n}$" for n in wanted_metrics(plan) if KINDS[n.split("_")[1]] in watched)
    return Program(
        name=STATE_METRICS,
        application=STATE_METRICS,
        role="metrics",
        home=home(plan),
        image=image,
        size=size,
        uid=UID,
        ports=(Port(name=port, number=8080), Port(name="telemetry", number=8081)),
        probes=Probes(live="/livez", ready="/readyz", port=port, ready_port="telemetry"),
        arguments=(
            "--port=8080",
            "--telemetry-port=8081",
            f"--resources={','.join(sorted(k.resource for k in watched))}",
            f"--metric-allowlist={','.join(allowed)}",
            *more,
        ),
        calls_api=True,
    )


def _label_arguments(plan: Plan) -> tuple[str, ...]:
    jobs = (job for job in scraped(plan) if job.kind == "pods")
    read = {label for job in jobs for m in metrics(plan, job) if m.name == "kube_node_labels" for label in m.labels}
    names = [LABELS[label] for label in sorted(read) if label in LABELS]
    return (f"--metric-labels-allowlist=nodes=[{','.join(names)}]",) if names else ()


def _rules(watched: Iterable[Kind]) -> list[Manifest]:
    groups: dict[str, list[str]] = {}
    for kind in watched:
        groups.setdefault(kind.group, []).append(kind.resource)
    return [rule(resources, group=group, verbs=WATCHED) for group, resources in sorted(groups.items())]
