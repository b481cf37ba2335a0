"""Which alerts each fault must raise. Faults that do not touch each other happen together, to keep the play short."""

from tests.exporters.db.postgresql.live import faults
from tests.exporters.db.postgresql.live.stage import Stage
from tests.exporters.live.play import Fault

ACTS: tuple[Fault[Stage], ...] = (
    Fault(
        title="a bad day",
        lasts=faults.busy,
        fires=(
            "PostgresqlDeadlocks",
            "PostgresqlIdleInTransaction",
            "PostgresqlLockQueue",
            "PostgresqlLongTransaction",
            "PostgresqlRollbacks",
            "PostgresqlSessionsWithoutTls",
            "PostgresqlTempFiles",
        ),
    ),
    Fault(
        title="what fills up",
        lasts=faults.filled,
        fires=(
            "PostgresqlCacheMisses",
            "PostgresqlCheckpointsForced",
            "PostgresqlDeadRows",
            "PostgresqlMxidAge",
            "PostgresqlSizeLimit",
            "PostgresqlSlotInactive",
            "PostgresqlSlotRetainsWal",
            "PostgresqlXidAge",
            "PostgresqlXidWraparound",
        ),
    ),
    Fault(
        title="an archive that fails and a slot that is lost",
        lasts=faults.archive_fails,
        fires=("PostgresqlArchiveFailing", "PostgresqlSlotLosingWal"),
    ),
    Fault(
        title="a paused replay",
        lasts=faults.paused,
        fires=("PostgresqlReplayPaused", "PostgresqlReplicaLagging", "PostgresqlReplicaFarBehind"),
    ),
    Fault(
        title="a full server",
        lasts=faults.crowded,
        fires=(
            "PostgresqlConnectBudgetBurn",
            "PostgresqlConnectionsExhausted",
            "PostgresqlConnectionsHigh",
            "PostgresqlRefusesConnections",
        ),
    ),
    Fault(title="a slow door", lasts=faults.slow_door, fires=("PostgresqlConnectSlow",)),
    Fault(
        title="a dead link, old certificates",
        lasts=faults.cut_off,
        fires=(
            "PostgresqlReceiverStopped",
            "PostgresqlStandbyMissing",
            "PostgresqlCertificateExpiring",
            "PostgresqlCertificateExpiresSoon",
        ),
    ),
    Fault(
        title="rights taken away",
        lasts=faults.tightened,
        fires=(
            "PostgresqlCollectorFailing",
            "PostgresqlCollectorStale",
            "PostgresqlMetricsMissing",
            "PostgresqlPrivilegeMissing",
            "PostgresqlReplicaLagUnknown",
        ),
    ),
    Fault(
        title="damage, found after a restart",
        lasts=faults.damaged,
        fires=("PostgresqlDataDamaged", "PostgresqlRestarted"),
    ),
    Fault(
        title="a heart that stops, reports that are cancelled",
        lasts=faults.heartless,
        fires=("PostgresqlHeartbeatStopped", "PostgresqlQueriesCancelled"),
    ),
    Fault(title="a primary that is gone", lasts=faults.gone, fires=("PostgresqlDown", "PostgresqlNoWritableNode")),
    Fault(title="two primaries", lasts=faults.split, fires=("PostgresqlSplitBrain",)),
    Fault(title="nobody watches", lasts=faults.unwatched, fires=("PostgresqlTargetMissing",)),
)
