"""The bundle's mapping in OpenSearch's words: what differs is named here and nowhere else."""

from typing import Any


def properties(mapped: dict[str, Any]) -> dict[str, Any]:
    """Elasticsearch's properties as OpenSearch takes them."""
    return {name: _field(body) for name, body in mapped.items()}


def _field(body: dict[str, Any]) -> dict[str, Any]:
    if "properties" in body:
        return {"properties": properties(body["properties"])}
    match body["type"]:
        case "flattened":
            return {"type": "flat_object"}
        case "constant_keyword":
            return {"type": "keyword"}  # OpenSearch wants the value in the mapping, Elasticsearch takes the first one
        case _:
            return dict(body)


def nested(document: dict[str, Any]) -> dict[str, Any]:
    """Dotted keys as objects, the way the pipeline sends them."""
    made: dict[str, Any] = {}
    for name, value in document.items():
        *parents, leaf = name.split(".")
        level = made
        for parent in parents:
            level = level.setdefault(parent, {})
        level[leaf] = value
    return made
