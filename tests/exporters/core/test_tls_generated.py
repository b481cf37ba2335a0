"""With `stack.exporters_tls` each exporter serves under the generated web configuration, and Prometheus verifies it."""

import shutil
import ssl
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs import library
from obs.bundle import build
from obs.spec.loader import load_text
from tests.engines.processes import free_port, running
from tests.engines.servers.certificates import Authority
from tests.engines.servers.prometheus import prometheus
from tests.exporters.core.serving import get
from tests.exporters.core.test_generated import ROOT

pytestmark = pytest.mark.xdist_group("generated-tls")
SPEC = """
name: shop
stack: {mode: MODE, exporters_tls: true}
services:
  - {component: envoy}
  - {component: barong_authz, name: blue}
  - {component: barong_authz, name: green}
  - {component: event_api}
  - {component: mysql, name: shop-db, options: {tls: require}}
notify: {receivers: [{name: all, type: slack}]}
"""
JOBS = {
    "blue": "obs-authz-exporter-blue",
    "green": "obs-authz-exporter-green",
    "event-api": "obs-event-exporter",
    "obs-db-exporter": "obs-db-exporter",
    "shop-db": "obs-db-exporter",
}
"""Job -> the exporter it reads."""


@cache
def bundle(mode: str = "standalone") -> Mapping[str, str]:
    return build(load_text(SPEC.replace("MODE", mode), "shop.yaml", library.components()), library.load()).artifacts


def documents(made: Mapping[str, str], path: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(made[path]))


@dataclass(frozen=True, kw_only=True)
class Served:
    """Exporters by name with their ports, and who signed their certificates."""

    ports: Mapping[str, int]
    authority: Authority
    made: Mapping[str, str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Every exporter with the files its pod mounts, on loopback."""
    made, folder = bundle(), tmp_path_factory.mktemp("served")
    authority = Authority(folder / "authority")
    ports = {name: free_port() for name in sorted(set(JOBS.values()))}
    with ExitStack() as stack:
        for name, port in ports.items():
            home = furnished(made, name, folder / name, authority, port=port)
            command = [sys.executable, *container(made, name)["command"][1:], "--config", home / "config.yaml"]
            ready, cwd = f"https://127.0.0.1:{port}/-/ready", ROOT / "exporters"
            stack.enter_context(running(command, ready_url=ready, log=home / "log", cwd=cwd))
        yield Served(ports=ports, authority=authority, made=made)


def furnished(made: Mapping[str, str], name: str, home: Path, authority: Authority, *, port: int) -> Path:
    """The folder a pod of the exporter mounts: all but the address as it is generated, and a certificate."""
    (home / "tls").mkdir(parents=True)
    issued = authority.issue(f"{name}.monitoring.svc", addresses=())
    shutil.copy(issued.certificate, home / "tls" / "tls.crt")
    shutil.copy(issued.key, home / "tls" / "tls.key")
    config = yaml.safe_load(made[f"exporters/deploy/config/{name}.yaml"]) | {"listen": f"127.0.0.1:{port}"}
    (home / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (home / "web.yaml").write_text(made["exporters/deploy/config/web.yaml"], encoding="utf-8")
    return home


def container(made: Mapping[str, str], name: str) -> dict[str, Any]:
    found: dict[str, Any] = pod(made, name)["containers"][0]
    return found


def pod(made: Mapping[str, str], name: str) -> dict[str, Any]:
    """The spec of an exporter's pod."""
    [deployment] = [one for one in documents(made, f"exporters/deploy/{name}.yaml") if one["kind"] == "Deployment"]
    found: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return found


def scrape(served: Served, job: str) -> dict[str, Any]:
    """The generated scrape of a job, its target on loopback and the authority's certificate where the test has it."""
    jobs = yaml.safe_load(served.made["alerts/prometheus.yaml"])["scrape_configs"]
    [found] = [one for one in jobs if one["job_name"] == job]
    kept = {key: found[key] for key in ("job_name", "metrics_path", "scheme")}
    tls = found["tls_config"] | {"ca_file": str(served.authority.certificate)}
    asked = {"params": {"target": [job]}} if found["metrics_path"] == "/probe" else {}
    address = f"127.0.0.1:{served.ports[JOBS[job]]}"
    return kept | asked | {"tls_config": tls, "static_configs": [{"targets": [address]}]}


@pytest.mark.engine("prometheus")
def test_prometheus_scrapes_every_exporter_over_tls_by_its_name(served: Served, tmp_path: Path) -> None:
    jobs = [scrape(served, job) for job in JOBS]
    stranger = scrape(served, "event-api")
    stranger["job_name"] = "stranger"
    stranger["tls_config"]["server_name"] = "obs-db-exporter.monitoring.svc"
    with prometheus(tmp_path / "prometheus", [*jobs, stranger], interval="2s") as server:
        server.until(f"count(up == 1) == {len(JOBS)} and count(up) == {len(JOBS) + 1}", seconds=20)
        [bad] = [one for one in server.targets() if one["scrapePool"] == "stranger"]
    assert "certificate is valid for obs-event-exporter.monitoring.svc" in bad["lastError"]


def test_neither_clear_text_nor_an_older_tls_gets_a_page(served: Served) -> None:
    older = ssl.create_default_context(cafile=str(served.authority.certificate))
    older.check_hostname = False
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    for port in served.ports.values():
        with pytest.raises(ssl.SSLError, match=r"version|EOF"):
            get(port, "/metrics", tls=older)
        with pytest.raises((ConnectionError, HTTPException)):
            get(port, "/metrics")


def test_a_pod_mounts_the_settings_and_a_certificate_of_its_own_and_the_kubelet_asks_over_tls() -> None:
    made = bundle()
    for name in set(JOBS.values()):
        sources = pod(made, name)["volumes"][0]["projected"]["sources"]
        mounted = {item["path"] for one in sources for item in next(iter(one.values()))["items"]}
        assert {"config.yaml", "web.yaml", "tls/tls.crt", "tls/tls.key"} <= mounted
        assert f"{name}-tls" in {one["secret"]["name"] for one in sources if "secret" in one}
        probes = [container(made, name)[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
        assert {probe["scheme"] for probe in probes} == {"HTTPS"}
        assert f"create secret tls {name}-tls" in made["exporters/deploy/README.md"]
    assert "--from-file=ca.crt" in made["alerts/manifests/README.md"]


@pytest.mark.parametrize("job", JOBS)
def test_an_operator_is_told_the_same(job: str) -> None:
    made = bundle("operator")
    [path] = [path for path in made if path.startswith("alerts/operator/") and path.endswith(f"r-{job}.yaml")] or [
        f"alerts/operator/probe-{job}.yaml"
    ]
    [one] = documents(made, path)
    [endpoint] = one["spec"].get("podMetricsEndpoints") or [{**one["spec"]["prober"], **one["spec"]}]
    assert endpoint["scheme"] == "https"
    assert endpoint["tlsConfig"]["serverName"] == f"{JOBS[job]}.monitoring.svc"
    assert endpoint["tlsConfig"]["ca"]["secret"]["key"] == "ca.crt"


def test_without_the_option_nothing_of_it_is_there() -> None:
    spec = SPEC.replace("MODE", "standalone").replace(", exporters_tls: true", "")
    made = build(load_text(spec, "shop.yaml", library.components()), library.load()).artifacts
    told = "\n".join(text for path, text in made.items() if path.startswith("exporters/deploy/"))
    assert [word for word in ("web.yaml", "-tls", "HTTPS") if word in told] == []
