"""What one look at a healthy primary and its replica tells."""

import statistics
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.engines.servers.mysql import caught_up
from tests.engines.servers.mysql_flavours import flavour
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import beating, watched

pytestmark = [pytest.mark.engine("mariadbd"), pytest.mark.xdist_group("mariadb")]
PARTS = ("connect", "session", "status", "locks", "replication", "sizes")


def test_a_primary_tells_that_all_is_well(pair: Pair) -> None:
    with beating(pair.primary), watched(pair.told(pair.primary)) as exporter:
        seen = exporter.until(lambda seen: seen("db_collector_success", collector="sizes") == 1)
        assert {part: seen("db_collector_success", collector=part) for part in PARTS} == dict.fromkeys(PARTS, 1.0)
        assert seen("db_up") == seen("db_connect_success") == 1
        assert (seen("db_is_replica"), seen("db_read_only")) == (0, 0)
        assert seen("db_build_info", engine=pair.primary.flavour.name, version=version(pair)) == 1
        assert seen("db_replication_standbys", state="streaming") == 1
        assert 0 <= seen.age("db_replication_heartbeat_timestamp_seconds") < 2
        assert [version for _, version in seen.labelled("db_connection_tls")] == [pair.primary.flavour.tls]
        assert -365 * 86400 - 60 < seen.age("db_server_cert_not_after_timestamp_seconds") < -364 * 86400
        held = {name for (name,), held in seen.labelled("db_privilege").items() if held}
        assert held == {"process", "replication_status", "heartbeat"}
        assert len(held) == len(seen.labelled("db_privilege"))


def test_sizes_are_told_by_schema_with_the_binary_logs(pair: Pair) -> None:
    pair.primary.sql("CREATE DATABASE `with-dash`", "CREATE TABLE `with-dash`.t (a INT) ENGINE=InnoDB")
    with watched(pair.told(pair.primary)) as exporter:
        seen = exporter.until(lambda seen: seen("db_size_bytes", database="with-dash") is not None)
        assert (seen("db_size_bytes", database="with-dash") or 0) >= 65536
        assert (seen("db_log_size_bytes") or 0) == sum(
            row["File_size"] for row in pair.primary.sql("SHOW BINARY LOGS")
        )
    pair.primary.sql("DROP DATABASE `with-dash`")


def test_excluded_databases_have_no_size(pair: Pair) -> None:
    with watched(pair.told(pair.primary), excluded_databases=frozenset({"mysql"})) as exporter:
        seen = exporter.until(lambda seen: seen("db_log_size_bytes") is not None)
        assert ("obs",) in seen.labelled("db_size_bytes")
        assert ("mysql",) not in seen.labelled("db_size_bytes")


def test_a_replica_tells_both_threads_and_its_heartbeat(pair: Pair) -> None:
    with beating(pair.primary), watched(pair.told(pair.replica)) as exporter:
        seen = exporter.until(lambda seen: seen("db_replication_heartbeat_known") == 1)
        assert (seen("db_is_replica"), seen("db_read_only")) == (1, 1)
        assert seen("db_replication_io_running") == seen("db_replication_sql_running") == 1
        assert seen("db_replication_lag_estimate_known") == 1
        assert (seen("db_replication_lag_estimate_seconds") or 0) <= 1  # MySQL's flickers by a whole second
        assert seen("db_replication_transactions_pending") in (0, 1)
        assert seen.age("db_replication_heartbeat_timestamp_seconds") < 1
        asked = pair.replica.flavour.performance_schema
        assert seen("db_privilege", privilege="performance_schema") == (1 if asked else None)


def test_a_scrape_costs_two_connections_and_few_milliseconds(
    pair: Pair, record_property: Callable[[str, object], None]
) -> None:
    with watched(pair.told(pair.primary)) as exporter:
        exporter.until(lambda seen: seen("db_up") == 1)
        took = [exporter.scrape().seconds for _ in range(20)]
        mine = "SELECT count(*) AS n FROM information_schema.processlist WHERE user = 'watcher'"
        assert pair.primary.sql(mine)[0]["n"] <= 2
    median = statistics.median(took)
    record_property("said", f"{pair.primary.version()}: a scrape takes {median * 1000:.1f} ms (median of 20)")
    assert median < 0.05


def version(pair: Pair) -> str:
    """The server's version without what distributions add."""
    return pair.primary.version().split("-")[0]


def test_a_replica_of_a_cluster_with_a_long_history_of_primaries_tells_what_is_pending(pair: Pair) -> None:
    former = 40 if flavour().name == "mysql" else 0  # MariaDB keeps one position, however many were the primary
    for _ in range(former):  # so many are longer than group_concat's default
        pair.primary.sql(f"SET gtid_next = '{uuid4()}:1'", "BEGIN", "COMMIT")
    caught_up(pair.primary, pair.replica)
    with watched(pair.told(pair.replica)) as exporter:
        seen = exporter.until(lambda seen: seen("db_up") == 1)
        assert seen("db_collector_success", collector="replication") == 1
        assert seen("db_replication_transactions_pending") == 0
