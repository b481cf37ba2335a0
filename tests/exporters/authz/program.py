"""The prober as a program of its own, and its page read back."""

import re
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sys import executable
from typing import Any

import yaml

from obs_exporter.accept import OFFERS
from tests.engines.processes import free_port, running
from tests.engines.servers.barong import KEY_ID, KEY_SECRET

ROOT = Path(__file__).resolve().parents[3]
TIMEOUT, INTERVAL, GATEWAY_TIMEOUT = 1.5, 0.2, 1.0
"""Seconds; the first two shorter than in production, so that a fault shows soon."""
_SAMPLE = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')
Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """The samples of one scrape."""

    text: str
    samples: dict[tuple[str, Labels], float] = field(default_factory=dict)

    def get(self, name: str, **labels: str) -> float | None:
        """The sample with exactly these labels."""
        return self.samples.get((name, frozenset(labels.items())))

    def sum(self, name: str, **labels: str) -> float:
        """The sum of the samples with at least these labels."""
        wanted = frozenset(labels.items())
        return sum(value for (known, given), value in self.samples.items() if known == name and wanted <= given)

    def one(self, name: str, **labels: str) -> float:
        """The sample with exactly these labels, which must be there."""
        return self.samples[(name, frozenset(labels.items()))]


def read(text: str) -> Page:
    """A page of text format 0.0.4."""
    samples = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            found = _SAMPLE.match(line)
            assert found, line
            labels = frozenset(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
            samples[(found[1], labels)] = float(found[3])
    return Page(text=text, samples=samples)


@dataclass(frozen=True, kw_only=True)
class Program:
    """A running prober."""

    url: str
    pid: int
    log: Path
    folder: Path

    def page(self) -> Page:
        """One scrape."""
        return read(self.get("/metrics"))

    def get(self, path: str, *, accept: str = OFFERS[1][0], seconds: float = 10) -> str:
        """The body of an answer."""
        asked = {"Accept": accept, "X-Prometheus-Scrape-Timeout-Seconds": f"{seconds}"}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(f"{self.url}{path}", headers=asked), timeout=seconds) as answer:
            return str(answer.read().decode())

    def write(self, name: str, text: str) -> None:
        """Replace a secret as the kubelet does: the new file takes the place of the old one."""
        new = self.folder / f".{name}.new"
        new.write_text(text, encoding="utf-8")
        new.replace(self.folder / name)


def config(folder: Path, *, port: int, direct: int, gateway: int, **more: Any) -> dict[str, Any]:
    """A configuration with short times; `more` are keys of the target."""
    target = {
        "name": "barong-authz",
        "component": "barong_authz",
        "host": "127.0.0.1",
        "port": direct,
        "gateway": f"127.0.0.1:{gateway}",
        "api_key_id_file": f"{folder}/api-key-id",
        "api_key_secret_file": f"{folder}/api-key-secret",
        "jwt_public_key_file": f"{folder}/jwt-public-key",
        "interval_seconds": INTERVAL,
        "timeout_seconds": TIMEOUT,
        "gateway_timeout_seconds": GATEWAY_TIMEOUT,
        **more,
    }
    return {"listen": f"127.0.0.1:{port}", "targets": [target]}


@contextmanager
def prober(
    folder: Path, *, direct: int, gateway: int, public_key: str, port: int = 0, **more: Any
) -> Iterator[Program]:
    """The program while the block lasts, at `port` when it must come back where it was."""
    secrets: Mapping[str, str] = {"api-key-id": KEY_ID, "api-key-secret": KEY_SECRET, "jwt-public-key": public_key}
    for name, text in secrets.items():
        (folder / name).write_text(f"{text}\n", encoding="utf-8")
    port = port or free_port()
    file, log = folder / "config.yaml", folder / "prober.log"
    file.write_text(yaml.safe_dump(config(folder, port=port, direct=direct, gateway=gateway, **more)))
    command = [executable, "-m", "obs_authz_exporter", "--config", file]
    url = f"http://127.0.0.1:{port}"
    env = {"PYTHONPATH": str(ROOT / "exporters")}
    with running(command, ready_url=f"{url}/-/ready", log=log, env=env, seconds=30) as process:
        yield Program(url=url, pid=process.pid, log=log, folder=folder)
