"""What the broker's rabbitmq_prometheus plugin exposes at :15692/metrics (read on 3.10.8 and in the 4.x source)."""

from obs.model.metric import Metric, Source

_PROTOCOL = ("protocol",)
_ROUTED = ("protocol", "queue_type")
_DEAD = ("queue_type", "dead_letter_strategy")

NODE = (
    Metric(name="rabbitmq_erlang_uptime_seconds", type="gauge", unit="seconds", help="Seconds since the node started."),
    Metric(
        name="rabbitmq_unreachable_cluster_peers_count",
        type="gauge",
        help="Members of the cluster this node cannot reach (RabbitMQ 3.13 and later).",
        sparse=True,
    ),
    Metric(
        name="erlang_vm_dist_node_state",
        type="gauge",
        labels=("peer",),
        help="State of the link to each connected node: 1 pending, 2 coming up, 3 up. A lost peer's series goes.",
        sparse=True,
    ),
    Metric(name="rabbitmq_process_resident_memory_bytes", type="gauge", unit="bytes", help="Memory the node uses."),
    Metric(
        name="rabbitmq_resident_memory_limit_bytes",
        type="gauge",
        unit="bytes",
        help="High watermark: above it the node blocks every publisher.",
    ),
    Metric(
        name="rabbitmq_disk_space_available_bytes",
        type="gauge",
        unit="bytes",
        help="Free space on the node's data volume.",
    ),
    Metric(
        name="rabbitmq_disk_space_available_limit_bytes",
        type="gauge",
        unit="bytes",
        help="Low watermark: below it the node blocks every publisher.",
    ),
    Metric(name="rabbitmq_process_open_fds", type="gauge", help="Open file descriptors, sockets included."),
    Metric(name="rabbitmq_process_max_fds", type="gauge", help="Limit of open file descriptors."),
    Metric(name="rabbitmq_erlang_processes_used", type="gauge", help="Erlang processes in use."),
    Metric(name="rabbitmq_erlang_processes_limit", type="gauge", help="Limit of Erlang processes."),
    Metric(name="rabbitmq_erlang_scheduler_run_queue", type="gauge", help="Erlang processes waiting for a CPU."),
    Metric(
        name="rabbitmq_erlang_gc_reclaimed_bytes_total",
        type="counter",
        unit="bytes",
        help="Memory the garbage collector gave back.",
    ),
    Metric(
        name="rabbitmq_build_info",
        type="gauge",
        labels=("rabbitmq_version", "erlang_version"),
        help="Always 1; versions of the broker and its runtime.",
    ),
)

ALARMS = (
    Metric(
        name="rabbitmq_alarms_memory_used_watermark", type="gauge", help="1 while the memory alarm blocks publishers."
    ),
    Metric(
        name="rabbitmq_alarms_free_disk_space_watermark", type="gauge", help="1 while the disk alarm blocks publishers."
    ),
    Metric(
        name="rabbitmq_alarms_file_descriptor_limit",
        type="gauge",
        help="1 while descriptors are used up (gone from RabbitMQ 4.3).",
        sparse=True,
    ),
)

CLIENTS = (
    Metric(name="rabbitmq_connections", type="gauge", help="Open client connections of the node."),
    Metric(name="rabbitmq_channels", type="gauge", help="Open channels of the node."),
    Metric(name="rabbitmq_consumers", type="gauge", help="Consumers on the node."),
    Metric(name="rabbitmq_connections_opened_total", type="counter", help="Connections opened."),
    Metric(name="rabbitmq_connections_closed_total", type="counter", help="Connections closed."),
    Metric(name="rabbitmq_channels_opened_total", type="counter", help="Channels opened."),
    Metric(
        name="rabbitmq_auth_attempts_failed_total",
        type="counter",
        labels=_PROTOCOL,
        help="Logins refused, per protocol; appears with the first attempt.",
        sparse=True,
    ),
)

MESSAGES = (
    Metric(name="rabbitmq_queues", type="gauge", help="Queues whose leader lives on the node."),
    Metric(name="rabbitmq_queues_created_total", type="counter", help="Queues created."),
    Metric(name="rabbitmq_queues_deleted_total", type="counter", help="Queues deleted."),
    Metric(name="rabbitmq_queue_messages_ready", type="gauge", help="Messages waiting for a consumer."),
    Metric(name="rabbitmq_queue_messages_unacked", type="gauge", help="Messages held by consumers."),
    Metric(
        name="rabbitmq_global_messages_received_total",
        type="counter",
        labels=_PROTOCOL,
        help="Messages received from publishers.",
    ),
    Metric(
        name="rabbitmq_global_messages_delivered_total",
        type="counter",
        labels=_ROUTED,
        help="Messages handed to consumers.",
    ),
    Metric(
        name="rabbitmq_global_messages_acknowledged_total",
        type="counter",
        labels=_ROUTED,
        help="Messages consumers acknowledged.",
    ),
    Metric(
        name="rabbitmq_global_messages_redelivered_total",
        type="counter",
        labels=_ROUTED,
        help="Messages handed out once more.",
    ),
    Metric(
        name="rabbitmq_global_messages_unroutable_dropped_total",
        type="counter",
        labels=_PROTOCOL,
        help="Messages no queue was bound for, dropped.",
    ),
    Metric(
        name="rabbitmq_global_messages_unroutable_returned_total",
        type="counter",
        labels=_PROTOCOL,
        help="Messages no queue was bound for, returned because the publisher asked.",
    ),
    Metric(
        name="rabbitmq_global_messages_dead_lettered_rejected_total",
        type="counter",
        labels=_DEAD,
        help="Messages consumers rejected, by what happens to them.",
    ),
    Metric(
        name="rabbitmq_global_messages_dead_lettered_expired_total",
        type="counter",
        labels=_DEAD,
        help="Messages that outlived their TTL, by what happens to them.",
    ),
)

SOURCE = Source(name="rabbitmq", metrics=(*NODE, *ALARMS, *CLIENTS, *MESSAGES), port="15692")
