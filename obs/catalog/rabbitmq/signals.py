"""What is worth knowing of the broker, in triage order."""

from obs.catalog.rabbitmq.limits import CHANGES, LIMITS
from obs.model.signal import Signal

_NODE = "<group>, instance"
_UP = "rabbitmq_erlang_uptime_seconds{<selector>}"


def _rate(metric: str, by: str = "<group>") -> str:
    return f"sum by ({by}) (rate({metric}{{<selector>}}[<window>]))"


CLUSTER = (
    Signal(
        name="nodes",
        title="Nodes running",
        help="Broker nodes that answer the scrape.",
        unit="count",
        query=f"count by (<group>) ({_UP})",
        legend="nodes",
    ),
    Signal(
        name="unreachable_peers",
        title="Peers a node cannot reach",
        help="Cluster members each node has lost sight of: they are down, or the network between them is.",
        unit="count",
        query=f"max by ({_NODE}) (rabbitmq_unreachable_cluster_peers_count{{<selector>}} or 0 * {_UP})",
    ),
    Signal(
        name="split",
        title="Running nodes that a peer does not see",
        help=(
            "Nodes that answer the scrape while another running node has no link to them: a network partition. Both "
            "sides "
            "may accept messages, and one side's will be thrown away."
        ),
        unit="count",
        query=(
            f"count by (<group>) ({_UP})\n"
            "- min by (<group>) (\n"
            f"  1 + sum by ({_NODE}) (\n"
            '    erlang_vm_dist_node_state{<selector>, peer!~"rabbitmqcli.*"} == bool 3\n'
            f"    or 0 * {_UP}\n"
            "  )\n"
            ")"
        ),
        legend="unseen",
    ),
    Signal(
        name="alarm_memory",
        title="Memory alarm",
        help="Nodes that block every publisher because they use more memory than their high watermark.",
        unit="state",
        query=f"max by ({_NODE}) (rabbitmq_alarms_memory_used_watermark{{<selector>}})",
        legend="memory {{instance}}",
    ),
    Signal(
        name="alarm_disk",
        title="Disk alarm",
        help="Nodes that block every publisher because their data volume is nearly full.",
        unit="state",
        query=f"max by ({_NODE}) (rabbitmq_alarms_free_disk_space_watermark{{<selector>}})",
        legend="disk {{instance}}",
    ),
    Signal(
        name="alarm_descriptors",
        title="File descriptor alarm",
        help="Nodes that accept no more connections because their file descriptors are used up.",
        unit="state",
        query=f"max by ({_NODE}) (rabbitmq_alarms_file_descriptor_limit{{<selector>}} or 0 * {_UP})",
        legend="descriptors {{instance}}",
    ),
)

FLOW = (
    Signal(
        name="received",
        title="Messages received",
        help="Messages publishers hand to the broker.",
        unit="messages_per_second",
        query=_rate("rabbitmq_global_messages_received_total"),
        legend="received",
    ),
    Signal(
        name="delivered",
        title="Messages delivered",
        help="Messages the broker hands to consumers.",
        unit="messages_per_second",
        query=_rate("rabbitmq_global_messages_delivered_total"),
        legend="delivered",
    ),
    Signal(
        name="acknowledged",
        title="Messages acknowledged",
        help="Messages consumers are done with. Consumers without acknowledgements (websocket queues) are not in it.",
        unit="messages_per_second",
        query=_rate("rabbitmq_global_messages_acknowledged_total"),
        legend="acknowledged",
    ),
    Signal(
        name="all_connections",
        title="Connections on all nodes",
        help="Open client connections of the whole cluster.",
        unit="connections",
        query="sum by (<group>) (rabbitmq_connections{<selector>})",
        legend="connections",
    ),
    Signal(
        name="consumers",
        title="Consumers",
        help="Consumers on all nodes.",
        unit="count",
        query="sum by (<group>) (rabbitmq_consumers{<selector>})",
        legend="consumers",
    ),
    Signal(
        name="redelivered",
        title="Share of deliveries repeated",
        help=(
            "How many deliveries are repeats of messages a consumer gave back or dropped. A poison message drives it "
            "up."
        ),
        unit="ratio",
        query=(
            f"{_rate('rabbitmq_global_messages_redelivered_total')}\n"
            f"/ ({_rate('rabbitmq_global_messages_delivered_total')} > 0)"
        ),
        legend="repeated",
    ),
    Signal(
        name="dropped",
        title="Messages dropped as unroutable",
        help=(
            "Messages no queue was bound for. Events nobody listens to are part of ordinary life; a step up is a "
            "lost binding."
        ),
        unit="messages_per_second",
        query=_rate("rabbitmq_global_messages_unroutable_dropped_total"),
        legend="dropped",
    ),
    Signal(
        name="returned",
        title="Messages returned as unroutable",
        help="Messages whose publisher insisted on a queue, and there was none.",
        unit="messages_per_second",
        query=_rate("rabbitmq_global_messages_unroutable_returned_total"),
        legend="returned",
    ),
    Signal(
        name="dead_lettered",
        title="Messages rejected or expired",
        help="Messages that left a queue without being done: rejected by a consumer or older than the queue's TTL.",
        unit="messages_per_second",
        query=(
            f"{_rate('rabbitmq_global_messages_dead_lettered_rejected_total')}\n"
            f"+ {_rate('rabbitmq_global_messages_dead_lettered_expired_total')}"
        ),
        legend="dead-lettered",
    ),
    Signal(
        name="login_failures",
        title="Logins refused",
        help="Clients with a wrong user or password, per protocol.",
        unit="per_second",
        query=f"{_rate('rabbitmq_auth_attempts_failed_total')}\nor 0 * sum by (<group>) ({_UP})",
        legend="refused",
    ),
)

SIGNALS = (*CLUSTER, *FLOW, *LIMITS, *CHANGES)
