"""What people ask of MySQL's logs."""

from obs.model.search import LINES, Board, Chart, Measure, Search

SLOW = "event.dataset: mysql.slowlog"
ERROR = "event.dataset: mysql.error"
TIME = Measure(label="p95", operation="percentile", field="event.duration", nanoseconds=True)
LOCK = Measure(label="Lock time", operation="max", field="mysql.slowlog.lock_time", nanoseconds=True)
READ = Measure(label="Rows read", operation="sum", field="mysql.slowlog.rows_examined")
DEADLOCK = f'{ERROR} and message: (deadlock or "Transactions deadlock detected")'

BOARD = Board(
    name="mysql",
    title="MySQL logs",
    help="Statements that were slow, transactions that were given up, and what the server complains of.",
    query="event.module: mysql",
    formats=("mysql",),
    component="mysql",
    controls=("service.name", "mysql.slowlog.schema", "user.name"),
    charts=(
        Chart(name="slow", title="Slow statements", help="By account.", query=SLOW, by=("user.name",)),
        Chart(name="errors", title="Server log by level", help="Warnings and errors of the server.", query=ERROR, by=("log.level",)),
        Chart(
            name="slowest",
            title="Slow statements by schema and account",
            help="Time, waiting for locks, and rows read.",
            kind="table",
            query=SLOW,
            by=("mysql.slowlog.schema", "user.name"),
            values=(LINES, TIME, LOCK, READ),
            width=48,
        ),
    ),
    searches=(
        Search(
            name="slow",
            title="MySQL: slow statements",
            help="Each with duration, rows and account.",
            query=SLOW,
            columns=("event.duration", "mysql.slowlog.lock_time", "mysql.slowlog.rows_examined", "user.name", "mysql.slowlog.query"),
            alerts=("MysqlSlowQueries", "MysqlLongTransaction", "MysqlLockQueue", "MysqlCacheMisses", "MysqlTempTablesOnDisk"),
        ),
        Search(
            name="deadlocks",
            title="MySQL: deadlocks",
            help="What InnoDB wrote of them, with both transactions.",
            query=DEADLOCK,
            columns=("log.level", "log.logger", "message"),
            alerts=("MysqlDeadlocks",),
        ),
        Search(
            name="errors",
            title="MySQL: errors and warnings",
            help="The server's own log.",
            query=f"{ERROR} and log.level: (warn or error or fatal)",
            columns=("log.level", "log.logger", "error.code", "message"),
        ),
    ),
    shown=("slow",),
    otherwise="errors",
)
