"""An account that lacks a privilege is told so, one privilege at a time, and never gets a page that looks complete."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from obs_exporter.secret import Secret
from tests.engines.servers.mysql_flavours import flavour
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import HEARTBEAT, PASSWORD, Watched, beating, watched

pytestmark = [pytest.mark.engine("mariadbd"), pytest.mark.xdist_group("mariadb")]
POOR = "poor"
ON = {"heartbeat": HEARTBEAT, "performance_schema": "performance_schema.*"}
"""What else than global rights there is to have: tables that are read."""
Case = tuple[str, str, set[str], tuple[str, ...]]
"""What is missing, its name on our page, the collectors that fail without it, and some of what they would tell."""
LOGS = ("db_log_size_bytes",)
STATE = ("db_is_replica", "db_replication_io_running")
CASES: dict[str, list[Case]] = {
    "mariadb": [
        ("SLAVE MONITOR", "replication_status", {"replication"}, STATE),
        ("BINLOG MONITOR", "", {"sizes"}, LOGS),
    ],
    "mysql-5.7": [
        ("REPLICATION CLIENT", "replication_status", {"replication", "sizes"}, (*STATE, *LOGS)),
        ("performance_schema", "performance_schema", {"replication"}, STATE),
    ],
    "mysql-8": [
        ("REPLICATION CLIENT", "replication_status", {"replication", "sizes"}, (*STATE, *LOGS)),
        ("performance_schema", "performance_schema", {"replication"}, STATE),
    ],
}
EVERYWHERE: list[Case] = [
    ("PROCESS", "process", {"locks", "status", "sizes"}, ("db_connections", "db_lock_waiters")),
    ("heartbeat", "heartbeat", set(), ("db_replication_heartbeat_timestamp_seconds",)),
]


@contextmanager
def without(pair: Pair, missing: str) -> Iterator[Watched]:
    """The replica, watched by an account that has every privilege but one."""
    node = pair.replica
    node.account(POOR, password=PASSWORD)
    for privilege in ("PROCESS", *node.flavour.log_reader, *ON):
        if privilege != missing:
            what = "SELECT" if privilege in ON else privilege
            node.sql(f"GRANT {what} ON {ON.get(privilege, '*.*')} TO {POOR}@'127.0.0.1'")
    told = pair.told(node)
    (pair.folder / "secrets" / POOR).write_text(POOR, encoding="utf-8")
    with beating(pair.primary), watched(told, username=Secret(pair.folder / "secrets" / POOR)) as exporter:
        exporter.until(lambda seen: seen("db_up") == 1)
        yield exporter


@pytest.mark.parametrize(
    ("missing", "privilege", "failing", "gone"),
    [*EVERYWHERE, *CASES[flavour().grants]],
)
def test_a_missing_privilege_is_told_and_nothing_is_made_up(
    pair: Pair, missing: str, privilege: str, failing: set[str], gone: tuple[str, ...]
) -> None:
    with without(pair, missing) as exporter:
        seen = exporter.until(lambda seen: seen("db_collector_success", collector="sizes") == ("sizes" not in failing))
        assert [name for (name,), held in seen.labelled("db_privilege").items() if not held] == privilege.split()
        assert {part for (part,), fine in seen.labelled("db_collector_success").items() if not fine} == failing
        assert [name for name in gone if seen.has(name)] == []
        assert (seen("db_up"), seen("db_queries_total") is not None) == (1, True)


def test_without_a_heartbeat_table_the_lag_is_unknown(pair: Pair) -> None:
    with watched(pair.told(pair.replica), heartbeat_table="obs.nowhere") as exporter:
        seen = exporter.until(lambda seen: seen("db_up") == 1)
        assert seen("db_replication_heartbeat_known") == 0
        assert seen("db_privilege", privilege="heartbeat") == 0
        assert seen("db_collector_success", collector="replication") == 1


def test_a_privilege_granted_later_counts_without_a_restart(pair: Pair) -> None:
    with without(pair, "PROCESS") as exporter:
        exporter.shorten_relogin(0.0)
        assert exporter.scrape()("db_privilege", privilege="process") == 0
        pair.replica.sql(f"GRANT PROCESS ON *.* TO {POOR}@'127.0.0.1'")
        seen = exporter.until(lambda seen: seen("db_privilege", privilege="process") == 1, seconds=3)
        assert seen.has("db_connections")
