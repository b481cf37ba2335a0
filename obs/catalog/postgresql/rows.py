"""The PostgreSQL dashboard: where each question stands."""

from obs.model.signal import Panel, Row

STATE = (("0", "no", "red"), ("1", "yes", "green"))
PAUSED = (("0", "no", "green"), ("1", "paused", "red"))
RISK = (("0", "safe", "green"), ("1", "losing", "red"))
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
            Panel(signals=("transactions",), width=8),
            Panel(signals=("rollback_ratio",), width=8),
            Panel(signals=("deadlocks",), width=8),
            Panel(signals=("checksum_failures",), width=8),
            Panel(signals=("archive_failures",), width=8),
            Panel(signals=("conflicts",), width=8),
        ),
    ),
    Row(
        title="Is it replicating?",
        panels=(
            Panel(signals=("lag",)),
            Panel(signals=("lag_estimate",)),
            Panel(signals=("lag_known",), kind="stat", width=6, mappings=STATE),
            Panel(signals=("receiver",), kind="stat", width=6, mappings=STATE),
            Panel(signals=("paused",), kind="stat", width=6, mappings=PAUSED),
            Panel(signals=("standbys_missing",), kind="stat", width=6),
            Panel(signals=("heartbeat_age",), width=8),
            Panel(signals=("bytes_behind",), width=8),
            Panel(signals=("standbys",), width=8),
            Panel(signals=("slots_active",), kind="state-timeline", width=8, mappings=STATE),
            Panel(signals=("slots_at_risk",), kind="state-timeline", width=8, mappings=RISK),
            Panel(signals=("slot_retained",), width=8),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("lock_waiters",), width=8),
            Panel(signals=("lock_wait_age",), width=8),
            Panel(signals=("transaction_age",), width=8),
            Panel(signals=("idle_in_transaction_age",), width=8),
            Panel(signals=("cache_hit_ratio",), width=8, maximum=1),
            Panel(signals=("temp_bytes",), width=8),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("connections_ratio",), maximum=1),
            Panel(signals=("connections",), stack=True),
            Panel(signals=("xid_age",), width=8),
            Panel(signals=("mxid_age",), width=8),
            Panel(signals=("dead_rows",), width=8),
            Panel(signals=("footprint",), width=6),
            Panel(signals=("size",), width=12),
            Panel(signals=("growth",), width=6),
            Panel(signals=("log_size",), width=8),
            Panel(signals=("checkpoints_requested",), width=8),
            Panel(signals=("checkpoints_timed",), width=8),
        ),
    ),
    Row(
        title="Is it safe, and what changed?",
        panels=(
            Panel(signals=("plain_sessions",), width=6),
            Panel(signals=("session_tls",), kind="stat", width=6, mappings=STATE),
            Panel(signals=("certificate_left",), kind="stat", width=6),
            Panel(signals=("version",), kind="table", width=6),
            Panel(signals=("privileges",), kind="state-timeline", mappings=STATE),
            Panel(signals=("collectors",), kind="state-timeline", height=14, mappings=STATE),
            Panel(signals=("collector_age",), height=10),
            Panel(signals=("collector_duration",)),
        ),
    ),
)
