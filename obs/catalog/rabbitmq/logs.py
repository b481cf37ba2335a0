"""RabbitMQ: the text of 3.7 and of 3.9 and later, JSON where `log.console.formatter = json`."""

from obs.catalog.log_shapes import CLOCK, REST, keyword, level_field, message_field, time_field
from obs.model.logs import Dialect, Field, Join, LogFormat

LOGS = LogFormat(
    name="rabbitmq",
    title="RabbitMQ",
    dialects=(
        Dialect(
            name="text",
            help="Time (before 3.9 without a zone), level in brackets, Erlang process.",
            dataset="rabbitmq.log",
            pattern=(
                rf"^(?<time>\d{{4}}-\d\d-\d\d {CLOCK}(?:[+-]\d\d:\d\d)?) \[(?<level>[a-z]+)\] "
                rf"<(?<erlang>[0-9.]+)> {REST}"
            ),
        ),
        Dialect(name="json", help="time, level, msg, pid, domain.", dataset="rabbitmq.log", mark="msg"),
    ),
    fields=(
        time_field("time"),
        level_field("level"),
        message_field("message", "msg"),
        keyword("rabbitmq.log.pid", "Erlang process.", "erlang", "pid"),
        keyword("rabbitmq.log.domain", "Part of the broker.", "domain"),
        Field(name="rabbitmq.log.line", type="long", help="Line of the source.", sources=("line",), convert="integer"),
    ),
    join=Join(start=r"^\d{4}-\d\d-\d\d \d\d:", follow=r"^(?!\d{4}-\d\d-\d\d \d\d:|\{\")"),
)
"""Crash reports go on over many lines without a time of their own."""
