"""The program around an exporter: arguments, signals, the server, the targets' life."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from obs_exporter import log as logs
from obs_exporter.app import App
from obs_exporter.collect import Target
from obs_exporter.config import ConfigWrong, Data, Settings, load, settings
from obs_exporter.row import Row
from obs_exporter.scrape import Scraper
from obs_exporter.server import Limits, Server

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """One exporter: its table, the schema of its configuration, and how a configuration becomes targets.

    `schema` describes an entry of `targets` and the exporter's own keys; the keys of `Settings` are added to it.
    `targets` gets the checked document. `on_metrics`: /metrics carries the page of the one configured target too,
    for exporters that Prometheus finds as a pod; without it targets are read at /probe?target=NAME alone.
    """

    name: str
    prefix: str
    rows: tuple[Row, ...]
    targets: Callable[[Data], Sequence[Target]]
    schema: Data = field(default_factory=dict)
    on_metrics: bool = False


def main(exporter: Exporter, arguments: Sequence[str] | None = None) -> int:
    """Run the exporter until it is told to end: 0 after SIGTERM or a good --check, 1 for a bad configuration."""
    parser = argparse.ArgumentParser(prog=f"python -m {exporter.name}", description=exporter.name.replace("_", " "))
    parser.add_argument("--config", type=Path, required=True, help="the configuration, a YAML file")
    parser.add_argument("--check", action="store_true", help="check the configuration and end")
    told = parser.parse_args(arguments)
    try:
        document = load(told.config, exporter.schema)
    except ConfigWrong as error:
        print(error, file=sys.stderr)  # noqa: T201 - before there is a log, a person reads this
        return 1
    if told.check:
        return 0
    logs.configure(exporter.name, settings(document).log_level)
    asyncio.run(_serve(exporter, document))
    return 0


async def _serve(exporter: Exporter, document: Data) -> None:
    told = settings(document)
    app = App(name=exporter.name, prefix=exporter.prefix, rows=exporter.rows, on_metrics=exporter.on_metrics)
    server = Server(app.handle, limits=Limits(connections=told.connections))
    app.state.connections_refused = lambda: server.refused
    targets = exporter.targets(document)
    app.use(told, _scrapers(app, targets, told))
    for target in targets:
        await target.start()
    ended = _told_to_end()
    host, port = told.address
    log.info("listening", extra={"address": f"{host}:{server.listen(host, port)}"})
    await ended.wait()
    await server.drain(told.drain_seconds)
    for target in targets:
        with contextlib.suppress(OSError):
            await target.close()


def _scrapers(app: App, targets: Sequence[Target], told: Settings) -> list[Scraper]:
    return [Scraper(target, rows=app.short_rows, limit=told.series_limit) for target in targets]


def _told_to_end() -> asyncio.Event:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended
