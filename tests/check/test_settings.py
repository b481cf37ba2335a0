"""What the check on shared settings says to the author of a spec."""

from obs import bundle as pipeline
from obs import library
from obs.check import CHECKS
from obs.spec import load_text

SPEC = """
name: small
cluster: one
without: [kubernetes, monitoring]
services:
  - {component: envoy, namespace: web, options: {authz_cluster: barong_authz}}
  - component: barong_authz
    namespace: web
    options: {authz_cluster: %s}
notify:
  receivers:
    - {name: on-call, type: slack}
"""


def said(cluster: str) -> list[str]:
    """The findings on a spec whose AuthZ service names this cluster."""
    platform = load_text(SPEC % cluster, "small.yaml", library.components())
    bundle = pipeline.build(platform, library.load())
    return [str(finding) for finding in CHECKS["shared-settings-agree"](bundle)]


def test_a_gateway_and_an_authz_service_that_name_the_same_cluster_are_fine() -> None:
    assert said("barong_authz") == []


def test_a_cluster_that_only_one_of_them_knows_is_told_with_its_place_and_both_names() -> None:
    assert said("barong") == [
        'small.yaml:7:5: barong-authz says authz_cluster is "barong", envoy says "barong_authz"; '
        "write the same authz_cluster under options of both, as the gateway is configured [shared-settings-agree]"
    ]


def test_a_second_service_for_a_prober_that_can_watch_one_is_told() -> None:
    second = "  - {component: barong_authz, name: other, namespace: web, options: {authz_cluster: barong_authz}}"
    spec = (SPEC % "barong_authz").replace("notify:", f"{second}\nnotify:")
    platform = load_text(spec, "small.yaml", library.components())
    (finding,) = CHECKS["one-service-per-prober"](pipeline.build(platform, library.load()))
    assert finding.place == "small.yaml:10:5"
    assert finding.what == "obs_authz_exporter watches barong-authz already, and one service is all it can watch"
