"""What people ask of Redis' log."""

from obs.model.search import Board, Chart, Search

COLUMNS = ("log.level", "kubernetes.pod.name", "redis.log.role", "message")
WARNED = "event.module: redis and log.level: warn"
SAVING = (
    'event.module: redis and message: ("Background saving error" or "Write error saving DB" or "Error moving temp DB file" '
    'or "Error writing to the AOF file" or "Short write while writing to the AOF file" '
    'or "temporary AOF manifest file" or "Can\'t save in background" or "Background AOF rewrite terminated with error")'
)
REPLICATION = (
    'event.module: redis and message: ("Connection with master lost" or "Connection with replica" or "MASTER <-> REPLICA" '
    'or "Error condition on socket for SYNC" or "MASTER MODE enabled" or "Full resync requested" or "Disconnecting timedout replica")'
)
STARTS = 'event.module: redis and message: ("Server initialized" or "Redis is starting" or "scheduling shutdown" or "is now ready to exit" or "DB loaded from")'

BOARD = Board(
    name="redis",
    title="Redis log",
    help="Saving that failed, replicas that were lost, starts and ends.",
    query="event.module: redis",
    formats=("redis",),
    component="redis",
    controls=("kubernetes.pod.name", "log.level"),
    charts=(
        Chart(name="by-level", title="Lines by level", help="Warnings are what went wrong.", by=("log.level",)),
        Chart(name="by-role", title="Lines by role", help="Who writes: primary, replica or a child that saves.", by=("redis.log.role",)),
    ),
    searches=(
        Search(
            name="saving",
            title="Redis: saving failed",
            help="Snapshots and append-only files that could not be written, and why.",
            query=SAVING,
            columns=COLUMNS,
            alerts=("RedisSnapshotFailed", "RedisAppendFailed", "RedisWritesRefused"),
        ),
        Search(
            name="replication",
            title="Redis: replication",
            help="Links lost and found, synchronizations, and who became primary.",
            query=REPLICATION,
            columns=COLUMNS,
            alerts=("RedisReplicationBroken", "RedisReplicaMissing", "RedisReplicaLagging", "RedisSeveralPrimaries"),
        ),
        Search(
            name="starts",
            title="Redis: starts and ends",
            help="When it came and went, and what it loaded.",
            query=STARTS,
            columns=COLUMNS,
            alerts=("RedisRestarted", "RedisLoading", "RedisNoPrimary", "RedisInstanceDown", "RedisLookupsMiss"),
        ),
        Search(
            name="warnings",
            title="Redis: warnings",
            help="All lines of the highest level; a start writes a few.",
            query=WARNED,
            columns=COLUMNS,
        ),
    ),
    shown=("warnings",),
)
