"""The database exporter's dashboard, row by row."""

from obs.catalog.exporter_state import reload_panel
from obs.model.signal import Panel, Row

_ANSWERS = (("0", "no answer", "red"), ("1", "answers", "green"))

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(signals=("answers",), kind="state-timeline", width=18, mappings=_ANSWERS),
            Panel(signals=("targets",), kind="stat", width=6),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            reload_panel(width=6),
            Panel(signals=("refused",), width=9),
            Panel(signals=("clients_refused",), width=9),
        ),
    ),
    Row(title="Is it slow?", panels=(Panel(signals=("probes",)), Panel(signals=("processor",)))),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("dropped",), width=8),
            Panel(signals=("memory",), width=8),
            Panel(signals=("descriptors",), width=8),
        ),
    ),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("uptime",), width=8),
            Panel(signals=("config_age",), width=8),
            Panel(signals=("version",), kind="table", width=8),
        ),
    ),
)
