"""What is worth knowing of PostgreSQL beyond what every database tells."""

from obs.catalog.database_signals import COMMON, HEARTBEAT_AGE, NODE, REPLICA, longest_since
from obs.model.signal import Headline, Signal

_COMMITTED = f"sum by ({NODE}) (rate(db_transactions_committed_total{{<selector>}}[<window>]))"
_ROLLED_BACK = f"sum by ({NODE}) (rate(db_transactions_rolled_back_total{{<selector>}}[<window>]))"
_FINISHED = f"{_COMMITTED} + {_ROLLED_BACK}"
_TABLE = f"{NODE}, database, table"

WORK = (
    Signal(
        name="transactions",
        title="Transactions",
        help="Transactions finished per second, committed or rolled back.",
        unit="per_second",
        query=f"{_COMMITTED}\n+ {_ROLLED_BACK}",
    ),
    Signal(
        name="rollback_ratio",
        title="Share rolled back",
        help=(
            "Share of transactions that ended in a rollback: errors in applications, lost connections, deadlocks. Not "
            "drawn up to one transaction per second, as on an idle standby, where it says nothing."
        ),
        unit="ratio",
        query=f"{_ROLLED_BACK}\n/ ({_FINISHED} > 0)",
        guard=f"{_FINISHED} > 1",
        guard_on=NODE,
    ),
    Signal(
        name="checksum_failures",
        title="Damaged pages in an hour",
        help="Pages read whose checksum did not match. One is one too many: the disk or the memory returns wrong data.",
        unit="count",
        query=f"sum by ({NODE}) (increase(db_checksum_failures_total{{<selector>}}[1h]))",
    ),
    Signal(
        name="archive_failures",
        title="Failed archivals in 15 minutes",
        help=(
            "Log files that could not be archived. They stay on disk, and recovery to a point in time ends before them."
        ),
        unit="count",
        query=f"sum by ({NODE}) (increase(db_archive_failures_total{{<selector>}}[15m]))",
    ),
    Signal(
        name="conflicts",
        title="Queries cancelled on replicas",
        help="Queries a replica cancelled because replay had to remove what they were reading.",
        unit="per_second",
        query=f"sum by ({NODE}) (rate(db_recovery_conflicts_total{{<selector>}}[<window>]))",
    ),
)

STREAMING = (
    Signal(
        name="lag",
        title="True replication lag",
        help=(
            "Age of the newest heartbeat row a replica has replayed. Without a heartbeat table, the exporter's"
            " estimate, true within 35 seconds, while there is one."
        ),
        unit="seconds",
        query=(
            f"(\n  {HEARTBEAT_AGE}\n"
            f"  or max by ({NODE}) (db_replication_lag_estimate_seconds{{<selector>}})\n"
            f"  and on ({NODE}) max by ({NODE}) (db_replication_lag_estimate_known{{<selector>}}) == 1\n)\n{REPLICA}"
        ),
    ),
    Signal(
        name="lag_known",
        title="Lag is known",
        help=(
            "Whether a replica has a heartbeat row or at least a receiver to judge by. Without either, no lag is no "
            "news."
        ),
        unit="bool",
        query=(
            f"clamp_max(\n  max by ({NODE}) (db_replication_heartbeat_known{{<selector>}})\n"
            f"  + max by ({NODE}) (db_replication_lag_estimate_known{{<selector>}}),\n  1\n)\n{REPLICA}"
        ),
    ),
    Signal(
        name="receiver",
        title="Replicas that stream",
        help=(
            "Whether a replica's WAL receiver is connected. On a dead link it says so for up to a minute after the "
            "fact."
        ),
        unit="bool",
        query=f"min by ({NODE}) (db_replication_receiver_streaming{{<selector>}})\n{REPLICA}",
    ),
    Signal(
        name="paused",
        title="Replay paused by command",
        help="1 on a replica where somebody ran pg_wal_replay_pause() and nobody resumed.",
        unit="bool",
        query=f"max by ({NODE}) (db_replication_paused{{<selector>}})\n{REPLICA}",
    ),
    Signal(
        name="bytes_behind",
        title="Log not yet replayed",
        help=(
            "Bytes between the position of the foremost node and what each replica has replayed: the truth by another "
            "path. Some of it is that the nodes are read up to a scrape apart."
        ),
        unit="bytes",
        query=(
            "max by (<group>) (db_wal_position_bytes{<selector>})\n"
            f"- on (<group>) group_right () max by ({NODE}) (db_wal_position_bytes{{<selector>}})\n{REPLICA}"
        ),
    ),
    Signal(
        name="slots_active",
        title="Slots in use",
        help="Whether somebody reads from each replication slot. A slot nobody reads keeps log files for ever.",
        unit="bool",
        query=f"min by ({NODE}, slot) (db_replication_slot_active{{<selector>}})",
        legend="{{instance}} {{slot}}",
    ),
    Signal(
        name="slot_retained",
        title="Log kept for slots",
        help="Write-ahead log on disk that only a slot's reader still needs.",
        unit="bytes",
        query=f"max by ({NODE}, slot) (db_replication_slot_retained_bytes{{<selector>}})",
        legend="{{instance}} {{slot}}",
    ),
    Signal(
        name="slots_at_risk",
        title="Slots losing their log",
        help="1 where the server no longer keeps, or has removed, what the slot's reader still needs.",
        unit="bool",
        query=f"max by ({NODE}, slot) (db_replication_slot_at_risk{{<selector>}})",
        legend="{{instance}} {{slot}}",
    ),
)

UPKEEP = (
    Signal(
        name="idle_in_transaction_age",
        title="Longest idle in a transaction",
        help="How long a client has left a transaction open without a word. It holds locks for nobody's benefit.",
        unit="seconds",
        query=f"clamp_min({longest_since('db_longest_idle_in_transaction_start_timestamp_seconds')}, 0)",
    ),
    Signal(
        name="xid_age",
        title="Transaction id age",
        help="Transactions since the oldest unfrozen row. Near 2.1 billion the server refuses all writes.",
        unit="count",
        query=f"max by ({NODE}, database) (db_xid_age{{<selector>}})",
        legend="{{instance}} {{database}}",
    ),
    Signal(
        name="mxid_age",
        title="Multixact age",
        help="The same limit for row locks shared by several transactions, which foreign keys and SELECT FOR SHARE create.",
        unit="count",
        query=f"max by ({NODE}, database) (db_mxid_age{{<selector>}})",
        legend="{{instance}} {{database}}",
    ),
    Signal(
        name="temp_bytes",
        title="Temporary files written",
        help="Sorts and joins that did not fit into work_mem and went to disk.",
        unit="bytes_per_second",
        query=f"sum by ({NODE}) (rate(db_temp_bytes_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="checkpoints_requested",
        title="Forced checkpoints in an hour",
        help="Checkpoints that could not wait for their time, mostly because max_wal_size was reached.",
        unit="count",
        query=f"sum by ({NODE}) (increase(db_checkpoints_requested_total{{<selector>}}[1h]))",
    ),
    Signal(
        name="checkpoints_timed",
        title="Timed checkpoints in an hour",
        help="Checkpoints begun by the clock: twelve an hour with the default checkpoint_timeout of five minutes.",
        unit="count",
        query=f"sum by ({NODE}) (increase(db_checkpoints_timed_total{{<selector>}}[1h]))",
    ),
    Signal(
        name="dead_rows",
        title="Share of dead rows",
        help=(
            "Dead rows among all rows of the twenty tables with most of them. Autovacuum should keep it below a fifth. "
            "Not drawn for tables with up to a hundred thousand dead rows, which are soon read."
        ),
        unit="ratio",
        query=(
            f"max by ({_TABLE}) (db_table_dead_rows{{<selector>}})\n"
            f"/ (\n  max by ({_TABLE}) (db_table_dead_rows{{<selector>}})\n"
            f"  + max by ({_TABLE}) (db_table_live_rows{{<selector>}}) > 0\n)"
        ),
        guard=f"max by ({_TABLE}) (db_table_dead_rows{{<selector>}}) > 100000",
        guard_on=_TABLE,
        legend="{{instance}} {{table}}",
    ),
    Signal(
        name="plain_sessions",
        title="Sessions without TLS",
        help="Client sessions over the network whose queries, passwords and rows anybody on the way can read.",
        unit="connections",
        query=f"max by ({NODE}) (db_client_sessions_without_tls{{<selector>}})",
    ),
)

SIGNALS = (*COMMON, *WORK, *STREAMING, *UPKEEP)
HEADLINE = Headline(signal="up")
