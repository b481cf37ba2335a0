"""What obs_event_exporter exposes of the event bus; its own table is the contract, held by a test."""

from obs.catalog.exporter_state import reload_metric
from obs.model.metric import Metric, Source

_QUEUE = ("vhost", "queue")
_EXCHANGE = ("vhost", "exchange")
_COLLECTOR = ("collector",)

EXPORTER = (
    reload_metric("event"),
    Metric(name="event_up", type="gauge", help="1 if at least one node of the broker answered."),
    Metric(
        name="event_collector_success",
        type="gauge",
        labels=_COLLECTOR,
        help="1 if the collector's last run succeeded.",
    ),
    Metric(
        name="event_collector_duration_seconds",
        type="gauge",
        unit="seconds",
        labels=_COLLECTOR,
        help="Length of the collector's last run.",
    ),
    Metric(
        name="event_last_success_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=_COLLECTOR,
        help="When the collector last succeeded.",
    ),
    Metric(
        name="event_build_info",
        type="gauge",
        labels=("version", "python_version"),
        help="Always 1; the exporter's version.",
    ),
    Metric(
        name="event_dropped_series",
        type="gauge",
        labels=("family",),
        help="Series left out at the family's limit.",
    ),
    Metric(
        name="event_permission_granted",
        type="gauge",
        labels=("permission",),
        help="1 if the exporter may read what it needs.",
    ),
)

TOPOLOGY = (
    Metric(name="event_nodes_expected", type="gauge", help="Broker nodes to read."),
    Metric(name="event_nodes_scraped", type="gauge", help="Broker nodes that answered."),
    Metric(name="event_queues_expected", type="gauge", help="Queues the configuration names."),
    Metric(name="event_queues_seen", type="gauge", help="Queues of the configuration that exist."),
    Metric(
        name="event_queue_present",
        type="gauge",
        labels=_QUEUE,
        help="1 if a queue the configuration names exists.",
    ),
    Metric(name="event_queue_instances", type="gauge", labels=_QUEUE, help="Queues counted under this name."),
    Metric(
        name="event_queue_info",
        type="gauge",
        labels=(*_QUEUE, "queue_type", "durable"),
        help="Always 1; kind and durability of the queue.",
    ),
)

QUEUES = (
    Metric(
        name="event_queue_messages",
        type="gauge",
        labels=(*_QUEUE, "state"),
        help="Messages by state: ready, unacked.",
    ),
    Metric(name="event_queue_consumers", type="gauge", labels=_QUEUE, help="Consumers subscribed to the queue."),
    Metric(
        name="event_queue_messages_published_total",
        type="counter",
        labels=_QUEUE,
        help="Messages routed into the queue.",
    ),
    Metric(
        name="event_queue_messages_delivered_total",
        type="counter",
        labels=_QUEUE,
        help="Messages handed to consumers.",
    ),
    Metric(
        name="event_queue_messages_acked_total",
        type="counter",
        labels=_QUEUE,
        help="Messages consumers are done with.",
    ),
    Metric(
        name="event_queue_messages_redelivered_total",
        type="counter",
        labels=_QUEUE,
        help="Messages handed out once more.",
    ),
    Metric(
        name="event_queue_head_timestamp_known",
        type="gauge",
        labels=_QUEUE,
        help="1 if messages carry a publishing time.",
    ),
    Metric(
        name="event_queue_head_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=_QUEUE,
        help="When the first message was published; left out while unknown or empty.",
        sparse=True,
    ),
    Metric(
        name="event_queue_stalled_since_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=_QUEUE,
        help="Since when messages are ready and none is acknowledged; left out while the queue moves or is empty.",
        sparse=True,
    ),
)

RESUMED = Metric(
    name="event_queue_resumed_timestamp_seconds",
    type="gauge",
    unit="seconds",
    labels=_QUEUE,
    help="When consumers came back to a queue that had none; left out until that is seen for the first time.",
    sparse=True,
)

EXCHANGES = (
    Metric(
        name="event_exchange_messages_published_total",
        type="counter",
        labels=_EXCHANGE,
        help="Messages published to the exchange.",
    ),
    Metric(
        name="event_exchange_unroutable_dropped_total",
        type="counter",
        labels=_EXCHANGE,
        help="Messages published to the exchange that no queue was bound for.",
    ),
)

TAP = (
    Metric(
        name="event_tap_events_total",
        type="counter",
        labels=("exchange", "event"),
        help="Events the tap read, by name; absent without a tap.",
        sparse=True,
    ),
    Metric(
        name="event_tap_age_seconds",
        type="histogram",
        unit="seconds",
        labels=("exchange",),
        help="Age of an event when the tap reads it; absent without a tap.",
        sparse=True,
    ),
    Metric(
        name="event_tap_signature_failures_total",
        type="counter",
        labels=("exchange",),
        help="Events whose signature does not verify; absent without a tap.",
        sparse=True,
    ),
    Metric(
        name="event_tap_expiry_margin_seconds",
        type="gauge",
        unit="seconds",
        labels=("exchange",),
        help="Shortest time left to live among the last minute's events; absent without a tap.",
        sparse=True,
    ),
)

SOURCE = Source(
    name="event-api",
    metrics=(*EXPORTER, *TOPOLOGY, *QUEUES, RESUMED, *EXCHANGES, *TAP),
    exporter="obs_event_exporter",
)
