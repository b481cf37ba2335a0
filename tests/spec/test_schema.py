"""The JSON Schema editors use says what the loader says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from obs import library
from obs.printer import to_json
from obs.spec import load, schema
from obs.spec.yaml_reader import read
from tests.spec.fake_library import LIBRARY

EXAMPLES = Path(__file__).parents[2] / "examples"
SCHEMA = schema(LIBRARY)


def refused(text: str) -> list[str]:
    """Where the schema finds a text wrong."""
    judge = jsonschema.Draft202012Validator(SCHEMA)
    return [error.json_path for error in judge.iter_errors(read(text, "spec.yaml").value())]


def spec(services: str = "[{component: envoy}]", receiver: str = "{name: a, type: slack}", more: str = "") -> str:
    """A small spec in one line each."""
    return f"name: shop\nservices: {services}\nnotify: {{receivers: [{receiver}]}}\n{more}"


def test_it_is_a_schema_of_draft_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_committed_copy_is_that_of_the_catalogue() -> None:
    committed = (EXAMPLES / "spec.schema.json").read_text(encoding="utf-8")
    assert committed == to_json(schema(library.components())), "run: python -m tests.spec.refresh"


@pytest.mark.parametrize("name", ["minimal", "opendax"])
def test_examples_fit_the_committed_schema_and_point_editors_at_it(name: str) -> None:
    text = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    committed = json.loads((EXAMPLES / "spec.schema.json").read_text(encoding="utf-8"))
    assert text.startswith("# yaml-language-server: $schema=./spec.schema.json\n")
    assert not list(jsonschema.Draft202012Validator(committed).iter_errors(read(text, name).value()))


@pytest.mark.parametrize("name", ["minimal", "opendax"])
@pytest.mark.parametrize("environment", ["", "staging", "production"])
def test_examples_load_with_the_catalogue(name: str, environment: str) -> None:
    chosen = environment if name == "opendax" else ""
    assert load(EXAMPLES / f"{name}.yaml", library.components(), environment=chosen).services


@pytest.mark.parametrize(
    "text",
    [
        spec(),
        spec("[{component: envoy, options: {weight: 2, routes: peatio}, sources: {envoy: {port: 9901}}}]"),
        spec(receiver="{name: a, type: telegram, chat: -100}"),
        spec(more="environments: {staging: {services: [{name: envoy, replicas: 1}], notify: {default: a}}}"),
        spec(more="mixins: [{name: kafka, path: a.libsonnet, overrides: {KafkaDown: {enabled: false}}}]"),
    ],
)
def test_good_specs_fit(text: str) -> None:
    assert refused(text) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (spec("[]"), "$.services"),
        (spec("[{name: envoy}]"), "$.services[0]"),
        (spec("[{component: envoi}]"), "$.services[0].component"),
        (spec("[{component: envoy, replicas: 0}]"), "$.services[0].replicas"),
        (spec("[{component: envoy, options: {weight: two}}]"), "$.services[0].options.weight"),
        (spec("[{component: envoy, options: {standbys: 1}}]"), "$.services[0].options"),
        (spec("[{component: mysql, sources: {envoy: {port: 1}}}]"), "$.services[0].sources"),
        (spec(receiver="{name: a, type: slack, chat: 1}"), "$.notify.receivers[0].chat"),
        (spec(receiver="{name: a, type: telegram}"), "$.notify.receivers[0]"),
        (spec(receiver='{name: a, type: slack, secret: "https://x/y"}'), "$.notify.receivers[0].secret"),
        (spec(more="colour: blue"), "$"),
        (spec(more="overrides: {EnvoyEdgeSlow: {severity: panic}}"), "$.overrides.EnvoyEdgeSlow.severity"),
        (spec(more="overrides: {EnvoyEdgeSlowly: {}}"), "$.overrides"),
        (spec(more="objectives: {envoy.availability: {target: 99.9}}"), "$.objectives['envoy.availability'].target"),
        (spec(more="links: {grafana: https://a.example/}"), "$.links.grafana"),
        (spec(more="environments: {staging: {colour: blue}}"), "$.environments.staging"),
        (
            spec(more="environments: {staging: {services: [{component: envoi}]}}"),
            "$.environments.staging.services[0].component",
        ),
        (spec(more="environments: {Staging: {}}"), "$.environments"),
    ],
)
def test_wrong_specs_are_marked_where_they_are_wrong(text: str, where: str) -> None:
    assert where in refused(text)


def _objects(node: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _objects(value, f"{path}.{key}")


def test_every_key_is_described_for_the_editor() -> None:
    bare = [
        f"{path}.{name}"
        for path, node in _objects(SCHEMA)
        if node.get("type") == "object"
        for name, value in node.get("properties", {}).items()
        if value and not value.get("description")
    ]
    assert bare == []


def test_options_carry_their_help_and_default() -> None:
    options = SCHEMA["$defs"]["component-envoy"]["properties"]["options"]["properties"]
    assert options["weight"] == {"type": "integer", "minimum": 0, "description": "A whole number.", "default": 1}
    assert options["routes"]["default"] == ["barong"]
    assert options["protocol"]["enum"] == ["http", "grpc"]
