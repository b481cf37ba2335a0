"""Promises about what Elasticsearch is given: bodies it takes, streams that are covered, retention that is kept."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from obs.check.store_keys import FIELD_PARAMETERS, KEYS, PRIVILEGES, keys_below
from obs.conventions import log_object, seconds
from obs.model.bundle import Bundle
from obs.model.finding import Finding
from obs.model.search_store import StoreKind, place

Json = Mapping[str, Any]
ORDER = ("hot", "warm", "cold", "frozen", "delete")
OWN_PRIORITY = 200
"""What Elastic's integrations use for their templates; a template of ours must win over them."""
WRITES = {"create_doc", "auto_configure"}
ADD_ONLY = "give create_doc and auto_configure on our streams, by name"
SPELLING = "take one of Elasticsearch's index privileges"


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """One request body as printed."""

    path: str
    kind: StoreKind
    name: str
    data: Json


def bodies(bundle: Bundle, *kinds: StoreKind) -> Iterator[Body]:
    """Bodies of these kinds (all unless named) that are JSON objects."""
    for path, text in bundle.artifacts.items():
        found = place(path)
        if found and (not kinds or found[0] in kinds):
            yield Body(path=path, kind=found[0], name=found[1], data=_read(text))


def _read(text: str) -> Json:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def store_keys(bundle: Bundle) -> Iterator[Finding]:
    """Bodies hold keys that Elasticsearch knows; a misspelt one is named with what was meant."""
    for body in bodies(bundle):
        if not body.data:
            yield _say(body.path, "store-keys", "is no JSON object", "print it from data")
        for path, key, known in keys_below(body.data, KEYS[body.kind]):
            close = difflib.get_close_matches(key, known, 1)
            fix = f'did you mean "{close[0]}"?' if close else f"there are {', '.join(sorted(known)[:8])} …"
            yield _say(body.path, "store-keys", f"{path + key}: Elasticsearch knows no such key", fix)


def store_mappings(bundle: Bundle) -> Iterator[Finding]:
    """Fields have types Elasticsearch knows, with parameters those types take; the mapping does not grow by itself."""
    for body in bodies(bundle, "component-templates", "index-templates"):
        mapped = body.data.get("template", {}).get("mappings", {})
        if body.kind == "component-templates" and mapped and mapped.get("dynamic") is not False:
            yield _say(body.path, "store-mappings", "new keys become fields by themselves", "set dynamic to false")
        for name, field in _leaves(mapped.get("properties", {}), ""):
            parameters = FIELD_PARAMETERS.get(field.get("type", ""))
            if parameters is None:
                close = difflib.get_close_matches(str(field.get("type")), FIELD_PARAMETERS, 1)
                fix = f'did you mean "{close[0]}"?' if close else "take a type of obs.model.logs"
                yield _say(body.path, "store-mappings", f"{name} is of the type {field.get('type')}", fix)
            for parameter in sorted(set(field) - {"type"} - (parameters or set(field))):
                what = f"{name}: {field['type']} takes no {parameter}"
                yield _say(body.path, "store-mappings", what, "leave it out")


def store_fields(bundle: Bundle) -> Iterator[Finding]:
    """The mapping has every declared field with its type; a name is a field or a group of fields, never both."""
    logs = bundle.plan.logs
    mapped: dict[str, str] = {}
    for body in bodies(bundle, "component-templates"):
        leaves = _leaves(body.data.get("template", {}).get("mappings", {}).get("properties", {}), "")
        mapped |= {name: str(field.get("type")) for name, field in leaves}
    for field in logs.fields if logs else ():
        if mapped.get(field.name) != field.type:
            what = f"{field.name} is declared {field.type}, mapped {mapped.get(field.name, 'nowhere')}"
            yield _say("kibana/elasticsearch", "store-fields", what, "map what is declared")
        below = [name for name in mapped if name.startswith(f"{field.name}.")]
        if below:
            what = f"{field.name} is a field, and {below[0]} lies below it"
            yield _say("kibana/elasticsearch", "store-fields", what, "rename one of the two")


def store_references(bundle: Bundle) -> Iterator[Finding]:
    """Templates compose parts that exist, and name policies and pipelines that exist."""
    names = {(body.kind, body.name) for body in bodies(bundle)}
    for body in bodies(bundle, "index-templates"):
        optional = body.data.get("ignore_missing_component_templates", [])
        for part in body.data.get("composed_of", []):
            if part not in optional and ("component-templates", part) not in names:
                yield _say(body.path, "store-references", f"there is no component {part}", "bring it along")
        policy = _at(body.data, "template", "settings", "index", "lifecycle", "name")
        if ("lifecycle-policies", policy) not in names:
            yield _say(body.path, "store-references", f"there is no policy {policy}", "bring it along")
    for body in bodies(bundle, "component-templates"):
        pipeline = _at(body.data, "template", "settings", "index", "default_pipeline")
        if pipeline and ("ingest-pipelines", pipeline) not in names:
            yield _say(body.path, "store-references", f"there is no pipeline {pipeline}", "bring it along")
    for body in bodies(bundle, "lifecycle-policies"):
        waits = _at(body.data, "policy", "phases", "delete", "actions", "wait_for_snapshot", "policy")
        if waits and ("snapshot-policies", waits) not in names:
            yield _say(body.path, "store-references", f"waits for {waits}, which takes no snapshot", "bring it along")


def streams_covered(bundle: Bundle) -> Iterator[Finding]:
    """Every data stream has one template of ours, above those of Elasticsearch and its integrations."""
    templates = list(bodies(bundle, "index-templates"))
    for stream in bundle.plan.logs.streams if bundle.plan.logs else ():
        of_stream = [t for t in templates if any(fnmatchcase(stream.name, p) for p in t.data.get("index_patterns", []))]
        if len(of_stream) != 1:
            what = f"{stream.name} has {len(of_stream)} templates"
            yield _say("kibana/elasticsearch/index-templates", "streams-covered", what, "give it exactly one")
        for template in of_stream:
            if template.data.get("priority", 0) <= OWN_PRIORITY or "data_stream" not in template.data:
                what = f"does not win {stream.name} as a data stream"
                fix = f"set data_stream, and a priority above {OWN_PRIORITY}"
                yield _say(template.path, "streams-covered", what, fix)


def retention_kept(bundle: Bundle) -> Iterator[Finding]:
    """A class's documents go exactly when its retention ends; phases follow each other in time."""
    policies = {body.name: body for body in bodies(bundle, "lifecycle-policies")}
    for stream in bundle.plan.logs.streams if bundle.plan.logs else ():
        body = policies.get(log_object(stream.dataset))
        phases = _at(body.data, "policy", "phases") or {} if body else {}
        ages = {name: _age(phases[name]) for name in ORDER if name in phases}
        if ages.get("delete") != seconds(stream.retention):
            what = f"{stream.name} is kept {stream.retention}, its policy deletes after {ages.get('delete')} s"
            yield _say(body.path if body else stream.name, "retention-kept", what, "delete at the retention")
        if body and list(ages.values()) != sorted(ages.values()):
            yield _say(body.path, "retention-kept", f"phases are out of order: {ages}", "let ages grow")


def store_privileges(bundle: Bundle) -> Iterator[Finding]:
    """Whoever writes can only add documents to our streams by name; privileges exist."""
    streams = {stream.name for stream in bundle.plan.logs.streams} if bundle.plan.logs else set()
    for body in bodies(bundle, "roles", "api-keys"):
        roles = body.data.get("role_descriptors", {body.name: body.data})
        for role in roles.values():
            for entry in role.get("indices", []):
                given = set(entry.get("privileges", []))
                unknown = sorted(given - PRIVILEGES)
                if unknown:
                    yield _say(body.path, "store-privileges", f"there is no privilege {unknown[0]}", SPELLING)
                writes = given & {"all", "write", "index", "create", "delete", "manage", "create_doc", "auto_configure"}
                if writes and (not given <= WRITES or not set(entry.get("names", [])) <= streams):
                    what = f"gives {', '.join(sorted(given))} on {', '.join(entry.get('names', []))}"
                    yield _say(body.path, "store-privileges", what, ADD_ONLY)


def _leaves(properties: Json, prefix: str) -> Iterator[tuple[str, Json]]:
    for name, body in properties.items():
        if "properties" in body:
            yield from _leaves(body["properties"], f"{prefix}{name}.")
        if "type" in body or "properties" not in body:
            yield prefix + name, body


def _age(phase: Json) -> float:
    text = str(phase.get("min_age", "0ms"))
    try:
        return seconds(text)
    except ValueError:
        return -1


def _at(node: Any, *keys: str) -> Any:
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _say(path: str, rule: str, what: str, fix: str) -> Finding:
    return Finding(place=path, rule=rule, what=what, fix=fix)
