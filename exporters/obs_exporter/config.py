"""The configuration: read, checked, handed on as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Data = Mapping[str, Any]


class ConfigWrong(Exception):
    """The configuration cannot be used; the text has one line per problem."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What every exporter's configuration can say about serving. Times are seconds."""

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


def load(path: Path, schema: Data) -> Data:
    """The document at `path`, held against the exporter's schema. Raises ConfigWrong."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigWrong(f"{path}: cannot be read: {error}") from None
    if not isinstance(document, dict):
        raise ConfigWrong(f"{path}: is no mapping")
    return document


def settings(document: Data) -> Settings:
    """The serving part of a document."""
    return Settings(**{name: document[name] for name in Settings.__dataclass_fields__ if name in document})
