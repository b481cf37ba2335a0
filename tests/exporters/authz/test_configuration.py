"""The generated configuration is one the prober takes, and one it cannot take is told."""

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from obs.model.plan import Plan
from obs.render import kube
from obs_authz_exporter.config import TARGET, settings
from obs_authz_exporter.target import AuthzTarget


def generated(plan: Plan) -> dict[str, Any]:
    """The target of the reference platform's configuration."""
    path = "exporters/deploy/config/obs-authz-exporter.yaml"
    (text,) = (artifact.text for artifact in kube.render(plan) if artifact.path == path)
    (target,) = yaml.safe_load(text)["targets"]
    found: dict[str, Any] = target
    return found


def test_the_generated_configuration_fits_the_schema_and_asks_every_question_both_ways(reference: Plan) -> None:
    told = generated(reference)
    assert list(Draft202012Validator(dict(TARGET)).iter_errors(told)) == []
    target = AuthzTarget(settings(told))
    assert [prober.probe.labels for prober in target.probers] == [
        (name, via) for name in ("pass", "anonymous", "apikey") for via in ("direct", "gateway")
    ]
    assert [collector.name for collector in target.collectors] == ["probes", "credentials", "keys"]
    assert target.connections == 24


def test_the_gateways_timeout_comes_from_the_spec_and_is_a_bucket_edge(reference: Plan) -> None:
    told = generated(reference) | {"gateway_timeout_seconds": 0.3}
    assert settings(told).edges == (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.3, 0.5, 1.0, 2.5)
    assert generated(reference)["gateway_timeout_seconds"] == 1.0


def test_a_timeout_shorter_than_the_usual_edges_is_the_last_one(reference: Plan) -> None:
    assert settings(generated(reference) | {"timeout_seconds": 0.4}).edges[-1] == 0.4


def test_without_api_key_and_gateway_two_questions_are_left(reference: Plan) -> None:
    kept = {key: value for key, value in generated(reference).items() if key in ("name", "host", "port")}
    target = AuthzTarget(settings(kept))
    assert [prober.probe.labels for prober in target.probers] == [("pass", "direct"), ("anonymous", "direct")]
    assert [collector.name for collector in target.collectors] == ["probes"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"gateway": "http://envoy:10000"}, "gateway"),
        ({"gateway": "envoy"}, "gateway"),
        ({"port": 0}, "port"),
        ({"host": "barong core"}, "host"),
        ({"interval_seconds": 0}, "interval_seconds"),
        ({"private_path": "api/v2"}, "private_path"),
        ({"public_path": "/a b"}, "public_path"),
        ({"cookie": "x"}, "cookie"),
        ({"tls": {"insecure_skip_verify": True}}, "insecure_skip_verify"),
        ({"api_key_secret_file": None}, "api_key_secret_file"),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_told(reference: Plan, change: dict[str, Any], told: str) -> None:
    broken = {key: value for key, value in (generated(reference) | change).items() if value is not None}
    errors = list(Draft202012Validator(dict(TARGET)).iter_errors(broken))
    assert any(told in f"{list(error.path)} {error.message}" for error in errors)
