"""A small platform on an API server: every kind of object the catalogue reads of, all of it well."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.engines.servers.kubernetes_api import Api, Object

ZONES = {"node-a": "zone-a", "node-b": "zone-b", "node-c": "zone-c"}
PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")
SINCE = "2026-01-01T00:00:00Z"
LIMITS = {"cpu": "1", "memory": "256Mi"}
UID = "00000000-0000-0000-0000-000000000001"
"""Owners are named, and nobody looks for them."""
PODS = {
    "web-5d4f-1": ("ReplicaSet", "node-a"),
    "web-5d4f-2": ("ReplicaSet", "node-b"),
    "db-0": ("StatefulSet", "node-a"),
    "mq-0": ("StatefulSet", "node-b"),
    "mq-1": ("StatefulSet", "node-c"),
}
CONTAINER = {"name": "app", "image": "example.com/app:1", "resources": {"limits": LIMITS}}


def healthy(api: Api) -> None:
    """Everything at once: nodes and their pods, what starts pods, and what limits them."""
    for node in ZONES:
        labels = {"topology.kubernetes.io/zone": ZONES[node], "kubernetes.io/os": "linux"}
        api.put("Node", node, {}, node_status(), labels=labels)
    for name, (kind, node) in PODS.items():
        pod(api, name, kind, node)
    _workloads(api)
    _limits(api)


def pod(api: Api, name: str, kind: str, node: str) -> None:
    """A pod that serves; its owner is what stands before the last dash of its name."""
    owner = name.rpartition("-")[0]
    owners = [{"apiVersion": "apps/v1", "kind": kind, "name": owner, "uid": UID, "controller": True}]
    api.put("Pod", name, {"nodeName": node, "containers": [CONTAINER]}, pod_status(), ownerReferences=owners)


def pod_status(*, waits: str = "", restarts: int = 0, ended: str = "", ready: bool = True) -> Object:
    """Of a running pod: what its container waits for, how often it was restarted, and what it last ended with."""
    state: Object = {"waiting": {"reason": waits}} if waits else {"running": {"startedAt": SINCE}}
    last: Object = {"terminated": {"reason": ended, "exitCode": 137}} if ended else {}
    serves = ready and not waits
    known = {"name": "app", "image": CONTAINER["image"], "imageID": "", "ready": serves, "restartCount": restarts}
    containers = [{**known, "state": state, "lastState": last}]
    conditions = [{"type": "Ready", "status": str(serves), "lastTransitionTime": SINCE}]
    return {"phase": "Running", "conditions": conditions, "containerStatuses": containers}


def node_status(*, ready: bool = True, short_of: str = "") -> Object:
    """Whether the node is ready, and what it runs short of."""
    truths = {"Ready": ready} | {name: name == short_of for name in PRESSURES}
    room = {"cpu": "4", "memory": "8Gi", "pods": "110"}
    conditions = [{"type": name, "status": str(true), "lastTransitionTime": SINCE} for name, true in truths.items()]
    return {"capacity": room, "allocatable": room, "conditions": conditions}


def replicas(serve: int, *, of: int) -> Object:
    """Pods of a Deployment that serve, of those it has."""
    return {"replicas": of, "updatedReplicas": of, "readyReplicas": serve, "availableReplicas": serve}


def progressing(truth: str) -> Object:
    """Whether a rollout gets on, and the reason the controller gives."""
    reason = "NewReplicaSetAvailable" if truth == "True" else "ProgressDeadlineExceeded"
    return {"conditions": [{"type": "Progressing", "status": truth, "reason": reason, "lastTransitionTime": SINCE}]}


def on_nodes(ready: int) -> Object:
    """Of a DaemonSet on three nodes: on how many it is ready."""
    asked = {"desiredNumberScheduled": 3, "currentNumberScheduled": 3, "numberMisscheduled": 0}
    return {**asked, "numberReady": ready}


def budget(allowed: int) -> Object:
    """Evictions a disruption budget allows."""
    return {"disruptionsAllowed": allowed, "currentHealthy": 1 + allowed, "desiredHealthy": 1, "expectedPods": 2}


def template(name: str, **more: Any) -> Object:
    """A selector and the pods it selects."""
    labels = {"app": name}
    pods = {"metadata": {"labels": labels}, "spec": {"containers": [CONTAINER], **more}}
    return {"selector": {"matchLabels": labels}, "template": pods}


def failed_job(api: Api, name: str) -> None:
    """A Job that used up its attempts; the API server lets nobody take that back."""
    pods = {"spec": {"restartPolicy": "Never", "containers": [CONTAINER]}}
    truths = [
        {"type": kind, "status": "True", "reason": "BackoffLimitExceeded", "lastTransitionTime": SINCE}
        for kind in ("FailureTarget", "Failed")
    ]
    api.put("Job", name, {"template": pods}, {"startTime": SINCE, "failed": 7, "conditions": truths})


@contextmanager
def everything(api: Api) -> Iterator[None]:
    """While the block lasts a container was killed and waits, and a Job has failed."""
    api.status("Pod", "db-0", pod_status(waits="CrashLoopBackOff", restarts=1, ended="OOMKilled"))
    failed_job(api, "backup")
    yield
    api.delete("Job", "backup")
    api.status("Pod", "db-0", pod_status(restarts=1))


def _workloads(api: Api) -> None:
    for name in ("web", "api"):
        api.put("Deployment", name, {"replicas": 2, **template(name)}, replicas(2, of=2) | progressing("True"))
    for name, wanted in {"db": 1, "mq": 3}.items():
        spec = {"replicas": wanted, "serviceName": name, **template(name)}
        api.put("StatefulSet", name, spec, {"replicas": wanted, "readyReplicas": wanted})
    api.put("DaemonSet", "agent", template("agent"), on_nodes(3))


def _limits(api: Api) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    autoscaler = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 5}
    api.put("HorizontalPodAutoscaler", "web", autoscaler, {"currentReplicas": 2, "desiredReplicas": 2})
    quota = {"hard": {"services": "10"}}
    api.put("ResourceQuota", "objects", quota, quota | {"used": {"services": "1"}})
    api.put("PodDisruptionBudget", "web", {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}, budget(1))
