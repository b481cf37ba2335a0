"""The configuration of an exporter: what all of them can say, and how a file becomes checked data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from obs_exporter.config_schema import Schema, problems
from obs_exporter.config_yaml import ConfigWrong, Data, Document, Place, read

__all__ = ["ConfigWrong", "Data", "Settings", "load", "settings", "whole_schema"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How an exporter serves. Times are seconds."""

    listen: str = "127.0.0.1:8080"
    web_config_file: str = ""
    scrape_timeout_seconds: float = 10.0
    scrapes: int = 16
    connections: int = 256
    series_limit: int = 10_000
    drain_seconds: float = 10.0
    log_level: str = "info"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `listen`; brackets of an IPv6 address taken off."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


SERVING: Mapping[str, Schema] = {
    "listen": {
        "type": "string",
        "pattern": r"^(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]+):[0-9]{1,5}$",
        "description": "an address and a port, such as 127.0.0.1:8080 or [::]:8080",
    },
    "web_config_file": {
        "type": "string",
        "minLength": 1,
        "description": "TLS and users, in the format of Prometheus' exporter-toolkit",
    },
    "scrape_timeout_seconds": {
        "type": "number",
        "minimum": 1,
        "maximum": 300,
        "description": "the longest a scrape may take, whatever the scraper says; also its time when it says nothing",
    },
    "scrapes": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "scrapes under way at once"},
    "connections": {"type": "integer", "minimum": 4, "maximum": 10_000, "description": "open connections at once"},
    "series_limit": {"type": "integer", "minimum": 100, "maximum": 1_000_000, "description": "series of one family"},
    "drain_seconds": {"type": "number", "minimum": 0, "maximum": 300, "description": "for scrapes when told to end"},
    "log_level": {"enum": ["debug", "info", "warning", "error"], "description": "the least that is logged"},
}
"""Keys every exporter knows beside `targets`; the defaults are those of `Settings`."""


def whole_schema(target: Data, own: Data, *, most_targets: int | None = None) -> Schema:
    """The schema of a whole document, from that of a target and the exporter's own top-level keys."""
    targets: dict[str, Any] = {"type": "array", "items": target, "minItems": 1, "description": "what is watched"}
    if most_targets is not None:
        targets["maxItems"] = most_targets
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["targets"],
        "properties": {**SERVING, **own, "targets": targets},
    }


def load(path: Path, schema: Schema) -> Data:
    """The document at `path`, held against a whole schema. Raises ConfigWrong with every problem at once."""
    document = read(path)
    found = [*_doubled(document), *problems(document.data, schema), *_twins(document.data)]
    if found:
        raise ConfigWrong(document.told(found))
    return document.data


def settings(document: Data) -> Settings:
    """The serving part of a checked document."""
    names = {field.name for field in fields(Settings)}
    return Settings(**{name: value for name, value in document.items() if name in names})


def _doubled(document: Document) -> Iterator[tuple[Place, str]]:
    for place in document.doubled:
        yield place, "stands twice; the first would be lost"


def _twins(data: Data) -> Iterator[tuple[Place, str]]:
    """Targets of one name: `/probe?target=` could only ever mean one of them."""
    seen = set()
    targets = data.get("targets")
    for index, target in enumerate(targets if isinstance(targets, list) else []):
        name = target.get("name") if isinstance(target, dict) else None
        if isinstance(name, str) and name in seen:
            yield ("targets", index, "name"), "another target has this name"
        seen.add(str(name))
