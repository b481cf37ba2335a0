"""What happens to a server in its life: restarts, failover, full slots, locks, new passwords, missing grants."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.engines.servers import postgresql as servers
from tests.engines.servers.postgresql import SCRAM, Postgresql
from tests.engines.servers.proxy import Proxy, proxy
from tests.exporters.db.exporter import DbExporter, Files, exporter
from tests.exporters.db.postgresql.stack import PASSWORD, USER, Stack, eventually, rights

pytestmark = [pytest.mark.engine("postgres"), pytest.mark.xdist_group("postgresql")]


@pytest.fixture
def alone(stack: Stack, files: Files, tmp_path: Path) -> Iterator[DbExporter]:
    """An exporter of this test alone, on both servers."""
    stack.watch(files)
    with exporter(tmp_path, files.targets) as running:
        yield running


def test_a_restart_is_seen_and_survived(stack: Stack, alone: DbExporter) -> None:
    before = alone.until("primary", lambda page: page("db_up") == page.get("db_connect_success") == 1)
    stack.primary.stop()
    try:
        # While it shuts down it still answers, and refuses with a reason of its own.
        down = alone.until("primary", lambda page: page("db_connect_failures_total", reason="unreachable") > 0)
    finally:
        stack.primary.start()
    assert down("db_up") == down("db_connect_success") == 0
    assert down("db_server_cert_not_after_timestamp_seconds") == before("db_server_cert_not_after_timestamp_seconds")
    after = alone.until("primary", lambda page: page("db_up") == page("db_connect_success") == 1)
    assert after("db_start_timestamp_seconds") > before("db_start_timestamp_seconds")
    eventually(lambda: stack.primary.value("count(*) FROM pg_stat_replication") == 1, seconds=20)


def test_a_full_server_is_up_and_saturated_not_down(stack: Stack, alone: DbExporter) -> None:
    alone.until("primary", lambda page: page("db_up") == page.get("db_connect_success") == 1)
    stack.primary.sql("CREATE ROLE crowd LOGIN")
    with _crowd(stack.primary, "crowd"):
        full = alone.until("primary", lambda page: page("db_connect_success") == 0)
        again = alone.scrape("primary")
    assert full("db_up") == again("db_up") == 1
    assert again("db_connect_failures_total", reason="saturated") > 0
    states = [value for (name, _), value in again.samples.items() if name == "db_connections"]
    assert sum(states) >= again("db_connections_max") - again("db_connections_reserved")
    alone.until("primary", lambda page: page("db_connect_success") == 1)
    stack.primary.sql("DROP ROLE crowd")


@contextmanager
def _crowd(server: Postgresql, user: str) -> Iterator[None]:
    """Every slot that is not reserved, taken."""
    with ExitStack() as taken:
        for _ in range(100):
            try:
                taken.enter_context(closing(server.connect(user=user)))
            except psycopg.OperationalError:
                break
        yield


def test_a_table_under_an_exclusive_lock_and_one_who_waits_for_it_stop_nothing(
    stack: Stack, files: Files, tmp_path: Path
) -> None:
    stack.primary.sql("CREATE TABLE IF NOT EXISTS locked AS SELECT generate_series(1, 1000) id", "DELETE FROM locked")
    with closing(stack.primary.connect()) as holder, closing(stack.primary.connect()) as waiter:
        holder.execute("BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE")
        waiter.pgconn.send_query(b"BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE")
        eventually(lambda: stack.primary.value("count(*) FROM pg_locks WHERE NOT granted") == 1)
        stack.watch(files)
        with exporter(tmp_path, files.targets) as running:
            first = running.scrape("primary")
        holder.execute("ROLLBACK")
    assert first.success("sizes") == first.success("tables") == first.success("activity") == 1
    assert first("db_table_dead_rows", database="postgres", table="public.locked") == 1000
    assert first("db_lock_waiters") == 1
    assert first.seconds < 2


def test_a_new_password_is_read_from_its_file_and_the_old_session_lives_on(
    stack: Stack, files: Files, alone: DbExporter
) -> None:
    alone.until("primary", lambda page: page("db_up") == page.get("db_connect_success") == 1)
    stack.primary.sql(SCRAM, f"ALTER ROLE {USER} PASSWORD 'rotated'")
    refused = alone.until("primary", lambda page: page("db_connect_success") == 0)
    assert refused("db_up") == 1, "the standing session needs no password any more"
    assert refused("db_connect_failures_total", reason="login") > 0
    files.secret("primary-password", "rotated")
    alone.until("primary", lambda page: page("db_connect_success") == 1)
    stack.primary.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{USER}'")
    alone.until("primary", lambda page: page("db_up") == 1)
    told = alone.log.read_text(encoding="utf-8") + refused.text
    stack.primary.sql(rights(stack.primary))
    assert "rotated" not in told


def test_a_token_that_somebody_renews_is_read_for_every_connection(stack: Stack, files: Files, tmp_path: Path) -> None:
    stack.primary.sql(SCRAM, "CREATE ROLE tokened LOGIN PASSWORD 'first'", "GRANT pg_monitor TO tokened")
    files.target("primary", "postgresql", stack.primary.port, user="tokened", password="first", tls=stack.tls)
    files.targets[0]["iam_token_file"] = files.targets[0].pop("password_file")
    with exporter(tmp_path, files.targets) as running:
        running.until("primary", lambda page: page("db_up") == page.get("db_connect_success") == 1)
        stack.primary.sql(SCRAM, "ALTER ROLE tokened PASSWORD 'second'")
        files.secret("primary-password", "second")
        stack.primary.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tokened'")
        renewed = running.until("primary", lambda page: page("db_up") == page("db_connect_success") == 1)
        assert renewed.success("session") == 1
    stack.primary.sql("DROP ROLE tokened")


def test_an_untrusted_certificate_is_told_from_a_dead_server(stack: Stack, files: Files, tmp_path: Path) -> None:
    stranger = {"mode": "verify-full"}
    files.target("primary", "postgresql", stack.primary.port, user=USER, password=PASSWORD, tls=stranger)
    with exporter(tmp_path, files.targets) as running:
        page = running.until("primary", lambda page: page.get("db_connect_success") is not None)
    assert page("db_up") == page("db_connect_success") == 0
    assert page("db_connect_failures_total", reason="tls") > 0
    assert page("db_server_cert_not_after_timestamp_seconds") > time.time(), "told although it is not trusted"


def test_without_pg_monitor_what_is_hidden_is_left_out_and_said(stack: Stack, files: Files, tmp_path: Path) -> None:
    stack.primary.sql(SCRAM, "CREATE ROLE poor LOGIN PASSWORD 'poor'")
    for name, port, tls in (("primary", stack.primary.port, stack.tls), ("standby", stack.standby.port, None)):
        told = tls or {"mode": "disable"}
        files.target(name, "postgresql", port, user="poor", password="poor", tls=told, heartbeat_table="obs.heartbeat")
    eventually(lambda: stack.standby.value("count(*) FROM pg_roles WHERE rolname = 'poor'") == 1)
    with exporter(tmp_path, files.targets) as running:
        primary, standby = running.scrape("primary"), running.scrape("standby")
    for page in (primary, standby):
        assert page("db_up") == page.success("session") == page.success("databases") == 1
        assert page("db_privilege", privilege="pg_monitor") == page("db_privilege", privilege="heartbeat") == 0
        failing = ("activity", "replication", "heartbeat", "sizes")
        assert [page.success(name) for name in failing] == [0] * 4
        hidden = {"db_connections", "db_replication_standbys", "db_replication_receiver_streaming", "db_log_size_bytes"}
        assert page.names().isdisjoint(hidden)
        assert page("db_replication_heartbeat_known") == 0
    assert standby("db_replication_lag_estimate_known") == 0, "hidden columns look like a receiver that does not stream"
    assert primary("db_lock_waiters") == 0, "who waits is no secret"
    stack.primary.sql("DROP ROLE poor")


@contextmanager
def _second_standby(stack: Stack) -> Iterator[Postgresql]:
    with servers.place() as folder:
        with servers.standby(folder / "second", stack.primary, port=stack.primary.port) as second:
            yield second


def test_a_failover_is_followed_by_the_session_and_by_the_name(stack: Stack, files: Files, tmp_path: Path) -> None:
    with _second_standby(stack) as second, ExitStack() as ways:
        before: Proxy = ways.enter_context(proxy(second.port))
        plain = {"mode": "disable"}
        files.target("moving", "postgresql", before.port, user=USER, password=PASSWORD, tls=plain)
        with exporter(tmp_path, files.targets) as running:
            replica = running.until("moving", lambda page: page("db_up") == page.get("db_connect_success") == 1)
            second.sql("SELECT pg_promote()")
            promoted = running.until("moving", lambda page: page("db_is_replica") == 0)
            before.mode = "refuse"  # who is connected stays connected: the name now leads elsewhere
            ways.enter_context(proxy(stack.standby.port, port=before.port))
            moved = running.until("moving", lambda page: page("db_is_replica") == 1)
    assert (replica("db_is_replica"), replica("db_read_only")) == (1, 1)
    assert promoted("db_read_only") == promoted("db_replication_receiver_streaming") == 0
    assert promoted("db_start_timestamp_seconds") == replica("db_start_timestamp_seconds")
    started = float(stack.standby.value("extract(epoch FROM pg_postmaster_start_time())"))
    assert moved("db_start_timestamp_seconds") == pytest.approx(started, abs=1e-3)
