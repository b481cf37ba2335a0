"""What a MySQL or MariaDB server is asked, by flavour and version. As floats 10.11 is below 10.6: they are tuples."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Version = tuple[int, int, int]
MYSQL_8 = (8, 0, 0)
REPLICA_STATUS = (8, 0, 22)
"""SHOW REPLICA STATUS and performance_schema.processlist; SHOW SLAVE STATUS is gone in 8.4 (MySQL manual)."""

STATUS = (
    "Aborted_connects",
    "Connection_errors_max_connections",
    "Connections",
    "Created_tmp_disk_tables",
    "Innodb_buffer_pool_read_requests",
    "Innodb_buffer_pool_reads",
    "Innodb_buffer_pool_wait_free",
    "Innodb_deadlocks",
    "Innodb_history_list_length",
    "Innodb_row_lock_time",
    "Innodb_row_lock_waits",
    "Questions",
    "Slow_queries",
    "Ssl_finished_accepts",
    "Ssl_server_not_after",
    "Uptime",
)
"""Named one by one: the whole list has twenty times as many rows."""
VARIABLES = (
    "have_ssl",
    "innodb_flush_log_at_trx_commit",
    "log_bin",
    "max_connections",
    "read_only",
    "slow_query_log",
    "super_read_only",
    "sync_binlog",
)
COUNTERS = ("lock_deadlocks", "lock_timeouts", "trx_rseg_history_len")
LOCK_WAIT_SECONDS = 1
"""The least the server knows; its default is a day on MariaDB and a year on MySQL."""
IDLE_SECONDS = 300
"""Silence after which the server ends our session: one that a dead link left behind is gone after that, not after
wait_timeout's eight hours (MySQL manual).
"""
GTID_BYTES = 2**20
"""Longest set of transactions. group_concat cuts its result after 1,024 bytes otherwise: some twenty-five sources."""
IDENTITY = (
    "SELECT @@version AS version, @@performance_schema AS performance_schema, connection_id() AS id, "
    "concat_ws(':', @@hostname, @@port, @@server_id) AS identity"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """What answers: the flavour decides the dialect, the version what exists.

    `schema` is whether the performance schema is on: without it its tables are there, and empty.
    """

    flavour: Literal["mysql", "mariadb"]
    version: Version
    schema: bool = True

    @property
    def told(self) -> str:
        """The version as text."""
        return ".".join(map(str, self.version))


def server(version: str, *, schema: bool = True) -> Server:
    """Read @@version: "10.11.19-MariaDB-0+deb12u1-log", "5.5.5-10.6.4-MariaDB", "8.0.39-google". Raises ValueError."""
    mariadb = "mariadb" in version.lower()
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", version.removeprefix("5.5.5-") if mariadb else version)
    if found is None:
        raise ValueError("the version of the server is no version")
    major, minor, patch = (int(part) for part in found.groups())
    return Server(flavour="mariadb" if mariadb else "mysql", version=(major, minor, patch), schema=schema)


def settings(told: Server, *, seconds: float) -> tuple[str, ...]:
    """Session settings: no writes, no long waits for metadata locks, an end at the server for what takes too long.

    InnoDB tells its times in the system's zone, so the session counts in it too.
    """
    bounds = limit(told, seconds=seconds)
    if told.flavour == "mysql":
        bounds += f", group_concat_max_len = {GTID_BYTES}"
    return (
        "SET SESSION TRANSACTION READ ONLY",
        f"SET SESSION lock_wait_timeout = {LOCK_WAIT_SECONDS}, wait_timeout = {IDLE_SECONDS}, {bounds}",
        "SET SESSION time_zone = 'SYSTEM'",
    )


def limit(told: Server, *, seconds: float) -> str:
    """The assignment that ends statements at the server: seconds on MariaDB, milliseconds of SELECTs on MySQL."""
    if told.flavour == "mariadb":
        return f"max_statement_time = {seconds:.3f}"
    return f"max_execution_time = {max(1, round(seconds * 1000))}"


def status() -> str:
    """Rows (variable_name, value) of the global status."""
    return f"SHOW GLOBAL STATUS WHERE variable_name IN ({_quoted(STATUS)})"


def uncounted(told: Server, settings: Mapping[str, str]) -> frozenset[str]:
    """Counters that a server lists and does not count, in lower case: 0 for ever, which is no news. All measured.

    MariaDB: refusals with error 1040 (10.11 and 11.8). MySQL 5.7: deadlocks (0 after twenty with error 1213), and
    slow statements while their log is off.
    """
    if told.flavour == "mariadb":
        return frozenset({"connection_errors_max_connections"})
    if told.version >= MYSQL_8:
        return frozenset()
    slow = {"slow_queries"} if settings.get("slow_query_log") == "OFF" else set()
    return frozenset({"lock_deadlocks", *slow})


def variables() -> str:
    """Rows (variable_name, value) of the global settings; what a version lacks is not among them."""
    return f"SHOW GLOBAL VARIABLES WHERE variable_name IN ({_quoted(VARIABLES)})"


def counters() -> str:
    """Rows (name, count) of InnoDB's own counters. Needs PROCESS."""
    return f"SELECT name, count FROM information_schema.innodb_metrics WHERE name IN ({_quoted(COUNTERS)})"


def session_tls() -> str:
    """Rows (variable_name, value) on the encryption of the session that asks."""
    return "SHOW SESSION STATUS WHERE variable_name IN ('Ssl_version', 'Ssl_cipher', 'Ssl_server_not_after')"


def processes(told: Server) -> str:
    """The table of sessions: the one that takes no global lock where there is one."""
    newer = told.flavour == "mysql" and told.version >= REPLICA_STATUS and told.schema
    return "performance_schema.processlist" if newer else "information_schema.processlist"


def sessions(told: Server) -> str:
    """Rows (state, sessions, longest): client sessions by what they do; the asking one and log readers are `other`."""
    time = "p.time_ms / 1000" if told.flavour == "mariadb" else "p.time"
    return (
        "SELECT CASE WHEN p.id = connection_id() OR p.command NOT IN ('Sleep', 'Query', 'Execute', 'Prepare', 'Fetch') "
        "THEN 'other' WHEN p.command <> 'Sleep' THEN 'active' WHEN t.trx_id IS NULL THEN 'idle' "
        "ELSE 'idle_in_transaction' END AS state, count(DISTINCT p.id) AS sessions, "
        f"unix_timestamp(now(6)) - max({time}) AS since "
        f"FROM {processes(told)} p LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id "
        "WHERE p.user NOT IN ('system user', 'event_scheduler', 'unauthenticated user') GROUP BY 1"
    )


def waits(told: Server) -> str:
    """One row (waiters, since): sessions that wait for a metadata, table or global lock, appliers included.

    Rows locked by InnoDB are in `transactions`. Locks taken with GET_LOCK are the applications' own business.
    """
    time = "time_ms / 1000" if told.flavour == "mariadb" else "time"
    return (
        f"SELECT count(*) AS waiters, unix_timestamp(now(6)) - max({time}) AS since FROM {processes(told)} "
        "WHERE state LIKE 'Waiting for % lock' OR state = 'Waiting for table flush'"
    )


def transactions() -> str:
    """One row (oldest, waiters, since) on InnoDB: the oldest transaction, and those that wait for a row. Needs PROCESS.

    `trx_state` tells the waiting ones in every version; information_schema.innodb_lock_waits (MariaDB, 5.7) and
    performance_schema.data_lock_waits (8.0) would add a row per pair of sessions and say no more.
    """
    return (
        "SELECT unix_timestamp(min(trx_started)) AS oldest, coalesce(sum(trx_state = 'LOCK WAIT'), 0) AS waiters, "
        "unix_timestamp(min(trx_wait_started)) AS since FROM information_schema.innodb_trx "
        "WHERE trx_mysql_thread_id <> connection_id()"
    )


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)
