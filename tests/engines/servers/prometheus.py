"""A real Prometheus that scrapes exporters on loopback, and what its log complains about."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.engines.processes import engine_path, free_port, running


@dataclass(frozen=True, kw_only=True)
class Prometheus:
    """A running server."""

    base: str
    log: Path

    def query(self, expression: str) -> list[tuple[Mapping[str, str], float]]:
        """(labels, value) of every series of an instant query."""
        result: list[dict[str, Any]] = self._get("query", query=expression)["result"]
        return [(each["metric"], float(each["value"][1])) for each in result]

    def targets(self) -> list[dict[str, Any]]:
        """Its active targets: `health`, `lastError`, `lastScrapeDuration`."""
        found: list[dict[str, Any]] = self._get("targets")["activeTargets"]
        return found

    def until(self, expression: str, *, seconds: float = 15) -> list[tuple[Mapping[str, str], float]]:
        """The result of a query once it has one; fails with the targets' errors when time is up."""
        deadline = time.monotonic() + seconds
        while not (found := self.query(expression)):
            assert time.monotonic() < deadline, f"{expression}: {[each['lastError'] for each in self.targets()]}"
            time.sleep(0.2)
        return found

    def complaints(self) -> list[str]:
        """Lines of its log that are warnings or worse."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if "level=INFO" not in line and "level=DEBUG" not in line]

    def _get(self, path: str, **parameters: str) -> dict[str, Any]:
        url = f"{self.base}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=10) as answer:
            data: dict[str, Any] = json.load(answer)["data"]
        return data


@contextmanager
def prometheus(folder: Path, jobs: Sequence[Mapping[str, Any]], *, interval: str = "1s") -> Iterator[Prometheus]:
    """A server with these scrape configurations, each scraped every `interval`."""
    folder.mkdir(parents=True, exist_ok=True)
    port, config, log = free_port(), folder / "prometheus.yaml", folder / "prometheus.log"
    globals_ = {"scrape_interval": interval, "scrape_timeout": interval}
    config.write_text(yaml.safe_dump({"global": globals_, "scrape_configs": list(jobs)}), encoding="utf-8")
    base = f"http://127.0.0.1:{port}"
    command = [
        engine_path("prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=debug",
    ]
    with running(command, ready_url=f"{base}/-/ready", log=log):
        yield Prometheus(base=base, log=log)


def job(name: str, address: str, **more: Any) -> dict[str, Any]:
    """A scrape configuration of one address."""
    return {"job_name": name, "static_configs": [{"targets": [address]}], **more}
