"""The generated Prometheus configuration finds its targets on a real API server, with its own account's rights."""

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs.conventions import STACK_LABEL
from tests.cluster.conftest import create
from tests.cluster.shelf import Shelf
from tests.engines.cluster import Cluster
from tests.engines.processes import engine_path, free_port, running

pytestmark = [pytest.mark.cluster, pytest.mark.engine("prometheus")]

Json = dict[str, Any]
NODE, ZONE = "node-a", "zone-1"
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "runAsUser": 65534,
    "seccompProfile": {"type": "RuntimeDefault"},
}


@pytest.fixture(scope="module")
def base(standalone: Shelf, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus with the generated configuration, outside the cluster but with its service account's token."""
    populate(cluster, standalone)
    folder = tmp_path_factory.mktemp("discovery")
    namespace = standalone.plan.platform.stack.namespace
    token = cluster.kubectl("-n", namespace, "create", "token", "prometheus", "--duration=1h")
    assert token.returncode == 0, token.stderr
    (folder / "token").write_text(token.stdout.strip(), encoding="utf-8")
    (folder / "ca.crt").write_text("", encoding="utf-8")
    text = (standalone.folder / "alerts/prometheus.yaml").read_text(encoding="utf-8").replace(ACCOUNT, str(folder))
    config = folder / "prometheus.yaml"
    config.write_text(yaml.safe_dump(outside(yaml.safe_load(text), cluster, folder)), encoding="utf-8")
    address = f"http://127.0.0.1:{free_port()}"
    command = [
        engine_path("prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address.removeprefix('http://')}",
    ]
    with running(command, ready_url=f"{address}/-/ready", log=folder / "prometheus.log", env={"POD_NAME": "p-0"}):
        yield address


def outside(config: Json, cluster: Cluster, folder: Path) -> Json:
    """The configuration with the way to the API server told, which a pod would know by itself."""
    config["rule_files"] = []
    way = {
        "api_server": cluster.url,
        "authorization": {"credentials_file": str(folder / "token")},
        "tls_config": {"insecure_skip_verify": True},
    }
    for holder in [*config["scrape_configs"], *config["alerting"]["alertmanagers"]]:
        for discovery in holder.get("kubernetes_sd_configs", ()):
            discovery |= way
    for job in config["scrape_configs"]:
        job.pop("tls_config", None)
    return config


def populate(cluster: Cluster, standalone: Shelf) -> None:
    """A node, two gateways of which one is over, a stranger with the same port, and an Alertmanager."""
    platform = standalone.plan.platform
    gateway = next(s for s in platform.services if s.component == "envoy")
    labels = dict(gateway.selector)
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE, "labels": {ZONE_LABEL: ZONE}}}
    alertmanager = {STACK_LABEL: "alertmanager"}
    made = [
        pod("gateway-0", gateway.namespace, labels, "admin"),
        pod("gateway-over", gateway.namespace, labels, "admin"),
        pod("stranger-0", gateway.namespace, {"app": "stranger"}, "admin"),
        pod("alertmanager-0", platform.stack.namespace, alertmanager, "http"),
    ]
    create(cluster, [node, *made])
    status(cluster, "node", NODE, "", {"addresses": [{"type": "InternalIP", "address": "10.0.0.9"}], **KUBELET})
    for number, one in enumerate(made):
        about = one["metadata"]
        phase = "Succeeded" if about["name"] == "gateway-over" else "Running"
        state = {"phase": phase, "podIP": f"10.1.0.{number}", "podIPs": [{"ip": f"10.1.0.{number}"}]}
        status(cluster, "pod", about["name"], about["namespace"], state)


ZONE_LABEL = "topology.kubernetes.io/zone"
KUBELET = {"daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}}}


def pod(name: str, namespace: str, labels: dict[str, str], port: str) -> Json:
    """A pod with one named port that any namespace of the bundle admits."""
    container = {
        "name": "main",
        "image": "registry.example/main:v1",
        "ports": [{"name": port, "containerPort": 9093}],
        "securityContext": RESTRICTED,
    }
    about = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": {"nodeName": NODE, "containers": [container]}}


def status(cluster: Cluster, kind: str, name: str, namespace: str, state: Json) -> None:
    """Say about an object what a kubelet would."""
    where = ["-n", namespace] if namespace else []
    patch = ["patch", kind, name, "--subresource=status", "--type=merge", "-p", json.dumps({"status": state})]
    done = cluster.kubectl(*where, *patch)
    assert done.returncode == 0, done.stderr


def ask(base: str, path: str, **query: str) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{base}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
        return json.load(answer)["data"]


def targets(base: str, job: str) -> list[tuple[str, dict[str, str]]]:
    """(address, labels) of a job's targets once there are some, and that set when twenty seconds are over."""
    deadline = time.monotonic() + 20
    while True:
        found = ask(base, "targets", state="active", scrapePool=job)["activeTargets"]
        if found or time.monotonic() > deadline:
            return [(one["scrapeUrl"], one["labels"]) for one in found]
        time.sleep(0.2)


def test_only_the_services_own_running_pods_become_targets(base: str, standalone: Shelf) -> None:
    platform = standalone.plan.platform
    gateway = next(s for s in platform.services if s.component == "envoy")
    where = {"cluster": platform.cluster, "namespace": gateway.namespace, "node": NODE, "zone": ZONE}
    labels = {"job": gateway.name, "instance": "gateway-0", "pod": "gateway-0", **where}
    assert targets(base, gateway.name) == [(f"http://10.1.0.0:{gateway.port}/stats/prometheus", labels)]


def test_every_node_has_its_kubelet_asked(base: str, standalone: Shelf) -> None:
    jobs = [job for job in standalone.plan.jobs if job.kind == "kubelet"]
    labels = {"cluster": standalone.plan.platform.cluster, "instance": NODE, "node": NODE, "zone": ZONE}
    assert jobs
    for job in jobs:
        assert targets(base, job.name) == [(f"https://10.0.0.9:10250{job.path}", {"job": job.name, **labels})]


def test_every_alertmanager_is_told(base: str) -> None:
    deadline = time.monotonic() + 20
    while not (found := ask(base, "alertmanagers")["activeAlertmanagers"]) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found == [{"url": "http://10.1.0.3:9093/api/v2/alerts"}]


def test_discovery_meets_no_refusal(base: str) -> None:
    assert targets(base, "kubelet")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{base}/metrics", timeout=10) as answer:
        own = answer.read().decode()
    assert re.findall(r"^prometheus_sd_kubernetes_failures_total (.+)$", own, flags=re.MULTILINE) == ["0"]
