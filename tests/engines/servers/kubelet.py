"""A kubelet without a machine (tests/engines/kubelet): its pages are real, what its volumes hold is a test's."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines.families import page_at, page_with
from tests.engines.processes import engine_path, free_port, running
from tests.engines.servers.kubernetes_api import Api, Object
from tests.engines.servers.node_exporter import alone

NAME = "hollow-kubelet"
NODE = "node-d"
POD, CONTAINER, CLAIM = "store-0", "app", "data"
MAX_PODS = 2
SIZE = 8 << 20
"""Bytes of the disk that holds all volumes."""
INODES = 2000
LIMIT = 256 << 20
"""Bytes of memory the container may have."""
PERIODS = 10
IMAGE = "example.com/app:1"
ROOM = {"storage": "1Gi"}
MANY = {"accessModes": ["ReadWriteMany"]}


@dataclass(kw_only=True)
class Kubelet:
    """A running one. `tick` writes the container's figures, and must be called again and again."""

    port: int
    namespace: str
    figures: Path
    throttled: float = 0.0
    """Share of periods in which the container was stopped."""
    memory: float = 0.5
    """Share of its limit."""
    root: Path = Path()
    """Its folder, which is a disk of its own."""
    _periods: int = 0
    _stopped: float = 0.0

    def tick(self) -> None:
        """Time goes on."""
        self._periods += PERIODS
        self._stopped += PERIODS * self.throttled
        fresh = self.figures.with_suffix(".new")
        fresh.write_text(json.dumps({f"/kubepods/{POD}": self._told()}), encoding="utf-8")
        fresh.replace(self.figures)

    def page_with(self, *names: str) -> str:
        """The kubelet's own page, once it has series of these names."""
        return page_with(lambda: page_at(self.port), names)

    def _told(self) -> Object:
        """In cAdvisor's own words."""
        named = {"pod.name": POD, "pod.namespace": self.namespace, "container.name": CONTAINER}
        labels = {f"io.kubernetes.{key}": value for key, value in named.items()}
        cfs = {"periods": self._periods, "throttled_periods": round(self._stopped)}
        stats = {
            "cpu": {"usage": {"total": self._periods * 10**8}, "cfs": cfs},
            "memory": {"working_set": round(LIMIT * self.memory)},
        }
        spec = {"labels": labels, "has_cpu": True, "cpu": {"quota": 1, "period": 1}, "has_memory": True, "image": IMAGE}
        return {"name": f"/kubepods/{POD}", "aliases": [POD], "spec": spec, "stats": [stats]}


@contextmanager
def hollow(api: Api, folder: Path) -> Iterator[Kubelet]:
    """A node with one pod, which has a volume and a log, while the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / "root"
    root.mkdir()
    port = free_port()
    told = Kubelet(port=port, namespace=api.namespace, figures=folder / "containers.json")
    told.tick()
    command = [
        *alone(root, size=SIZE, inodes=INODES),
        engine_path(NAME),
        f"-name={NODE}",
        f"-kubeconfig={api.cluster.kubeconfig}",
        f"-root={root}",
        f"-containers={told.figures}",
        f"-port={port}",
        f"-secure-port={free_port()}",
        f"-max-pods={MAX_PODS}",
    ]
    ready, log = f"http://127.0.0.1:{port}/healthz", folder / "kubelet.log"
    with running(command, ready_url=ready, log=log, env={**os.environ, "TMPDIR": str(folder)}) as process:
        told.root = Path(f"/proc/{process.pid}/root{root}")
        _pod_with_volume(api, told)
        yield told


def _pod_with_volume(api: Api, told: Kubelet) -> None:
    uid = api.put(
        "PersistentVolumeClaim",
        CLAIM,
        {**MANY, "volumeName": CLAIM, "storageClassName": "", "resources": {"requests": ROOM}},
        {**MANY, "phase": "Bound", "capacity": ROOM},
    )
    claim = {"namespace": api.namespace, "name": CLAIM, "uid": uid}
    place = {"server": "files.example.com", "path": "/data"}
    api.put("PersistentVolume", CLAIM, {**MANY, "capacity": ROOM, "nfs": place, "claimRef": claim}, {"phase": "Bound"})
    pod = put_pod(api, POD, CLAIM)
    log = told.root / "logs" / f"{api.namespace}_{POD}_{pod}" / CONTAINER / "0.log"
    log.parent.mkdir(parents=True)
    log.write_text("a line\n", encoding="utf-8")


def put_pod(api: Api, name: str, claim: str = "") -> str:
    """A pod on this node; its uid."""
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}] if claim else []
    mounts = [{"name": "data", "mountPath": "/data"}] if claim else []
    container = {"name": CONTAINER, "image": IMAGE, "resources": {"limits": {"memory": str(LIMIT)}}}
    spec = {"nodeName": NODE, "automountServiceAccountToken": False, "volumes": volumes}
    return api.put("Pod", name, {**spec, "containers": [{**container, "volumeMounts": mounts}]})
