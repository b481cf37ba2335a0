"""What pages and what makes a ticket on PostgreSQL."""

from obs.catalog import database_alerts, database_replication, database_trust
from obs.model.alert import Alert

_FAILING = (
    Alert(
        name="PostgresqlReceiverStopped",
        signal="receiver",
        is_="<",
        threshold=1,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="A replica receives nothing from its primary.",
        description="The WAL receiver of {{ $labels.instance }} does not stream; the replica falls behind from now on.",
        why="A receiver reconnects within seconds (wal_retrieve_retry_interval is 5 s): five minutes mean it cannot.",
    ),
    Alert(
        name="PostgresqlReplayPaused",
        signal="paused",
        is_=">",
        threshold=0,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Replay was paused by hand and never resumed.",
        description="{{ $labels.instance }} receives changes but replays none until somebody resumes it.",
        why="Nobody needs a replica stopped for more than ten minutes without having silenced this first.",
    ),
    Alert(
        name="PostgresqlSlotInactive",
        signal="slots_active",
        is_="<",
        threshold=1,
        hold="15m",
        severity="warning",
        triage="failing",
        summary="Nobody reads from a replication slot.",
        description="Slot {{ $labels.slot }} on {{ $labels.instance }} has no reader; its log files pile up on disk.",
        why="A replica's restart takes minutes; a slot without a reader for fifteen belongs to something gone.",
    ),
    Alert(
        name="PostgresqlSlotLosingWal",
        signal="slots_at_risk",
        is_=">",
        threshold=0,
        hold="1m",
        severity="warning",
        triage="failing",
        summary="A replication slot loses the log its reader still needs.",
        description=(
            "Slot {{ $labels.slot }} on {{ $labels.instance }} is unreserved or lost; its replica may need a new copy."
        ),
        why="wal_status is unreserved or lost only past max_slot_wal_keep_size: minutes are left, or none.",
    ),
    Alert(
        name="PostgresqlRollbacks",
        signal="rollback_ratio",
        is_=">",
        threshold=0.1,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Many transactions end in a rollback.",
        description=(
            "{{ $value | humanizePercentage }} of transactions on {{ $labels.instance }} are rolled back (limit "
            "<threshold>)."
        ),
        why="Rails rolls back on errors only; one transaction in ten is an application failing, not a user mistyping.",
    ),
    Alert(
        name="PostgresqlQueriesCancelled",
        signal="conflicts",
        is_=">",
        threshold=0.1,
        hold="10m",
        severity="info",
        triage="failing",
        summary="A replica cancels queries to keep up.",
        description=(
            "{{ $value | humanize }} queries per second are cancelled on {{ $labels.instance }} (limit <threshold>)."
        ),
        why="One in ten seconds, sustained: reports on the replica fail again and again.",
    ),
    Alert(
        name="PostgresqlDataDamaged",
        signal="checksum_failures",
        is_=">",
        threshold=0,
        hold="1m",
        severity="critical",
        triage="failing",
        summary="The server read pages whose checksum is wrong.",
        description="{{ $value | humanize }} damaged pages were read on {{ $labels.instance }} within an hour.",
        why="A wrong checksum is data that changed on its own; every further write may spread it.",
    ),
    Alert(
        name="PostgresqlArchiveFailing",
        signal="archive_failures",
        is_=">",
        threshold=0,
        hold="15m",
        severity="warning",
        triage="failing",
        summary="Write-ahead log cannot be archived.",
        description="{{ $value | humanize }} archivals failed on {{ $labels.instance }} within 15 minutes.",
        why="The archiver retries every minute; a quarter of an hour of failures is no hiccup of the store.",
    ),
)

_SLOW = (
    Alert(
        name="PostgresqlIdleInTransaction",
        signal="idle_in_transaction_age",
        is_=">",
        threshold=300,
        hold="1m",
        severity="warning",
        triage="slow",
        summary="A client left a transaction open.",
        description=(
            "A session on {{ $labels.instance }} idles in a transaction for {{ $value | humanizeDuration }} (limit "
            "<threshold>)."
        ),
        why="No code of the platform thinks for five minutes inside a transaction: it hangs, or a person forgot it.",
    ),
    Alert(
        name="PostgresqlTempFiles",
        signal="temp_bytes",
        is_=">",
        threshold=10 * 2**20,
        hold="15m",
        severity="info",
        triage="slow",
        summary="Queries spill to temporary files.",
        description=(
            "{{ $value | humanize1024 }}B per second go to temporary files on {{ $labels.instance }} (limit "
            "<threshold>)."
        ),
        why="10 MiB/s are 840 GiB a day written for nothing but too little work_mem.",
    ),
)

_FULL = (
    Alert(
        name="PostgresqlSlotRetainsWal",
        signal="slot_retained",
        is_=">",
        threshold=10 * 2**30,
        option="slot_retained_bytes",
        hold="10m",
        severity="warning",
        triage="full",
        summary="A replication slot fills the disk with log files.",
        description=(
            "Slot {{ $labels.slot }} on {{ $labels.instance }} keeps {{ $value | humanize1024 }}B of log (limit "
            "<threshold>)."
        ),
        why="Ten times the default max_wal_size of 1 GB; set the option to a fifth of the volume.",
    ),
    Alert(
        name="PostgresqlXidAge",
        signal="xid_age",
        is_=">",
        threshold=1e9,
        hold="10m",
        severity="warning",
        triage="full",
        summary="A database is half way to transaction id wraparound.",
        description=(
            "{{ $labels.database }} on {{ $labels.instance }} has rows {{ $value | humanize }} transactions old "
            "(limit <threshold>)."
        ),
        why="Autovacuum freezes from 200 million on; a billion of about 2.1 billion means it fails.",
    ),
    Alert(
        name="PostgresqlXidWraparound",
        signal="xid_age",
        is_=">",
        threshold=1.5e9,
        hold="5m",
        severity="critical",
        triage="full",
        summary="A database comes close to refusing all writes.",
        description=(
            "{{ $labels.database }} on {{ $labels.instance }} has rows {{ $value | humanize }} transactions old "
            "(limit <threshold>); at 2.1G nothing can be written."
        ),
        why="Writes stop three million transactions before 2^31 (PostgreSQL manual): at 1000/s a week is left.",
    ),
    Alert(
        name="PostgresqlMxidAge",
        signal="mxid_age",
        is_=">",
        threshold=1e9,
        hold="10m",
        severity="warning",
        triage="full",
        summary="A database is half way to multixact wraparound.",
        description=(
            "{{ $labels.database }} on {{ $labels.instance }} has multixacts {{ $value | humanize }} old (limit "
            "<threshold>)."
        ),
        why="The same limit of about 2.1 billion as for transaction ids; autovacuum freezes from 400 million on.",
    ),
    Alert(
        name="PostgresqlCheckpointsForced",
        signal="checkpoints_requested",
        is_=">",
        threshold=12,
        hold="10m",
        severity="info",
        triage="full",
        summary="Checkpoints cannot wait for their time.",
        description=(
            "{{ $value | humanize }} checkpoints were forced on {{ $labels.instance }} within an hour (limit "
            "<threshold>)."
        ),
        why="More than the twelve timed ones an hour of the default checkpoint_timeout: max_wal_size is too small.",
    ),
    Alert(
        name="PostgresqlDeadRows",
        signal="dead_rows",
        is_=">",
        threshold=0.4,
        hold="30m",
        severity="warning",
        triage="full",
        summary="Autovacuum does not keep up with a table.",
        description=(
            "{{ $value | humanizePercentage }} of the rows of {{ $labels.table }} on {{ $labels.instance }} are dead "
            "(limit <threshold>)."
        ),
        why="Autovacuum starts at a fifth (autovacuum_vacuum_scale_factor 0.2); twice that means it is held back.",
    ),
)

_CHANGED = (
    Alert(
        name="PostgresqlSessionsWithoutTls",
        signal="plain_sessions",
        is_=">",
        threshold=0,
        hold="10m",
        severity="warning",
        triage="changed",
        summary="Clients talk to the database without encryption.",
        description="{{ $value | humanize }} sessions on {{ $labels.instance }} are not encrypted.",
        why="Customer data, password hashes and tokens cross the network in the clear: the number allowed is none.",
    ),
)

ALERTS = (
    *database_alerts.common("Postgresql", "PostgreSQL"),
    *database_replication.alerts("Postgresql"),
    *_FAILING,
    *_SLOW,
    *_FULL,
    *database_trust.alerts("Postgresql"),
    *_CHANGED,
)
OBJECTIVES = (database_trust.objective("Postgresql", "PostgreSQL"),)
INHIBITIONS = database_replication.inhibitions("Postgresql", stopped="PostgresqlReceiverStopped")
