"""The database exporter watched by its own page: every alert on it is raised by a fault, heard, and ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs import library
from obs.model.plan import Plan
from obs.resolve import resolve
from obs.spec import load_text
from tests.engines.processes import free_port
from tests.engines.servers.mysql import MySqlServer, fresh, server
from tests.engines.servers.proxy import Proxy, proxy
from tests.engines.servers.web import Answer, WebServer
from tests.engines.sinks import listening
from tests.exporters.core.serving import get
from tests.exporters.db.exporter import DbExporter, Files, exporter
from tests.exporters.db.mysql.watching import PASSWORD, USER, grants
from tests.exporters.live.play import Fault, Played, becomes_quiet, cases, judge, often, play_all, told, unproven
from tests.exporters.live.watch import Heard, Target, watching

pytestmark = [
    pytest.mark.engine("mariadbd", "prometheus", "alertmanager"),
    pytest.mark.xdist_group("db-exporter-alerts"),
]
SPEC = """
name: shop
services: [{component: mysql, name: shop-db}]
notify: {receivers: [{name: all, type: slack}]}
"""
COMPONENT, JOB = "db_exporter", "obs-db-exporter"
SECONDS = 90
LEAST = 100
"""The lowest limit of series there may be."""


@dataclass(kw_only=True)
class Stage:
    """The exporter, a MariaDB that it knows under two names, and who asks about it."""

    server: MySqlServer
    folder: Path
    files: Files
    database: Proxy
    heard: Heard
    port: int
    program: ExitStack = field(default_factory=ExitStack)

    @property
    def config(self) -> Path:
        """The exporter's configuration."""
        return self.folder / f"config-{self.port}.yaml"

    def quiet(self) -> set[str]:
        """What fires."""
        return self.heard.now()

    def start(self) -> DbExporter:
        """The exporter, where it was before."""
        return self.program.enter_context(exporter(self.folder, self.files.targets, port=self.port))

    @contextmanager
    def reconfigured(self, **settings: Any) -> Iterator[None]:
        """Other settings, taken over without a restart, for a while."""
        kept = self.config.read_text(encoding="utf-8")
        self.config.write_text(yaml.safe_dump({**yaml.safe_load(kept), **settings}), encoding="utf-8")
        yield
        self.config.write_text(kept, encoding="utf-8")


@contextmanager
def spoilt(stage: Stage) -> Iterator[None]:
    """Somebody edits the configuration by hand."""
    with stage.reconfigured(targets="all of them"):
        yield


@contextmanager
def limited(stage: Stage) -> Iterator[None]:
    """Every customer gets a database, and the exporter has its lowest limit of series."""
    names = [f"customer_{number}" for number in range(LEAST + 1)]
    stage.server.sql(*(f"CREATE DATABASE {name}" for name in names), *(f"CREATE TABLE {n}.t (id INT)" for n in names))
    with stage.reconfigured(series_limit=LEAST):
        yield
    stage.server.sql(*(f"DROP DATABASE {name}" for name in names))


@contextmanager
def hanging(stage: Stage) -> Iterator[None]:
    """The database hangs under both of its names, and only one scrape may be under way."""
    stage.database.mode = "blackhole"
    with stage.reconfigured(scrapes=1, scrape_timeout_seconds=2):
        yield
    stage.database.mode = "pass"


@contextmanager
def gone(stage: Stage) -> Iterator[None]:
    """The exporter's pod is gone."""
    stage.program.close()
    yield
    stage.start()


@contextmanager
def replaced(stage: Stage) -> Iterator[None]:
    """Another program answers in its place."""
    stage.program.close()
    with ExitStack() as other:
        stranger = WebServer(lambda _: Answer(body=b"stranger_up 1\n", headers={"Content-Type": "text/plain"}))
        other.callback(stranger.end)
        stranger.stop()
        stranger.port = stage.port
        stranger.start()
        yield
    stage.start()


FAULTS: tuple[Fault[Stage], ...] = (
    Fault(title="a spoilt configuration", lasts=spoilt, fires=("DbExporterReloadFailed",)),
    Fault(title="too low a limit", lasts=limited, fires=("DbExporterSeriesDropped",)),
    Fault(title="databases that hang", lasts=hanging, fires=("DbExporterScrapesRefused",)),
    Fault(title="another program", lasts=replaced, fires=("DbExporterMetricsMissing",)),
    Fault(title="no exporter", lasts=gone, fires=("DbExporterTargetMissing",)),
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return resolve(load_text(SPEC, "platform.yaml", library.components()), library.load())


@contextmanager
def set_up(plan: Plan, folder: Path) -> Iterator[Stage]:
    """The stage, on an ordinary day."""
    with ExitStack() as stack:
        sinks = stack.enter_context(listening())
        mariadb = stack.enter_context(server(folder / "mariadb", fresh(folder), server_id=1))
        mariadb.sql(*grants("heartbeat"), *grants("mariadb"), f"ALTER USER {USER}@'%' REQUIRE NONE")
        database = stack.enter_context(proxy(mariadb.port))
        files = Files(folder=folder)
        for name in ("shop-db", "shop-db-replica"):
            files.target(name, "mysql", database.port, user=USER, password=PASSWORD, tls={"mode": "disable"})
        heard = Heard(sinks=sinks)
        made = Stage(server=mariadb, folder=folder, files=files, database=database, heard=heard, port=free_port())
        stack.callback(made.program.close)
        made.start()
        for target in files.targets:
            asking = partial(ask, made.port, target["name"])
            stack.enter_context(often(asking, every=0.2, refused=(OSError, HTTPException)))
        targets = [Target(job=JOB, instance="obs-db-exporter-0", port=made.port)]
        stack.enter_context(watching(plan, targets, folder, sinks, components=(COMPONENT,)))
        yield made


def ask(port: int, name: str) -> None:
    """Somebody wants to know about a database."""
    get(port, f"/probe?target={name}", X_Prometheus_Scrape_Timeout_Seconds="2")


@pytest.fixture(scope="module")
def played(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    with set_up(plan, tmp_path_factory.mktemp("itself")) as stage:
        time.sleep(3)
        becomes_quiet(stage, SECONDS)
        return play_all(stage, FAULTS, seconds=SECONDS)


@pytest.mark.parametrize(("fault", "name"), cases(FAULTS))
def test_the_alert_fires_under_its_fault_and_ends_after_it(
    played: dict[str, Played], fault: Fault[Stage], name: str
) -> None:
    judge(played, fault, name)


def test_every_alert_on_the_exporter_is_raised(
    plan: Plan, played: dict[str, Played], record_property: Callable[[str, object], None]
) -> None:
    record_property("said", told(COMPONENT, played, FAULTS))
    assert unproven(plan, (COMPONENT,), FAULTS) == set()
