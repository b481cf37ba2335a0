"""Barong: application log (JSON, times with a zone), API requests of grape, Rails' logger, boot lines."""

from dataclasses import replace

from obs.catalog.log_shapes import (
    RAILS,
    REQUEST,
    REQUEST_DROP,
    REQUEST_FIELDS,
    RUBY_TRACE,
    RUBY_TRACES,
    keyword,
    level_field,
    message_field,
    time_field,
)
from obs.catalog.redaction import IBAN
from obs.model.logs import Dialect, Field, LogFormat, Secret

LOGS = LogFormat(
    name="barong",
    title="Barong",
    dialects=(
        replace(REQUEST, dataset="barong.access"),
        Dialect(name="app", help="level, time, message.", dataset="barong.log", mark="level"),
        replace(RAILS, dataset="barong.rails"),
        replace(RUBY_TRACE, dataset="barong.rails"),
    ),
    fields=(
        time_field("time", "date"),
        level_field("level", "severity"),
        message_field("message"),
        *REQUEST_FIELDS,
        Field(name="process.pid", type="long", help="Process.", sources=("pid",), convert="integer"),
        keyword("http.request.id", "Id of the request.", "request_id"),
        keyword("user.id", "UID of the user.", "uid", "data.params.uid"),
    ),
    levels={"any": "error", "unknown": "error", "a": "error"},
    join=RUBY_TRACES,
    drop=REQUEST_DROP,
    secrets=(
        IBAN,
        Secret(
            name="profile",
            help="Addresses and numbers of profiles and phones, under names too common elsewhere to hide them there.",
            expression=r"(\\*\"(?:address|city|number|metadata|doc_type)\\*\" ?(?::|=>) ?\\*\")[^\"\\]+",
            replace=r"\1[PERSONAL]",
        ),
    ),
)
"""`any` is what `Logger#unknown` writes, which Peatio and Barong use for exceptions."""
