"""A real elasticsearch_exporter, with as much of the bundle's command line as its version knows."""

import re
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from obs.render.kube.search_exporter import CERTIFICATES, PORT, arguments
from tests.engines.processes import engine_path, free_port, running

NAME = "prometheus-elasticsearch-exporter"
RENAMED = {"--collector.clustersettings": "--es.cluster_settings", "--collector.slm": "--es.slm"}
"""What older versions called it."""

Version = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """A running exporter."""

    port: int

    def page(self) -> str:
        """What it tells now."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as answer:
            return str(answer.read().decode())


@contextmanager
def watcher(url: str, key: str, folder: Path, *, program: Path | None = None) -> Iterator[Watcher]:
    """The exporter on an address while the block lasts, with an API key as its Secret holds it."""
    port, found = free_port(), program or engine_path(NAME)
    command = [found, *known(found, arguments(url)), f"--web.listen-address=127.0.0.1:{port}"]
    ready = f"http://127.0.0.1:{port}/"
    with running(command, ready_url=ready, log=folder / "exporter.log", seconds=30, env={"ES_API_KEY": key}):
        yield Watcher(port=port)


def known(program: Path, said: Sequence[str]) -> list[str]:
    """Those arguments the program has, under older names where it needs them; address and files are the test's."""
    flags = set(re.findall(r"^ +(--[^ =]+)", _said(program, "--help").replace("[no-]", ""), flags=re.MULTILINE))
    kept = []
    for argument in said:
        flag = argument.partition("=")[0]
        name = next((n for n in (flag, RENAMED.get(flag)) if n in flags), "")
        if name and CERTIFICATES not in argument and f":{PORT}" not in argument:
            kept.append(name + argument.removeprefix(flag))
    return kept


@cache
def version(program: Path) -> Version:
    """Its version by its own word."""
    found = re.search(r"version (\d+)\.(\d+)\.(\d+)", _said(program, "--version"))
    assert found, f"{program} does not say its version"
    return tuple(map(int, found.groups()))


@cache
def _said(program: Path, argument: str) -> str:
    done = subprocess.run([program, argument], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
