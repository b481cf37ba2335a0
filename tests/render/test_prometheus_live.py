"""What a real Prometheus makes of the generated configuration: labels of targets, and what is kept of a scrape."""

import http.server
import json
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs.model.metric import Metric, Source
from obs.model.plan import Plan
from obs.render.prometheus import configuration
from tests.engines.processes import free_port, running
from tests.render import kube_plans
from tests.render.prometheus_on_paper import Labels, node, pod, written_down

pytestmark = pytest.mark.engine("prometheus")

Json = dict[str, Any]
Engine = Callable[[str], Path]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return kube_plans.plan()


@pytest.fixture(scope="module")
def config(plan: Plan) -> Json:
    return configuration(plan)


def job(config: Json, name: str) -> Json:
    return next(j for j in config["scrape_configs"] if j["job_name"] == name)


FOUND: dict[str, list[Labels]] = {
    "gate": [
        pod("gate-0", "10.0.0.1", "8099", port_name="http"),
        pod("gate-0", "10.0.0.1", "9901", port_name="admin"),
        pod("gate-1", "fd00::1", "8099", port_name="http"),
        pod("gate-done", "10.0.0.3", "9901", phase="Succeeded"),
    ],
    "events": [
        pod("events-0", "10.0.1.1", "8080", port_name="http"),
        pod("events-0", "10.0.1.1", "9090", port_name="metrics"),
    ],
    "node-exporter": [pod("node-exporter-x7d2k", "10.0.2.1", "9100", port_name="metrics", node="node-b")],
    "kubelet": [node("node-b", "10.0.3.1")],
    "kube-state-metrics": [pod("kube-state-metrics-0", "10.0.4.1", "8080", port_name="http")],
    "shop-db": [],
}

PLACE = {"cluster": "home", "namespace": "core-app", "node": "node-a", "zone": "zone-1"}
EXPECTED = [
    ("http://10.0.0.1:9901/stats?usedonly=1", {"job": "gate", "instance": "gate-0", "pod": "gate-0", **PLACE}),
    ("http://[fd00::1]:9901/stats?usedonly=1", {"job": "gate", "instance": "gate-1", "pod": "gate-1", **PLACE}),
    ("http://10.0.1.1:9090/metrics", {"job": "events", "instance": "events-0", "pod": "events-0", **PLACE}),
    (
        "http://10.0.2.1:9100/metrics",
        {"cluster": "home", "job": "node-exporter", "instance": "node-b", "node": "node-b", "zone": "zone-1"},
    ),
    (
        "https://10.0.3.1:10250/metrics",
        {"cluster": "home", "job": "kubelet", "instance": "node-b", "node": "node-b", "zone": "zone-1"},
    ),
    (
        "http://10.0.4.1:8080/metrics",
        {"cluster": "home", "job": "kube-state-metrics", "instance": "kube-state-metrics-0"},
    ),
    (
        "http://obs-db-exporter.monitoring.svc:8080/probe?target=shop-db",
        {"cluster": "home", "namespace": "core-app", "job": "shop-db", "instance": "shop-db"},
    ),
]


@contextmanager
def prometheus(engine: Engine, config: Json, folder: Path) -> Iterator[str]:
    """A real Prometheus with this configuration; its address."""
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    base = f"http://127.0.0.1:{free_port()}"
    command = [
        engine("prometheus"),
        f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={base.removeprefix('http://')}",
    ]
    with running(command, ready_url=f"{base}/-/ready", log=folder / "prometheus.log", env={"POD_NAME": "prometheus-0"}):
        yield base


def ask(base: str, path: str, **query: str) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{base}{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
        return json.load(answer)["data"]


def test_a_real_prometheus_gives_targets_exactly_the_promised_labels(
    config: Json, engine: Engine, tmp_path: Path
) -> None:
    paper = written_down(config, FOUND)
    with prometheus(engine, paper, tmp_path) as base:
        deadline = time.monotonic() + 20
        while len(targets := ask(base, "/api/v1/targets", state="active")["activeTargets"]) < len(EXPECTED):
            assert time.monotonic() < deadline, targets
            time.sleep(0.2)
    seen = sorted(((t["scrapeUrl"], t["labels"]) for t in targets), key=lambda pair: pair[0])
    assert seen == sorted(EXPECTED, key=lambda pair: pair[0])


PAGES = {
    "/stats": """
gate_requests{instance="said by the target"} 1
gate_seconds_bucket{le="1"} 1
gate_seconds_sum 1
gate_seconds_count 1
gate_read_bucket{le="1"} 1
gate_read_sum 1
""",
    "/metrics": """
kube_pod_status_ready{namespace="shop",pod="cart-0",uid="1-2-3"} 1
kube_node_status_condition{node="node-b",condition="Ready"} 1
kube_pod_info{namespace="shop",pod="cart-0"} 1
""",
    "/metrics/cadvisor": """
container_memory_working_set_bytes{namespace="shop",pod="cart-0",container="cart",id="/kubepods/x",name="k8s_x"} 1
container_memory_working_set_bytes{namespace="",pod="",container="",id="/system.slice",name=""} 1
container_tasks_state{namespace="shop",pod="cart-0",container="cart",id="/kubepods/x",name="k8s_x"} 1
machine_memory_bytes 1
""",
}


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers the pages above in Prometheus' text format."""

    def do_GET(self) -> None:
        body = PAGES[urllib.parse.urlsplit(self.path).path].lstrip().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the test prints what it sees itself."""


@contextmanager
def pages() -> Iterator[int]:
    """The port of a server of PAGES."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def with_cadvisor(plan: Plan) -> Plan:
    """The plan with a histogram that is read at the gate, and with cAdvisor."""
    read = Metric(name="gate_read", type="histogram", help="Read.")
    memory = Metric(name="container_memory_working_set_bytes", type="gauge", labels=("namespace", "pod"), help="Used.")
    machine = Metric(name="machine_memory_bytes", type="gauge", help="There is.")
    cadvisor = Source(name="cadvisor", metrics=(memory, machine), path="/metrics/cadvisor", kind="kubelet")
    parts = []
    for part in plan.parts:
        sources, jobs = part.component.sources, part.jobs
        if part.component.name == "gate":
            sources = (replace(sources[0], metrics=(*sources[0].metrics, read)),)
        if part.component.name == "kubernetes":
            sources = (*sources, cadvisor)
            kubelet = next(j for j in jobs if j.kind == "kubelet")
            own = replace(kubelet, name="cadvisor", source="cadvisor", path="/metrics/cadvisor", scheme="http")
            jobs = (*jobs, own)
        parts.append(replace(part, component=replace(part.component, sources=sources), jobs=jobs))
    return replace(plan, parts=tuple(parts))


def test_a_real_prometheus_keeps_what_is_read_and_bounds_the_rest(plan: Plan, engine: Engine, tmp_path: Path) -> None:
    with pages() as port:
        config = configuration(with_cadvisor(plan))
        local = {"__address__": f"127.0.0.1:{port}", "__meta_kubernetes_node_name": "node-b"}
        found = {
            "gate": [pod("gate-0", "127.0.0.1", "9901")],
            "kube-state-metrics": [pod("ksm-0", "127.0.0.1", str(port), port_name="http")],
            "cadvisor": [local],
        }
        paper = written_down(config, found)
        for step in job(paper, "gate")["relabel_configs"]:
            step["replacement"] = step.get("replacement", "$1").replace(":9901", f":{port}")
        with prometheus(engine, paper, tmp_path) as base:
            series = eventually(base, wanted=8)
    names = sorted((s["__name__"], s["job"]) for s in series)
    assert names == [
        ("container_memory_working_set_bytes", "cadvisor"),
        ("gate_read_bucket", "gate"),
        ("gate_read_sum", "gate"),
        ("gate_requests", "gate"),
        ("gate_seconds_count", "gate"),
        ("gate_seconds_sum", "gate"),
        ("kube_node_status_condition", "kube-state-metrics"),
        ("kube_pod_status_ready", "kube-state-metrics"),
        ("machine_memory_bytes", "cadvisor"),
    ]
    by_name = {s.pop("__name__"): s for s in series}
    ready = {"cluster": "home", "job": "kube-state-metrics", "instance": "ksm-0", "namespace": "shop", "pod": "cart-0"}
    assert by_name["kube_pod_status_ready"] == ready
    memory = {"namespace": "shop", "pod": "cart-0", "container": "cart"}
    where = {"job": "cadvisor", "instance": "node-b", "node": "node-b", "cluster": "home"}
    assert by_name["container_memory_working_set_bytes"] == memory | where
    assert by_name["gate_requests"]["instance"] == "gate-0"
    assert by_name["gate_requests"]["exported_instance"] == "said by the target"


def eventually(base: str, *, wanted: int) -> list[Labels]:
    """The scraped series once there are that many, without those Prometheus adds itself."""
    deadline = time.monotonic() + 20
    selector = '{__name__!~"up|scrape_.*",job=~".+"}'
    while True:
        series: list[Labels] = ask(base, "/api/v1/series", **{"match[]": selector})
        if len(series) > wanted or time.monotonic() > deadline:
            return series
        time.sleep(0.3)
