"""The MySQL dashboard: where each question stands."""

from obs.model.signal import Panel, Row

STATE = (("0", "no", "red"), ("1", "yes", "green"))
UP = (("0", "no answer", "red"), ("1", "answers", "green"))
ACCEPTS = (("0", "refuses", "red"), ("1", "accepts", "green"))

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(signals=("up",), kind="stat", width=6, mappings=UP),
            Panel(signals=("writable",), kind="stat", width=6),
            Panel(signals=("accepts",), kind="stat", width=6, mappings=ACCEPTS),
            Panel(signals=("uptime",), kind="stat", width=6),
            Panel(signals=("connect_failures",), height=11),
            Panel(signals=("connect_duration",)),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("queries",), width=8),
            Panel(signals=("refused",), width=8),
            Panel(signals=("aborted",), width=8),
            Panel(signals=("deadlocks",)),
            Panel(signals=("lock_timeouts",)),
        ),
    ),
    Row(
        title="Is it replicating?",
        panels=(
            Panel(signals=("lag",)),
            Panel(signals=("lag_estimate",)),
            Panel(signals=("lag_known",), kind="stat", width=8, mappings=STATE),
            Panel(signals=("threads_running",), kind="stat", width=8, mappings=STATE),
            Panel(signals=("standbys_missing",), kind="stat", width=8),
            Panel(signals=("heartbeat_age",), width=8),
            Panel(signals=("io_running", "sql_running"), kind="state-timeline", width=8, mappings=STATE),
            Panel(signals=("standbys",), width=8),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("slow_queries",), width=8),
            Panel(signals=("lock_wait_age",), width=8),
            Panel(signals=("transaction_age",), width=8),
            Panel(signals=("lock_waiters",), width=8),
            Panel(signals=("row_lock_waits",), width=8),
            Panel(signals=("row_lock_wait",), width=8),
            Panel(signals=("cache_hit_ratio",), maximum=1),
            Panel(signals=("temp_disk_tables",)),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("connections_ratio",), maximum=1),
            Panel(signals=("connections",), stack=True),
            Panel(signals=("buffer_pool_waits",), width=8),
            Panel(signals=("undo_history",), width=8),
            Panel(signals=("log_size",), width=8),
            Panel(signals=("footprint",), width=6),
            Panel(signals=("size",), width=12),
            Panel(signals=("growth",), width=6),
        ),
    ),
    Row(
        title="Is it safe, and what changed?",
        panels=(
            Panel(signals=("tls_enabled",), kind="stat", width=6, mappings=STATE),
            Panel(signals=("session_tls",), kind="stat", width=6, mappings=STATE),
            Panel(signals=("certificate_left",), kind="stat", width=6),
            Panel(signals=("durable",), kind="stat", width=6, mappings=STATE),
            Panel(signals=("plain_ratio",), width=18, maximum=1),
            Panel(signals=("version",), kind="table", width=6),
            Panel(signals=("privileges",), kind="state-timeline", mappings=STATE),
            Panel(signals=("collectors",), kind="state-timeline", mappings=STATE),
            Panel(signals=("collector_age",), height=10),
            Panel(signals=("collector_duration",)),
        ),
    ),
)
