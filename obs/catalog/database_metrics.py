"""Metric families of obs_db_exporter that mean the same on every database engine."""

from obs.model.metric import Metric

BY_DATABASE = ("database",)

CONNECTING = (
    Metric(name="db_up", type="gauge", help="1 while the exporter's standing session answers."),
    Metric(name="db_connect_success", type="gauge", help="1 if the latest new connection was accepted."),
    Metric(
        name="db_connect_duration_seconds",
        type="gauge",
        unit="seconds",
        help="How long the latest new connection took: TCP, TLS and login.",
    ),
    Metric(name="db_connect_attempts_total", type="counter", help="New connections tried, on a schedule of the exporter's own."),
    Metric(
        name="db_connect_failures_total",
        type="counter",
        labels=("reason",),
        help=(
            "New connections refused, by reason: unreachable, tls, login, saturated (the server is full), quota (the "
            "account's or database's own limit), timeout, other."
        ),
    ),
    Metric(
        name="db_start_timestamp_seconds", type="gauge", unit="seconds", help="When the server process was started."
    ),
    Metric(
        name="db_build_info",
        type="gauge",
        labels=("engine", "version"),
        help="Engine and version of the server, value 1.",
    ),
    Metric(name="db_is_replica", type="gauge", help="1 if the node replays another node's changes, 0 on a primary."),
    Metric(name="db_read_only", type="gauge", help="1 if the node refuses writes."),
)

LOAD = (
    Metric(
        name="db_connections",
        type="gauge",
        labels=("state",),
        help="Client sessions by state: active, idle, idle_in_transaction, other.",
    ),
    Metric(name="db_connections_max", type="gauge", help="Sessions the server accepts in all."),
    Metric(name="db_connections_reserved", type="gauge", help="Of these, sessions kept for administrators."),
    Metric(name="db_lock_waiters", type="gauge", help="Sessions that wait for a lock."),
    Metric(
        name="db_lock_wait_oldest_start_timestamp_seconds",
        type="gauge",
        unit="seconds",
        help="Since when the longest-waiting session waits for a lock; now if none waits.",
    ),
    Metric(
        name="db_longest_transaction_start_timestamp_seconds",
        type="gauge",
        unit="seconds",
        help="When the oldest open transaction began; now if none is open.",
    ),
    Metric(
        name="db_deadlocks_total", type="counter", help="Deadlocks the server resolved by cancelling a transaction."
    ),
    Metric(name="db_cache_reads_total", type="counter", help="Pages read through the buffer cache."),
    Metric(name="db_cache_misses_total", type="counter", help="Pages among these that had to come from disk."),
    Metric(
        name="db_size_bytes",
        type="gauge",
        unit="bytes",
        labels=BY_DATABASE,
        help="Size of each database on disk; measured every five minutes.",
    ),
    Metric(
        name="db_log_size_bytes",
        type="gauge",
        unit="bytes",
        help="Write-ahead or binary log on disk; measured every five minutes.",
    ),
)

REPLICATION = (
    Metric(
        name="db_replication_heartbeat_known", type="gauge", help="1 if a heartbeat row could be read on this node."
    ),
    Metric(
        name="db_replication_heartbeat_timestamp_seconds",
        type="gauge",
        unit="seconds",
        help="Time in the newest heartbeat row this node has; absent without a heartbeat table.",
        sparse=True,
    ),
    Metric(
        name="db_replication_lag_estimate_seconds",
        type="gauge",
        unit="seconds",
        help="Lag as the engine believes it to be; 0 on a primary and while unknown.",
    ),
    Metric(
        name="db_replication_lag_estimate_known", type="gauge", help="1 if the engine has an opinion on its lag at all."
    ),
    Metric(
        name="db_replication_standbys",
        type="gauge",
        labels=("state",),
        help="Replicas connected to this node by state: streaming, catchup, other.",
    ),
)

TRUST = (
    Metric(
        name="db_connection_tls",
        type="gauge",
        labels=("version", "cipher"),
        help="1 if the exporter's own session is encrypted, with what was negotiated.",
    ),
    Metric(
        name="db_server_cert_not_after_timestamp_seconds",
        type="gauge",
        unit="seconds",
        help="When the server's certificate expires; absent while the server offers no TLS.",
        sparse=True,
    ),
    Metric(
        name="db_privilege",
        type="gauge",
        labels=("privilege",),
        help="1 if the exporter's account holds the privilege.",
    ),
    Metric(
        name="db_collector_success",
        type="gauge",
        labels=("collector",),
        help="1 if the collector's latest run succeeded.",
    ),
    Metric(
        name="db_collector_duration_seconds",
        type="gauge",
        unit="seconds",
        labels=("collector",),
        help="How long the collector's latest run took.",
    ),
    Metric(
        name="db_last_success_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=("collector",),
        help="When the collector last succeeded.",
    ),
)

COMMON = (*CONNECTING, *LOAD, *REPLICATION, *TRUST)
