"""An event exporter's target in a loop of its own, scraped as Prometheus would and read as Prometheus does."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from prometheus_client.parser import text_string_to_metric_families

from obs_event_exporter.config import broker as configured
from obs_event_exporter.metrics import METRICS
from obs_event_exporter.target import BrokerTarget
from obs_exporter.collect import Deadline
from obs_exporter.exposition import Format
from obs_exporter.page import Page
from obs_exporter.scrape import Scraper
from tests.engines.servers.rabbitmq import Broker

T = TypeVar("T")
USER, PASSWORD = "exporter", "password-of-the-exporter"


@dataclass(frozen=True)
class Sight:
    """One page, read: (name, labels) -> value, and how long it took to come."""

    values: Mapping[tuple[str, frozenset[tuple[str, str]]], float]
    seconds: float

    def __call__(self, metric: str, **labels: str) -> float | None:
        """The value of one series; None where it is absent."""
        return self.values.get((metric, frozenset(labels.items())))

    def of(self, metric: str) -> dict[tuple[str, ...], float]:
        """All series of a metric by their label values, in the order of the table's labels."""
        order = next(row.labels for row in METRICS if row.name == metric)
        return {
            tuple(dict(labels)[label] for label in order): value
            for (name, labels), value in self.values.items()
            if name == metric
        }

    def failing(self) -> set[str]:
        """Collectors whose last run failed."""
        return {labels[0] for labels, value in self.of("event_collector_success").items() if value == 0}


def sight(page: Page, seconds: float = 0.0) -> Sight:
    """A page as Prometheus' own client reads it."""
    families = text_string_to_metric_families(page.render(Format.TEXT).decode())
    samples = (sample for family in families for sample in family.samples)
    return Sight({(one.name, frozenset(one.labels.items())): one.value for one in samples}, seconds)


class Watching:
    """A target that is scraped from test code, in a thread with a loop of its own."""

    def __init__(self, config: Mapping[str, Any], *, limit: int = 40_000) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.target = self.run(self._make(config))
        rows = {row.name.removeprefix("event_"): row for row in METRICS}
        self._scraper = Scraper(self.target, rows=rows, limit=limit)

    async def _make(self, config: Mapping[str, Any]) -> BrokerTarget:
        target = BrokerTarget(configured(config))
        await target.start()
        return target

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the target's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    def scrape(self, seconds: float = 5) -> Sight:
        """One scrape with so much time."""
        started = time.monotonic()
        page = self.run(self._scraper.scrape(Deadline(seconds)))
        took = time.monotonic() - started
        return sight(page, took)

    def until(self, told: Callable[[Sight], object], seconds: float = 15) -> Sight:
        """Scrape until a page says something; fails after a while with what the last one said."""
        end = time.monotonic() + seconds
        sight = self.scrape()
        while not told(sight):
            assert time.monotonic() < end, f"not said within {seconds} s; failing: {sorted(sight.failing())}"
            time.sleep(0.2)
            sight = self.scrape()
        return sight

    def close(self) -> None:
        """End the target and its loop."""
        self.run(self.target.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def watching(config: Mapping[str, Any]) -> Iterator[Watching]:
    """A target made of a configuration, while the block lasts."""
    made = Watching(config)
    try:
        yield made
    finally:
        made.close()


def config_for(broker: Broker, folder: Path, **changes: object) -> dict[str, Any]:
    """A target's configuration for a real broker, with the exporter's user in files."""
    (folder / "username").write_text(USER, encoding="utf-8")
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    nodes = [{"host": "127.0.0.1", "port": n.metrics, "management_port": n.management} for n in broker.nodes]
    files = {f"{key}_file": str(folder / key) for key in ("username", "password")}
    return {"name": "event-api", "nodes": nodes, "vhosts": {"/": []}, **files, **changes}
