"""Elasticsearch's own API specification, as npm carries it: what a request body may hold, down to the last key."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from obs.model.search_store import StoreKind
from tests.engines.processes import engine_path

FILE = "node_modules/@elastic/request-converter/dist/schema.json"
REQUESTS: dict[StoreKind, str] = {
    "lifecycle-policies": "ilm.put_lifecycle",
    "snapshot-policies": "slm.put_lifecycle",
    "ingest-pipelines": "ingest.put_pipeline",
    "component-templates": "cluster.put_component_template",
    "index-templates": "indices.put_index_template",
    "roles": "security.put_role",
    "api-keys": "security.create_api_key",
}
NONE: type = type(None)
PLAIN = {"string": (str,), "boolean": (bool,), "number": (int, float), "null": (NONE,)}
Json = Any


@cache
def _specification() -> dict[tuple[str, str], Json]:
    told = json.loads((engine_path("kibana-libraries") / FILE).read_text(encoding="utf-8"))
    return {(one["name"]["namespace"], one["name"]["name"]): one for one in told["types"]}


def complaints(kind: StoreKind, body: Json) -> list[str]:
    """What the specification says against a body of this kind, one sentence each."""
    asked = _specification()[REQUESTS[kind], "Request"]
    return list(_object(body, asked["body"]["properties"], ""))


def _object(data: Json, known: list[Json], path: str) -> Iterator[str]:
    properties = {name: one for one in known for name in (one["name"], *one.get("aliases", ()))}
    if not isinstance(data, dict):
        yield f"{path or 'body'} is no object"
        return
    for one in known:
        if one["required"] and not {one["name"], *one.get("aliases", ())} & set(data):
            yield f"{path}{one['name']} is missing"
    for key, value in data.items():
        if key not in properties:
            yield f"{path}{key} is unknown"
        else:
            yield from _value(value, properties[key]["type"], path + key)


def _value(data: Json, kind: Json, path: str) -> Iterator[str]:
    match kind["kind"]:
        case "instance_of":
            yield from _instance(data, kind["type"], path)
        case "array_of":
            for number, item in enumerate(data if isinstance(data, list) else [data]):
                yield from _value(item, kind["value"], f"{path}[{number}]")
        case "dictionary_of":
            for key, value in data.items() if isinstance(data, dict) else ():
                yield from _value(value, kind["value"], f"{path}.{key}")
        case "union_of":
            yield from _best(data, kind["items"], path)
        case "literal_value":
            if data != kind["value"]:
                yield f"{path} is not {kind['value']}"


def _instance(data: Json, name: Json, path: str) -> Iterator[str]:
    if name["namespace"] == "_builtins":
        wanted = PLAIN.get(name["name"])
        if wanted and not isinstance(data, wanted):
            yield f"{path} is no {name['name']}"
        return
    found = _specification()[name["namespace"], name["name"]]
    if found["kind"] == "type_alias" and found.get("variants", {}).get("kind") == "internal_tag":
        yield from _tagged(data, found, path)
    elif found["kind"] == "type_alias":
        yield from _value(data, found["type"], path)
    elif found["kind"] == "enum":
        said = str(data).lower() if isinstance(data, bool) else data
        if said not in [member["name"] for member in found["members"]]:
            yield f"{path} is none of {name['name']}"
    elif found["kind"] == "interface" and "shortcutProperty" in found and not isinstance(data, dict):
        return
    elif found["kind"] == "interface" and not found.get("behaviors"):
        yield from _object(data, _inherited(found), f"{path}.")


def _best(data: Json, kinds: list[Json], path: str) -> list[str]:
    """The complaints of whichever type of a union has the fewest; asking ends with the first that has none."""
    best: list[str] | None = None
    for kind in kinds:
        told = list(_value(data, kind, path))
        best = told if best is None or len(told) < len(best) else best
        if not best:
            break
    return best or []


def _tagged(data: Json, found: Json, path: str) -> Iterator[str]:
    """A union whose members say by one key which of them they are: fields by their type."""
    tag = found["variants"]["tag"]
    said = data.get(tag, found["variants"].get("defaultTag")) if isinstance(data, dict) else None
    for kind in found["type"]["items"]:
        member = _specification()[kind["type"]["namespace"], kind["type"]["name"]]
        told = next((p["type"].get("value") for p in _inherited(member) if p["name"] == tag), None)
        if told == said:
            yield from _value(data, kind, path)
            return
    yield f"{path}.{tag}: there is no {said}"


def _inherited(found: Json) -> list[Json]:
    """The properties of a type and of those it extends."""
    own = list(found["properties"])
    parent = found.get("inherits", {}).get("type")
    return own + (_inherited(_specification()[parent["namespace"], parent["name"]]) if parent else [])
