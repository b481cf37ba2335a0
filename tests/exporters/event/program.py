"""The event exporter as a program of its own."""

import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.engines.processes import free_port, running
from tests.engines.servers.rabbitmq import cpu_seconds

ROOT = Path(__file__).resolve().parents[3]
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
TEXT = "text/plain;version=0.0.4"


@dataclass(frozen=True, kw_only=True)
class Program:
    """A running exporter."""

    port: int
    pid: int
    log: Path

    def get(self, *, accept: str = OPENMETRICS, path: str = "/metrics", seconds: float = 10) -> str:
        """A page."""
        headers = {"Accept": accept, "X-Prometheus-Scrape-Timeout-Seconds": str(seconds)}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=seconds + 5) as answer:
            return str(answer.read().decode())

    def resident_mebibytes(self) -> float:
        """The most memory it has had."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def cpu_seconds(self) -> float:
        """Processor time it has used."""
        return cpu_seconds(self.pid)

    def told(self) -> str:
        """Everything anybody on the machine could read of it: arguments, environment, log, page."""
        proc = Path(f"/proc/{self.pid}")
        seen = [(proc / name).read_bytes().decode(errors="replace") for name in ("cmdline", "environ")]
        return "\n".join([*seen, self.log.read_text(encoding="utf-8"), self.get()])


@contextmanager
def exporter(folder: Path, target: Mapping[str, Any], *, port: int = 0, **serving: object) -> Iterator[Program]:
    """The program with one target, while the block lasts; on a free port unless one is named."""
    port = port or free_port()
    document = {"listen": f"127.0.0.1:{port}", "log_level": "debug", **serving, "targets": [dict(target)]}
    config, log = folder / "config.yaml", folder / "exporter.log"
    config.write_text(yaml.safe_dump(document), encoding="utf-8")
    command = [sys.executable, "-m", "obs_event_exporter", "--config", config]
    ready = f"http://127.0.0.1:{port}/-/ready"
    with running(command, ready_url=ready, log=log, env={"PYTHONPATH": str(ROOT / "exporters")}) as process:
        yield Program(port=port, pid=process.pid, log=log)
