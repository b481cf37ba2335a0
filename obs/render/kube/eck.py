"""Elasticsearch and Kibana as objects of Elastic's operator (ECK), which makes their pods, certificates and accounts.

What is ours to say is told by the same programs as without it: sizes, places, labels, who may reach whom. Their pods
carry our labels, so that policies, budgets and discovery find them whoever made them.
"""

from collections.abc import Iterator

from obs.model.logging import LogPlan
from obs.model.plan import Plan
from obs.render.kube import elasticsearch, kibana
from obs.render.kube.labels import metadata, pod_labels
from obs.render.kube.pods import ZONE, affinity, pod_security, resources, spread
from obs.render.kube.program import Manifest, Program
from obs.render.kube.search import ELASTICSEARCH, image, release
from obs.render.kube.workloads import disruption_budget, volume_claim

NODES = "default"
"""The set of nodes; its pods are elasticsearch-es-default-0 and so on."""
DATA = "elasticsearch-data"
"""The name by which the operator knows the volume of data."""
OWN = ("action.destructive_requires_name", "node.store.allow_mmap")
"""Settings that are ours to say; network, discovery and certificates are the operator's."""
SHOWN = ("server.publicBaseUrl", "telemetry.optIn", "telemetry.allowChangingOptInStatus")
"""The same of Kibana."""


def manifests(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """Both objects and who may reach their pods. The operator makes a disruption budget for Elasticsearch alone."""
    nodes, boards = elasticsearch.program(plan, logs), kibana.program(plan, logs)
    yield search(plan, logs, nodes)
    yield elasticsearch.access(nodes, logs)
    yield shown(plan, logs, boards)
    yield disruption_budget(boards)
    yield kibana.access(plan, boards)


def search(plan: Plan, logs: LogPlan, told: Program) -> Manifest:
    """Elasticsearch: one set of nodes that hold data and may lead. Volumes outlive the object, not a node taken out."""
    wanted = logs.logging.elasticsearch
    spec: Manifest = {"nodeSets": [_nodes(plan, logs, told)], "volumeClaimDeletePolicy": "DeleteOnScaledownOnly"}
    if wanted.keystore:
        entries = [{"key": name} for name in wanted.keystore]
        spec["secureSettings"] = [{"secretName": elasticsearch.SECRET, "entries": entries}]
    # The operator lets pods know these labels of their nodes, as annotations.
    notes = {"eck.k8s.elastic.co/downward-node-labels": ZONE} if wanted.zones else {}
    return _object(plan, logs, told, "Elasticsearch", spec, notes)


def shown(plan: Plan, logs: LogPlan, told: Program) -> Manifest:
    """Kibana; the operator makes its account in Elasticsearch, its encryption keys and its certificate."""
    settings = {key: value for key, value in kibana.settings(plan, logs).items() if key in SHOWN}
    spec: Manifest = {
        "count": told.size.replicas,
        "elasticsearchRef": {"name": ELASTICSEARCH},
        "config": settings,
        "podTemplate": _template(told),
    }
    return _object(plan, logs, told, "Kibana", spec, {})


def _nodes(plan: Plan, logs: LogPlan, told: Program) -> Manifest:
    claim = volume_claim(told, name=DATA, storage_class=plan.platform.stack.storage_class)
    config = {key: value for key, value in elasticsearch.settings(logs).items() if key in OWN}
    template = _template(told)
    if logs.logging.elasticsearch.zones:
        # k8s_node_name is what the operator itself spreads copies over.
        config |= {"node.attr.zone": "${ZONE}", "cluster.routing.allocation.awareness.attributes": "k8s_node_name,zone"}
        where = {"fieldRef": {"fieldPath": f"metadata.annotations['{ZONE}']"}}
        template["spec"]["containers"][0]["env"] = [{"name": "ZONE", "valueFrom": where}]
    return {
        "name": NODES,
        "count": told.size.replicas,
        "config": config,
        "podTemplate": template,
        "volumeClaimTemplates": [claim],
    }


def _template(told: Program) -> Manifest:
    """What the operator takes over into the pods it makes."""
    spec: Manifest = {
        "affinity": affinity(told),
        "containers": [{"name": told.name, "resources": resources(told)}],
        "enableServiceLinks": False,
        "priorityClassName": told.home.priority_class,
        # The operator leaves it to Kibana's image who runs it, and the restricted Pod Security Standard wants it said.
        "securityContext": {key: value for key, value in pod_security(told.uid).items() if key != "runAsGroup"},
        "topologySpreadConstraints": spread(told),
    }
    return {"metadata": {"labels": pod_labels(told)}, "spec": spec}


def _object(plan: Plan, logs: LogPlan, told: Program, kind: str, spec: Manifest, notes: dict[str, str]) -> Manifest:
    """The image is the operator's own choice, by version and registry, unless the spec names one."""
    chosen = plan.platform.stack.images.get(told.name)
    version = {"version": release(image(plan, logs, told.name), logs)} | ({"image": str(chosen)} if chosen else {})
    return {
        "apiVersion": f"{kind.lower()}.k8s.elastic.co/v1",
        "kind": kind,
        "metadata": metadata(told, annotations=notes),
        "spec": version | spec,
    }
