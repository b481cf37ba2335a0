"""Rows of MySQL and MariaDB -> samples of the table in metrics.py. Pure: no clock, no connection."""

import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from obs_db_exporter.mysql_lag import Heartbeat, Lag
from obs_db_exporter.mysql_queries import Server

Row = Mapping[str, Any]
Sample = tuple[str, float, tuple[str, ...]]
"""Metric, value, values of its labels."""
STATES = ("active", "idle", "idle_in_transaction", "other")
SYSTEM_FILES = "innodb_system"
"""What no schema owns: the system tablespace, undo and temporary files."""

COUNTERS = {
    "db_connections_aborted_total": "aborted_connects",
    "db_connections_opened_tls_total": "ssl_finished_accepts",
    "db_connections_opened_total": "connections",
    "db_connections_refused_total": "connection_errors_max_connections",
    "db_buffer_pool_waits_total": "innodb_buffer_pool_wait_free",
    "db_cache_misses_total": "innodb_buffer_pool_reads",
    "db_cache_reads_total": "innodb_buffer_pool_read_requests",
    "db_queries_total": "questions",
    "db_row_lock_waits_total": "innodb_row_lock_waits",
    "db_slow_queries_total": "slow_queries",
    "db_temp_disk_tables_total": "created_tmp_disk_tables",
}
"""Metric -> status variable it is the value of."""


def identity(told: Server, tls: Mapping[str, str]) -> Iterator[Sample]:
    """What answers, and how the exporter talks to it."""
    yield _sample("db_build_info", 1, told.flavour, told.told)
    version, cipher = tls.get("ssl_version", ""), tls.get("ssl_cipher", "")
    yield _sample("db_connection_tls", bool(cipher), version, cipher)


def settings(variables: Mapping[str, str], *, not_after: str) -> Iterator[Sample]:
    """What the server is set to. MySQL 8.4 has no have_ssl; it knows the end of its certificate while it offers TLS."""
    offered = variables["have_ssl"] == "YES" if "have_ssl" in variables else bool(not_after)
    durable = variables.get("innodb_flush_log_at_trx_commit") == "1" and (
        variables.get("sync_binlog") == "1" or variables.get("log_bin") == "OFF"
    )
    yield _sample("db_connections_max", float(variables["max_connections"]))
    yield _sample("db_connections_reserved", 0)
    yield _sample("db_read_only", any(_on(variables, name) for name in ("read_only", "super_read_only")))
    yield _sample("db_tls_enabled", offered)
    yield _sample("db_durable_commits", durable)


def status(told: Mapping[str, str], counters: Mapping[str, float], *, now: float) -> Iterator[Sample]:
    """What the server has counted since its start. `counters` are InnoDB's own, {} without PROCESS."""
    yield _sample("db_start_timestamp_seconds", round(now - float(told["uptime"])))
    yield from (_sample(name, float(told[variable])) for name, variable in COUNTERS.items() if variable in told)
    if "innodb_row_lock_time" in told:
        yield _sample("db_row_lock_wait_seconds_total", float(told["innodb_row_lock_time"]) / 1000)
    merged = {"lock_deadlocks": told.get("innodb_deadlocks"), "trx_rseg_history_len": told.get(HISTORY)}
    known = {**counters, **{name: float(value) for name, value in merged.items() if value is not None}}
    for metric, name in INNODB.items():
        if name in known:
            yield _sample(metric, known[name])


HISTORY = "innodb_history_list_length"
INNODB = {
    "db_deadlocks_total": "lock_deadlocks",
    "db_lock_timeouts_total": "lock_timeouts",
    "db_undo_history_length": "trx_rseg_history_len",
}
"""Metric -> InnoDB counter; MariaDB tells two of them in its status, too, without a privilege."""


def sessions(rows: Sequence[Row], *, now: float) -> Iterator[Sample]:
    """Client sessions by state, and when the longest of the active ones began its statement."""
    counts = {str(row["state"]): float(row["sessions"]) for row in rows}
    yield from (_sample("db_connections", counts.get(state, 0.0), state) for state in STATES)
    began = [_moment(row["since"], now) for row in rows if row["state"] == "active"]
    yield _sample("db_longest_query_start_timestamp_seconds", began[0] if began else now)


def locks(transactions: Row, waits: Row, *, now: float) -> Iterator[Sample]:
    """Who waits for rows, tables or metadata, since when, and the oldest transaction; now where there is none."""
    yield _sample("db_lock_waiters", float(transactions["waiters"]) + float(waits["waiters"]))
    since = min(_moment(transactions["since"], now), _moment(waits["since"], now))
    yield _sample("db_lock_wait_oldest_start_timestamp_seconds", since)
    yield _sample("db_longest_transaction_start_timestamp_seconds", _moment(transactions["oldest"], now))


def replication(told: Lag) -> Iterator[Sample]:
    """State of replication: every series always, with a word on whether the engine's figure means anything."""
    yield _sample("db_is_replica", told.replica)
    yield _sample("db_replication_io_running", told.io_running)
    yield _sample("db_replication_sql_running", told.sql_running)
    yield _sample("db_replication_lag_estimate_seconds", told.seconds)
    yield _sample("db_replication_lag_estimate_known", told.known)
    if told.pending is not None:
        yield _sample("db_replication_transactions_pending", told.pending)


def heartbeat(told: Heartbeat) -> Iterator[Sample]:
    """The newest beat; its time is absent without one."""
    yield _sample("db_replication_heartbeat_known", told.known)
    if told.timestamp is not None:
        yield _sample("db_replication_heartbeat_timestamp_seconds", told.timestamp)


def standbys(rows: Sequence[Row]) -> Iterator[Sample]:
    """Readers of the binary log by what they do: send or wait for more, read old logs, anything else."""
    counts = dict.fromkeys(("streaming", "catchup", "other"), 0.0)
    for row in rows:
        counts[_reader(str(row["state"]).lower())] += float(row["readers"])
    yield from (_sample("db_replication_standbys", count, state) for state, count in counts.items())


def _reader(state: str) -> str:
    """State of a thread that reads the log for somebody else, in lower case.

    One that sends is no less in step than one that waits for more: on a busy primary there is always something to
    send. One that goes from file to file is reading old logs.
    """
    if "switching to next binlog" in state:
        return "catchup"
    return "streaming" if "sent all binlog" in state or state.startswith("sending") else "other"


def sizes(rows: Sequence[Row], *, excluded: frozenset[str]) -> Iterator[Sample]:
    """Files on disk by schema."""
    for row in rows:
        name = schema(str(row["name"])) or SYSTEM_FILES
        if name not in excluded:
            yield _sample("db_size_bytes", float(row["bytes"]), name)


def logs(rows: Sequence[Row]) -> Iterator[Sample]:
    """Binary logs on disk."""
    yield _sample("db_log_size_bytes", sum(float(row["file_size"]) for row in rows))


def schema(name: str) -> str:
    """A schema's name as files spell it, e.g. `app@002dtest`, as people do."""
    return re.sub("@([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), name)


def not_after(tls: Mapping[str, str]) -> float | None:
    """When the server's certificate expires, from Ssl_server_not_after such as "Nov 25 21:02:24 2027 GMT"."""
    told = tls.get("ssl_server_not_after", "")
    try:
        return float(ssl.cert_time_to_seconds(told))
    except ValueError:
        return None


def _sample(name: str, value: float, *labels: str) -> Sample:
    return name, float(value), labels


def _moment(value: Any, now: float) -> float:
    """A Unix time the server told, or now where it has none."""
    return now if value is None else min(float(value), now)


def _on(variables: Mapping[str, str], name: str) -> bool:
    return variables.get(name, "OFF") not in ("OFF", "0")
