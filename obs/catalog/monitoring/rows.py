"""The monitoring's own dashboard, row by row."""

from obs.model.signal import Headline, Panel, Row

_ALIVE = (("1", "alive", "green"),)
_RELOADED = (("0", "old one", "red"), ("1", "the one on disk", "green"))

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(signals=("watchdog",), kind="stat", width=6, mappings=_ALIVE),
            Panel(signals=("targets_answering",), kind="stat", width=6, maximum=1),
            Panel(signals=("targets_down",), kind="table"),
            Panel(signals=("alerts_firing",), kind="table", width=24),
            Panel(signals=("ingested",), width=8),
            Panel(signals=("alertmanagers_known",), width=8),
            Panel(signals=("cluster_share",), width=8),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("rules_failed",)),
            Panel(signals=("notifications_failed",)),
            Panel(signals=("delivery_errors",), width=12),
            Panel(signals=("delivery_lost",), width=6),
            Panel(signals=("alerts_dropped",), width=6),
            Panel(signals=("scrapes_refused",), width=8),
            Panel(signals=("samples_rejected",), width=8),
            Panel(signals=("storage_failures",), width=8),
            Panel(signals=("reload_ok",), kind="state-timeline", mappings=_RELOADED),
            Panel(signals=("alertmanager_reload_ok",), kind="state-timeline", mappings=_RELOADED),
            Panel(signals=("configurations",), width=8),
            Panel(signals=("grafana_errors",), width=8),
            Panel(signals=("grafana_queries_failed",), width=8),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("rules_duration",)),
            Panel(signals=("rules_missed",)),
            Panel(signals=("query_latency",), width=8),
            Panel(signals=("remote_behind",), width=8),
            Panel(signals=("remote_failed",), width=8),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("head_series",)),
            Panel(signals=("memory",)),
            Panel(signals=("storage_share",), width=6),
            Panel(signals=("history",), width=6),
            Panel(signals=("queue_share",), width=12),
        ),
    ),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("notifications",)),
            Panel(signals=("alerts_held",)),
            Panel(signals=("alerts_received",)),
            Panel(signals=("grafana_requests",)),
            Panel(signals=("uptime",), width=8),
            Panel(signals=("config_age",), width=8),
            Panel(signals=("dashboards",), width=8),
        ),
    ),
)

HEADLINE = Headline(signal="targets_answering")
