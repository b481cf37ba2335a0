"""PostgreSQL: stderr with the prefixes its images and operators set, and jsonlog (from version 15)."""

from obs.catalog.log_shapes import CLOCK, REST, keyword, level_field, message_field, time_field
from obs.model.logs import Dialect, Field, Join, LogFormat

_SEVERITY = r"LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DEBUG[1-5]?"
_MORE = r"DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION"

LOGS = LogFormat(
    name="postgresql",
    title="PostgreSQL",
    dialects=(
        Dialect(
            name="duration",
            help="A slow statement: log_min_duration_statement.",
            dataset="postgresql.slowlog",
            pattern=(
                rf"^(?<time>\d{{4}}-\d\d-\d\d {CLOCK} [A-Z]{{3,4}}) \[(?<pid>\d+)\](?: (?<user>[^@ ]*)@(?<database>\S*))? "
                r"(?<severity>LOG): +duration: (?<duration>[0-9.]+) ms(?: +(?<step>statement|parse|bind|execute)[^:]*: "
                r"(?<query>[\s\S]*))?"
            ),
        ),
        Dialect(
            name="text",
            help="log_line_prefix '%m [%p] ' and '%m [%p] %q%u@%d '.",
            dataset="postgresql.log",
            pattern=(
                rf"^(?<time>\d{{4}}-\d\d-\d\d {CLOCK} [A-Z]{{3,4}}) \[(?<pid>\d+)\](?: (?<user>[^@ ]*)@(?<database>\S*))? "
                rf"(?:(?<severity>{_SEVERITY})|(?<part>{_MORE})): +{REST}"
            ),
        ),
        Dialect(name="json", help="jsonlog.", dataset="postgresql.log", mark="error_severity"),
    ),
    fields=(
        time_field("time", "timestamp"),
        level_field("severity", "error_severity"),
        message_field("message", "query"),
        Field(name="process.pid", type="long", help="Backend.", sources=("pid",), convert="integer"),
        keyword("user.name", "Role.", "user"),
        keyword("postgresql.log.database", "Database.", "database", "dbname"),
        Field(name="event.duration", type="long", help="How long it took, nanoseconds.", sources=("duration",), convert="milliseconds"),
        Field(name="postgresql.log.query", type="wildcard", help="The statement.", sources=("query", "statement")),
        keyword("postgresql.log.query_step", "statement, parse, bind or execute.", "step"),
        keyword("postgresql.log.part", "DETAIL, HINT, STATEMENT …: belongs to the line before.", "part"),
        keyword("error.code", "SQLSTATE.", "state_code"),
        Field(name="source.ip", type="ip", help="Client.", sources=("remote_host",), convert="address"),
        keyword("postgresql.log.application_name", "Client program.", "application_name"),
    ),
    join=Join(start=r"^\d{4}-\d\d-\d\d \d\d:", follow=r"^(?!\d{4}-\d\d-\d\d \d\d:|\{\")"),
)
"""Statements keep their line breaks; from the second line on they begin with a tab."""
