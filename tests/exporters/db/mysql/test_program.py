"""The real program on a real primary and replica: its pages lint clean, keep the contract, and give nothing away."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from obs.catalog.mysql.metrics import SOURCE
from obs_db_exporter.metrics import ROWS
from tests.engines.servers.mysql_flavours import flavour
from tests.exporters.db.exporter import DbExporter, Files, Scraped, exporter
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import HEARTBEAT, PASSWORD, USER, beating

pytestmark = [pytest.mark.engine("mariadbd"), pytest.mark.xdist_group("mariadb")]
NODES = ("primary", "replica")
RESIDENT = 64 * 2**20
ELSEWHERE = {
    "mariadb": {"db_connections_refused_total"},
    "mysql-5.7": {"db_deadlocks_total", "db_slow_queries_total"},
    "mysql-8": set[str](),
}
"""What the catalogue reads and a server does not count."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """The running program, and a page of each node."""

    program: DbExporter
    pages: dict[str, str]

    @property
    def families(self) -> dict[str, Any]:
        """Families of both nodes' pages."""
        return {
            family.name: family for text in self.pages.values() for family in text_string_to_metric_families(text)
        }


@pytest.fixture(scope="module")
def looked(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    """Both nodes, once everything has been measured."""
    folder = tmp_path_factory.mktemp("program")
    files = Files(folder=folder)
    tls = {"mode": "verify-full", "ca_file": str(pair.authority.certificate)}
    for name, node in zip(NODES, (pair.primary, pair.replica), strict=True):
        files.target(name, "mysql", node.port, user=USER, password=PASSWORD, tls=tls, heartbeat_table=HEARTBEAT)
    with beating(pair.primary), exporter(folder, files.targets) as running:
        yield Looked(program=running, pages={name: running.until(name, measured).text for name in NODES})


def measured(page: Scraped) -> bool:
    """Whether the slow parts have told something, too."""
    return all(page.success(part) == 1 for part in ("sizes", "replication", "connect"))


@pytest.mark.parametrize("node", NODES)
def test_promtool_finds_nothing_on_a_live_page(looked: Looked, node: str, engine: Callable[[str], Path]) -> None:
    command = [str(engine("promtool")), "check", "metrics"]
    done = subprocess.run(command, input=looked.pages[node], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_every_live_family_is_a_row_of_the_table(looked: Looked) -> None:
    strange = {}
    for text in looked.pages.values():
        for family in text_string_to_metric_families(text):
            row = ROWS.get(f"{family.name}_total" if family.type == "counter" else family.name)
            labels = {frozenset(sample.labels) for sample in family.samples}
            if row is None or row.type != family.type or labels != {frozenset(row.labels)}:
                strange[family.name] = (family.type, labels)
    assert strange == {}


def test_every_metric_the_catalogue_reads_is_on_a_live_page(looked: Looked) -> None:
    live = {sample.name for family in looked.families.values() for sample in family.samples}
    assert {metric.name for metric in SOURCE.metrics} - live == ELSEWHERE[flavour().grants]


def test_what_some_server_does_not_count_is_not_missed_there() -> None:
    sparse = {metric.name for metric in SOURCE.metrics if metric.sparse}
    assert sparse >= {name for names in ELSEWHERE.values() for name in names}


def test_the_program_is_small(looked: Looked, record_property: Callable[[str, object], None]) -> None:
    for _ in range(20):
        looked.program.scrape("primary")
    resident = looked.program.resident_bytes()
    record_property("said", f"obs_db_exporter on two nodes: {resident / 2**20:.0f} MiB resident")
    assert resident <= RESIDENT


def test_neither_arguments_nor_environment_nor_logs_nor_pages_tell_the_password(looked: Looked) -> None:
    process = Path(f"/proc/{looked.program.process.pid}")
    told = [(process / part).read_bytes().decode(errors="replace") for part in ("cmdline", "environ")]
    told += [looked.program.log.read_text(encoding="utf-8"), *looked.pages.values(), looked.program.get("/metrics")]
    assert "db_exporter_build_info" in told[-1]
    assert [text for text in told if PASSWORD in text or "w@tch" in text] == []


@pytest.mark.parametrize("target", ["127.0.0.1", "127.0.0.1:3306", "tcp://127.0.0.1/", "../primary", "nobody"])
def test_a_target_that_is_not_configured_is_not_found(looked: Looked, target: str) -> None:
    with pytest.raises(OSError, match="404"):
        looked.program.get(f"/probe?target={target}")


def test_a_refused_login_is_logged_in_our_words(pair: Pair, tmp_path: Path) -> None:
    files = Files(folder=tmp_path)
    tls = {"mode": "verify-full", "ca_file": str(pair.authority.certificate)}
    files.target("node", "mysql", pair.primary.port, user=USER, password="wr0ng'sesame", tls=tls)
    with exporter(tmp_path, files.targets) as running:
        page = running.until("node", lambda page: page("db_connect_failures_total", reason="login") > 0)
        assert (page("db_up"), page("db_connect_success")) == (0, 0)
        log = running.log.read_text(encoding="utf-8")
    assert "login" in log
    assert "sesame" not in log
    assert "Access denied" not in log


def test_a_certificate_of_another_authority_is_refused(pair: Pair, tmp_path: Path) -> None:
    files = Files(folder=tmp_path)
    files.target("node", "mysql", pair.primary.port, user=USER, password=PASSWORD)
    with exporter(tmp_path, files.targets) as running:
        page = running.until("node", lambda page: page("db_connect_failures_total", reason="tls") > 0)
        assert page("db_up") == 0
    mine = "SELECT count(*) AS n FROM information_schema.processlist WHERE user = 'watcher'"
    assert pair.primary.sql(mine)[0]["n"] <= 2
