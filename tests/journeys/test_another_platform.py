"""Somebody else's platform: a short spec, and a bundle without a trace of the reference platform in it."""

import re
from pathlib import Path

import pytest

from obs import bundle, library
from obs.spec import load_text

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MINIMAL = (EXAMPLES / "minimal.yaml").read_text(encoding="utf-8")
WEBSHOP = """
name: webshop
namespace: shop
services:
  - {component: envoy, name: edge}
  - {component: mysql, name: orders-db}
notify:
  receivers:
    - {name: on-call, type: slack}
"""
SPECS = {"minimal": MINIMAL, "webshop": WEBSHOP}
FOREIGN = re.compile(
    r"(?<![a-z])(opendax|openware|peatio|barong|rango|applogic|arke|finex"
    r"|core-app|kube-services|exchanges?|traders?|trading|trades?|order books?|withdrawals?)(?![a-z])",
    re.IGNORECASE,
)
"""Programs, namespaces and the business of the reference platform."""
BROKERS = re.compile(r"rabbit|amqp|queue|publish|routing|bound|binding", re.IGNORECASE)
"""What a line about RabbitMQ's own exchanges speaks of besides."""


def traces(text: str) -> list[str]:
    """Lines of a file that name the reference platform; an exchange of the broker is none."""
    return [
        line.strip()
        for line in text.splitlines()
        for found in [{match.group().lower() for match in FOREIGN.finditer(line)}]
        if found - {"exchange", "exchanges"} or (found and not BROKERS.search(line))
    ]


@pytest.mark.parametrize("name", SPECS)
def test_a_bundle_names_nothing_of_the_reference_platform(name: str) -> None:
    platform = load_text(SPECS[name], f"{name}.yaml", library.components())
    made = bundle.build(platform, library.load())
    found = {path: lines[:3] for path, text in made.artifacts.items() if (lines := traces(text))}
    assert found == {}


@pytest.mark.parametrize("name", SPECS)
def test_readmes_name_no_folder_that_is_not_there(name: str) -> None:
    made = bundle.build(load_text(SPECS[name], f"{name}.yaml", library.components()), library.load()).artifacts
    there = {path[: match.end()] for path in made for match in re.finditer("/", path)}
    for path, text in made.items():
        if path.endswith("README.md"):
            beside = path.removesuffix("README.md")
            named = set(re.findall(r"`([\w.-]+(?:/[\w.-]+)*/)`", text))
            assert {folder for folder in named if folder not in there and beside + folder not in there} == set(), path


ELSEWHERE = """
name: coinex
namespace: coins
services:
  - {component: mysql, name: ledger, namespace: data}
  - {component: envoy, name: edge}
  - {component: barong_authz, name: auth}
  - {component: rabbitmq, name: bus, namespace: messaging}
  - {component: event_api, name: events, namespace: messaging, selector: {app.kubernetes.io/name: bus}}
notify:
  receivers:
    - {name: on-call, type: slack}
"""


def test_runbooks_name_the_namespaces_of_their_platform_and_no_others() -> None:
    made = bundle.build(load_text(ELSEWHERE, "coinex.yaml", library.components()), library.load()).artifacts
    pages = "".join(text for path, text in made.items() if path.startswith("docs/runbooks/"))
    named = set(re.findall(r"kubectl -n ([a-z-]+)", pages))
    assert named == {"coins", "data", "messaging", "monitoring", "kube-system"}
    assert "exec bus-0" in made["docs/runbooks/event-api.md"]
    assert "exec rabbitmq-0" not in pages


def test_the_authority_that_an_operator_s_objects_name_has_a_command_that_creates_it() -> None:
    text = f"{WEBSHOP}stack: {{mode: operator, namespace: watch, exporters_tls: true}}\n"
    made = bundle.build(load_text(text, "webshop.yaml", library.components()), library.load()).artifacts
    assert "name: prometheus-secrets" in made["alerts/operator/probe-orders-db.yaml"]
    command = "kubectl -n watch create secret generic prometheus-secrets \\\n  --from-file=ca.crt\n"
    assert command in made["alerts/operator/README.md"]


@pytest.mark.parametrize(
    ("line", "foreign"),
    [
        ("labels: {pod: peatio-0}", True),
        ('database="barong_production"', True),
        ("the exchange stands still", True),
        ("messages an exchange has no binding for", False),
        ("the arrangement of prangos", False),
    ],
)
def test_a_trace_is_a_whole_word_of_the_business(line: str, foreign: bool) -> None:
    assert bool(traces(line)) is foreign
