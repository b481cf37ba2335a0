"""What rows about replication mean."""

from typing import Any

import pytest

from obs_db_exporter.mysql_lag import PRIMARY, heartbeat, lag, sequences, transactions

NOW = 1_000_000.0


def mariadb(io: str = "Yes", sql: str = "Yes", behind: int | None = 0, received: str = "") -> dict[str, Any]:
    """A row of SHOW ALL SLAVES STATUS."""
    return {
        "slave_io_running": io,
        "slave_sql_running": sql,
        "seconds_behind_master": behind,
        "gtid_io_pos": received,
    }


def mysql(io: str = "Yes", sql: str = "Yes", behind: int | None = 0) -> dict[str, Any]:
    """A row of SHOW REPLICA STATUS."""
    return {"replica_io_running": io, "replica_sql_running": sql, "seconds_behind_source": behind}


def test_a_node_without_channels_is_a_primary_with_no_lag() -> None:
    assert lag([], now=NOW) == PRIMARY


@pytest.mark.parametrize("row", [mariadb, mysql])
def test_a_replica_in_step_runs_both_threads_and_has_an_opinion(row: Any) -> None:
    told = lag([row()], now=NOW)
    assert (told.replica, told.io_running, told.sql_running, told.seconds, told.known) == (True, True, True, 0, True)


@pytest.mark.parametrize("row", [mariadb, mysql])
@pytest.mark.parametrize("io", ["No", "Connecting", "Preparing"])
def test_an_io_thread_that_only_tries_does_not_run(row: Any, io: str) -> None:
    told = lag([row(io=io, behind=None)], now=NOW)
    assert (told.io_running, told.sql_running) == (False, True)


@pytest.mark.parametrize("row", [mariadb, mysql])
def test_null_is_unknown_and_not_absent(row: Any) -> None:
    told = lag([row(sql="No", behind=None)], now=NOW)
    assert (told.seconds, told.known, told.sql_running) == (0, False, False)


def test_of_several_channels_the_worst_counts() -> None:
    told = lag([mariadb(behind=3), mariadb(behind=7, io="Connecting")], now=NOW)
    assert (told.seconds, told.known, told.io_running, told.sql_running) == (7, True, False, True)


def test_one_channel_without_an_opinion_leaves_the_node_without_one() -> None:
    assert not lag([mariadb(behind=3), mariadb(behind=None, sql="No")], now=NOW).known


def test_what_mysql_8_applies_now_is_at_least_as_old_as_its_commit() -> None:
    assert lag([mysql(behind=0)], now=NOW, committed=NOW - 42).seconds == 42


def test_a_commit_time_of_the_future_is_no_negative_lag() -> None:
    assert lag([mysql(behind=0)], now=NOW, committed=NOW + 5).seconds == 0


def test_mariadb_counts_what_it_received_and_has_not_applied_over_all_domains() -> None:
    told = lag([mariadb(received="0-1-120,1-2-7")], now=NOW, applied={"position": "0-1-100,1-2-7"})
    assert told.pending == 20


def test_without_gtid_nobody_counts() -> None:
    assert lag([mariadb()], now=NOW, applied={"position": ""}).pending is None
    assert lag([mysql()], now=NOW).pending is None


def test_mysql_counts_the_transactions_of_a_set() -> None:
    missing = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:8,\n4f22fb58-82db-22f2-af44-d91bb053a673:7"
    assert lag([mysql()], now=NOW, applied={"missing": missing}).pending == 7
    assert transactions("") == 0


def test_tags_of_mysql_8_4_count_for_nothing_themselves() -> None:
    assert transactions("3e11fa47-71ca-11e1-9e33-c80aa9429562:import:1-3") == 3


def test_text_that_is_no_position_counts_for_nothing() -> None:
    assert sequences("0-1-x, ,3") == {}


@pytest.mark.parametrize(
    ("row", "replica", "timestamp"),
    [
        ({"newest": 9.5, "elsewhere": 8.0}, True, 8.0),
        ({"newest": 9.5, "elsewhere": None}, True, 9.5),
        ({"newest": 9.5, "elsewhere": 8.0}, False, 9.5),
        ({"newest": None, "elsewhere": None}, True, None),
    ],
    ids=["a writer gone astray on the replica", "replicated as text", "on a primary", "an empty table"],
)
def test_a_replica_believes_the_beat_of_another_server(
    row: dict[str, Any], replica: bool, timestamp: float | None
) -> None:
    told = heartbeat(row, replica=replica)
    assert (told.timestamp, told.known) == (timestamp, timestamp is not None)
