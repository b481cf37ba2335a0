"""A real Envoy runs the generated configuration and says what the catalogue believes it says."""

import http.client
import json
import re
import subprocess
import urllib.error
from pathlib import Path
from typing import Any

import pytest

from obs.catalog.envoy.access_log import ACCESS_LOG
from obs.model.plan import Plan
from tests.engines.alertmanagers import eventually
from tests.engines.processes import engine_path
from tests.engines.servers.envoy import files
from tests.exporters.authz.bench import Gateway

pytestmark = [pytest.mark.engine("envoy"), pytest.mark.xdist_group("authz-gateway")]
PUBLIC, PRIVATE = "/api/v2/peatio/public/timestamp", "/api/v2/peatio/account/balances"
SECRETS = {"Cookie": "_barong_session=s3cr3t-cookie", "X-Auth-Apikey": "s3cr3t-key", "Authorization": "s3cr3t-bearer"}


def status(gateway: Gateway, path: str, headers: dict[str, str] | None = None) -> int:
    """Status of one call through the gateway."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.envoy.port, timeout=10)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def figures(gateway: Gateway) -> dict[str, float]:
    """Every sample of the statistics page."""
    return {
        name: float(value)
        for line in gateway.envoy.stats().splitlines()
        if not line.startswith("#")
        for name, _, value in [line.rpartition(" ")]
    }


def grown(pages: tuple[dict[str, float], dict[str, float]], metric: str, **labels: str) -> float:
    """By how much the series of a metric with these labels grew between two pages."""
    before, after = pages

    def total(page: dict[str, float]) -> float:
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        return sum(v for k, v in page.items() if k.split("{")[0] == metric and all(w in k for w in wanted))

    return total(after) - total(before)


@pytest.fixture(scope="module")
def mixed(lonely: Gateway) -> tuple[dict[str, float], dict[str, float]]:
    """Statistics before and after seven calls that end in every way a call can end."""
    before = figures(lonely)
    ends = [status(lonely, PUBLIC), status(lonely, PRIVATE)]
    for fault, value in (("status", 500), ("delay", 1.5), ("broken", True), ("code", "restrict.maintenance")):
        setattr(lonely.barong.conduct, fault, value)
        ends.append(status(lonely, PUBLIC))
        lonely.calm()
    lonely.barong.stop()
    ends.append(status(lonely, PUBLIC))
    lonely.barong.start()
    assert ends == [200, 401, 503, 503, 503, 471, 503]
    count = "envoy_cluster_upstream_rq_time_count"
    settled = eventually(  # histograms are merged every five seconds
        lambda: grown((before, figures(lonely)), count, envoy_cluster_name="barong_authz") >= 4, seconds=12
    )
    assert settled
    return before, figures(lonely)


def test_every_way_a_call_can_end_is_in_completed_and_only_answers_are_in_the_histogram(
    mixed: tuple[dict[str, float], dict[str, float]],
) -> None:
    authz = {"envoy_cluster_name": "barong_authz"}
    edge = {"envoy_http_conn_manager_prefix": "ingress_http"}
    assert grown(mixed, "envoy_cluster_upstream_rq_completed", **authz) == 7
    assert grown(mixed, "envoy_cluster_upstream_rq_total", **authz) == 6  # a refused connection sent nothing
    assert grown(mixed, "envoy_cluster_upstream_rq_time_count", **authz) == 4  # 200, 401, 500, 471
    assert grown(mixed, "envoy_cluster_upstream_rq_timeout", **authz) == 1
    assert grown(mixed, "envoy_cluster_upstream_cx_connect_fail", **authz) == 1
    assert [grown(mixed, f"envoy_http_ext_authz_{end}", **edge) for end in ("ok", "denied", "error")] == [1, 2, 4]
    assert grown(mixed, "envoy_http_downstream_rq_xx", envoy_response_code_class="5", **edge) == 4
    codes = {"200": 1, "401": 1, "471": 1, "500": 1, "503": 2, "504": 1}
    found = {c: grown(mixed, "envoy_cluster_upstream_rq", envoy_response_code=c, **authz) for c in codes}
    assert found == codes


def test_what_authz_refuses_or_fails_is_not_charged_to_the_service_behind_it(
    mixed: tuple[dict[str, float], dict[str, float]],
) -> None:
    assert grown(mixed, "envoy_cluster_upstream_rq_completed", envoy_cluster_name="peatio") == 1
    assert grown(mixed, "envoy_cluster_upstream_rq_xx", envoy_cluster_name="peatio") == 1


def test_the_histogram_of_authz_ends_at_its_timeout_and_other_histograms_keep_their_edges(gateway: Gateway) -> None:
    for path in (PUBLIC, PRIVATE):
        status(gateway, path)

    def edges(cluster: str) -> set[str]:
        pattern = rf'^envoy_cluster_upstream_rq_time_bucket{{envoy_cluster_name="{cluster}",le="([^"]+)"}}'
        return set(re.findall(pattern, gateway.envoy.stats(), re.MULTILINE))

    assert eventually(lambda: edges("peatio") and edges("barong_authz"), seconds=12)
    assert edges("barong_authz") == {"1", "2.5", "5", "10", "25", "50", "100", "250", "500", "1000", "+Inf"}
    assert {"0.5", "3600000"} <= edges("peatio")


def test_the_statistics_page_is_all_that_leaves_the_admin_listener(gateway: Gateway) -> None:
    assert "envoy_admin" not in gateway.envoy.stats()
    for path in ("/", "/config_dump", "/quitquitquit", "/stats", "/stats/prometheus/x", "/stats/prometheus%2f..%2f.."):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            gateway.envoy.get(f"http://127.0.0.1:{gateway.envoy.metrics_port}{path}")


def test_a_line_of_the_access_log_has_authz_latency_flags_and_details_and_no_secret(gateway: Gateway) -> None:
    headers = {"User-Agent": "this test"}
    status(gateway, f"{PUBLIC}?token=s3cr3t-query", headers | SECRETS)
    status(gateway, PRIVATE, headers | {"Cookie": SECRETS["Cookie"]})
    gateway.barong.conduct.delay = 1.5
    status(gateway, PRIVATE, headers)

    def lines() -> list[dict[str, Any]]:
        return [line for line in gateway.envoy.lines() if line.get("user_agent", {}).get("original") == "this test"]

    assert eventually(lambda: len(lines()) == 3, seconds=15)
    passed, denied, failed = lines()
    told = [(line["envoy"], line["http"]["response"]["status_code"]) for line in (passed, denied, failed)]
    assert [(said["response_code_details"], said["response_flags"], code) for said, code in told] == [
        ("via_upstream", "-", 200),
        ("ext_authz_denied", "UAEX", 401),
        ("ext_authz_error", "UAEX", 503),
    ]
    assert 990_000 <= int(failed["envoy"]["authz"]["duration_us"]) < 1_500_000
    assert passed["url"]["path"] == PUBLIC
    assert "s3cr3t" not in gateway.envoy.log.read_text(encoding="utf-8")
    known = {field.name for field in ACCESS_LOG}
    assert {name for line in (passed, denied, failed) for name in dotted(line)} <= known


def dotted(node: object, prefix: str = "") -> set[str]:
    """Names of the leaves of a nested object."""
    if not isinstance(node, dict):
        return {prefix}
    return {name for key, value in node.items() for name in dotted(value, f"{prefix}.{key}" if prefix else key)}


def test_barong_is_asked_with_the_headers_it_reads_and_no_others(gateway: Gateway) -> None:
    gateway.barong.calls.clear()
    status(gateway, PRIVATE, {**SECRETS, "User-Agent": "test", "X-Other": "1"})
    (call,) = gateway.barong.calls
    assert call.path == f"/api/v2/auth{PRIVATE}"
    assert {"cookie", "x-auth-apikey", "user-agent"} <= set(call.headers)
    assert "x-other" not in call.headers


def test_a_service_that_is_gone_is_told_apart_from_authz(gateway: Gateway) -> None:
    gateway.barong.conduct.everybody = True
    before = figures(gateway)
    assert status(gateway, "/api/v2/reports/x") == 503
    pages = (before, figures(gateway))
    assert grown(pages, "envoy_http_ext_authz_ok") == 1
    assert grown(pages, "envoy_cluster_upstream_cx_connect_fail", envoy_cluster_name="reports") >= 1


OWN = {
    "static_resources": {
        "listeners": [
            {
                "name": "own",
                "address": {"socket_address": {"address": "127.0.0.1", "port_value": 10000}},
                "filter_chains": [{"filters": []}],
            }
        ],
        "clusters": [{"name": "own", "type": "STATIC", "load_assignment": {"cluster_name": "own", "endpoints": []}}],
    },
    "admin": {"address": {"socket_address": {"address": "0.0.0.0", "port_value": 9099}}},
}
"""A gateway's configuration as somebody has it, the admin listener open to everybody."""


def test_the_bootstrap_loads_as_it_is_and_merges_with_another(reference: Plan, tmp_path: Path) -> None:
    bootstrap, _ = files(reference, "gateway")
    own, ours = tmp_path / "own.json", tmp_path / "ours.json"
    own.write_text(json.dumps(OWN), encoding="utf-8")
    ours.write_text(json.dumps(bootstrap), encoding="utf-8")
    command = [str(engine_path("envoy")), "--mode", "validate", "-l", "error", "-c"]
    for told in ([str(ours)], [str(own), "--config-yaml", json.dumps(bootstrap)]):
        done = subprocess.run([*command, *told], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
