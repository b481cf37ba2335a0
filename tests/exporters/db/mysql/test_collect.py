"""Rows become samples."""

from collections.abc import Iterable

import pytest

from obs_db_exporter import mysql_collect as collect
from obs_db_exporter.metrics import ROWS
from obs_db_exporter.mysql_collect import Sample
from obs_db_exporter.mysql_queries import STATUS

NOW = 1_000_000.0
VARIABLES = {
    "have_ssl": "YES",
    "innodb_flush_log_at_trx_commit": "1",
    "log_bin": "ON",
    "max_connections": "151",
    "read_only": "OFF",
    "sync_binlog": "1",
}


def told(samples: Iterable[Sample]) -> dict[tuple[str, ...], float]:
    """Values by name and labels."""
    return {(name, *labels): value for name, value, labels in samples}


@pytest.mark.parametrize(
    ("changed", "metric", "value"),
    [
        ({}, "db_durable_commits", 1),
        ({"sync_binlog": "0"}, "db_durable_commits", 0),
        ({"sync_binlog": "0", "log_bin": "OFF"}, "db_durable_commits", 1),
        ({"innodb_flush_log_at_trx_commit": "2"}, "db_durable_commits", 0),
        ({}, "db_read_only", 0),
        ({"read_only": "ON"}, "db_read_only", 1),
        ({"super_read_only": "ON"}, "db_read_only", 1),
        ({"read_only": "NO_LOCK"}, "db_read_only", 1),
        ({}, "db_tls_enabled", 1),
        ({"have_ssl": "DISABLED"}, "db_tls_enabled", 0),
        ({}, "db_connections_max", 151),
    ],
)
def test_settings_mean_what_the_manual_says(changed: dict[str, str], metric: str, value: float) -> None:
    assert told(collect.settings({**VARIABLES, **changed}, not_after=""))[(metric,)] == value


def test_mysql_8_4_has_no_variable_for_tls_and_is_believed_otherwise() -> None:
    variables = {name: value for name, value in VARIABLES.items() if name != "have_ssl"}
    assert told(collect.settings(variables, not_after="Nov 25 21:02:24 2027 GMT"))[("db_tls_enabled",)] == 1
    assert told(collect.settings(variables, not_after=""))[("db_tls_enabled",)] == 0


def test_every_status_variable_asked_for_is_used() -> None:
    used = {*collect.COUNTERS.values(), "uptime", "innodb_row_lock_time", "innodb_deadlocks", collect.HISTORY}
    used.add("ssl_server_not_after")
    assert {name.lower() for name in STATUS} == used


def test_deadlocks_come_from_the_status_on_mariadb_and_from_innodb_on_mysql() -> None:
    status = {"uptime": "10", "innodb_deadlocks": "3"}
    assert told(collect.status(status, {"lock_deadlocks": 9}, now=NOW))[("db_deadlocks_total",)] == 3
    assert told(collect.status({"uptime": "10"}, {"lock_deadlocks": 9}, now=NOW))[("db_deadlocks_total",)] == 9


def test_the_start_of_the_server_is_a_moment_and_not_an_age() -> None:
    assert told(collect.status({"uptime": "10"}, {}, now=NOW))[("db_start_timestamp_seconds",)] == NOW - 10


def test_milliseconds_of_lock_waits_become_seconds() -> None:
    status = {"uptime": "10", "innodb_row_lock_time": "1500"}
    assert told(collect.status(status, {}, now=NOW))[("db_row_lock_wait_seconds_total",)] == 1.5


def test_every_state_of_a_session_is_told_also_when_nobody_is_in_it() -> None:
    samples = told(collect.sessions([{"state": "active", "sessions": 2, "since": NOW - 3}], now=NOW))
    assert {labels[1]: value for labels, value in samples.items() if labels[0] == "db_connections"} == {
        "active": 2,
        "idle": 0,
        "idle_in_transaction": 0,
        "other": 0,
    }
    assert samples[("db_longest_query_start_timestamp_seconds",)] == NOW - 3


def test_nobody_waiting_is_since_now_and_not_since_1970() -> None:
    nobody = {"waiters": 0, "since": None, "oldest": None}
    samples = told(collect.locks(nobody, nobody, now=NOW))
    assert samples[("db_lock_waiters",)] == 0
    assert samples[("db_lock_wait_oldest_start_timestamp_seconds",)] == NOW
    assert samples[("db_longest_transaction_start_timestamp_seconds",)] == NOW


def test_waits_for_rows_and_for_metadata_are_one_queue() -> None:
    rows = {"waiters": 2, "since": NOW - 5, "oldest": NOW - 60}
    samples = told(collect.locks(rows, {"waiters": 1, "since": NOW - 9}, now=NOW))
    assert samples[("db_lock_waiters",)] == 3
    assert samples[("db_lock_wait_oldest_start_timestamp_seconds",)] == NOW - 9
    assert samples[("db_longest_transaction_start_timestamp_seconds",)] == NOW - 60


@pytest.mark.parametrize(
    ("state", "counted"),
    [
        ("Master has sent all binlog to slave; waiting for more updates", "streaming"),
        ("Source has sent all binlog to replica; waiting for more updates", "streaming"),
        ("Sending binlog event to slave", "streaming"),
        ("Finished reading one binlog; switching to next binlog", "catchup"),
        ("Waiting to finalize termination", "other"),
        ("", "other"),
    ],
)
def test_readers_of_the_log_are_told_by_what_they_do(state: str, counted: str) -> None:
    samples = told(collect.standbys([{"state": state, "readers": 1}]))
    assert [labels[1] for labels, value in samples.items() if value] == [counted]


@pytest.mark.parametrize(
    ("name", "schema"),
    [("peatio_production", "peatio_production"), ("app@002dtest", "app-test"), ("a@b", "a@b"), ("", "")],
)
def test_a_schema_is_named_as_people_name_it(name: str, schema: str) -> None:
    assert collect.schema(name) == schema


@pytest.mark.parametrize(
    ("text", "moment"), [("Nov 25 21:02:24 2027 GMT", 1_827_176_544.0), ("", None), ("tomorrow", None)]
)
def test_a_certificates_end_is_read_or_unknown(text: str, moment: float | None) -> None:
    assert collect.not_after({"ssl_server_not_after": text}) == moment


def test_no_sample_is_written_that_the_table_does_not_have() -> None:
    names = {*collect.COUNTERS, *collect.INNODB}
    assert names <= set(ROWS)
