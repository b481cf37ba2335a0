"""The cluster's dashboard, row by row."""

from obs.model.signal import Headline, Panel, Row

_READY = (("0", "not ready", "red"), ("1", "ready", "green"))
_CALM = (("0", "no", "green"), ("1", "yes", "red"))
_CORDONED = (("0", "no", "green"), ("1", "yes", "blue"))
_SYNCED = (("0", "adrift", "red"), ("1", "synchronised", "green"))

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(signals=("pods_ready",), kind="stat", width=6),
            Panel(signals=("zone_nodes",), width=6),
            Panel(signals=("unready_pods",), kind="table"),
            Panel(signals=("deployments",), width=8, maximum=1),
            Panel(signals=("statefulsets",), width=8, maximum=1),
            Panel(signals=("daemonsets",), width=8, maximum=1),
            Panel(signals=("nodes_ready",), kind="state-timeline", mappings=_READY),
            Panel(signals=("zones_missed",)),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("crash_loops",), kind="table"),
            Panel(signals=("cannot_start",), kind="table"),
            Panel(signals=("restarts",)),
            Panel(signals=("oom_kills",)),
            Panel(signals=("rollouts_stuck",), kind="state-timeline", width=8, mappings=_CALM),
            Panel(signals=("jobs_failed",), kind="table", width=8),
            Panel(signals=("evicted",), width=8),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("cpu_throttled",)),
            Panel(signals=("node_cpu",)),
            Panel(signals=("node_disk_busy",)),
            Panel(signals=("network_errors",)),
            Panel(signals=("kubelet_relist",), width=8),
            Panel(signals=("clock_offset",), width=8),
            Panel(signals=("clock_synced",), kind="state-timeline", width=8, mappings=_SYNCED),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("memory_share",)),
            Panel(signals=("node_memory",)),
            Panel(signals=("volume_used",), width=8),
            Panel(signals=("volume_forecast",), width=8, minimum=-0.5),
            Panel(signals=("volume_inodes",), width=8),
            Panel(signals=("node_disk",)),
            Panel(signals=("node_inodes",)),
            Panel(signals=("conntrack",), width=6),
            Panel(signals=("autoscaler_share",), width=6),
            Panel(signals=("quota_share",), width=6),
            Panel(signals=("disruptions_allowed",), width=6),
            Panel(signals=("node_pressure",), kind="state-timeline", height=14, mappings=_CALM),
            Panel(signals=("node_pods",), height=14),
        ),
    ),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("pods_alive",), width=8),
            Panel(signals=("cpu_used",), width=8),
            Panel(signals=("kubelet_evictions",), width=8),
            Panel(signals=("cordoned",), kind="state-timeline", width=12, mappings=_CORDONED),
            Panel(signals=("reboots",), width=12),
            Panel(signals=("certificate_left",)),
            Panel(signals=("certificate_errors",)),
        ),
    ),
)

HEADLINE = Headline(signal="pods_ready")
