"""Every metric this exporter exposes: one row each, the contract between it and whoever reads it."""

from obs_exporter import itself
from obs_exporter.row import Row


def _gauge(name: str, help_: str, *labels: str) -> Row:
    return Row(name=name, type="gauge", unit=_unit(name), labels=labels, help=help_)


def _counter(name: str, help_: str, *labels: str) -> Row:
    return Row(name=name, type="counter", unit=_unit(name.removesuffix("_total")), labels=labels, help=help_)


def _unit(name: str) -> str:
    """The base unit a metric name ends with."""
    return next((unit for unit in ("seconds", "bytes", "ratio") if name.endswith(f"_{unit}")), "")


ITSELF = (
    _gauge("db_exporter_build_info", "Always 1; the exporter's own version.", "version", "python_version"),
    *itself.rows("db"),
)
"""Served on /metrics; everything else on /probe?target=NAME."""

CONNECTING = (
    _gauge("db_up", "1 while the exporter's standing session answers."),
    _gauge("db_connect_success", "1 if the latest new connection was accepted."),
    _gauge("db_connect_duration_seconds", "How long the latest new connection took: TCP, TLS and login."),
    _counter("db_connect_attempts_total", "New connections tried, on a schedule of the exporter's own."),
    _counter(
        "db_connect_failures_total",
        "New connections refused, by reason: unreachable, tls, login, saturated (the server is full), quota (the "
        "account's or database's own limit), timeout, other; each starts at 0.",
        "reason",
    ),
    _gauge("db_start_timestamp_seconds", "When the server process was started."),
    _gauge("db_build_info", "Engine (postgresql, mysql, mariadb) and version of the server.", "engine", "version"),
    _gauge("db_is_replica", "1 if the node replays another node's changes, 0 on a primary."),
    _gauge("db_read_only", "1 if the node refuses writes: in recovery, default_transaction_read_only, read_only."),
)

SESSIONS = (
    _gauge("db_connections", "Client sessions by state: active, idle, idle_in_transaction, other.", "state"),
    _gauge("db_connections_max", "Sessions the server accepts in all (max_connections)."),
    _gauge("db_connections_reserved", "Of these, sessions kept for administrators; 0 on MySQL, which adds one."),
    _counter("db_connections_opened_total", "MySQL: connections clients tried to open (Connections)."),
    _counter("db_connections_opened_tls_total", "MySQL: connections encrypted by TLS (Ssl_finished_accepts)."),
    _counter("db_connections_aborted_total", "MySQL: connections that failed at login (Aborted_connects)."),
    _counter(
        "db_connections_refused_total",
        "MySQL: connections refused because max_connections was reached (Connection_errors_max_connections); "
        "absent on MariaDB, whose counter stays 0.",
    ),
    _gauge("db_lock_waiters", "Sessions that wait for a lock."),
    _gauge(
        "db_lock_wait_oldest_start_timestamp_seconds",
        "Since when the longest-waiting session waits for a lock; now if none waits.",
    ),
    _gauge(
        "db_longest_transaction_start_timestamp_seconds", "When the oldest open transaction began; now if none is open."
    ),
    _gauge(
        "db_longest_idle_in_transaction_start_timestamp_seconds",
        "PostgreSQL: since when the longest-idle open transaction is idle; now if none is.",
    ),
    _gauge("db_longest_query_start_timestamp_seconds", "When the oldest running query began; now if none runs."),
)

WORK = (
    _counter("db_transactions_committed_total", "PostgreSQL: transactions committed.", "database"),
    _counter("db_transactions_rolled_back_total", "PostgreSQL: transactions rolled back.", "database"),
    _counter("db_queries_total", "MySQL: statements clients sent (Questions)."),
    _counter("db_slow_queries_total", "MySQL: statements that took longer than long_query_time."),
    _counter("db_deadlocks_total", "Deadlocks the server resolved by cancelling a transaction."),
    _counter("db_recovery_conflicts_total", "PostgreSQL: queries on a replica cancelled by replay.", "database"),
    _counter("db_checksum_failures_total", "PostgreSQL: pages whose checksum did not match.", "database"),
    _counter("db_temp_bytes_total", "PostgreSQL: bytes written to temporary files.", "database"),
    _counter("db_temp_disk_tables_total", "MySQL: temporary tables written to disk (Created_tmp_disk_tables)."),
    _counter("db_row_lock_waits_total", "InnoDB: times a transaction waited for a row (Innodb_row_lock_waits)."),
    _counter(
        "db_row_lock_wait_seconds_total",
        "InnoDB: seconds transactions waited for rows (Innodb_row_lock_time, which counts milliseconds).",
    ),
    _counter("db_lock_timeouts_total", "InnoDB: statements given up after innodb_lock_wait_timeout."),
    _counter("db_cache_reads_total", "Pages read through the buffer cache."),
    _counter("db_cache_misses_total", "Pages among these that had to come from disk."),
    _counter("db_buffer_pool_waits_total", "InnoDB: times a thread found no free page (Innodb_buffer_pool_wait_free)."),
    _gauge("db_undo_history_length", "InnoDB: transactions whose old row versions are not purged yet."),
    _gauge("db_durable_commits", "InnoDB: 1 if innodb_flush_log_at_trx_commit and sync_binlog are both 1."),
    _counter("db_checkpoints_timed_total", "PostgreSQL: checkpoints begun because their time had come."),
    _counter("db_checkpoints_requested_total", "PostgreSQL: checkpoints forced, mostly because max_wal_size was hit."),
    _counter("db_archive_failures_total", "PostgreSQL: write-ahead log files that could not be archived."),
)

REPLICATION = (
    _gauge("db_replication_heartbeat_known", "1 if a heartbeat row could be read on this node."),
    _gauge(
        "db_replication_heartbeat_timestamp_seconds",
        "Time in the newest heartbeat row this node has, by the writer's clock; absent without a heartbeat table.",
    ),
    _gauge(
        "db_replication_lag_estimate_seconds",
        "Lag as the engine believes it to be (PostgreSQL: receiver and replay times; MySQL: Seconds_Behind_Source); "
        "0 on a primary and while unknown.",
    ),
    _gauge(
        "db_replication_lag_estimate_known",
        "1 if the estimate means anything: 1 on a primary, 0 without a primary to stream from or if Seconds_Behind is "
        "NULL.",
    ),
    _gauge("db_replication_standbys", "Replicas connected to this node by state: streaming, catchup, other.", "state"),
    _gauge("db_replication_receiver_streaming", "PostgreSQL: 1 while the WAL receiver streams; 0 on a primary."),
    _gauge(
        "db_replication_receiver_last_message_timestamp_seconds",
        "PostgreSQL: when the WAL receiver last heard from its primary; absent without a receiver.",
    ),
    _gauge("db_replication_paused", "PostgreSQL: 1 while replay is paused by command; 0 on a primary."),
    _gauge("db_wal_position_bytes", "PostgreSQL: log position, written on a primary, replayed on a replica."),
    _gauge("db_replication_slot_active", "PostgreSQL: 1 while somebody reads from the slot.", "slot"),
    _gauge("db_replication_slot_retained_bytes", "PostgreSQL: write-ahead log kept on disk for the slot.", "slot"),
    _gauge("db_replication_slot_at_risk", "PostgreSQL: 1 if the slot's wal_status is unreserved or lost.", "slot"),
    _gauge(
        "db_replication_io_running",
        "MySQL: 1 if the I/O thread of every channel runs (Connecting is not running); 0 on a primary.",
    ),
    _gauge("db_replication_sql_running", "MySQL: 1 if the SQL thread of every channel runs; 0 on a primary."),
    _gauge(
        "db_replication_transactions_pending",
        "MySQL: transactions received and not applied, by GTID; absent on a primary and where no GTID is in use.",
    ),
)

SPACE = (
    _gauge("db_size_bytes", "Size of each database on disk; measured every five minutes.", "database"),
    _gauge("db_log_size_bytes", "Write-ahead or binary log on disk; measured every five minutes."),
    _gauge("db_xid_age", "PostgreSQL: age of the oldest unfrozen row in transactions.", "database"),
    _gauge("db_mxid_age", "PostgreSQL: age of the oldest multixact in multixacts.", "database"),
    _gauge("db_table_dead_rows", "PostgreSQL: dead rows of the twenty tables with most of them.", "database", "table"),
    _gauge("db_table_live_rows", "PostgreSQL: live rows of the same tables.", "database", "table"),
    _gauge(
        "db_sweep_timestamp_seconds",
        "When the latest complete pass over a table without a fitting index ended: accounts, users.",
        "sweep",
    ),
    _gauge("db_dropped_series", "Series left out in the latest scrape because a family reached its limit.", "family"),
)

TRUST = (
    _gauge("db_connection_tls", "1 if the exporter's own session is encrypted, and how.", "version", "cipher"),
    _gauge("db_tls_enabled", "1 if the server offers TLS."),
    _gauge("db_client_sessions_without_tls", "PostgreSQL: client sessions over the network without encryption."),
    _gauge(
        "db_server_cert_not_after_timestamp_seconds",
        "When the server's certificate expires; absent while the server offers no TLS.",
    ),
    _gauge(
        "db_privilege",
        "1 if the exporter's account holds it: pg_monitor, process, replication_status, performance_schema, heartbeat.",
        "privilege",
    ),
    _gauge("db_collector_success", "1 if the collector's latest run succeeded.", "collector"),
    _gauge("db_collector_duration_seconds", "How long the collector's latest run took.", "collector"),
    _gauge("db_last_success_timestamp_seconds", "When the collector last succeeded.", "collector"),
)

PEATIO = (
    _gauge("db_peatio_deposits", "Deposits under way, by aasm_state, up to 10,000 of each.", "state"),
    _gauge("db_peatio_deposits_oldest_timestamp_seconds", "Last update of the oldest of them; now if none.", "state"),
    _gauge("db_peatio_withdraws", "Withdrawals under way, by aasm_state, up to 10,000 of each.", "state"),
    _gauge("db_peatio_withdraws_oldest_timestamp_seconds", "Last update of the oldest of them; now if none.", "state"),
    _gauge("db_peatio_orders", "Open orders by state, up to 10,000 of each: pending, wait.", "state"),
    _gauge("db_peatio_orders_oldest_timestamp_seconds", "Last update of the oldest of them; now if none.", "state"),
    _counter("db_peatio_trades_total", "Highest trade id: trades ever made."),
    _gauge(
        "db_peatio_trades_last_timestamp_seconds",
        "When an enabled market last traded; where that is not among the newest 10,000 trades, the oldest of these.",
        "market",
    ),
    _gauge("db_peatio_blockchain_height", "Height each active blockchain was processed to.", "blockchain"),
    _gauge("db_peatio_blockchain_min_confirmations", "Confirmations it trails the tip by, by design.", "blockchain"),
    _gauge("db_peatio_wallet_balance", "Balance of active wallets as Peatio last read it.", "kind", "currency"),
    _gauge("db_peatio_wallet_balance_known", "0 if Peatio could not read the balance (N/A).", "kind", "currency"),
    _gauge("db_peatio_accounts_negative", "Accounts whose balance or locked amount is negative: always an incident."),
    _gauge("db_peatio_addresses_missing", "Payment addresses asked for and not generated, among the newest 10,000."),
    _gauge("db_peatio_addresses_missing_oldest_timestamp_seconds", "Since when the oldest of them waits; now if none."),
    _gauge("db_peatio_markets", "Markets by state: enabled, disabled, hidden, locked, sale, presale.", "state"),
)
"""Optional collector `peatio`; sums of money are floats for alerting, never for accounts."""

BARONG = (
    _gauge("db_barong_users", "Users by state: pending, active, locked, banned, deleted.", "state"),
    _gauge("db_barong_restrictions", "Enabled restrictions by category, such as maintenance or blacklist.", "category"),
    _gauge("db_barong_documents_pending", "Documents whose user is labelled pending, among the newest 2,000."),
    _gauge("db_barong_documents_pending_oldest_timestamp_seconds", "When the oldest of them came in; now if none."),
    _gauge("db_barong_activities_recent", "Activities of the last five minutes, up to 10,000, by result.", "result"),
)
"""Optional collector `barong`; no label names a person."""

METRICS = (*ITSELF, *CONNECTING, *SESSIONS, *WORK, *REPLICATION, *SPACE, *TRUST, *PEATIO, *BARONG)
ROWS = {row.name: row for row in METRICS}
"""The same by name, for collectors."""
