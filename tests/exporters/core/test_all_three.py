"""The three programs as they are, with targets that are not there: a page in time, true, clean, and small."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from obs_exporter.exposition import Format
from obs_exporter.program import Exporter
from tests.engines.processes import free_port, running
from tests.engines.servers.prometheus import job, prometheus
from tests.exporters.core.serving import Answer, get
from tests.exporters.pages import lint, off_the_table

ROOT = Path(__file__).parents[3]
PLANTED = "pl4nted-by-the-test"
TARGETS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "obs_authz_exporter": ({"port": 1},),
    "obs_db_exporter": ({"component": "postgresql", "port": 1}, {"component": "mysql", "port": 1}),
    "obs_event_exporter": ({"port": 1, "metrics_port": 1},),
}
"""Exporter -> its targets beyond name, host and login; nothing listens on port 1."""
LOGINS: Mapping[str, tuple[str, ...]] = {
    "obs_authz_exporter": ("api_key_id_file", "api_key_secret_file"),
    "obs_db_exporter": ("username_file", "password_file"),
    "obs_event_exporter": ("username_file", "password_file"),
}
LARGEST = 64 * 2**20
"""Bytes of resident memory each may have (the limit the manifests' requests are made for)."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """One running exporter."""

    exporter: Exporter
    port: int
    pid: int
    log: Path
    paths: tuple[str, ...]

    def page(self, path: str, form: Format) -> Answer:
        return get(self.port, path, Accept=form.value, X_Prometheus_Scrape_Timeout_Seconds="2")


pytestmark = pytest.mark.xdist_group("three")  # the programs are started once


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Program]]:
    """All three, by package."""
    with ExitStack() as open_ones:
        yield {package: _started(package, tmp_path_factory.mktemp(package), open_ones) for package in TARGETS}


@pytest.mark.engine("prometheus")
def test_prometheus_scrapes_all_of_them_without_a_warning(programs: dict[str, Program], tmp_path: Path) -> None:
    jobs = [
        job(f"{package}-{number}", f"127.0.0.1:{one.port}", **_where(path))
        for package, one in programs.items()
        for number, path in enumerate(one.paths)
    ]
    with prometheus(tmp_path / "prometheus", jobs, interval="2s") as server:
        server.until(f"count(up == 1) == {len(jobs)}", seconds=20)
        for question in ("event_up", "db_up", "authz_probe_success"):
            assert {value for _, value in server.until(question)} == {0}
        assert server.complaints() == []


@pytest.mark.parametrize("package", TARGETS)
@pytest.mark.engine("promtool")
def test_every_page_is_its_table_and_clean(
    package: str, programs: dict[str, Program], engine: Callable[[str], Path]
) -> None:
    one = programs[package]
    for path in one.paths:
        openmetrics = one.page(path, Format.OPENMETRICS)
        assert (openmetrics.status, openmetrics.headers["Content-Type"]) == (200, Format.OPENMETRICS.value)
        assert off_the_table(openmetrics.body, one.exporter.rows) == []
        assert lint(engine("promtool"), one.page(path, Format.TEXT).body) == ""


@pytest.mark.parametrize("package", TARGETS)
def test_a_page_without_its_target_says_so_and_is_not_empty(package: str, programs: dict[str, Program]) -> None:
    one = programs[package]
    for path in one.paths[1:]:
        page = one.page(path, Format.TEXT).body
        failed = re.findall(r'_collector_success\{collector="(\w+)"\} 0\.0', page)
        assert failed


@pytest.mark.parametrize("package", TARGETS)
@pytest.mark.parametrize("target", ["127.0.0.1", "127.0.0.1:1", "http://127.0.0.1:1/", "/etc/passwd", "other"])
def test_a_probe_takes_configured_names_only(target: str, package: str, programs: dict[str, Program]) -> None:
    assert get(programs[package].port, f"/probe?target={target}").status == 404


@pytest.mark.parametrize("package", TARGETS)
def test_a_planted_secret_is_found_nowhere(package: str, programs: dict[str, Program]) -> None:
    one = programs[package]
    pages = [one.page(path, form).body for path in (*one.paths, "/") for form in Format]
    process = Path("/proc") / str(one.pid)
    seen = [(process / name).read_text(encoding="utf-8", errors="replace") for name in ("cmdline", "environ")]
    assert [text for text in (*pages, *seen, one.log.read_text(encoding="utf-8")) if PLANTED in text] == []


@pytest.mark.parametrize("package", TARGETS)
def test_each_stays_small(
    package: str, programs: dict[str, Program], record_property: Callable[[str, object], None]
) -> None:
    one = programs[package]
    for _ in range(5):
        for path in one.paths:
            one.page(path, Format.OPENMETRICS)
    status = (Path("/proc") / str(one.pid) / "status").read_text(encoding="utf-8")
    resident = int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) * 1024
    record_property("said", f"resident memory of {package}: {resident / 2**20:.0f} MiB")
    assert resident <= LARGEST


def _started(package: str, folder: Path, open_ones: ExitStack) -> Program:
    port, log = free_port(), folder / "log"
    (folder / "login").write_text(PLANTED, encoding="utf-8")
    login = dict.fromkeys(LOGINS[package], str(folder / "login"))
    targets = [
        {"name": f"target-{number}", "host": "127.0.0.1", **login, **more}
        for number, more in enumerate(TARGETS[package])
    ]
    config = {"listen": f"127.0.0.1:{port}", "targets": targets, "log_level": "debug"}
    (folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
    command = [sys.executable, "-m", package, "--config", folder / "config.yaml"]
    ready = f"http://127.0.0.1:{port}/-/ready"
    process = open_ones.enter_context(running(command, ready_url=ready, log=log, cwd=ROOT / "exporters"))
    exporter: Exporter = import_module(f"{package}.__main__").EXPORTER
    probes = tuple(f"/probe?target={target['name']}" for target in targets)
    return Program(exporter=exporter, port=port, pid=process.pid, log=log, paths=("/metrics", *probes))


def _where(path: str) -> dict[str, Any]:
    """Of a scrape configuration."""
    path, _, query = path.partition("?target=")
    return {"metrics_path": path} | ({"params": {"target": [query]}} if query else {})
