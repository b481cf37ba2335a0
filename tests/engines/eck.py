"""Elastic's operator (ECK) at work on a cluster: it makes objects, but nothing here runs the pods it asks for."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.engines.cluster import Cluster
from tests.engines.processes import EngineFailed, engine_path, free_port, running

HOME = "elastic-system"
"""Where the operator of Elastic's manifests runs."""
EXPOSED = "topology.kubernetes.io/.*,failure-domain.beta.kubernetes.io/.*"
"""Labels of nodes it lets pods know, as Elastic's manifests and chart set it."""


@contextmanager
def running_operator(cluster: Cluster, namespaces: Sequence[str], log: Path) -> Iterator[None]:
    """The operator of some namespaces while the block lasts. Its kinds and its own namespace exist already."""
    port = free_port()
    command = [
        engine_path("elastic-operator"),
        "manager",
        f"--operator-namespace={HOME}",
        f"--namespaces={','.join(namespaces)}",
        f"--exposed-node-labels={EXPOSED}",
        "--enable-leader-election=false",
        "--disable-telemetry",
        "--disable-config-watch",
        "--ip-family=IPv4",
        "--metrics-host=127.0.0.1",
        f"--metrics-port={port}",
    ]
    environment = {"KUBECONFIG": str(cluster.kubeconfig)}
    with running(command, ready_url=f"http://127.0.0.1:{port}/metrics", log=log, env=environment):
        yield


def wait_for(cluster: Cluster, namespace: str, names: Sequence[str], *, seconds: float = 90) -> None:
    """Return when all objects (KIND/NAME) exist; EngineFailed names what is missing when time is up."""
    deadline = time.monotonic() + seconds
    while (asked := cluster.kubectl("-n", namespace, "get", *names, "-o", "name")).returncode != 0:
        if time.monotonic() > deadline:
            raise EngineFailed(f"in {namespace} after {seconds:.0f} s: {asked.stderr}")
        time.sleep(0.2)
