"""Every number on the page is the server's own, in a situation the test has made."""

import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import psycopg
import pytest

from tests.engines.servers.postgresql import Postgresql
from tests.exporters.db.exporter import DbExporter
from tests.exporters.db.postgresql.stack import PASSWORD, USER, Stack, eventually

pytestmark = [pytest.mark.engine("postgres"), pytest.mark.xdist_group("postgresql")]


def test_both_nodes_say_what_they_are(stack: Stack, watched: DbExporter) -> None:
    for name, server, replica in (("primary", stack.primary, 0), ("standby", stack.standby, 1)):
        page = watched.scrape(name)
        version = str(server.value("current_setting('server_version')")).split(" ")[0]
        assert page("db_up") == 1
        assert page("db_build_info", engine="postgresql", version=version) == 1
        assert page("db_is_replica") == page("db_read_only") == replica
        started = float(server.value("extract(epoch FROM pg_postmaster_start_time())"))
        assert page("db_start_timestamp_seconds") == pytest.approx(started, abs=1e-3)
        assert page("db_connections_max") == 30
        assert page("db_connections_reserved") == 3


def test_the_session_is_encrypted_and_the_certificate_s_end_is_told(stack: Stack, watched: DbExporter) -> None:
    page = watched.until("primary", lambda page: page.get("db_server_cert_not_after_timestamp_seconds"))
    assert page("db_server_cert_not_after_timestamp_seconds") == pytest.approx(time.time() + 30 * 86400, abs=3600)
    assert page("db_connection_tls", version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384") == 1
    assert page("db_tls_enabled") == 1
    plain = watched.scrape("standby")
    assert plain("db_tls_enabled") == plain("db_connection_tls", version="", cipher="") == 0
    assert plain.get("db_server_cert_not_after_timestamp_seconds") is None


@contextmanager
def _sessions(server: Postgresql, *, idle: int, in_transaction: int) -> Iterator[None]:
    with ExitStack() as open_ones:
        for number in range(idle + in_transaction):
            connection = open_ones.enter_context(closing(server.connect()))
            connection.execute("SELECT 1" if number < idle else "BEGIN")
        yield


def test_sessions_are_counted_by_state(stack: Stack, watched: DbExporter) -> None:
    # The heart's session and the exporter's own idle, and another exporter session may come and go.
    with _sessions(stack.primary, idle=4, in_transaction=3):
        page = watched.scrape("primary")
    assert page("db_connections", state="idle_in_transaction") == 3
    assert 4 + 2 <= page("db_connections", state="idle") <= 4 + 2 + 1
    assert page("db_connections", state="active") <= 2
    assert page("db_connections", state="other") == 0


def test_the_oldest_transaction_query_and_idler_are_told_by_their_start(stack: Stack, watched: DbExporter) -> None:
    with closing(stack.primary.connect()) as idler:
        idler.execute("BEGIN")
        began = time.time()
        time.sleep(1.2)
        page = watched.scrape("primary")
        assert page("db_longest_transaction_start_timestamp_seconds") == pytest.approx(began, abs=0.8)
        assert page("db_longest_idle_in_transaction_start_timestamp_seconds") == pytest.approx(began, abs=0.8)
        assert page("db_longest_query_start_timestamp_seconds") > began + 0.8
    asked = time.time()
    page = watched.scrape("primary")
    assert page("db_longest_idle_in_transaction_start_timestamp_seconds") > asked - 0.1


def test_a_session_that_waits_for_a_lock_is_told_with_the_time_it_began_to_wait(
    stack: Stack, watched: DbExporter
) -> None:
    stack.primary.sql("CREATE TABLE IF NOT EXISTS held (id int)")
    with closing(stack.primary.connect()) as holder, closing(stack.primary.connect()) as waiter:
        holder.execute("BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        waiter.pgconn.send_query(b"SELECT count(*) FROM held")
        eventually(lambda: stack.primary.value("count(*) FROM pg_locks WHERE NOT granted") == 1)
        began = time.time()
        time.sleep(1)
        page = watched.scrape("primary")
        holder.execute("COMMIT")
    assert page("db_lock_waiters") == 1
    assert page("db_lock_wait_oldest_start_timestamp_seconds") == pytest.approx(began, abs=0.8)
    assert page("db_longest_query_start_timestamp_seconds") == pytest.approx(began, abs=0.8)
    asked = time.time()
    page = watched.scrape("primary")
    assert page("db_lock_waiters") == 0
    assert page("db_lock_wait_oldest_start_timestamp_seconds") > asked - 0.1


def test_work_is_counted_as_the_server_counts_it(stack: Stack, watched: DbExporter) -> None:
    before = watched.scrape("primary")
    stack.primary.sql("CREATE TABLE IF NOT EXISTS worked (id int)", *["INSERT INTO worked VALUES (1)"] * 20)
    with closing(stack.primary.connect()) as connection:
        for _ in range(5):
            connection.execute("BEGIN; INSERT INTO worked VALUES (2)")
            connection.execute("ROLLBACK")
    sort = "CREATE TABLE sorted AS SELECT n FROM generate_series(1, 200000) n ORDER BY random()"
    stack.primary.sql("SET work_mem = '64kB'", sort, "DROP TABLE sorted", "CHECKPOINT")

    def grown(name: str, **labels: str) -> float:
        return watched.scrape("primary")(name, **labels) - before(name, **labels)

    eventually(lambda: grown("db_transactions_rolled_back_total", database="postgres") >= 5)
    assert grown("db_transactions_rolled_back_total", database="postgres") == 5
    assert grown("db_transactions_committed_total", database="postgres") >= 20
    eventually(lambda: grown("db_temp_bytes_total", database="postgres") > 1_000_000)
    assert grown("db_checkpoints_requested_total") >= 1
    assert grown("db_cache_reads_total") > 0
    assert grown("db_archive_failures_total") == 0


def test_a_deadlock_is_counted_once(stack: Stack, watched: DbExporter) -> None:
    before = watched.scrape("primary")("db_deadlocks_total")
    stack.primary.sql("CREATE TABLE IF NOT EXISTS dead_a ()", "CREATE TABLE IF NOT EXISTS dead_b ()")
    with closing(stack.primary.connect()) as one, closing(stack.primary.connect()) as other:
        one.execute("SET deadlock_timeout = '1min'")
        other.execute("SET deadlock_timeout = '50ms'")
        one.execute("BEGIN; LOCK TABLE dead_a")
        other.execute("BEGIN; LOCK TABLE dead_b")
        one.pgconn.send_query(b"LOCK TABLE dead_b")
        eventually(lambda: stack.primary.value("count(*) FROM pg_locks WHERE NOT granted") == 1)
        with pytest.raises(psycopg.errors.DeadlockDetected):
            other.execute("LOCK TABLE dead_a")
    page = watched.until("primary", lambda page: page("db_deadlocks_total") > before)
    assert page("db_deadlocks_total") == before + 1


def test_sizes_and_dead_rows_are_measured_slowly_and_told_with_their_age(stack: Stack, watched: DbExporter) -> None:
    stack.primary.sql("DROP DATABASE IF EXISTS shop", "CREATE DATABASE shop")
    filled = "CREATE TABLE bloated AS SELECT generate_series(1, 5000) id"
    stack.primary.sql(filled, "DELETE FROM bloated WHERE id <= 3000", database="shop")

    dead = {"database": "shop", "table": "public.bloated"}
    page = watched.until(
        "primary",
        lambda page: page.get("db_table_dead_rows", **dead) == 3000 and page.get("db_size_bytes", database="shop"),
    )
    assert page("db_table_live_rows", database="shop", table="public.bloated") == 2000
    assert page("db_size_bytes", database="shop") == stack.primary.value("pg_database_size('shop')")
    assert page("db_log_size_bytes") == stack.primary.value("sum(size) FROM pg_ls_waldir()")
    age = time.time() - page("db_last_success_timestamp_seconds", collector="sizes")
    assert -0.1 < age < 5
    stack.primary.sql("DROP DATABASE shop WITH (FORCE)")


def test_ages_of_transaction_ids_are_the_server_s(stack: Stack, watched: DbExporter) -> None:
    page = watched.scrape("primary")
    age = stack.primary.value("age(datfrozenxid) FROM pg_database WHERE datname = 'postgres'")
    assert age - 20 <= page("db_xid_age", database="postgres") <= age
    assert page("db_mxid_age", database="postgres") == 0


def test_slots_are_told_with_what_they_retain(stack: Stack, watched: DbExporter) -> None:
    stack.primary.sql("SELECT pg_create_physical_replication_slot('kept', true)", "SELECT pg_switch_wal()")
    page = watched.scrape("primary")
    retained = stack.primary.value("pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) FROM pg_replication_slots")
    stack.primary.sql("SELECT pg_drop_replication_slot('kept')")
    assert page("db_replication_slot_active", slot="kept") == page("db_replication_slot_at_risk", slot="kept") == 0
    assert 0 < page("db_replication_slot_retained_bytes", slot="kept") <= float(retained)
    assert watched.scrape("primary").get("db_replication_slot_active", slot="kept") is None


def test_replication_is_seen_from_both_ends(stack: Stack, watched: DbExporter) -> None:
    primary, standby = watched.scrape("primary"), watched.scrape("standby")
    assert primary("db_replication_standbys", state="streaming") == 1
    assert standby("db_replication_standbys", state="streaming") == 0
    assert standby("db_replication_receiver_streaming") == 1
    assert primary("db_replication_receiver_streaming") == 0
    assert time.time() - standby("db_replication_receiver_last_message_timestamp_seconds") < 5
    assert standby("db_wal_position_bytes") == pytest.approx(primary("db_wal_position_bytes"), rel=0.01)
    for page in (primary, standby):
        assert time.time() - page("db_replication_heartbeat_timestamp_seconds") < 2
        assert page("db_replication_heartbeat_known") == page("db_replication_lag_estimate_known") == 1
        assert page("db_replication_paused") == 0
        assert page("db_replication_lag_estimate_seconds") < 2, "a beat may be on its way"


def test_replay_paused_by_command_is_told(stack: Stack, watched: DbExporter) -> None:
    stack.standby.sql("SELECT pg_wal_replay_pause()")
    eventually(lambda: watched.scrape("standby")("db_replication_paused") == 1)
    time.sleep(1)
    page = watched.scrape("standby")
    stack.standby.sql("SELECT pg_wal_replay_resume()")
    assert page("db_replication_lag_estimate_seconds") == pytest.approx(1, abs=0.8)
    assert time.time() - page("db_replication_heartbeat_timestamp_seconds") == pytest.approx(1, abs=0.8)
    assert watched.scrape("standby")("db_replication_paused") == 0


def test_a_server_that_refuses_writes_says_so_though_the_session_itself_is_read_only(
    stack: Stack, watched: DbExporter
) -> None:
    assert watched.scrape("primary")("db_read_only") == 0
    stack.primary.sql("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    watched.until("primary", lambda page: page("db_read_only") == 1)
    writable = "SET default_transaction_read_only = off"
    stack.primary.sql(writable, "ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")
    watched.until("primary", lambda page: page("db_read_only") == 0)


SSL_REQUEST = struct.pack("!II", 8, 80877103)
LOGIN = f"user\0{USER}\0database\0postgres\0\0".encode()
START_UP = struct.pack("!II", len(LOGIN) + 8, 196608) + LOGIN
"""Packets of the protocol's version 3.0 (PostgreSQL manual, message formats)."""


def test_a_login_under_way_over_tls_is_no_session_without_tls(stack: Stack, watched: DbExporter) -> None:
    context = ssl.create_default_context(cafile=str(stack.authority))
    with socket.create_connection(("127.0.0.1", stack.primary.port)) as plain:
        plain.sendall(SSL_REQUEST)
        assert plain.recv(1) == b"S"
        with context.wrap_socket(plain, server_hostname="localhost") as client:
            client.sendall(START_UP)
            assert client.recv(1) == b"R"  # it waits for the password
            assert watched.scrape("primary")("db_client_sessions_without_tls") == 0


def test_sessions_without_tls_are_counted(stack: Stack, watched: DbExporter) -> None:
    assert watched.scrape("primary")("db_client_sessions_without_tls") == 0
    told = {"host": "127.0.0.1", "port": stack.primary.port, "user": USER, "password": PASSWORD, "dbname": "postgres"}
    with closing(psycopg.connect(**told, sslmode="disable")):  # type: ignore[arg-type]
        assert watched.scrape("primary")("db_client_sessions_without_tls") == 1
