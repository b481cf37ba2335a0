"""Faults between the exporter and the server: the page comes in time and is true, and all recovers by itself."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import pytest

from tests.engines.servers.proxy import Mode, Proxy, proxy
from tests.exporters.db.exporter import DbExporter, Files, Scraped, exporter
from tests.exporters.db.postgresql.stack import Stack, beating, eventually

pytestmark = [pytest.mark.engine("postgres"), pytest.mark.xdist_group("postgresql")]
FAST = ("session", "activity", "databases", "replication", "heartbeat")
TIMEOUT = 2.0
SOCKETS = 3
"""The session, a connection of the probe, and for a moment the one by which a query is cancelled."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """An exporter on the primary, and the way between them."""

    exporter: DbExporter
    proxy: Proxy

    def scrape(self) -> Scraped:
        """A page with little time to make it."""
        return self.exporter.scrape("primary", timeout=TIMEOUT)


@pytest.fixture(scope="module")
def one_way(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    """The exporter, reaching the primary through a proxy."""
    folder = tmp_path_factory.mktemp("faults")
    files = Files(folder=folder)
    with proxy(stack.primary.port) as between, beating(stack.primary, every=0.2):
        stack.watch(files, primary_port=between.port, connect_timeout_seconds=1, sizes_interval_seconds=60)
        with exporter(folder, files.targets) as running:
            yield Way(exporter=running, proxy=between)


@pytest.fixture
def way(one_way: Way) -> Iterator[Way]:
    """The same, free again after each test."""
    yield one_way
    one_way.proxy.mode = "pass"


@pytest.mark.parametrize("mode", ["blackhole", "reset", "slow", "half-open", "refuse"])
def test_under_a_fault_the_page_is_on_time_and_true_and_recovers(stack: Stack, way: Way, mode: Mode) -> None:
    healthy = way.exporter.until("primary", lambda page: page("db_up") == page.get("db_connect_success") == 1)
    assert [healthy.success(name) for name in FAST] == [1] * len(FAST)
    with way.exporter.counting(way.proxy.port) as connections:
        way.proxy.mode = mode
        if mode == "refuse":
            stack.primary.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'obs_exporter'")
        _broken(way, healthy, since=time.time())
        way.proxy.mode = "pass"
        recovered = way.exporter.until("primary", lambda page: page("db_up") == page("db_connect_success") == 1)
    assert [recovered.success(name) for name in FAST] == [1] * len(FAST)
    assert recovered("db_start_timestamp_seconds") == healthy("db_start_timestamp_seconds")
    assert max(connections) <= SOCKETS
    eventually(lambda: _sessions(stack) <= 2)


def _broken(way: Way, healthy: Scraped, *, since: float) -> None:
    """Pages while the fault lasts: on time, down, nothing of before without its age."""
    pages = [way.scrape() for _ in range(3)]
    assert max(page.seconds for page in pages) < TIMEOUT
    for page in pages:
        assert page("db_up") == 0
        assert [page.success(name) for name in FAST] == [0] * len(FAST)
        assert page.names().isdisjoint({"db_connections", "db_wal_position_bytes", "db_lock_waiters", "db_is_replica"})
        assert page("db_replication_heartbeat_known") == 0
        assert page("db_last_success_timestamp_seconds", collector="session") < since
        assert page("db_size_bytes", database="postgres") > 0
        assert page("db_last_success_timestamp_seconds", collector="sizes") < time.time()
    failed = way.exporter.until("primary", lambda page: page("db_connect_success") == 0)
    assert _knocked(failed) > since - 1
    assert _failures(failed) > _failures(healthy)


def _knocked(page: Scraped) -> float:
    return page("db_last_success_timestamp_seconds", collector="connect")


def _failures(page: Scraped) -> float:
    return sum(value for (name, _), value in page.samples.items() if name == "db_connect_failures_total")


def _sessions(stack: Stack) -> int:
    return int(stack.primary.value("count(*) FROM pg_stat_activity WHERE application_name = 'obs_db_exporter'")) - 1


def test_a_locked_heartbeat_table_costs_half_a_second_and_the_heartbeat_only(stack: Stack, way: Way) -> None:
    with closing(stack.primary.connect()) as holder:
        holder.execute("BEGIN; LOCK TABLE obs.heartbeat IN ACCESS EXCLUSIVE MODE")
        page = way.scrape()
        holder.execute("ROLLBACK")
    assert 0.4 < page.seconds < 1
    assert page.success("heartbeat") == page("db_replication_heartbeat_known") == 0
    assert page.get("db_replication_heartbeat_timestamp_seconds") is None
    assert page("db_privilege", privilege="heartbeat") == 1
    assert [page.success(name) for name in FAST if name != "heartbeat"] == [1] * 4
    assert page("db_lock_waiters") == 0 or page("db_lock_waiters") == 1
    assert way.scrape().success("heartbeat") == 1


def test_what_comes_too_late_is_cancelled_at_the_server(stack: Stack, way: Way) -> None:
    with closing(stack.primary.connect()) as holder:
        holder.execute("BEGIN; LOCK TABLE pg_catalog.pg_database IN ACCESS EXCLUSIVE MODE")
        page = way.exporter.scrape("primary", timeout=0.8)
        working = "count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted"
        waiting = f"SELECT {working} AND application_name = 'obs_db_exporter'"
        eventually(lambda: next(iter(holder.execute(waiting.encode()).fetchone().values())) == 0, seconds=3)  # type: ignore[union-attr]
        holder.execute("ROLLBACK")
    assert page.seconds < 0.8
    assert page.success("databases") == 0
    assert way.exporter.until("primary", lambda page: page("db_up") == 1).success("databases") == 1


def test_ten_scrapes_at_once_cost_the_server_one_set_of_queries(stack: Stack, way: Way) -> None:
    log = stack.primary.folder / "server.log"

    def asked(since: int) -> int:
        return log.read_bytes()[since:].count(b"execute activity")

    stack.primary.sql("ALTER SYSTEM SET log_statement = 'all'", "SELECT pg_reload_conf()")
    begun = log.stat().st_size
    eventually(lambda: way.scrape()("db_up") == 1 and asked(begun) > 0)
    with closing(stack.primary.connect()) as holder, ThreadPoolExecutor(10) as pool:
        holder.execute("BEGIN; LOCK TABLE obs.heartbeat IN ACCESS EXCLUSIVE MODE")
        before = log.stat().st_size
        pages = list(pool.map(lambda _: way.scrape(), range(10)))
        holder.execute("ROLLBACK")
    cost = asked(before)
    stack.primary.sql("ALTER SYSTEM RESET log_statement", "SELECT pg_reload_conf()")
    assert {page("db_up") for page in pages} == {1.0}
    assert cost == 1
