"""What is worth knowing of MySQL and MariaDB beyond what every database tells."""

from obs.catalog.database_signals import COMMON, HEARTBEAT_AGE, NODE, REPLICA
from obs.model.signal import Headline, Signal

_OPENED = f"sum by ({NODE}) (rate(db_connections_opened_total{{<selector>}}[<window>]))"

WORK = (
    Signal(
        name="queries",
        title="Statements",
        help="Statements clients send per second.",
        unit="per_second",
        query=f"sum by ({NODE}) (rate(db_queries_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="slow_queries",
        title="Slow statements",
        help="Statements that took longer than long_query_time, 10 s unless configured.",
        unit="per_second",
        query=f"sum by ({NODE}) (rate(db_slow_queries_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="refused",
        title="Refused at the connection limit",
        help=(
            "Clients turned away because max_connections was reached: each is a failed request or a daemon that exits. "
            "MariaDB does not count them (its counter stayed 0 through refusals, 10.11 measured): there it is the "
            "exporter's own attempts that met a full server."
        ),
        unit="per_second",
        query=(
            f"sum by ({NODE}) (rate(db_connections_refused_total{{<selector>}}[<window>]))\n"
            f'or sum by ({NODE}) (rate(db_connect_failures_total{{<selector>, reason="saturated"}}[<window>]))'
        ),
    ),
    Signal(
        name="aborted",
        title="Failed logins and handshakes",
        help="Connections that ended before they were usable: wrong password, TLS, or a network that drops packets.",
        unit="per_second",
        query=f"sum by ({NODE}) (rate(db_connections_aborted_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="row_lock_wait",
        title="Sessions waiting for rows, average",
        help="Seconds spent waiting for rows per second: how many transactions stood still at any moment.",
        unit="count",
        query=f"sum by ({NODE}) (rate(db_row_lock_wait_seconds_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="row_lock_waits",
        title="Waits for rows",
        help="How often a transaction had to wait for a row that another had locked.",
        unit="per_second",
        query=f"sum by ({NODE}) (rate(db_row_lock_waits_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="lock_timeouts",
        title="Waits for rows given up",
        help="Statements that failed after innodb_lock_wait_timeout, 50 s unless configured.",
        unit="per_second",
        query=f"sum by ({NODE}) (rate(db_lock_timeouts_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="temp_disk_tables",
        title="Temporary tables on disk",
        help="Temporary tables that did not fit into tmp_table_size and went to disk.",
        unit="per_second",
        query=f"sum by ({NODE}) (rate(db_temp_disk_tables_total{{<selector>}}[<window>]))",
    ),
)

INNODB = (
    Signal(
        name="buffer_pool_waits",
        title="Waits for a free page",
        help="Threads that found no free page in the buffer pool and had to wait until one was written out.",
        unit="per_second",
        query=f"sum by ({NODE}) (rate(db_buffer_pool_waits_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="undo_history",
        title="Undo history",
        help="Transactions whose old row versions are kept because an older transaction may still want to see them.",
        unit="count",
        query=f"max by ({NODE}) (db_undo_history_length{{<selector>}})",
    ),
    Signal(
        name="durable",
        title="Commits survive a crash",
        help="Whether every commit is on disk before it is acknowledged (innodb_flush_log_at_trx_commit, sync_binlog).",
        unit="bool",
        query=f"min by ({NODE}) (db_durable_commits{{<selector>}})",
    ),
    Signal(
        name="tls_enabled",
        title="TLS offered",
        help="Whether the server offers TLS at all. Debian's MariaDB 10.11 comes without.",
        unit="bool",
        query=f"min by ({NODE}) (db_tls_enabled{{<selector>}})",
    ),
    Signal(
        name="plain_ratio",
        title="New connections without TLS",
        help=(
            "Share of connections clients opened without a TLS handshake; sockets of the node itself count, too. Not "
            "drawn up to three connections a minute, as on an idle replica, where it says nothing."
        ),
        unit="ratio",
        query=(
            f"clamp_min(\n  1 - sum by ({NODE}) (rate(db_connections_opened_tls_total{{<selector>}}[<window>]))\n"
            f"  / ({_OPENED} > 0),\n  0\n)"
        ),
        guard=f"{_OPENED} > 0.05",
        guard_on=NODE,
    ),
)

THREADS = (
    Signal(
        name="lag",
        title="True replication lag",
        help="Age of the newest heartbeat row a replica has applied: the only figure that is true on a dead link.",
        unit="seconds",
        query=f"{HEARTBEAT_AGE}\n{REPLICA}",
    ),
    Signal(
        name="lag_known",
        title="Lag is known",
        help=(
            "Whether a replica has a heartbeat row. Without one nobody knows its lag: Seconds_Behind_Master is no "
            "witness."
        ),
        unit="bool",
        query=f"max by ({NODE}) (db_replication_heartbeat_known{{<selector>}})\n{REPLICA}",
    ),
    Signal(
        name="threads_running",
        title="Replicas that receive and apply",
        help="1 while both replication threads of every channel run. Connecting does not count as running.",
        unit="bool",
        query=(
            f"min by ({NODE}) (db_replication_io_running{{<selector>}})\n"
            f"* min by ({NODE}) (db_replication_sql_running{{<selector>}})\n{REPLICA}"
        ),
    ),
    Signal(
        name="io_running",
        title="Replication threads",
        help="Which of the two threads runs on each replica: I/O receives changes, SQL applies them.",
        unit="bool",
        query=f"min by ({NODE}) (db_replication_io_running{{<selector>}})\n{REPLICA}",
        legend="{{instance}} I/O",
    ),
    Signal(
        name="sql_running",
        title="SQL thread",
        help="The SQL thread stops at the first change it cannot apply.",
        unit="bool",
        query=f"min by ({NODE}) (db_replication_sql_running{{<selector>}})\n{REPLICA}",
        legend="{{instance}} SQL",
    ),
)

SIGNALS = (*COMMON, *WORK, *INNODB, *THREADS)
HEADLINE = Headline(signal="up")
