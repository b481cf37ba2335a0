"""AuthZ's dashboard, row by row."""

from obs.catalog.exporter_state import reload_panel
from obs.model.signal import Headline, Panel, Row

_ANSWER = (("0", "wrong answer", "red"), ("1", "as expected", "green"))
_PASSED = (("0", "fails", "red"), ("1", "passes", "green"))

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(signals=("prober_works",), kind="stat", width=6, mappings=(("0", "no", "red"), ("1", "yes", "green"))),
            Panel(signals=("fail_open",), kind="stat", width=6),
            Panel(signals=("success_age",)),
            Panel(signals=("session_probes",), kind="state-timeline", mappings=_ANSWER),
            Panel(signals=("key_probes",), kind="state-timeline", mappings=_ANSWER),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("allowed", "denied", "errors"), title="Calls by outcome", stack=True),
            Panel(signals=("error_ratio",)),
            Panel(signals=("denied_ratio",), width=8),
            Panel(signals=("denied_codes",), width=8),
            Panel(signals=("malformed_ratio",), width=8),
            Panel(signals=("connect_failures",), width=6),
            Panel(signals=("open_door",), width=6),
            Panel(signals=("probe_failures",), width=12),
            Panel(signals=("codes",)),
            Panel(signals=("unexpected_codes",)),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("latency",)),
            Panel(signals=("probe_latency",)),
            Panel(signals=("slow_ratio",), width=6),
            Panel(signals=("timeout_ratio",), width=6),
            Panel(signals=("phases",), width=12),
        ),
    ),
    Row(title="Is it full?", panels=(Panel(signals=("shed",)), Panel(signals=("calls",)))),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("maintenance_ratio",)),
            Panel(signals=("maintenance",)),
            Panel(signals=("token_checks",), kind="state-timeline", mappings=_PASSED),
            Panel(signals=("clock_skew",)),
            Panel(signals=("token_lifetime",)),
            Panel(signals=("token_lifetime_off",)),
        ),
    ),
    Row(
        title="Is the prober well?",
        panels=(
            Panel(signals=("collectors",), kind="state-timeline", mappings=_PASSED),
            Panel(signals=("probe_rate",)),
            Panel(signals=("data_age",), width=6),
            Panel(signals=("collector_duration",), width=6),
            reload_panel(width=6),
            Panel(signals=("version",), kind="table", width=6),
        ),
    ),
)

HEADLINE = Headline(signal="error_ratio")
