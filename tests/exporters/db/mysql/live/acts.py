"""Which alerts each fault must raise. Faults that do not touch each other happen together, to keep the play short."""

from tests.engines.servers.mysql_flavours import flavour
from tests.exporters.db.mysql.live import faults
from tests.exporters.db.mysql.live.stage import Stage
from tests.exporters.live.play import Fault

UNTOLD = frozenset({"MysqlDeadlocks"} if flavour().grants == "mysql-5.7" else ())
"""Of what this server does not count."""
ACTS: tuple[Fault[Stage], ...] = (
    Fault(
        title="a bad day",
        fires=(
            "MysqlAbortedConnects",
            "MysqlCacheMisses",
            "MysqlCommitsNotDurable",
            *({"MysqlDeadlocks"} - UNTOLD),
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
    Fault(
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
    Fault(
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
    Fault(
        title="no heartbeat, no link",
        fires=("MysqlReplicaLagUnknown", "MysqlReplicationStopped", "MysqlStandbyMissing"),
        lasts=faults.silent_io,
    ),
    Fault(title="nobody takes writes", fires=("MysqlNoWritableNode", "MysqlHeartbeatStopped"), lasts=faults.read_only),
    Fault(
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
    Fault(
        title="more writes than memory, and a forgotten snapshot",
        fires=("MysqlBufferPoolExhausted", "MysqlUndoHistoryLong"),
        lasts=faults.outgrown,
    ),
    Fault(title="a dead replica", fires=("MysqlDown",), lasts=faults.dead_replica),
    Fault(title="a restart without TLS", fires=("MysqlRestarted", "MysqlTlsNotOffered"), lasts=faults.restarted),
    Fault(title="a frozen node", fires=("MysqlConnectSlow",), lasts=faults.frozen),
    Fault(title="nobody watches", fires=("MysqlTargetMissing",), lasts=faults.unwatched),
)
