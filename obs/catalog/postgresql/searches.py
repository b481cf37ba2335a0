"""What people ask of PostgreSQL's log."""

from obs.model.search import LINES, Board, Chart, Measure, Search

SLOW = "event.dataset: postgresql.slowlog"
TIME = Measure(label="p95", operation="percentile", field="event.duration", nanoseconds=True)
DEADLOCK = 'event.module: postgresql and message: "deadlock detected"'
LOGIN = 'event.module: postgresql and message: ("password authentication failed" or "no pg_hba.conf entry")'
FAILED = "event.dataset: postgresql.log and log.level: (error or fatal)"

BOARD = Board(
    name="postgresql",
    title="PostgreSQL log",
    help="Statements that were slow or failed, deadlocks, and logins that were refused.",
    query="event.module: postgresql",
    formats=("postgresql",),
    component="postgresql",
    controls=("service.name", "postgresql.log.database", "user.name"),
    charts=(
        Chart(name="slow", title="Slow statements", help="By role.", query=SLOW, by=("user.name",)),
        Chart(name="errors", title="Errors", help="By database.", query=FAILED, by=("postgresql.log.database",)),
        Chart(
            name="slowest",
            title="Slow statements by database and role",
            help="How many, and how long.",
            kind="table",
            query=SLOW,
            by=("postgresql.log.database", "user.name"),
            values=(LINES, TIME),
            width=48,
        ),
    ),
    searches=(
        Search(
            name="slow",
            title="PostgreSQL: slow statements",
            help="Each with duration and role.",
            query=SLOW,
            columns=("event.duration", "user.name", "postgresql.log.database", "postgresql.log.query"),
            alerts=("PostgresqlLongTransaction", "PostgresqlLockQueue", "PostgresqlCacheMisses", "PostgresqlTempFiles"),
        ),
        Search(
            name="deadlocks",
            title="PostgreSQL: deadlocks",
            help="Which processes waited for each other.",
            query=DEADLOCK,
            columns=("log.level", "user.name", "postgresql.log.database", "message"),
            alerts=("PostgresqlDeadlocks",),
        ),
        Search(
            name="logins-refused",
            title="PostgreSQL: logins refused",
            help="Wrong password, or no rule for the address.",
            query=LOGIN,
            columns=("log.level", "user.name", "postgresql.log.database", "message"),
        ),
        Search(
            name="errors",
            title="PostgreSQL: errors",
            help="Statements that failed, and what ended the server or a session.",
            query=FAILED,
            columns=("log.level", "user.name", "postgresql.log.database", "message"),
                    ),
    ),
    shown=("slow",),
    otherwise="errors",
)
