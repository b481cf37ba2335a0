"""What goes wrong in a cluster: statuses as controllers and kubelets would leave them, and a node that runs full."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from tests.engines.servers.kubelet import INODES, SIZE, Kubelet, put_pod
from tests.engines.servers.kubernetes_api import Api, Object
from tests.engines.servers.node_exporter import Node
from tests.exporters.live.play import Fault
from tests.exporters.live.watch import Heard
from tests.upstream.objects import (
    budget,
    failed_job,
    node_status,
    on_nodes,
    pod,
    pod_status,
    progressing,
    replicas,
)

ROOM = 1 << 20
"""Bytes of the node's disk."""


@dataclass(kw_only=True)
class Stage:
    """Everything a fault can touch."""

    api: Api
    node: Node
    kubelet: Kubelet
    heard: Heard
    proven: frozenset[str]

    def quiet(self) -> set[str]:
        """What still fires of what faults raise here: this machine's clock is its own."""
        return self.heard.now() & self.proven


@contextmanager
def _changed(on: Stage, *changes: tuple[str, str, Object, Object]) -> Iterator[None]:
    """(kind, name, status, status afterwards) of objects."""
    for kind, name, status, _ in changes:
        on.api.status(kind, name, status)
    yield
    for kind, name, _, after in changes:
        on.api.status(kind, name, after)


@contextmanager
def _there(on: Stage, kind: str, name: str, put: Callable[[], object]) -> Iterator[None]:
    """An object while the block lasts."""
    put()
    yield
    on.api.delete(kind, name)


@contextmanager
def ailing_pods(on: Stage) -> Iterator[None]:
    """One is killed for memory again and again, one lacks its image, one is evicted."""
    killed = pod_status(waits="CrashLoopBackOff", restarts=6, ended="OOMKilled")
    changes = (
        ("Pod", "web-5d4f-1", killed, pod_status(restarts=6)),
        ("Pod", "web-5d4f-2", pod_status(waits="ImagePullBackOff"), pod_status()),
        ("Pod", "db-0", pod_status(ready=False), pod_status()),
    )
    evicted = partial(pod, on.api, "job-1", "ReplicaSet", "node-c")
    with _there(on, "Pod", "job-1", evicted), _changed(on, *changes):
        on.api.status("Pod", "job-1", {"phase": "Failed", "reason": "Evicted", "containerStatuses": []})
        yield


@contextmanager
def short_workloads(on: Stage) -> Iterator[None]:
    """One of each kind has no pod or lacks some, a rollout is stuck, a Job has failed."""
    well = replicas(2, of=2) | progressing("True")
    changes = (
        ("Deployment", "web", replicas(0, of=2), well),
        ("Deployment", "api", replicas(1, of=2) | progressing("False"), well),
        ("StatefulSet", "db", {"replicas": 1, "readyReplicas": 0}, {"replicas": 1, "readyReplicas": 1}),
        ("StatefulSet", "mq", {"replicas": 3, "readyReplicas": 2}, {"replicas": 3, "readyReplicas": 3}),
        ("DaemonSet", "agent", on_nodes(2), on_nodes(3)),
    )
    with _changed(on, *changes), _there(on, "Job", "backup", partial(failed_job, on.api, "backup")):
        yield


@contextmanager
def reached_limits(on: Stage) -> Iterator[None]:
    """An autoscaler at its maximum, a quota that is taken, a budget without headroom."""
    changes = (
        ("HorizontalPodAutoscaler", "web", {"desiredReplicas": 5}, {"desiredReplicas": 2}),
        ("ResourceQuota", "objects", {"used": {"services": "10"}}, {"used": {"services": "1"}}),
        ("PodDisruptionBudget", "web", budget(0), budget(1)),
    )
    with _changed(on, *changes):
        yield


@contextmanager
def ailing_nodes(on: Stage) -> Iterator[None]:
    """A zone's only node is gone, another is short of memory, and a workload stands in one zone of two."""
    changes = (
        ("Node", "node-c", node_status(ready=False), node_status()),
        ("Node", "node-a", node_status(short_of="MemoryPressure"), node_status()),
    )
    with ExitStack() as stack:
        for name in ("lone-1", "lone-2"):
            put = partial(pod, on.api, name, "ReplicaSet", "node-a")
            stack.enter_context(_there(on, "Pod", name, put))
        stack.enter_context(_changed(on, *changes))
        yield


@contextmanager
def full_node(on: Stage) -> Iterator[None]:
    """No processor time, memory, connections, bytes or inodes left, and a card that loses packets."""
    node, files = on.node, [on.node.disk / str(n) for n in range(95)]
    node.idle, node.available, node.errors, node.connections = 0.01, 0.02, 0.1, 0.95
    files[0].write_bytes(b"0" * (ROOM * 9 // 10))
    for file in files[1:]:
        file.touch()
    yield
    for file in files:
        file.unlink()
    node.idle, node.available, node.errors, node.connections = 0.9, 0.6, 0.0, 0.1


@contextmanager
def full_kubelet(on: Stage) -> Iterator[None]:
    """No place for another pod, a volume without bytes and inodes, a container at both of its limits."""
    kubelet = on.kubelet
    files = [kubelet.root / f"filler-{n}" for n in range(INODES * 9 // 10)]
    kubelet.throttled, kubelet.memory = 0.6, 0.97
    files[0].write_bytes(b"0" * (SIZE * 97 // 100))
    for file in files[1:]:
        file.touch()
    with _there(on, "Pod", "store-1", partial(put_pod, on.api, "store-1")):
        yield
    for file in files:
        file.unlink()
    kubelet.throttled, kubelet.memory = 0.0, 0.5


FAULTS: tuple[Fault[Stage], ...] = (
    Fault(
        title="pods that do not serve",
        lasts=ailing_pods,
        fires=(
            *("KubernetesManyPodsNotReady", "KubernetesPodNotReady", "KubernetesCrashLoop", "KubernetesPodRestarting"),
            *("KubernetesContainerCannotStart", "KubernetesOomKilled", "KubernetesPodsEvicted"),
        ),
    ),
    Fault(
        title="workloads without pods",
        lasts=short_workloads,
        fires=(
            *("KubernetesDeploymentDown", "KubernetesDeploymentShort", "KubernetesStatefulSetDown"),
            *("KubernetesStatefulSetShort", "KubernetesDaemonSetShort", "KubernetesRolloutStuck"),
            "KubernetesJobFailed",
        ),
    ),
    Fault(
        title="limits that are reached",
        lasts=reached_limits,
        fires=("KubernetesAutoscalerAtLimit", "KubernetesQuotaNearlyTaken", "KubernetesNoDisruptionAllowed"),
    ),
    Fault(
        title="a lost zone and a node under pressure",
        lasts=ailing_nodes,
        fires=("KubernetesZoneDown", "KubernetesNodeNotReady", "KubernetesNodePressure", "KubernetesZonesMissed"),
    ),
    Fault(
        title="a node that is full",
        lasts=full_node,
        fires=(
            *("KubernetesNodeCpuSaturated", "KubernetesNodeNetworkErrors", "KubernetesNodeMemoryShort"),
            *("KubernetesNodeDiskFilling", "KubernetesNodeInodes", "KubernetesConntrackFilling"),
        ),
    ),
    Fault(
        title="a kubelet that is full",
        lasts=full_kubelet,
        fires=(
            *("KubernetesNodePodsFull", "KubernetesVolumeFull", "KubernetesVolumeNearlyFull"),
            *("KubernetesVolumeFillsWithinDay", "KubernetesVolumeInodes"),
            *("KubernetesCpuThrottled", "KubernetesMemoryNearLimit"),
        ),
    ),
)
"""Faults of one title happen at once, which keeps the play short; each of their alerts is judged by itself."""
