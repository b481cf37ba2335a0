"""Rows of PostgreSQL to samples: pure. What an account may not see is left out, never guessed."""

from collections.abc import Collection, Mapping, Sequence

from obs_db_exporter.metrics import ROWS
from obs_db_exporter.postgresql_lag import Replay, lag
from obs_db_exporter.postgresql_pipeline import Row
from obs_exporter.collect import CollectFailed
from obs_exporter.page import Page

Rows = Mapping[str, Sequence[Row]]
"""Rows by query."""

NO_MONITOR = "pg_monitor is missing: states of sessions and of replication are hidden from the account"
PER_DATABASE = {
    "committed": "db_transactions_committed_total",
    "rolled_back": "db_transactions_rolled_back_total",
    "conflicts": "db_recovery_conflicts_total",
    "temp_bytes": "db_temp_bytes_total",
    "checksum_failures": "db_checksum_failures_total",
    "xid_age": "db_xid_age",
    "mxid_age": "db_mxid_age",
}
IN_ALL = {"deadlocks": "db_deadlocks_total", "reads": "db_cache_reads_total", "misses": "db_cache_misses_total"}
"""Column of the query `databases` -> family: one sample per database, or one for the node."""


def session(page: Page, rows: Rows) -> None:
    """Which server this is, what it offers, and how this session reaches it."""
    server = rows["server"][0]
    _set(page, "db_start_timestamp_seconds", server.started)
    _set(page, "db_build_info", 1, "postgresql", server.version.split(" ", 1)[0])
    _set(page, "db_is_replica", server.in_recovery)
    _set(page, "db_read_only", server.in_recovery or server.read_only)
    _set(page, "db_connections_max", server.max_connections)
    _set(page, "db_connections_reserved", server.reserved)
    _set(page, "db_tls_enabled", server.tls_enabled)
    _set(page, "db_connection_tls", server.tls, server.tls_version, server.tls_cipher)
    _set(page, "db_privilege", server.pg_monitor, "pg_monitor")


def activity(page: Page, rows: Rows) -> None:
    """Sessions and what they do. Raises CollectFailed without pg_monitor: the server then hides states."""
    told = rows["activity"][0]
    if not told.pg_monitor:
        raise CollectFailed("privilege", NO_MONITOR)
    states = {"active": told.active, "idle": told.idle, "idle_in_transaction": told.idle_in_transaction}
    for state, count in (states | {"other": told.total - sum(states.values())}).items():
        _set(page, "db_connections", count, state)
    _set(page, "db_longest_transaction_start_timestamp_seconds", told.transaction_since)
    _set(page, "db_longest_idle_in_transaction_start_timestamp_seconds", told.idle_since)
    _set(page, "db_longest_query_start_timestamp_seconds", told.query_since)
    _set(page, "db_client_sessions_without_tls", told.plain)


def locks(page: Page, rows: Rows) -> None:
    """Who waits for a lock, and since when."""
    told = rows["locks"][0]
    _set(page, "db_lock_waiters", told.waiters)
    _set(page, "db_lock_wait_oldest_start_timestamp_seconds", told.since)


def databases(page: Page, rows: Rows, excluded: Collection[str]) -> None:
    """Work and age of every database, checkpoints and archive of the node."""
    told = rows["databases"]
    for row in told:
        if row.database not in excluded:
            for column, name in PER_DATABASE.items():
                _set(page, name, getattr(row, column), row.database)
    for column, name in IN_ALL.items():
        _set(page, name, sum(getattr(row, column) for row in told))
    _set(page, "db_checkpoints_timed_total", rows["checkpoints"][0].timed)
    _set(page, "db_checkpoints_requested_total", rows["checkpoints"][0].requested)
    _set(page, "db_archive_failures_total", rows["archiver"][0].failures)


def replication(page: Page, rows: Rows, stale_seconds: float) -> None:
    """Both ends of replication, and what a replica knows of its lag. Raises CollectFailed without pg_monitor."""
    told = rows["replication"][0]
    _lag(page, told, stale_seconds)
    _set(page, "db_replication_paused", told.paused)
    _set(page, "db_wal_position_bytes", told.position)
    for slot in rows["slots"]:
        _set(page, "db_replication_slot_active", slot.active, slot.slot)
        _set(page, "db_replication_slot_retained_bytes", slot.retained, slot.slot)
        _set(page, "db_replication_slot_at_risk", slot.at_risk, slot.slot)
    if not told.pg_monitor:
        raise CollectFailed("privilege", NO_MONITOR)
    _set(page, "db_replication_receiver_streaming", told.receiver == "streaming")
    _set(page, "db_replication_receiver_last_message_timestamp_seconds", told.heard)
    _standbys(page, rows["standbys"])


def heartbeat_grant(page: Page, rows: Rows) -> None:
    """Whether the account may read the heartbeat table, asked and not concluded from an error."""
    _set(page, "db_privilege", rows["heartbeat_grant"][0].held, "heartbeat")


def heartbeat(page: Page, rows: Rows) -> None:
    """The newest heartbeat this node has; an empty table has none."""
    beat = rows["heartbeat"][0].beat
    _set(page, "db_replication_heartbeat_known", beat is not None)
    _set(page, "db_replication_heartbeat_timestamp_seconds", beat)


def sizes(page: Page, rows: Rows) -> None:
    """Bytes on disk, of databases and of the log."""
    for row in rows["sizes"]:
        _set(page, "db_size_bytes", row.bytes, row.database)
    _set(page, "db_log_size_bytes", rows["log_size"][0].bytes)


def tables(page: Page, found: Sequence[tuple[str, Row]], top: int = 20) -> None:
    """The tables of all databases with most dead rows: (database, row) each."""
    for database, row in sorted(found, key=lambda item: (-item[1].dead, item[0], item[1].table))[:top]:
        _set(page, "db_table_dead_rows", row.dead, database, row.table)
        _set(page, "db_table_live_rows", row.live, database, row.table)


def _lag(page: Page, told: Row, stale_seconds: float) -> None:
    replay = Replay(
        in_recovery=told.in_recovery,
        pg_monitor=told.pg_monitor,
        has_primary=told.has_primary,
        receiver=told.receiver or "",
        position=told.position,
        sent=told.sent,
        heard=told.heard,
        replayed=told.replayed,
        now=told.now,
    )
    found = lag(replay, stale_seconds=stale_seconds)
    _set(page, "db_replication_lag_estimate_seconds", found.seconds)
    _set(page, "db_replication_lag_estimate_known", found.known)


def _standbys(page: Page, rows: Sequence[Row]) -> None:
    states = {"streaming": 0, "catchup": 0, "other": 0}
    for row in rows:
        states[row.state if row.state in states else "other"] += row.standbys
    for state, count in states.items():
        _set(page, "db_replication_standbys", count, state)


def _set(page: Page, name: str, value: float | None, *labels: str) -> None:
    """A sample, unless the server has no such value."""
    if value is not None:
        page.set(ROWS[name], float(value), *labels)
