"""Strict JSON Schemas for kubeconform, out of the engines folder: of Kubernetes' own kinds and of the operators'."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.engines.processes import OPERATOR_CRDS, SCHEMAS
from tests.engines.schemas import file_name

Schema = dict[str, Any]
NAMES = "{{ .ResourceKind }}{{ .KindSuffix }}.json"
POD_TEMPLATE = "io.k8s.api.core.v1.PodTemplateSpec"
OPEN = "x-kubernetes-preserve-unknown-fields"
"""Where the API server takes anything: settings of a program, and the pod templates of Elastic's operator."""


def locations(folder: Path) -> list[str]:
    """kubeconform's arguments for both sets of schemas; the operators' are written into `folder`."""
    for name, schema in _schemas():
        (folder / name).write_text(schema, encoding="utf-8")
    return [f"-schema-location={place}/{NAMES}" for place in (SCHEMAS, folder)]


@cache
def _schemas() -> tuple[tuple[str, str], ...]:
    """File name -> schema of each kind in the version that the API server stores."""
    templates = json.loads((SCHEMAS / "podtemplate-v1.json").read_text(encoding="utf-8"))
    return tuple(_named(spec, templates["definitions"]) for spec in _specs())


def _specs() -> Iterator[Schema]:
    for file in sorted(OPERATOR_CRDS.glob("*.yaml")):
        with file.open(encoding="utf-8") as text:
            yield from (one["spec"] for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if one)


def _named(spec: Schema, definitions: Schema) -> tuple[str, str]:
    (version,) = (one for one in spec["versions"] if one["storage"])
    kind = {"kind": spec["names"]["kind"], "group": spec["group"], "version": version["name"]}
    schema = strict(version["schema"]["openAPIV3Schema"])
    return file_name(kind), json.dumps(schema | {"definitions": definitions})


def strict(schema: Schema) -> Schema:
    """Objects that list their properties have no others, as the API server's strict validation sees it.

    A pod template that the API server takes unread is held against Kubernetes' own.
    """
    closed = "properties" in schema and not schema.get(OPEN)
    return dict(_parts(schema)) | ({"additionalProperties": False} if closed else {})


def _parts(schema: Schema) -> Iterator[tuple[str, Any]]:
    for key, value in schema.items():
        if key == "properties":
            yield key, {name: _property(name, told) for name, told in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            yield key, strict(value)
        elif key not in ("default", "description") and not key.startswith("x-"):
            yield key, value


def _property(name: str, schema: Schema) -> Schema:
    return {"$ref": f"#/definitions/{POD_TEMPLATE}"} if name == "podTemplate" and OPEN in schema else strict(schema)
