"""MySQL and MariaDB: the error log in its three shapes, and the slow log, whose entries are several lines."""

from obs.catalog.log_shapes import REST, keyword, level_field, message_field, time_field
from obs.model.logs import Dialect, Field, Join, LogFormat

_CLOCK = r"(?: \d|\d\d):\d\d:\d\d(?:\.\d{1,6})?"
"""MariaDB writes hours before ten with a blank in front."""

LOGS = LogFormat(
    name="mysql",
    title="MySQL",
    dialects=(
        Dialect(
            name="slow",
            help="The slow query log: who, how long, how many rows, the statement.",
            dataset="mysql.slowlog",
            pattern=(
                r"^# Time: (?<time>\S+(?: +\d+:\d\d:\d\d)?)\n# User@Host: (?<user>[^\[ ]*)\[[^\]]*\] @ *(?<host>[^\[ ]*) *"
                r"\[(?<address>[^\]]*)\](?: +Id: +(?<thread>\d+))?[^\n]*\n(?:# Thread_id: (?<thread_id>\d+)[^\n]*\n)?"
                r"# Query_time: (?<query_time>[0-9.]+) +Lock_time: (?<lock_time>[0-9.]+) +Rows_sent: (?<rows_sent>\d+) +"
                r"Rows_examined: (?<rows_examined>\d+)[^\n]*\n(?:#[^\n]*\n)*(?:use (?<schema>[^;\n]+);\n)?"
                r"(?:SET timestamp=\d+;\n)?(?<query>[\s\S]*)"
            ),
            constants={"event.category": ("database",), "event.type": ("info",)},
        ),
        Dialect(
            name="error",
            help="8.0: time, thread, level, code, subsystem. 5.7 and MariaDB leave out the last two.",
            dataset="mysql.error",
            pattern=(
                rf"^(?<time>\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(?:Z|[+-]\d\d:\d\d)?) (?:(?<thread>\d+) )?\[(?<level>[A-Za-z]+)\] "
                rf"(?:\[(?<code>MY-\d+)\] )?(?:\[(?<subsystem>[A-Za-z]+)\]:? )?{REST}"
            ),
            constants={"event.category": ("database",), "event.type": ("info",)},
        ),
    ),
    fields=(
        time_field("time"),
        level_field("level"),
        message_field("message", "query"),
        keyword("error.code", "Code of the message, e.g. MY-010068.", "code"),
        keyword("log.logger", "Subsystem: Server, InnoDB, Repl.", "subsystem"),
        Field(name="mysql.thread_id", type="long", help="Connection.", sources=("thread", "thread_id"), convert="integer"),
        keyword("user.name", "Account.", "user"),
        keyword("source.domain", "Client's host.", "host"),
        Field(name="source.ip", type="ip", help="Client.", sources=("address",), convert="address"),
        Field(name="event.duration", type="long", help="How long it took, nanoseconds.", sources=("query_time",), convert="seconds"),
        Field(name="mysql.slowlog.lock_time", type="long", help="Of that, waiting for locks, nanoseconds.", sources=("lock_time",), convert="seconds"),
        Field(name="mysql.slowlog.rows_sent", type="long", help="Rows that were sent.", sources=("rows_sent",), convert="integer"),
        Field(name="mysql.slowlog.rows_examined", type="long", help="Rows that were read.", sources=("rows_examined",), convert="integer"),
        keyword("mysql.slowlog.schema", "Database.", "schema"),
        Field(name="mysql.slowlog.query", type="wildcard", help="The statement.", sources=("query",)),
    ),
    join=Join(
        start=rf"^(?:# Time: |\d{{4}}-\d\d-\d\d[T ]{_CLOCK})",
        follow=rf"^(?!# Time: |\d{{4}}-\d\d-\d\d[T ]{_CLOCK})",
    ),
)
"""InnoDB's deadlock reports and slow statements go on over many lines."""
