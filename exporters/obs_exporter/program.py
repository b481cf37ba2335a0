"""The program around an exporter: its arguments, its start, a new configuration while it serves, its end."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from obs_exporter import log as logs
from obs_exporter.collect import Target
from obs_exporter.config import ConfigWrong, Data, load, settings, whole_schema
from obs_exporter.config_schema import Schema
from obs_exporter.row import Row
from obs_exporter.service import Service

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """One exporter: its table, the schema of its configuration, and how a configuration becomes targets.

    `schema` is that of an entry of `targets`, `own` the exporter's own top-level keys; `config.SERVING` is added.
    `targets` gets the checked document; it may raise ConfigWrong, OSError and ValueError for what a schema cannot say.
    `on_metrics`: /metrics carries the page of the one target there is, for exporters that Prometheus finds as a pod;
    without it, targets are read at /probe?target=NAME alone.
    """

    name: str
    prefix: str
    rows: tuple[Row, ...]
    targets: Callable[[Data], Sequence[Target]]
    schema: Data = field(default_factory=dict)
    own: Data = field(default_factory=dict)
    on_metrics: bool = False

    @property
    def document_schema(self) -> Schema:
        """The schema of a whole configuration."""
        return whole_schema(self.schema, self.own, most_targets=1 if self.on_metrics else None)


def main(exporter: Exporter, arguments: Sequence[str] | None = None) -> int:
    """Run the exporter until it is told to end: 0 after SIGTERM or a good --check, 1 for a bad configuration."""
    parser = argparse.ArgumentParser(prog=f"python -m {exporter.name}", description=exporter.name.replace("_", " "))
    parser.add_argument("--config", type=Path, required=True, help="the configuration, a YAML file")
    parser.add_argument("--check", action="store_true", help="check the configuration and end")
    told = parser.parse_args(arguments)
    try:
        document = load(told.config, exporter.document_schema)
        if told.check:
            return 0
        logs.configure(exporter.name, settings(document).log_level)
        return asyncio.run(_serve(exporter, told.config, document))
    except ConfigWrong as error:
        sys.stderr.write(f"{error}\n")
        return 1


async def _serve(exporter: Exporter, path: Path, document: Data) -> int:
    asyncio.get_running_loop().set_exception_handler(logs.unexpected)
    service = Service(
        name=exporter.name,
        prefix=exporter.prefix,
        rows=exporter.rows,
        on_metrics=exporter.on_metrics,
        targets=exporter.targets,
        load=lambda: load(path, exporter.document_schema),
        watched=path,
    )
    await service.start(document)
    await service.until_told_to_end()
    return 0
