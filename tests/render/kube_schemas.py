"""Strict JSON Schemas for kubeconform: Kubernetes' own from the engines folder, the operator's from our CRDs."""

import json
from pathlib import Path
from typing import Any

import yaml

from tests.engines.processes import SCHEMAS

CRDS = Path(__file__).resolve().parents[1] / "cluster" / "crds"
NAMES = "{{ .ResourceKind }}{{ .KindSuffix }}.json"


def locations(folder: Path) -> list[str]:
    """kubeconform's arguments for both sets of schemas; the CRDs' are written into `folder`."""
    for file in sorted(CRDS.glob("*.yaml")):
        (folder / f"{file.stem}-monitoring-v1.json").write_text(json.dumps(_schema(file)), encoding="utf-8")
    return [f"-schema-location={place}/{NAMES}" for place in (SCHEMAS, folder)]


def _schema(file: Path) -> dict[str, Any]:
    definition = yaml.safe_load(file.read_text(encoding="utf-8"))
    (version,) = definition["spec"]["versions"]
    strict: dict[str, Any] = _strict(version["schema"]["openAPIV3Schema"])
    return strict


def _strict(node: Any) -> Any:
    """Objects that list their properties have no others, as the API server's strict validation sees it."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {"additionalProperties": False} if isinstance(node.get("properties"), dict) else {}
    return {key: _strict(value) for key, value in node.items() if not key.startswith("x-")} | closed
