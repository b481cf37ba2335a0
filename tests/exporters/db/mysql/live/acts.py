"""Which alerts each fault must raise. Faults that do not touch each other happen together, to keep the play short."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.exporters.db.mysql.live import faults
from tests.exporters.db.mysql.live.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Act:
    """Faults that last together, and the alerts they raise."""

    title: str
    fires: tuple[str, ...]
    lasts: Callable[[Stage], AbstractContextManager[None]]


ACTS = (
    Act(
        title="a bad day",
        fires=(
            "MysqlAbortedConnects",
            "MysqlCacheMisses",
            "MysqlCommitsNotDurable",
            "MysqlDeadlocks",
            "MysqlLockQueue",
            "MysqlLockTimeouts",
            "MysqlLongTransaction",
            "MysqlRowLockWaits",
            "MysqlSessionsWithoutTls",
            "MysqlSlowQueries",
            "MysqlTempTablesOnDisk",
        ),
        lasts=faults.busy,
    ),
    Act(
        title="a dead link, a full volume, an old certificate",
        fires=(
            "MysqlReplicaLagging",
            "MysqlReplicaFarBehind",
            "MysqlSizeLimit",
            "MysqlCertificateExpiring",
            "MysqlCertificateExpiresSoon",
        ),
        lasts=faults.cut_off,
    ),
    Act(
        title="a broken replica",
        fires=(
            "MysqlSplitBrain",
            "MysqlPrivilegeMissing",
            "MysqlCollectorFailing",
            "MysqlCollectorStale",
            "MysqlMetricsMissing",
        ),
        lasts=faults.broken_replica,
    ),
    Act(
        title="no heartbeat, no link",
        fires=("MysqlReplicaLagUnknown", "MysqlReplicationStopped", "MysqlStandbyMissing"),
        lasts=faults.silent_io,
    ),
    Act(title="nobody takes writes", fires=("MysqlNoWritableNode", "MysqlHeartbeatStopped"), lasts=faults.read_only),
    Act(
        title="a full server",
        fires=(
            "MysqlRefusesConnections",
            "MysqlConnectionsRefused",
            "MysqlConnectionsHigh",
            "MysqlConnectionsExhausted",
            "MysqlConnectBudgetBurn",
        ),
        lasts=faults.crowded,
    ),
    Act(
        title="more writes than memory, and a forgotten snapshot",
        fires=("MysqlBufferPoolExhausted", "MysqlUndoHistoryLong"),
        lasts=faults.outgrown,
    ),
    Act(title="a dead replica", fires=("MysqlDown",), lasts=faults.dead_replica),
    Act(title="a restart without TLS", fires=("MysqlRestarted", "MysqlTlsNotOffered"), lasts=faults.restarted),
    Act(title="a frozen node", fires=("MysqlConnectSlow",), lasts=faults.frozen),
    Act(title="nobody watches", fires=("MysqlTargetMissing",), lasts=faults.unwatched),
)
