"""The dashboard of Redis, row by row."""

from obs.model.signal import Headline, Panel, Row

_ANSWERS = (("0", "no answer", "red"), ("1", "answers", "green"))
_LOADING = (("0", "ready", "green"), ("1", "loading", "red"))
_LINK = (("0", "broken", "red"), ("1", "connected", "green"))
_SAVED = (("0", "failed", "red"), ("1", "saved", "green"))

ROWS = (
    Row(
        title="Is it up?",
        panels=(
            Panel(signals=("primaries",), kind="stat"),
            Panel(signals=("replicas",), kind="stat"),
            Panel(signals=("answers",), kind="state-timeline", width=8, mappings=_ANSWERS),
            Panel(signals=("loading",), kind="state-timeline", width=8, mappings=_LOADING),
            Panel(signals=("link",), kind="state-timeline", width=8, mappings=_LINK),
        ),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("refused_writes",), width=6),
            Panel(signals=("evicted",), width=6),
            Panel(signals=("hits",)),
            Panel(signals=("rejected",), width=8),
            Panel(signals=("refused_logins",), width=8),
            Panel(
                signals=("snapshot", "append"), kind="state-timeline", title="Saving to disk", width=8, mappings=_SAVED
            ),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("command_time",), width=8),
            Panel(signals=("slow_commands",), width=8),
            Panel(signals=("busy",), width=8),
            Panel(signals=("time_by_command",), stack=True),
            Panel(signals=("jobs",)),
            Panel(signals=("blocked",), width=8),
            Panel(signals=("lag",), width=8),
            Panel(signals=("fork",), width=8),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("memory_share",), width=8),
            Panel(signals=("memory_kept",), width=8),
            Panel(signals=("memory", "resident"), title="Memory", width=8),
            Panel(signals=("clients_share",), width=8),
            Panel(signals=("keys",), width=8),
            Panel(signals=("unexpiring",), width=8),
        ),
    ),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("commands",)),
            Panel(signals=("clients",)),
            Panel(signals=("connects",)),
            Panel(signals=("expired",)),
            Panel(signals=("uptime",)),
            Panel(signals=("versions",), kind="table"),
        ),
    ),
)

HEADLINE = Headline(signal="primaries")
