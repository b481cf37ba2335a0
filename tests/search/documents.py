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
    """Name -> document with dotted keys. A name says format, file, place and the beginning of the message."""
    found = dict(_samples())
    for form, texts in yaml.safe_load(LINES.read_text(encoding="utf-8")).items():
        for number, text in enumerate(texts, start=1):
            document = parsed(text, library.log_formats()[form][0]) if isinstance(text, str) else text
            found[_name(form, "lines", number, document)] = _common(form) | document
    return found


def _samples() -> Iterator[tuple[str, Document]]:
    for form, (_, folder) in library.log_formats().items():
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".json"):
                for number, document in enumerate(json.loads(file.read_text(encoding="utf-8")), start=1):
                    yield _name(form, file.name.removesuffix(".json"), number, document), _common(form) | document


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


def _name(form: str, file: str, number: int, document: Document) -> str:
    said = " ".join(str(document.get("message", "")).split())
    return f"{form} {file} {number}: {said[:60]}"
