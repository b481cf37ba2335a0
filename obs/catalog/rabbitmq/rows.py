"""The broker's dashboard, row by row."""

from obs.model.signal import Headline, Panel, Row

_STATES = (("0", "clear", "green"), ("1", "alarm", "red"))

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(signals=("nodes",), kind="stat", width=6),
            Panel(signals=("split",), kind="stat", width=6),
            Panel(signals=("unreachable_peers",), width=12),
            Panel(
                signals=("alarm_memory", "alarm_disk", "alarm_descriptors"),
                kind="state-timeline",
                title="Alarms that block publishers",
                width=24,
                mappings=_STATES,
            ),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("received", "delivered", "acknowledged"), title="Messages through the broker"),
            Panel(signals=("consumers",), width=6),
            Panel(signals=("all_connections",), width=6),
            Panel(signals=("dropped",), width=6),
            Panel(signals=("returned",), width=6),
            Panel(signals=("redelivered",), width=6),
            Panel(signals=("login_failures",), width=6),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("ready", "unacked"), title="Messages waiting and held"),
            Panel(signals=("run_queue",), width=6),
            Panel(signals=("dead_lettered",), width=6),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("memory_share",), width=8),
            Panel(signals=("disk_share", "disk_forecast"), title="Free disk against its limit", width=8, minimum=0),
            Panel(signals=("descriptors_share",), width=8),
            Panel(signals=("processes_share",)),
            Panel(signals=("reclaimed",)),
        ),
    ),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("connections",), width=8),
            Panel(signals=("connections_lost",), width=8),
            Panel(signals=("uptime",), width=8),
            Panel(signals=("connection_churn", "connections_closed"), title="Connections opened and closed"),
            Panel(signals=("channels_per_connection",), width=6),
            Panel(signals=("channel_churn",), width=6),
            Panel(signals=("queues",), width=8),
            Panel(signals=("queues_created", "queues_deleted"), title="Queues created and deleted", width=8),
            Panel(signals=("versions",), kind="table", width=8),
        ),
    ),
)

HEADLINE = Headline(signal="ready")
