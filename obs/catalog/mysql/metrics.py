"""What obs_db_exporter tells of a MySQL (5.7 and later) or MariaDB (10.5 and later) node."""

from dataclasses import replace

from obs.catalog.database_metrics import COMMON
from obs.model.metric import Metric, Source

WORK = (
    Metric(name="db_queries_total", type="counter", help="Statements clients sent (status variable Questions)."),
    Metric(
        name="db_slow_queries_total",
        type="counter",
        help="Statements that took longer than long_query_time; MySQL 5.7 counts them only while their log is on.",
        sparse=True,
    ),
    Metric(name="db_connections_opened_total", type="counter", help="Connections clients tried to open (Connections)."),
    Metric(
        name="db_connections_opened_tls_total",
        type="counter",
        help="Connections that finished a TLS handshake (Ssl_finished_accepts).",
    ),
    Metric(
        name="db_connections_aborted_total",
        type="counter",
        help="Connections that failed at login or handshake (Aborted_connects).",
    ),
    Metric(
        name="db_connections_refused_total",
        type="counter",
        help=(
            "MySQL: connections refused because max_connections was reached (Connection_errors_max_connections); "
            "MariaDB keeps no such count."
        ),
        sparse=True,
    ),
    Metric(
        name="db_row_lock_waits_total",
        type="counter",
        help="Times a transaction waited for a row (Innodb_row_lock_waits).",
    ),
    Metric(
        name="db_row_lock_wait_seconds_total",
        type="counter",
        unit="seconds",
        help="Seconds transactions waited for rows (Innodb_row_lock_time, which counts milliseconds).",
    ),
    Metric(
        name="db_lock_timeouts_total",
        type="counter",
        help="Statements given up after innodb_lock_wait_timeout (innodb_metrics lock_timeouts).",
    ),
    Metric(
        name="db_temp_disk_tables_total",
        type="counter",
        help="Temporary tables written to disk (Created_tmp_disk_tables).",
    ),
)

INNODB = (
    Metric(
        name="db_buffer_pool_waits_total",
        type="counter",
        help="Times a thread found no free page in the buffer pool (Innodb_buffer_pool_wait_free).",
    ),
    Metric(name="db_undo_history_length", type="gauge", help="Transactions whose old row versions are not purged yet."),
    Metric(
        name="db_durable_commits",
        type="gauge",
        help="1 if innodb_flush_log_at_trx_commit and sync_binlog are both 1: a commit survives a crash.",
    ),
    Metric(name="db_tls_enabled", type="gauge", help="1 if the server offers TLS (have_ssl is YES)."),
)

THREADS = (
    Metric(
        name="db_replication_io_running",
        type="gauge",
        help="1 if the I/O thread of every channel runs (Connecting is not running); 0 on a primary.",
    ),
    Metric(
        name="db_replication_sql_running",
        type="gauge",
        help="1 if the SQL thread of every channel runs; 0 on a primary.",
    ),
)

UNCOUNTED = frozenset({"db_deadlocks_total"})
"""What MySQL 5.7 does not count: an exporter that leaves it out there is no broken one."""

SOURCE = Source(
    name="mysql",
    metrics=(*(replace(one, sparse=one.sparse or one.name in UNCOUNTED) for one in COMMON), *WORK, *INNODB, *THREADS),
    port="metrics",
    path="/probe",
    kind="probe",
    exporter="obs_db_exporter",
)
