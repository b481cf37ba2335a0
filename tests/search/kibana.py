"""Kibana's own KQL grammar and translation, asked through node."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from obs.model.logs import Field
from tests.engines.processes import engine_path

SCRIPT = Path(__file__).with_name("kql.js")
TYPES = {
    "boolean": "boolean",
    "date": "date",
    "double": "number",
    "geo_point": "geo_point",
    "ip": "ip",
    "long": "number",
}
"""Kibana's names for our field types; text and keywords are strings to it."""


def translate(queries: Iterable[Sequence[str]], fields: Iterable[Field]) -> list[dict[str, Any]]:
    """For each group of KQL texts, which all hold: `query` as Kibana sends it, or `error` in Kibana's words."""
    node = shutil.which("node")
    assert node, "no node on PATH; install Node.js 18 or newer"
    asked = {"queries": [list(texts) for texts in queries], "fields": [described(field) for field in fields]}
    command = [node, str(SCRIPT), str(engine_path("kibana-libraries"))]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=60)
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def described(field: Field) -> dict[str, Any]:
    """A field as Kibana's data view knows it."""
    kind = TYPES.get(field.type, "string")
    searchable = {"searchable": True, "aggregatable": field.type != "match_only_text", "scripted": False}
    return {"name": field.name, "type": kind, "esTypes": [field.type], **searchable}
