"""The dashboard of Elasticsearch, row by row."""

from obs.model.signal import Headline, Panel, Row

_COLOURS = (("0", "green", "green"), ("1", "yellow", "yellow"), ("2", "red", "red"))
_ANSWERS = (("0", "no answer", "red"), ("1", "answers", "green"))
_READ = (("0", "not read", "red"), ("1", "read", "green"))

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(signals=("status",), kind="stat", width=4, mappings=_COLOURS),
            Panel(signals=("answers",), kind="stat", width=4, mappings=_ANSWERS),
            Panel(signals=("nodes",), kind="stat", width=4),
            Panel(signals=("unassigned",), kind="stat", width=6),
            Panel(signals=("kibana",), kind="stat", width=6, maximum=1),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("read_only",), kind="stat", width=4),
            Panel(signals=("lifecycle",), kind="stat", width=4, mappings=_COLOURS),
            Panel(signals=("stagnating",), kind="stat", width=4),
            Panel(signals=("snapshots",), kind="stat", width=4, mappings=_COLOURS),
            Panel(signals=("failed_snapshots",), kind="stat", width=4),
            Panel(signals=("snapshots_taken",), kind="stat", width=4),
            Panel(signals=("rejected",)),
            Panel(signals=("tripped",)),
            Panel(signals=("collectors",), kind="state-timeline", width=24, mappings=_READ),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("search_time",), width=8),
            Panel(signals=("index_time",), width=8),
            Panel(signals=("waiting_changes",), width=8),
            Panel(signals=("cpu",)),
            Panel(signals=("gc",)),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("disk_room", "disk_forecast"), title="Free disk against the flood stage", minimum=0),
            Panel(signals=("disk_used",), maximum=1),
            Panel(signals=("heap",), width=6, maximum=1),
            Panel(signals=("breakers",), width=6),
            Panel(signals=("pressure",), width=6),
            Panel(signals=("shards_share",), width=6),
        ),
    ),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("documents",)),
            Panel(signals=("queries",)),
            Panel(signals=("moving",), width=8),
            Panel(signals=("uptime",), width=8),
            Panel(signals=("versions",), kind="table", width=8),
        ),
    ),
)

HEADLINE = Headline(signal="status")
