"""The event bus's dashboard, row by row."""

from obs.catalog.exporter_state import reload_panel
from obs.model.signal import Headline, Panel, Row

_EXISTS = (("0", "missing", "red"), ("1", "exists", "green"))
_WORKS = (("0", "fails", "red"), ("1", "works", "green"))
_GRANTED = (("0", "refused", "red"), ("1", "granted", "green"))

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(
                signals=("answers",), kind="stat", width=6, mappings=(("0", "no answer", "red"), ("1", "answers", "green"))
            ),
            Panel(signals=("nodes_missing",), kind="stat", width=6),
            Panel(signals=("queues_missing",), kind="stat", width=6),
            Panel(signals=("stream_queues",), kind="stat", width=6),
            Panel(signals=("present",), kind="state-timeline", width=24, mappings=_EXISTS),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("consumers",)),
            Panel(signals=("background_consumers",), width=6),
            Panel(signals=("idle_consumers",), width=6),
            Panel(signals=("single_consumers",), width=8),
            Panel(signals=("trade_errors",), width=8),
            Panel(signals=("redelivered",), width=8),
            Panel(signals=("orders_dropped",), width=8),
            Panel(signals=("unbound",), width=8),
            Panel(signals=("lost",), width=8),
            Panel(signals=("signature_failures",)),
            Panel(signals=("stream_published",)),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("mail_age",)),
            Panel(signals=("trading_age",)),
            Panel(signals=("money_age",), width=8),
            Panel(signals=("stalled",), width=8),
            Panel(signals=("event_age",), width=8),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("trading_ready",)),
            Panel(signals=("other_ready",)),
            Panel(signals=("unacked",)),
            Panel(signals=("retry_ready",)),
        ),
    ),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("published",)),
            Panel(signals=("acked",)),
            Panel(signals=("events",), width=8),
            Panel(signals=("expiry_margin",), width=8),
            Panel(signals=("resumed",), width=8),
            Panel(signals=("timestamped",), kind="stat", width=6),
            Panel(signals=("kinds",), kind="table", width=18, height=14),
        ),
    ),
    Row(
        title="Is it read completely?",
        panels=(
            Panel(signals=("collectors",), kind="state-timeline", mappings=_WORKS),
            Panel(signals=("permissions",), kind="state-timeline", mappings=_GRANTED),
            Panel(signals=("data_age",), width=8),
            Panel(signals=("collector_duration",), width=8),
            Panel(signals=("dropped_series",), width=8),
            reload_panel(width=12),
            Panel(signals=("version",), kind="table", width=12),
        ),
    ),
)

HEADLINE = Headline(signal="mail_age")
