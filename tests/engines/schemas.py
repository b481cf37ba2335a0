"""Kubernetes' OpenAPI file -> one strict JSON Schema per kind, in the names kubeconform looks for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PREFIX = "#/definitions/"
# The API server reads these as text or number; the OpenAPI file knows only the text.
TEXT_OR_NUMBER = {"oneOf": [{"type": "string"}, {"type": "number"}]}
TEXT_OR_NUMBER_DEFINITIONS = (
    "io.k8s.apimachinery.pkg.api.resource.Quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
)


def write_schemas(*, swagger: Path, into: Path) -> int:
    """Write every kind's schema into a folder; returns how many there are."""
    definitions = json.loads(swagger.read_text(encoding="utf-8"))["definitions"]
    strict = {name: _strict(name, body) for name, body in definitions.items()}
    into.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, body in definitions.items():
        for kind in body.get("x-kubernetes-group-version-kind", []):
            schema = _standalone(name, kind, strict)
            (into / file_name(kind)).write_text(json.dumps(schema, sort_keys=True), encoding="utf-8")
            count += 1
    return count


def file_name(kind: dict[str, str]) -> str:
    """`deployment-apps-v1.json`: the kind, the group's first part, the version."""
    parts = [kind["kind"], kind["group"].split(".")[0], kind["version"]]
    return "-".join(part.lower() for part in parts if part) + ".json"


def _strict(name: str, body: dict[str, Any]) -> dict[str, Any]:
    if name in TEXT_OR_NUMBER_DEFINITIONS:
        return TEXT_OR_NUMBER
    if "properties" in body and "additionalProperties" not in body:
        return {**body, "additionalProperties": False}
    return body


def _standalone(name: str, kind: dict[str, str], definitions: dict[str, Any]) -> dict[str, Any]:
    """The definition with all it refers to, and `apiVersion` and `kind` made exact and obligatory."""
    body = dict(definitions[name])
    version = "/".join(part for part in (kind["group"], kind["version"]) if part)
    exact = {"apiVersion": {"const": version}, "kind": {"const": kind["kind"]}}
    needed = {each: definitions[each] for each in sorted(_reachable(name, definitions))}
    return {
        **body,
        "$schema": "http://json-schema.org/draft-07/schema#",
        "properties": {**body.get("properties", {}), **exact},
        "required": sorted({*body.get("required", []), *exact}),
        "definitions": needed,
    }


def _reachable(name: str, definitions: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for reference in _references(definitions[waiting.pop()]):
            if reference not in found:
                found.add(reference)
                waiting.append(reference)
    return found


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(PREFIX)
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
