"""The pipeline's dashboard, row by row."""

from obs.model.signal import Headline, Panel, Row

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(signals=("nodes",), kind="stat", width=6),
            Panel(signals=("missing_nodes",), kind="table", width=6),
            Panel(signals=("lines_of_node",), width=12),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("lines",)),
            Panel(signals=("dead_letters",)),
            Panel(signals=("failed_writes",)),
            Panel(signals=("retrying",)),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("throttled",)),
            Panel(signals=("cores",)),
            Panel(signals=("write_time",)),
            Panel(signals=("slow_writes",)),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("least_space",), kind="stat", width=4, maximum=1),
            Panel(signals=("buffer_space",), width=20),
            Panel(signals=("buffer_bytes",)),
            Panel(signals=("queue",)),
        ),
    ),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("loudest",), width=24),
            Panel(signals=("read",)),
            Panel(signals=("rotations",)),
        ),
    ),
)

HEADLINE = Headline(signal="least_space")
