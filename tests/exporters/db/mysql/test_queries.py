"""Statements by flavour and version. All run on real servers elsewhere (docs/versions.md); here is their shape."""

import pytest

from obs_db_exporter import mysql_queries as queries
from obs_db_exporter import mysql_replication_queries as replicating
from obs_db_exporter.mysql_queries import Server, server

MARIADB_10_6 = server("10.6.18-MariaDB-log")
MARIADB_11_8 = server("11.8.2-MariaDB-ubu2404")
MYSQL_5_7 = server("5.7.44-log")
MYSQL_8_0_21 = server("8.0.21")
MYSQL_8_0 = server("8.0.39-google")
MYSQL_8_4 = server("8.4.5")
WITHOUT_SCHEMA = server("8.4.5", schema=False)
EVERY = (MARIADB_10_6, MARIADB_11_8, MYSQL_5_7, MYSQL_8_0_21, MYSQL_8_0, MYSQL_8_4)
every = pytest.mark.parametrize("told", EVERY, ids=lambda told: f"{told.flavour}-{told.told}")


@pytest.mark.parametrize(
    ("text", "flavour", "version"),
    [
        ("10.11.19-MariaDB-0+deb12u1-log", "mariadb", (10, 11, 19)),
        ("5.5.5-10.6.4-MariaDB", "mariadb", (10, 6, 4)),
        ("8.0.39-google", "mysql", (8, 0, 39)),
        ("5.7.44-rds.20240529-log", "mysql", (5, 7, 44)),
        ("8.4.5", "mysql", (8, 4, 5)),
    ],
)
def test_a_version_is_read_as_three_numbers(text: str, flavour: str, version: tuple[int, ...]) -> None:
    assert (server(text).flavour, server(text).version) == (flavour, version)


def test_a_version_that_is_none_is_refused_in_our_words() -> None:
    with pytest.raises(ValueError, match="the version of the server is no version"):
        server("unknown")


def test_versions_compare_as_numbers_not_as_text_or_floats() -> None:
    assert server("10.11.1-MariaDB").version > server("10.6.1-MariaDB").version


@pytest.mark.parametrize(
    ("told", "statement"),
    [
        (MARIADB_10_6, "SHOW ALL SLAVES STATUS"),
        (MARIADB_11_8, "SHOW ALL SLAVES STATUS"),
        (MYSQL_5_7, "SHOW SLAVE STATUS"),
        (MYSQL_8_0_21, "SHOW SLAVE STATUS"),
        (MYSQL_8_0, "SHOW REPLICA STATUS"),
        (MYSQL_8_4, "SHOW REPLICA STATUS"),
    ],
)
def test_replication_is_asked_for_in_the_words_the_version_knows(told: Server, statement: str) -> None:
    assert replicating.channels(told) == statement


@every
def test_no_statement_says_slave_to_a_server_that_forgot_the_word(told: Server) -> None:
    spoken = " ".join(statements(told)).lower()
    assert ("slave" in spoken) == (told.flavour == "mariadb" or told.version < queries.REPLICA_STATUS)


@every
def test_only_mysql_8_is_asked_for_tables_that_only_it_has(told: Server) -> None:
    newer = told.flavour == "mysql" and told.version >= queries.MYSQL_8
    spoken = " ".join(statements(told))
    assert ("replication_applier_status_by_worker" in spoken) == newer
    assert ("information_schema.innodb_tablespaces" in spoken) == newer
    assert ("performance_schema" in spoken) == (told.flavour == "mysql")


@every
def test_sessions_are_counted_without_the_global_lock_where_that_is_possible(told: Server) -> None:
    newer = told.flavour == "mysql" and told.version >= queries.REPLICA_STATUS
    assert ("performance_schema.processlist" in queries.sessions(told)) == newer


def test_sessions_are_not_looked_for_in_a_performance_schema_that_is_off() -> None:
    asked = (queries.sessions(WITHOUT_SCHEMA), queries.waits(WITHOUT_SCHEMA), replicating.standbys(WITHOUT_SCHEMA))
    assert all("information_schema.processlist" in statement for statement in asked)


@pytest.mark.parametrize(
    ("told", "log", "names"),
    [
        (MARIADB_11_8, "OFF", {"connection_errors_max_connections"}),
        (MYSQL_5_7, "OFF", {"lock_deadlocks", "slow_queries"}),
        (MYSQL_5_7, "ON", {"lock_deadlocks"}),
        (MYSQL_8_4, "OFF", set()),
    ],
)
def test_what_a_server_lists_and_does_not_count_is_left_out(told: Server, log: str, names: set[str]) -> None:
    assert queries.uncounted(told, {"slow_query_log": log}) == names


@every
def test_milliseconds_are_asked_of_mariadb_alone(told: Server) -> None:
    assert ("time_ms" in queries.waits(told) + queries.sessions(told)) == (told.flavour == "mariadb")


def test_time_is_limited_in_the_unit_of_the_flavour() -> None:
    assert queries.limit(MARIADB_10_6, seconds=1.5) == "max_statement_time = 1.500"
    assert queries.limit(MYSQL_8_4, seconds=1.5) == "max_execution_time = 1500"


@every
def test_every_session_is_read_only_and_waits_for_no_lock_for_long(told: Server) -> None:
    said = " ".join(queries.settings(told, seconds=2))
    assert "TRANSACTION READ ONLY" in said
    assert "lock_wait_timeout = 1" in said
    assert "wait_timeout = 300" in said


@pytest.mark.parametrize("name", ["", ".", "a.", "a.b.c", "a`b", "a\0b"])
def test_a_name_that_cannot_be_quoted_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a table"):
        replicating.heartbeat(name)


def statements(told: Server) -> list[str]:
    """Everything a scrape may ask of a server."""
    return [
        queries.status(),
        queries.variables(),
        queries.counters(),
        queries.transactions(),
        queries.waits(told),
        queries.sessions(told),
        replicating.channels(told),
        replicating.applied(told),
        replicating.workers(told),
        replicating.standbys(told),
        replicating.sizes(told),
    ]
