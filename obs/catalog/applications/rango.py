"""Rango and other Go services of the exchange: zerolog's JSON, zap's logfmt, Go's panics."""

from dataclasses import replace

from obs.catalog.log_shapes import GO_TRACE, ISO, keyword, level_field, message_field, time_field
from obs.model.logs import Dialect, LogFormat

RANGO = LogFormat(
    name="rango",
    title="Go services of the exchange",
    dialects=(
        Dialect(name="zerolog", help="level, time, message and fields.", dataset="rango.log", mark="level"),
        Dialect(
            name="zap",
            help="logfmt; the whole line is the message.",
            dataset="rango.log",
            pattern=rf"^ts=(?<ts>{ISO}) level=(?<severity>[a-z]+) msg=(?:\"(?:[^\"\\]|\\.)*\"|\S*)(?: .*)?",
        ),
        replace(GO_TRACE, dataset="rango.log"),
    ),
    fields=(
        time_field("time", "ts"),
        level_field("level", "severity"),
        message_field("message"),
        keyword("error.message", "What went wrong.", "error"),
    ),
    languages=("go",),
)
