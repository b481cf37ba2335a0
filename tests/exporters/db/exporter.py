"""obs_db_exporter as the tests run it: the real program on a real port, its pages read as Prometheus would."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from obs.printer import to_yaml
from tests.engines.processes import free_port, running

ROOT = Path(__file__).resolve().parents[3]
QUICK: Mapping[str, Any] = {"connect_interval_seconds": 0.5, "connect_timeout_seconds": 2, "sizes_interval_seconds": 1}
"""Settings of a target for tests, which have no minutes to wait."""

Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Scraped:
    """One page: its samples, how long it took, and its text."""

    samples: Mapping[tuple[str, Labels], float]
    seconds: float
    text: str

    def get(self, name: str, **labels: str) -> float | None:
        """A sample's value, None where the page has no such sample."""
        return self.samples.get((name, frozenset(labels.items())))

    def __call__(self, name: str, **labels: str) -> float:
        """A sample's value."""
        return self.samples[name, frozenset(labels.items())]

    def names(self) -> set[str]:
        """Every family that has a sample."""
        return {name for name, _ in self.samples}

    def success(self, collector: str) -> float:
        """Whether a collector's latest run succeeded."""
        return self("db_collector_success", collector=collector)


@dataclass(frozen=True, kw_only=True)
class DbExporter:
    """The running program."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def scrape(self, target: str, *, timeout: float = 5.0) -> Scraped:
        """A page of a target, asked for as Prometheus does with such a scrape timeout."""
        started = time.monotonic()
        text = self.get(f"/probe?target={target}", timeout=timeout)
        seconds = time.monotonic() - started
        return Scraped(samples=samples(text), seconds=seconds, text=text)

    def get(self, path: str, *, timeout: float = 5.0, accept: str = "text/plain") -> str:
        """The body at a path."""
        request = urllib.request.Request(self.url + path, headers={"Accept": accept})
        request.add_header("X-Prometheus-Scrape-Timeout-Seconds", str(timeout))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=timeout + 5) as answer:
            return str(answer.read().decode())

    def until(self, target: str, fits: Any, *, seconds: float = 15.0, every: float = 0.1) -> Scraped:
        """The first page that fits; the last one if none does in time."""
        deadline = time.monotonic() + seconds
        page = self.scrape(target)
        while not fits(page) and time.monotonic() < deadline:
            time.sleep(every)
            page = self.scrape(target)
        assert fits(page), f"no page fitted within {seconds} s; the last one:\n{page.text}"
        return page

    def resident_bytes(self) -> int:
        """Resident memory of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

    def connections(self, port: int) -> int:
        """Connections to a port on loopback that the process has open, whatever the other side thinks of them."""
        inodes = set()
        for handle in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with suppress(OSError):  # closed since it was listed
                inodes.add(str(handle.readlink()).removeprefix("socket:[").removesuffix("]"))
        rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
        return sum(row[9] in inodes and int(row[2].split(":")[1], 16) == port for row in rows)

    @contextmanager
    def counting(self, port: int) -> Iterator[list[int]]:
        """The list of counts of connections to a port, taken every few milliseconds while the block lasts."""
        counts: list[int] = []
        ended = threading.Event()

        def count() -> None:
            while not ended.wait(0.005):
                counts.append(self.connections(port))

        counter = threading.Thread(target=count, daemon=True)
        counter.start()
        try:
            yield counts
        finally:
            ended.set()
            counter.join()

    def hang_up(self) -> None:
        """SIGHUP: read the configuration anew."""
        self.process.send_signal(signal.SIGHUP)


def samples(text: str) -> dict[tuple[str, Labels], float]:
    """Samples of a page in the text format."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@dataclass(kw_only=True)
class Files:
    """A folder of secrets, and the targets that are told where they lie."""

    folder: Path
    targets: list[dict[str, Any]] = field(default_factory=list)

    def secret(self, name: str, content: str) -> Path:
        """A secret's file, replaced in one step as the kubelet does."""
        new, path = self.folder / f"{name}.new", self.folder / name
        new.write_text(content + "\n", encoding="utf-8")
        new.rename(path)
        return path

    def target(self, name: str, component: str, port: int, *, user: str, password: str, **more: object) -> None:
        """One more target on loopback."""
        login = {
            "username_file": str(self.secret(f"{name}-username", user)),
            "password_file": str(self.secret(f"{name}-password", password)),
        }
        place = {"name": name, "component": component, "host": "127.0.0.1", "port": port}
        self.targets.append({**place, **QUICK, **login, **more})


@contextmanager
def exporter(
    folder: Path, targets: Sequence[Mapping[str, Any]], *, port: int = 0, **settings: object
) -> Iterator[DbExporter]:
    """obs_db_exporter with these targets, at a port if it must be that one, while the block lasts."""
    port = port or free_port()
    config, log = folder / f"config-{port}.yaml", folder / f"exporter-{port}.log"
    config.write_text(to_yaml({"listen": f"127.0.0.1:{port}", **settings, "targets": list(targets)}), encoding="utf-8")
    command = [sys.executable, "-m", "obs_db_exporter", "--config", config]
    url = f"http://127.0.0.1:{port}"
    path = os.pathsep.join([str(ROOT / "exporters"), os.environ.get("PYTHONPATH", "")])
    with running(command, ready_url=f"{url}/-/ready", log=log, env={"PYTHONPATH": path}) as process:
        yield DbExporter(url=url, process=process, log=log)
