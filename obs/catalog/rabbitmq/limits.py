"""What fills up on the broker, and what changed on it."""

from obs.model.signal import Signal

_NODE = "<group>, instance"
_UP = "rabbitmq_erlang_uptime_seconds{<selector>}"


def _rate(metric: str, by: str = "<group>") -> str:
    return f"sum by ({by}) (rate({metric}{{<selector>}}[<window>]))"


def _share(used: str, limit: str) -> str:
    return f"max by ({_NODE}) ({used}{{<selector>}})\n/ (max by ({_NODE}) ({limit}{{<selector>}}) > 0)"


LIMITS = (
    Signal(
        name="ready",
        title="Messages ready",
        help="Messages in all queues that wait for a consumer.",
        unit="messages",
        query="sum by (<group>) (rabbitmq_queue_messages_ready{<selector>})",
        legend="ready",
    ),
    Signal(
        name="unacked",
        title="Messages unacknowledged",
        help="Messages consumers hold and have not finished.",
        unit="messages",
        query="sum by (<group>) (rabbitmq_queue_messages_unacked{<selector>})",
        legend="unacked",
    ),
    Signal(
        name="memory_share",
        title="Memory against the high watermark",
        help="At 100 % the node blocks every publisher of the cluster.",
        unit="ratio",
        query=_share("rabbitmq_process_resident_memory_bytes", "rabbitmq_resident_memory_limit_bytes"),
    ),
    Signal(
        name="disk_share",
        title="Free disk against the low watermark",
        help="How many times the limit is still free. At 1 the node blocks every publisher of the cluster.",
        unit="count",
        query=_share("rabbitmq_disk_space_available_bytes", "rabbitmq_disk_space_available_limit_bytes"),
    ),
    Signal(
        name="disk_forecast",
        title="Free disk in four hours",
        help="Where the free space will be if the last hour's trend goes on, in multiples of the low watermark.",
        unit="count",
        legend="{{instance}} in 4 h",
        query=(
            f"min by ({_NODE}) (predict_linear(rabbitmq_disk_space_available_bytes{{<selector>}}[1h], 14400))\n"
            f"/ (max by ({_NODE}) (rabbitmq_disk_space_available_limit_bytes{{<selector>}}) > 0)"
        ),
    ),
    Signal(
        name="descriptors_share",
        title="File descriptors used",
        help="Each connection and each open segment file takes one; at 100 % nobody can connect.",
        unit="ratio",
        query=_share("rabbitmq_process_open_fds", "rabbitmq_process_max_fds"),
    ),
    Signal(
        name="processes_share",
        title="Erlang processes used",
        help="Each connection takes several, each channel and queue one; at 100 % the node stops.",
        unit="ratio",
        query=_share("rabbitmq_erlang_processes_used", "rabbitmq_erlang_processes_limit"),
    ),
    Signal(
        name="run_queue",
        title="Processes waiting for a CPU",
        help="Erlang processes ready to run while no scheduler is free. A steady number is a node short of CPU.",
        unit="count",
        query=f"max by ({_NODE}) (rabbitmq_erlang_scheduler_run_queue{{<selector>}})",
    ),
    Signal(
        name="reclaimed",
        title="Memory reclaimed by garbage collection",
        help="A rise without more messages points at churn of connections and channels.",
        unit="bytes_per_second",
        query=_rate("rabbitmq_erlang_gc_reclaimed_bytes_total", _NODE),
    ),
)

CHANGES = (
    Signal(
        name="connections",
        title="Connections",
        help="Open client connections.",
        unit="connections",
        query=f"sum by ({_NODE}) (rabbitmq_connections{{<selector>}})",
    ),
    Signal(
        name="connections_lost",
        title="Share of connections lost in 10 minutes",
        help=(
            "How many of the connections that were open ten minutes ago are gone: daemons that did not come back "
            "show here."
        ),
        unit="ratio",
        query=(
            "clamp_min(\n"
            "  1 - sum by (<group>) (rabbitmq_connections{<selector>})\n"
            "  / (sum by (<group>) (rabbitmq_connections{<selector>} offset 10m) > 0),\n"
            "  0\n)\n"
            "or 0 * sum by (<group>) (rabbitmq_connections{<selector>})"
        ),
        legend="lost",
    ),
    Signal(
        name="connection_churn",
        title="Connections opened",
        help=(
            "New connections per second. Health checks that connect each time are in it; far more is a client that "
            "reconnects in a loop."
        ),
        unit="per_second",
        query=_rate("rabbitmq_connections_opened_total"),
        legend="opened",
    ),
    Signal(
        name="connections_closed",
        title="Connections closed",
        help="Connections that ended, per second.",
        unit="per_second",
        query=_rate("rabbitmq_connections_closed_total"),
        legend="closed",
    ),
    Signal(
        name="channels_per_connection",
        title="Channels per connection",
        help="A number that only grows is a client that opens channels and never closes them.",
        unit="count",
        query=(
            "sum by (<group>) (rabbitmq_channels{<selector>})\n/ (sum by (<group>) "
            "(rabbitmq_connections{<selector>}) > 0)"
        ),
        legend="channels",
    ),
    Signal(
        name="channel_churn",
        title="Channels opened",
        help="New channels per second.",
        unit="per_second",
        query=_rate("rabbitmq_channels_opened_total"),
        legend="channels",
    ),
    Signal(
        name="queues",
        title="Queues",
        help="Queues on all nodes.",
        unit="count",
        query="sum by (<group>) (rabbitmq_queues{<selector>})",
        legend="queues",
    ),
    Signal(
        name="queues_created",
        title="Queues created",
        help="Queues created per second. Every websocket server makes one when it connects.",
        unit="per_second",
        query=_rate("rabbitmq_queues_created_total"),
        legend="created",
    ),
    Signal(
        name="queues_deleted",
        title="Queues deleted",
        help="Queues deleted per second, by a client or because their last consumer left.",
        unit="per_second",
        query=_rate("rabbitmq_queues_deleted_total"),
        legend="deleted",
    ),
    Signal(
        name="uptime",
        title="Node uptime",
        help="Time since each node started. Messages in queues that are not durable do not survive a start.",
        unit="seconds",
        query=f"min by ({_NODE}) ({_UP})",
    ),
    Signal(
        name="versions",
        title="Nodes by version",
        help="Which versions run. Two at once are an upgrade under way, or one that stopped half way.",
        unit="count",
        query="count by (<group>, rabbitmq_version, erlang_version) (rabbitmq_build_info{<selector>})",
        legend="{{rabbitmq_version}} on Erlang {{erlang_version}}",
    ),
)
