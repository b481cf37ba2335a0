"""What obs_db_exporter tells of a PostgreSQL node (13 and later)."""

from obs.catalog.database_metrics import BY_DATABASE, COMMON
from obs.model.metric import Metric, Source

_SLOT = ("slot",)
_TABLE = ("database", "table")

WORK = (
    Metric(name="db_transactions_committed_total", type="counter", labels=BY_DATABASE, help="Transactions committed."),
    Metric(
        name="db_transactions_rolled_back_total", type="counter", labels=BY_DATABASE, help="Transactions rolled back."
    ),
    Metric(
        name="db_recovery_conflicts_total",
        type="counter",
        labels=BY_DATABASE,
        help="Queries on a replica cancelled because replay needed what they were reading.",
    ),
    Metric(
        name="db_temp_bytes_total",
        type="counter",
        unit="bytes",
        labels=BY_DATABASE,
        help="Bytes written to temporary files by queries that outgrew work_mem.",
    ),
    Metric(
        name="db_checksum_failures_total",
        type="counter",
        labels=BY_DATABASE,
        help="Pages whose checksum did not match; absent while data checksums are off.",
        sparse=True,
    ),
    Metric(
        name="db_longest_idle_in_transaction_start_timestamp_seconds",
        type="gauge",
        unit="seconds",
        help="Since when the longest-idle open transaction is idle; now if none is.",
    ),
    Metric(name="db_checkpoints_timed_total", type="counter", help="Checkpoints begun because their time had come."),
    Metric(
        name="db_checkpoints_requested_total",
        type="counter",
        help="Checkpoints forced, mostly because max_wal_size was hit.",
    ),
    Metric(name="db_archive_failures_total", type="counter", help="Write-ahead log files that could not be archived."),
)

STREAMING = (
    Metric(
        name="db_replication_receiver_streaming", type="gauge", help="1 while the WAL receiver streams; 0 on a primary."
    ),
    Metric(name="db_replication_paused", type="gauge", help="1 while replay is paused by command; 0 on a primary."),
    Metric(
        name="db_wal_position_bytes",
        type="gauge",
        unit="bytes",
        help="Position in the write-ahead log: written on a primary, replayed on a replica.",
    ),
    Metric(
        name="db_replication_slot_active",
        type="gauge",
        labels=_SLOT,
        help="1 while somebody reads from the replication slot; absent without slots.",
        sparse=True,
    ),
    Metric(
        name="db_replication_slot_retained_bytes",
        type="gauge",
        unit="bytes",
        labels=_SLOT,
        help="Write-ahead log kept on disk for the slot.",
        sparse=True,
    ),
    Metric(
        name="db_replication_slot_at_risk",
        type="gauge",
        labels=_SLOT,
        help="1 if the slot's wal_status is unreserved or lost.",
        sparse=True,
    ),
)

UPKEEP = (
    Metric(name="db_xid_age", type="gauge", labels=BY_DATABASE, help="Age of the oldest unfrozen row in transactions."),
    Metric(name="db_mxid_age", type="gauge", labels=BY_DATABASE, help="Age of the oldest multixact in multixacts."),
    Metric(
        name="db_table_dead_rows",
        type="gauge",
        labels=_TABLE,
        help="Dead rows of the twenty tables that have most of them.",
        sparse=True,
    ),
    Metric(name="db_table_live_rows", type="gauge", labels=_TABLE, help="Live rows of the same tables.", sparse=True),
    Metric(
        name="db_client_sessions_without_tls", type="gauge", help="Client sessions over the network without encryption."
    ),
)

SOURCE = Source(
    name="postgresql",
    metrics=(*COMMON, *WORK, *STREAMING, *UPKEEP),
    port="metrics",
    path="/probe",
    kind="probe",
    exporter="obs_db_exporter",
)
