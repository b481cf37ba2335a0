"""Every metric this exporter exposes: one row each, the contract between it and whoever reads it."""

from obs_exporter import itself
from obs_exporter.row import Row

QUEUE = ("vhost", "queue")
EXCHANGE = ("vhost", "exchange")

EXPORTER = (
    Row(
        name="event_up",
        type="gauge",
        help="Whether at least one node of the broker answered the last collection (1) or none (0).",
    ),
    Row(
        name="event_collector_success",
        type="gauge",
        labels=("collector",),
        help=(
            "Whether the collector's last run succeeded (1) or failed (0); collectors: queues, exchanges, "
            "permissions, tap."
        ),
    ),
    Row(
        name="event_collector_duration_seconds",
        type="gauge",
        unit="seconds",
        labels=("collector",),
        help="How long the collector's last run took.",
    ),
    Row(
        name="event_last_success_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=("collector",),
        help="When the collector last succeeded, Unix time.",
    ),
    Row(
        name="event_build_info",
        type="gauge",
        labels=("version", "python_version"),
        help="Always 1; the exporter's own version.",
    ),
    Row(
        name="event_dropped_series",
        type="gauge",
        labels=("family",),
        help=(
            "Series left out because the family is at its limit; they are summed into the queue or exchange named "
            "other."
        ),
    ),
    Row(
        name="event_permission_granted",
        type="gauge",
        labels=("permission",),
        help=(
            "Whether the exporter may read what it needs (1) or sees less than there is (0); permissions: "
            "monitoring, vhost, tap."
        ),
    ),
)

TOPOLOGY = (
    Row(name="event_nodes_expected", type="gauge", help="Broker nodes the exporter is to read."),
    Row(name="event_nodes_scraped", type="gauge", help="Broker nodes that answered the last collection."),
    Row(name="event_queues_expected", type="gauge", help="Queues the configuration names."),
    Row(name="event_queues_seen", type="gauge", help="Queues of the configuration that exist."),
    Row(
        name="event_queue_present",
        type="gauge",
        labels=QUEUE,
        help="Whether a queue the configuration names exists (1) or not (0); left out while not every node answers.",
    ),
    Row(
        name="event_queue_instances",
        type="gauge",
        labels=QUEUE,
        help="Queues counted under this name: 1 for a plain queue, any number for a group of queues with random names.",
    ),
    Row(
        name="event_queue_info",
        type="gauge",
        labels=(*QUEUE, "queue_type", "durable"),
        help="Always 1; what kind of queue it is and whether it survives a broker restart.",
    ),
)

QUEUES = (
    Row(
        name="event_queue_messages",
        type="gauge",
        labels=(*QUEUE, "state"),
        help="Messages in the queue by state: ready (waits for a consumer) or unacked (held by one).",
    ),
    Row(name="event_queue_consumers", type="gauge", labels=QUEUE, help="Consumers subscribed to the queue."),
    Row(
        name="event_queue_messages_published_total",
        type="counter",
        labels=QUEUE,
        help="Messages routed into the queue.",
    ),
    Row(
        name="event_queue_messages_delivered_total",
        type="counter",
        labels=QUEUE,
        help="Messages handed to consumers, redeliveries included.",
    ),
    Row(
        name="event_queue_messages_acked_total",
        type="counter",
        labels=QUEUE,
        help="Messages consumers are done with, automatic acknowledgements included.",
    ),
    Row(
        name="event_queue_messages_redelivered_total",
        type="counter",
        labels=QUEUE,
        help="Messages handed out once more after a consumer gave them back or died.",
    ),
    Row(
        name="event_queue_head_timestamp_known",
        type="gauge",
        labels=QUEUE,
        help=(
            "Whether the broker knows when the queue's first message was published (1) or messages carry no "
            "timestamp (0)."
        ),
    ),
    Row(
        name="event_queue_head_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=QUEUE,
        help=(
            "When the queue's first message was published, Unix time; left out while unknown or while the queue is "
            "empty."
        ),
    ),
    Row(
        name="event_queue_stalled_since_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=QUEUE,
        help=(
            "Since when messages are ready but none is acknowledged, Unix time; left out while the queue moves or is "
            "empty."
        ),
    ),
    Row(
        name="event_queue_resumed_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=QUEUE,
        help=(
            "When consumers came back to a queue that had none, Unix time; left out until that is seen for the first "
            "time."
        ),
    ),
)

EXCHANGES = (
    Row(
        name="event_exchange_messages_published_total",
        type="counter",
        labels=EXCHANGE,
        help="Messages published to the exchange; the default exchange is named amq.default.",
    ),
    Row(
        name="event_exchange_unroutable_dropped_total",
        type="counter",
        labels=EXCHANGE,
        help="Messages published to the exchange that no queue was bound for; they are gone.",
    ),
)

TAP = (
    Row(
        name="event_tap_events_total",
        type="counter",
        labels=("exchange", "event"),
        help="Events the tap read, by name; names outside the known list count as other.",
    ),
    Row(
        name="event_tap_age_seconds",
        type="histogram",
        unit="seconds",
        labels=("exchange",),
        help="Age of an event when the tap reads it: now less its iat claim.",
    ),
    Row(
        name="event_tap_signature_failures_total",
        type="counter",
        labels=("exchange",),
        help="Events whose signature does not verify with the configured public key.",
    ),
    Row(
        name="event_tap_expiry_margin_seconds",
        type="gauge",
        unit="seconds",
        labels=("exchange",),
        help="Shortest time left until the exp claim among the events the tap read in the last minute.",
    ),
)

METRICS: tuple[Row, ...] = (*itself.rows("event"), *EXPORTER, *TOPOLOGY, *QUEUES, *EXCHANGES, *TAP)
