"""Operator mode: Elasticsearch and Kibana as objects of Elastic's operator (ECK) already on the cluster."""

from collections.abc import Iterator

from obs.model.logging import LogPlan
from obs.model.plan import Plan
from obs.render.kube.elasticsearch import settings as elasticsearch_settings
from obs.render.kube.kibana import settings as kibana_settings
from obs.render.kube.labels import common
from obs.render.kube.pods import LINUX, ZONE
from obs.render.kube.program import Manifest
from obs.render.kube.search import ELASTICSEARCH, HTTP, KIBANA, image

CLUSTER = "elasticsearch.k8s.elastic.co/cluster-name"
OWN = ("action.destructive_requires_name", "node.store.allow_mmap")
"""Settings that are ours to say; network, discovery and certificates are the operator's."""
ALIAS_NOTES = {
    f"ignore-check.kube-linter.io/{check}": "its pods are made by the operator"
    for check in ("dangling-service", "invalid-target-ports")
}


def manifests(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """Elasticsearch under the name the pipeline knows, and Kibana in front of it."""
    yield elasticsearch(plan, logs)
    yield _alias(plan, logs)
    yield kibana(plan, logs)


def elasticsearch(plan: Plan, logs: LogPlan) -> Manifest:
    """One set of nodes that hold data and may lead, apart from each other and spread over zones."""
    wanted = logs.logging.elasticsearch
    mine = {key: value for key, value in elasticsearch_settings(logs).items() if key in OWN}
    zoned = {"node.attr.zone": "${ZONE}", "cluster.routing.allocation.awareness.attributes": "k8s_node_name,zone"}
    kept: Manifest = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": wanted.storage}}}
    kept |= {"storageClassName": plan.platform.stack.storage_class} if plan.platform.stack.storage_class else {}
    claim = {"metadata": {"name": "elasticsearch-data"}, "spec": kept}
    names = [{"dns": f"{ELASTICSEARCH}.{logs.logging.namespace}.svc"}, {"dns": ELASTICSEARCH}]
    spec = {
        "version": image(plan, logs, ELASTICSEARCH).tag,
        "image": str(image(plan, logs, ELASTICSEARCH)),
        "http": {"tls": {"selfSignedCertificate": {"subjectAltNames": names}}},
        "nodeSets": [
            {
                "name": "default",
                "count": wanted.nodes,
                "config": mine | zoned,
                "podTemplate": {"spec": _pod()},
                "volumeClaimTemplates": [claim],
            }
        ],
    }
    notes = {"eck.k8s.elastic.co/downward-node-labels": ZONE}
    return _object(plan, logs, "elasticsearch.k8s.elastic.co/v1", "Elasticsearch", ELASTICSEARCH, spec, notes)


def kibana(plan: Plan, logs: LogPlan) -> Manifest:
    """Kibana; the operator makes its account in Elasticsearch and its certificate."""
    told = kibana_settings(plan, logs)
    mine = {key: value for key, value in told.items() if key.startswith(("server.publicBaseUrl", "telemetry."))}
    spec = {
        "version": image(plan, logs, KIBANA).tag,
        "image": str(image(plan, logs, KIBANA)),
        "count": 2,
        "elasticsearchRef": {"name": ELASTICSEARCH},
        "config": mine,
    }
    return _object(plan, logs, "kibana.k8s.elastic.co/v1", "Kibana", KIBANA, spec, {})


def _pod() -> Manifest:
    zone = {"name": "ZONE", "valueFrom": {"fieldRef": {"fieldPath": f"metadata.annotations['{ZONE}']"}}}
    memory = {"limits": {"cpu": "4", "memory": "4Gi"}, "requests": {"cpu": "1", "memory": "4Gi"}}
    nodes = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [LINUX]}]}}
    return {
        "affinity": {"nodeAffinity": nodes},
        "containers": [{"name": ELASTICSEARCH, "env": [zone], "resources": memory}],
    }


def _alias(plan: Plan, logs: LogPlan) -> Manifest:
    """The pipeline's name for it: the operator calls its own service elasticsearch-es-http."""
    ports = [{"name": "https", "port": HTTP, "protocol": "TCP", "targetPort": HTTP}]
    spec = {"type": "ClusterIP", "selector": {CLUSTER: ELASTICSEARCH}, "ports": ports}
    return _object(plan, logs, "v1", "Service", ELASTICSEARCH, spec, ALIAS_NOTES)


def _object(
    plan: Plan, logs: LogPlan, version: str, kind: str, name: str, spec: Manifest, notes: dict[str, str]
) -> Manifest:
    labels = common(part_of=plan.platform.name, component="logs")
    about: Manifest = {"name": name, "namespace": logs.logging.namespace, "labels": labels}
    about |= {"annotations": notes} if notes else {}
    return {"apiVersion": version, "kind": kind, "metadata": about, "spec": spec}
