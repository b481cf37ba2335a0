"""Resident memory of each exporter as deployed: idle, and after scrapes of targets that are not there.

What a target that is there adds stands in that exporter's own part.
"""

import json
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.engines.processes import free_port, running
from tests.exporters.core.serving import get

ROOT = Path(__file__).resolve().parents[1]
LOGIN = ("username_file", "password_file")
SCRAPES, LIMIT_MEBIBYTES = 30, 64
TARGETS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "obs_event_exporter": ({"port": 1, "metrics_port": 1},),
    "obs_authz_exporter": ({"port": 1},),
    "obs_db_exporter": ({"component": "postgresql", "port": 1}, {"component": "mysql", "port": 1}),
}
"""Exporter -> its targets beyond name, host and login."""


def main() -> bool:
    """Print the table; whether one is over the limit."""
    found = {package: measured(package) for package in TARGETS}
    for package, (idle, busy) in found.items():
        print(f"{package:<24}{idle:>6.1f} MiB idle{busy:>8.1f} MiB after {SCRAPES} scrapes of each target")
    return any(busy > LIMIT_MEBIBYTES for _, busy in found.values())


def measured(package: str) -> tuple[float, float]:
    """(MiB idle, MiB after scrapes)."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, port = Path(temporary), free_port()
        (folder / "login").write_text("login", encoding="utf-8")
        targets = [_target(package, folder, number, more) for number, more in enumerate(TARGETS[package])]
        config = {"listen": f"127.0.0.1:{port}", "targets": targets}
        (folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
        command = [sys.executable, "-m", package, "--config", folder / "config.yaml"]
        ready, log = f"http://127.0.0.1:{port}/-/ready", folder / "log"
        with running(command, ready_url=ready, log=log, cwd=ROOT / "exporters") as process:
            idle = _resident(process.pid)
            for _ in range(SCRAPES):
                for target in targets:
                    get(port, f"/probe?target={target['name']}", X_Prometheus_Scrape_Timeout_Seconds="1")
            return idle, _resident(process.pid)


def _target(package: str, folder: Path, number: int, more: Mapping[str, Any]) -> dict[str, Any]:
    login = {} if package == "obs_authz_exporter" else dict.fromkeys(LOGIN, f"{folder}/login")
    return {"name": f"target-{number}", "host": "127.0.0.1"} | login | dict(more)


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0
