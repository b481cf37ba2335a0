"""What of the gateway's configuration is generated, and how it follows the spec."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from obs import library
from obs.catalog.envoy.access_log import ACCESS_LOG
from obs.model.plan import Plan
from obs.render import envoy
from obs.render.envoy_bootstrap import Authz, edges_ms
from obs.resolve import resolve
from obs.spec import load, load_text

SPEC = Path(__file__).resolve().parents[2] / "examples" / "opendax.yaml"
GATEWAY = """
name: small
cluster: one
notify: {receivers: [{name: on-call, type: slack}]}
services:
  - {component: envoy, namespace: web, port: 9001}
"""
WITH_AUTHZ = """
  - component: barong_authz
    namespace: id
    selector: {app: barong}
    options: {timeout_ms: 300, latency_limit_ms: 75}
"""


def plan(text: str) -> Plan:
    """The plan of a spec."""
    return resolve(load_text(text, "small.yaml", library.components()), library.load())


def files(made: Plan) -> dict[str, Any]:
    """The generated YAML files, by their name alone."""
    return {a.path.rsplit("/", 1)[1]: yaml.safe_load(a.text) for a in envoy.render(made) if a.path.endswith(".yaml")}


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    return files(resolve(load(SPEC, library.components()), library.load()))


def filter_of(found: dict[str, Any]) -> dict[str, Any]:
    """The ext_authz filter's configuration."""
    (only,) = found["connection_manager.yaml"]["http_filters"]
    config: dict[str, Any] = only["typed_config"]
    return config


def test_the_authz_cluster_is_one_that_only_ext_authz_uses(reference: dict[str, Any]) -> None:
    clusters = {c["name"]: c for c in reference["bootstrap.yaml"]["static_resources"]["clusters"]}
    assert filter_of(reference)["http_service"]["server_uri"]["cluster"] == "barong_authz"
    (endpoint,) = clusters["barong_authz"]["load_assignment"]["endpoints"][0]["lb_endpoints"]
    assert endpoint["endpoint"]["address"]["socket_address"] == {"address": "barong.core-app.svc", "port_value": 8080}


def test_the_filter_fails_closed_and_says_so_with_503(reference: dict[str, Any]) -> None:
    told = filter_of(reference)
    assert told["failure_mode_allow"] is False
    assert told["status_on_error"] == {"code": "ServiceUnavailable"}
    assert told["emit_filter_state_stats"] is True


def test_the_admin_listener_is_on_loopback_and_only_its_statistics_leave_it(reference: dict[str, Any]) -> None:
    bootstrap = reference["bootstrap.yaml"]
    assert bootstrap["admin"]["address"]["socket_address"]["address"] == "127.0.0.1"
    (listener,) = bootstrap["static_resources"]["listeners"]
    (host,) = listener["filter_chains"][0]["filters"][0]["typed_config"]["route_config"]["virtual_hosts"]
    assert [route["match"]["path"] for route in host["routes"]] == ["/stats/prometheus"]
    assert listener["address"]["socket_address"]["port_value"] == 9099


def test_timeout_and_latency_limit_of_the_spec_are_bucket_edges_and_nothing_lies_beyond_the_timeout() -> None:
    found = files(plan(GATEWAY + WITH_AUTHZ))
    (buckets,) = found["bootstrap.yaml"]["stats_config"]["histogram_bucket_settings"]
    assert buckets["match"] == {"prefix": "cluster.ext_authz."}
    assert buckets["buckets"] == [1, 2.5, 5, 10, 25, 50, 75, 100, 250, 300]
    assert filter_of(found)["http_service"]["server_uri"]["timeout"] == "0.3s"


def test_a_timeout_longer_than_every_edge_becomes_the_last_one() -> None:
    authz = Authz(cluster="a", host="b", port=1, timeout_ms=15_000, limit_ms=100)
    assert edges_ms(authz)[-2:] == [10_000, 15_000]


def test_a_gateway_without_authz_has_no_filter_and_no_cluster_for_it() -> None:
    found = files(plan(GATEWAY))
    assert "http_filters" not in found["connection_manager.yaml"]
    assert [c["name"] for c in found["bootstrap.yaml"]["static_resources"]["clusters"]] == ["envoy_admin"]


def test_a_platform_without_a_gateway_gets_no_file() -> None:
    assert files(plan(GATEWAY.replace("envoy", "rabbitmq"))) == {}


def test_every_field_of_the_access_log_stands_in_the_line_under_its_ecs_name(reference: dict[str, Any]) -> None:
    (logger,) = reference["connection_manager.yaml"]["access_log"]
    line = logger["typed_config"]["log_format"]["json_format"]
    for field in ACCESS_LOG:
        node = line
        for part in field.name.split("."):
            node = node[part]
        assert node == field.operator


@pytest.mark.parametrize("header", ["COOKIE", "AUTHORIZATION", "X-AUTH", "X-CSRF", "SET-COOKIE"])
def test_no_header_with_a_secret_is_written_to_the_access_log(header: str) -> None:
    asked = [field.operator.upper() for field in ACCESS_LOG if field.operator.startswith(("%REQ(", "%RESP("))]
    assert [operator for operator in asked if f"({header}" in operator] == []


def test_no_field_of_the_access_log_can_hold_a_query_string() -> None:
    assert [f.name for f in ACCESS_LOG if "PATH" in f.operator and "NQ" not in f.operator] == []
