"""Every document the searches are tried on: the samples of all formats, and lines that only searches need."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from obs import library
from obs.prove.log_parse import parsed

LINES = Path(__file__).with_name("lines.yaml")
Document = dict[str, Any]


def documents() -> dict[str, Document]:
    """Name -> document with dotted keys. A name says format, file and the beginning of the message, and is counted
    where that is not enough: it does not move when a sample joins the others.
    """
    found: dict[str, Document] = {}
    for form, file, document in (*_samples(), *_lines()):
        said = " ".join(str(document.get("message", "")).split())
        plain = f"{form} {file}: {said[:60]}"
        number = 1 + sum(name == plain or name.startswith(f"{plain} #") for name in found)
        found[plain if number == 1 else f"{plain} #{number}"] = _common(form) | document
    return found


def _lines() -> Iterator[tuple[str, str, Document]]:
    for form, texts in yaml.safe_load(LINES.read_text(encoding="utf-8")).items():
        for text in texts:
            yield form, "lines", parsed(text, library.log_formats()[form][0]) if isinstance(text, str) else text


def _samples() -> Iterator[tuple[str, str, Document]]:
    for form, (_, folder) in library.log_formats().items():
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".json"):
                for document in json.loads(file.read_text(encoding="utf-8")):
                    yield form, file.name.removesuffix(".json"), document


def _common(form: str) -> Document:
    """What the pipeline adds to a line of any format."""
    return {
        "@timestamp": "2026-11-25T10:00:00.000Z",
        "event.kind": "event",
        "event.module": form,
        "service.name": f"the-{form}",
        "kubernetes.namespace": "core-app",
        "kubernetes.pod.name": f"the-{form}-0",
        "kubernetes.container.name": form,
        "data_stream.type": "logs",
        "data_stream.dataset": "obs.trading",
        "data_stream.namespace": "opendax_production",
    }
