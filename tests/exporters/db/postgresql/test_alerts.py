"""Every alert that an honest fault can raise here, from a real server to the receiver of Alertmanager.

Thresholds are the catalogue's own, except those that take time or mass: minutes become seconds, billions thousands
(`SPEC`), through the overrides and options every user of the bundle has. `test_no_alert_is_left_out` counts.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import psycopg
import pytest

from tests.engines.servers import postgresql as servers
from tests.engines.servers.certificates import Authority
from tests.engines.servers.postgresql import Postgresql
from tests.engines.servers.proxy import Proxy, proxy
from tests.exporters.authz.live.panels import empty
from tests.exporters.db.alerting import Watch, groups, plan, watching
from tests.exporters.db.exporter import DbExporter, Files, exporter
from tests.exporters.db.postgresql import injected
from tests.exporters.db.postgresql.stack import HEARTBEAT, PASSWORD, USER, beating, eventually, grants

pytestmark = [
    pytest.mark.engine("postgres", "prometheus", "alertmanager"),
    pytest.mark.xdist_group("postgresql-alerts"),
]
SPEC = """
name: bank
cluster: bank
services:
  - name: ledger
    component: postgresql
    replicas: 2
    options: {targets: [primary, standby], slot_retained_bytes: 1000000, size_limit_bytes: 120000000}
notify:
  receivers: [{name: on-call, type: slack}]
overrides:
  PostgresqlCollectorStale: {threshold: 5}
  PostgresqlHeartbeatStopped: {threshold: 5}
  PostgresqlIdleInTransaction: {threshold: 3}
  PostgresqlLockQueue: {threshold: 3}
  PostgresqlLongTransaction: {threshold: 3}
  PostgresqlMxidAge: {threshold: 10}
  PostgresqlReplicaFarBehind: {threshold: 5}
  PostgresqlReplicaLagging: {threshold: 3}
  PostgresqlTempFiles: {threshold: 1000}
  PostgresqlXidAge: {threshold: 2500}
  PostgresqlXidWraparound: {threshold: 2500}
"""
BY_CONSTRUCTION = {"PostgresqlRestarted", "PostgresqlCertificateExpiring", "PostgresqlCertificateExpiresSoon"}
"""True of these servers from the start: they are new, and their certificates are good for five days."""
APPLICATIONS = (
    "PostgresqlDeadlocks",
    "PostgresqlIdleInTransaction",
    "PostgresqlLockQueue",
    "PostgresqlLongTransaction",
    "PostgresqlQueriesCancelled",
    "PostgresqlRollbacks",
    "PostgresqlSessionsWithoutTls",
    "PostgresqlTempFiles",
)
FULL = (
    "PostgresqlCacheMisses",
    "PostgresqlCheckpointsForced",
    "PostgresqlDeadRows",
    "PostgresqlMxidAge",
    "PostgresqlSizeLimit",
    "PostgresqlSlotInactive",
    "PostgresqlSlotRetainsWal",
    "PostgresqlXidAge",
    "PostgresqlXidWraparound",
)
LOST = ("PostgresqlArchiveFailing", "PostgresqlSlotLosingWal")
PAUSED = ("PostgresqlReplayPaused", "PostgresqlReplicaLagging", "PostgresqlReplicaFarBehind")
CROWDED = (
    "PostgresqlConnectBudgetBurn",
    "PostgresqlConnectionsExhausted",
    "PostgresqlConnectionsHigh",
    "PostgresqlRefusesConnections",
)
SLOW = ("PostgresqlConnectSlow",)
RESET = ("PostgresqlReceiverStopped", "PostgresqlStandbyMissing")
UNGRANTED = (
    "PostgresqlCollectorFailing",
    "PostgresqlCollectorStale",
    "PostgresqlMetricsMissing",
    "PostgresqlPrivilegeMissing",
)
BLIND = ("PostgresqlReplicaLagUnknown",)
DAMAGED = ("PostgresqlDataDamaged",)
HEARTLESS = ("PostgresqlHeartbeatStopped",)
GONE = ("PostgresqlDown", "PostgresqlNoWritableNode")
SPLIT = ("PostgresqlSplitBrain",)
UNWATCHED = ("PostgresqlTargetMissing",)
EVERY = (APPLICATIONS, FULL, LOST, PAUSED, CROWDED, SLOW, RESET, UNGRANTED, BLIND, DAMAGED, HEARTLESS, GONE, SPLIT)


@dataclass(frozen=True, kw_only=True)
class Bank:
    """The servers, the exporter on them, and whoever watches it."""

    primary: Postgresql
    standby: Postgresql
    link: Proxy
    exporter: DbExporter
    watch: Watch
    heart: threading.Event
    """Stops the heartbeat's writer."""

    def raised(self, *names: str) -> None:
        """Assert that these alerts reach the receiver."""
        assert self.watch.missing(*names) == set()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """Everything, started once."""
    folder = tmp_path_factory.mktemp("alerts")
    with ExitStack() as running:
        place = running.enter_context(servers.place())
        authority = Authority(place / "authority")
        settings = {"archive_mode": "on", "max_standby_streaming_delay": "0"}
        tls = authority.issue("localhost", days=5)
        primary = running.enter_context(servers.server(place / "primary", settings=settings, tls=tls))
        servers.allow_standbys(primary)
        primary.sql(grants("heartbeat"), grants("postgresql-13"), grants("beat"), "CREATE ROLE crowd LOGIN")
        link = running.enter_context(proxy(primary.port))
        standby = running.enter_context(
            servers.standby(place / "standby", primary, port=link.port, settings=settings, tls=tls)
        )
        files = Files(folder=folder)
        told = {"user": USER, "password": PASSWORD, "heartbeat_table": HEARTBEAT, "connect_timeout_seconds": 5}
        trust = {"mode": "verify-full", "ca_file": str(authority.certificate)}
        for name, server in (("primary", primary), ("standby", standby)):
            files.target(name, "postgresql", server.port, tls=trust, **told, stale_seconds=35)  # type: ignore[arg-type]
        ours = running.enter_context(exporter(folder, files.targets))
        heart = running.enter_context(beating(primary, every=0.3))
        address = ours.url.removeprefix("http://")
        watch = running.enter_context(watching(folder, plan(SPEC), "postgresql", address))
        watch.missing(*BY_CONSTRUCTION)
        watch.forget()  # before its first scrape Prometheus missed the target
        yield Bank(primary=primary, standby=standby, link=link, exporter=ours, watch=watch, heart=heart)


def test_healthy_servers_raise_only_what_is_true_of_them(bank: Bank) -> None:
    time.sleep(6)
    assert bank.watch.fired() - BY_CONSTRUCTION == set()


def test_what_applications_do(bank: Bank) -> None:
    injected.conflicts(bank.primary, bank.standby, times=5, readers=10)
    with ExitStack() as open_ones:
        open_ones.enter_context(injected.forgotten(bank.primary))
        open_ones.enter_context(injected.plain_session(bank.primary))
        injected.rollbacks(bank.primary, 2000)
        injected.deadlocks(bank.primary, 20)
        injected.spills(bank.primary)
        bank.raised(*APPLICATIONS)


def test_what_fills_up(bank: Bank) -> None:
    bank.primary.sql("SELECT pg_create_physical_replication_slot('forgotten', true)", "SELECT pg_switch_wal()")
    injected.reads_past_the_cache(bank.primary, 40)
    injected.ages(bank.primary, transactions=3000, multixacts=15)
    injected.dead_rows(bank.primary)
    bank.primary.sql(*["CHECKPOINT"] * 20)
    bank.raised(*FULL)


def test_what_archive_and_slots_lose(bank: Bank) -> None:
    changed = ("archive_command = 'false'", "max_slot_wal_keep_size = '1MB'")
    bank.primary.sql(*(f"ALTER SYSTEM SET {change}" for change in changed), "SELECT pg_reload_conf()")
    for _ in range(3):
        bank.primary.sql("CREATE TABLE turned ()", "DROP TABLE turned", "SELECT pg_switch_wal()", "CHECKPOINT")
    bank.raised(*LOST)
    bank.primary.sql("SELECT pg_drop_replication_slot('forgotten')", "ALTER SYSTEM SET archive_command = 'true'")


def test_a_paused_replay(bank: Bank) -> None:
    bank.standby.sql("SELECT pg_wal_replay_pause()")
    bank.raised(*PAUSED)
    with suppress(psycopg.errors.SerializationFailure):  # the resumed replay may cancel the very statement
        bank.standby.sql("SELECT pg_wal_replay_resume()")


def test_a_crowd_and_a_slow_door(bank: Bank) -> None:
    with injected.crowd(bank.primary):
        bank.raised(*CROWDED)
    bank.primary.sql("ALTER SYSTEM SET pre_auth_delay = 2", "SELECT pg_reload_conf()")
    bank.raised(*SLOW)
    bank.primary.sql("ALTER SYSTEM RESET pre_auth_delay", "SELECT pg_reload_conf()")


def test_a_link_that_is_reset(bank: Bank) -> None:
    bank.link.mode = "reset"
    bank.raised(*RESET)
    bank.link.mode = "pass"
    eventually(lambda: bank.primary.value("count(*) FROM pg_stat_replication") == 1, seconds=20)


def test_grants_taken_away(bank: Bank) -> None:
    bank.primary.sql(f"REVOKE pg_monitor FROM {USER}")
    bank.raised(*UNGRANTED)
    bank.primary.sql(f"REVOKE SELECT ON {HEARTBEAT} FROM {USER}")
    bank.raised(*BLIND)
    bank.primary.sql(grants("postgresql-13"))


def test_damage_and_a_restart(bank: Bank) -> None:
    bank.watch.forget()
    injected.damage(bank.primary)
    bank.raised(*DAMAGED)


def test_every_panel_of_the_dashboard_shows_what_the_servers_said(bank: Bank) -> None:
    assert empty(plan(SPEC), bank.watch.prometheus, ("postgresql",)) == []


def test_prometheus_had_nothing_to_say_against_the_pages(bank: Bank) -> None:
    said = bank.watch.log.read_text(encoding="utf-8").splitlines()
    assert [line for line in said if "out of order" in line or "duplicate" in line or "parse" in line] == []


def test_a_heart_that_stops(bank: Bank) -> None:
    bank.heart.set()
    bank.raised(*HEARTLESS)


def test_a_primary_that_is_gone_and_two_after_that(bank: Bank) -> None:
    bank.primary.stop()
    bank.raised(*GONE)
    bank.primary.start()
    bank.standby.sql("SELECT pg_promote()")
    bank.raised(*SPLIT)


def test_an_exporter_that_is_gone(bank: Bank) -> None:
    bank.exporter.process.kill()
    bank.raised(*UNWATCHED)


def test_no_alert_is_left_out(record_property: Callable[[str, object], None]) -> None:
    every = {rule.alert for group in groups(plan(SPEC), "postgresql") for rule in group.rules if rule.alert}
    raised = BY_CONSTRUCTION.union(UNWATCHED, *EVERY)
    record_property("said", f"PostgreSQL: {len(raised & every)} of {len(every)} alerts are raised by real faults")
    assert raised == every
