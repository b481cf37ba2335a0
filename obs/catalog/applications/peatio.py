"""Peatio: application log (JSON, zone-less UTC), API requests of grape, Rails' logger, daemons under God, boot lines."""

from dataclasses import replace

from obs.catalog.log_shapes import (
    DAEMON,
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
from obs.model.logs import Dialect, Field, LogFormat

PEATIO = LogFormat(
    name="peatio",
    title="Peatio",
    dialects=(
        replace(REQUEST, dataset="peatio.access"),
        Dialect(
            name="worker",
            help="A worker's hash, merged into the line: deposits, withdrawals.",
            dataset="peatio.worker",
            mark="worker",
        ),
        Dialect(
            name="app",
            help="level, time, message; a reported API error adds path and params.",
            dataset="peatio.log",
            mark="level",
        ),
        replace(RAILS, dataset="peatio.rails"),
        replace(DAEMON, dataset="peatio.daemon"),
        replace(RUBY_TRACE, dataset="peatio.rails"),
    ),
    fields=(
        time_field("time", "date"),
        level_field("level", "severity"),
        message_field("message"),
        *REQUEST_FIELDS,
        Field(name="process.pid", type="long", help="Process.", sources=("pid",), convert="integer"),
        keyword("http.request.id", "Id of the request.", "request_id"),
        keyword("log.logger", "Daemon, or file of the worker.", "daemon", "worker"),
        keyword("labels.currency", "Currency it is about.", "currency", "params.currency", "data.params.currency"),
        keyword("labels.market", "Market it is about.", "market", "params.market", "data.params.market"),
        keyword("labels.blockchain", "Blockchain it is about.", "blockchain_key"),
        Field(name="peatio.amount", type="double", help="Amount, in the currency.", sources=("amount",), convert="number"),
        Field(name="peatio.fee", type="double", help="Fee, in the currency.", sources=("fee",), convert="number"),
        keyword("user.id", "UID of the user.", "uid", "params.uid"),
    ),
    levels={"any": "error", "unknown": "error", "a": "error"},
    join=RUBY_TRACES,
    drop=REQUEST_DROP,
    secrets=(IBAN,),
)
"""`any` is what `Logger#unknown` writes, which Peatio and Barong use for exceptions."""
