"""Every metric this exporter exposes: one row each, the contract between it and whoever reads it."""

from obs_exporter import itself
from obs_exporter.row import Row

QUEUE = ("vhost", "queue")
EXCHANGE = ("vhost", "exchange")

UP = Row(
    name="event_up",
    type="gauge",
    help=(
        "Whether at least one node of the broker answered the last collection (1) or none (0); an answer over AMQP "
        "alone does not count."
    ),
)
COLLECTOR_SUCCESS = Row(
    name="event_collector_success",
    type="gauge",
    labels=("collector",),
    help=(
        "Whether the collector's last run succeeded (1) or failed (0); collectors: queues, details, "
        "exchanges, nodes, permissions, declare, tap."
    ),
)
COLLECTOR_DURATION = Row(
    name="event_collector_duration_seconds",
    type="gauge",
    unit="seconds",
    labels=("collector",),
    help="How long the collector's last run took.",
)
LAST_SUCCESS = Row(
    name="event_last_success_timestamp_seconds",
    type="gauge",
    unit="seconds",
    labels=("collector",),
    help="When the collector last succeeded, Unix time.",
)
BUILD_INFO = Row(
    name="event_build_info",
    type="gauge",
    labels=("version", "python_version"),
    help="Always 1; the exporter's own version.",
)
DROPPED_SERIES = Row(
    name="event_dropped_series",
    type="gauge",
    labels=("family",),
    help=(
        "Series left out because the family is at its limit; they are summed into the queue or exchange named other."
    ),
)
PERMISSION = Row(
    name="event_permission_granted",
    type="gauge",
    labels=("permission",),
    help=(
        "Whether the exporter may read what it needs (1) or sees less than there is (0); permissions: "
        "monitoring, vhost, declare, tap."
    ),
)

NODES_EXPECTED = Row(
    name="event_nodes_expected",
    type="gauge",
    help=("Broker nodes there are to read: those of the configuration or the cluster's members, whichever are more."),
)
NODES_SCRAPED = Row(
    name="event_nodes_scraped",
    type="gauge",
    help="Broker nodes that told of their queues in this scrape.",
)
ALARM = Row(
    name="event_broker_alarm",
    type="gauge",
    labels=("broker_node", "alarm"),
    help=(
        "Whether a broker node raises the alarm (1) or not (0); publishers are blocked while one is raised; "
        "alarms: memory, disk."
    ),
)
QUEUES_EXPECTED = Row(
    name="event_queues_expected",
    type="gauge",
    help="Queues the configuration names.",
)
QUEUES_SEEN = Row(
    name="event_queues_seen",
    type="gauge",
    help="Queues of the configuration that the nodes tell of; left out while not every node answers.",
)
PRESENT = Row(
    name="event_queue_present",
    type="gauge",
    labels=QUEUE,
    help=(
        "Whether a queue the configuration names exists and can take messages (1) or not (0): one whose node is down "
        "cannot."
    ),
)
INSTANCES = Row(
    name="event_queue_instances",
    type="gauge",
    labels=QUEUE,
    help=("Queues counted under this name: 1 for a plain queue, any number for a group of queues with random names."),
)
INFO = Row(
    name="event_queue_info",
    type="gauge",
    labels=(*QUEUE, "queue_type", "durable"),
    help="Always 1; what kind of queue an expected one is and whether it survives a broker restart.",
)

MESSAGES = Row(
    name="event_queue_messages",
    type="gauge",
    labels=(*QUEUE, "state"),
    help=(
        "Messages in the queue by state: ready (waits for a consumer) or unacked (held by one; left out where only "
        "a passive declare tells of the queue)."
    ),
)
CONSUMERS = Row(
    name="event_queue_consumers",
    type="gauge",
    labels=QUEUE,
    help="Consumers subscribed to the queue.",
)
PUBLISHED = Row(
    name="event_queue_messages_published_total",
    type="counter",
    labels=QUEUE,
    help="Messages routed into an expected queue.",
)
DELIVERED = Row(
    name="event_queue_messages_delivered_total",
    type="counter",
    labels=QUEUE,
    help="Messages an expected queue handed to consumers, redeliveries included.",
)
ACKED = Row(
    name="event_queue_messages_acked_total",
    type="counter",
    labels=QUEUE,
    help="Messages of an expected queue that consumers are done with, automatic acknowledgements included.",
)
REDELIVERED = Row(
    name="event_queue_messages_redelivered_total",
    type="counter",
    labels=QUEUE,
    help="Messages of an expected queue handed out once more after a consumer gave them back or died.",
)
HEAD_KNOWN = Row(
    name="event_queue_head_timestamp_known",
    type="gauge",
    labels=QUEUE,
    help=(
        "Whether the broker knows when the first message of an expected queue was published (1), or messages "
        "carry no timestamp or none was seen yet (0)."
    ),
)
HEAD = Row(
    name="event_queue_head_timestamp_seconds",
    type="gauge",
    unit="seconds",
    labels=QUEUE,
    help=(
        "When the queue's first message was published, Unix time; left out while unknown or while the queue is empty."
    ),
)
STALLED_SINCE = Row(
    name="event_queue_stalled_since_timestamp_seconds",
    type="gauge",
    unit="seconds",
    labels=QUEUE,
    help=(
        "Since when messages are ready but none is acknowledged, Unix time; left out while the queue moves or is empty."
    ),
)
RESUMED = Row(
    name="event_queue_resumed_timestamp_seconds",
    type="gauge",
    unit="seconds",
    labels=QUEUE,
    help=(
        "When consumers came back to a queue that had none, Unix time; left out until that is seen for the first time."
    ),
)

EXCHANGE_PUBLISHED = Row(
    name="event_exchange_messages_published_total",
    type="counter",
    labels=EXCHANGE,
    help=("Messages published to the exchange since the exporter's start; the default exchange is named amq.default."),
)
UNROUTABLE = Row(
    name="event_exchange_unroutable_dropped_total",
    type="counter",
    labels=EXCHANGE,
    help=("Messages published to the exchange since the exporter's start that no queue was bound for; they are gone."),
)

TAP_EVENTS = Row(
    name="event_tap_events_total",
    type="counter",
    labels=("exchange", "event"),
    help="Events the tap read, by name; names outside the known list count as other.",
)
TAP_AGE = Row(
    name="event_tap_age_seconds",
    type="histogram",
    unit="seconds",
    labels=("exchange",),
    buckets=(0.1, 0.5, 1, 5, 20, 45, 60),
    help="Age of an event when the tap reads it: now less its iat claim.",
)
TAP_FAILURES = Row(
    name="event_tap_signature_failures_total",
    type="counter",
    labels=("exchange",),
    help="Events whose signature does not verify with the configured public key.",
)
TAP_MARGIN = Row(
    name="event_tap_expiry_margin_seconds",
    type="gauge",
    unit="seconds",
    labels=("exchange",),
    help="Shortest time left until the exp claim among the events the tap read in the last minute.",
)

EXPORTER = (UP, COLLECTOR_SUCCESS, COLLECTOR_DURATION, LAST_SUCCESS, BUILD_INFO, DROPPED_SERIES, PERMISSION)
TOPOLOGY = (NODES_EXPECTED, NODES_SCRAPED, ALARM, QUEUES_EXPECTED, QUEUES_SEEN, PRESENT, INSTANCES, INFO)
QUEUES = (MESSAGES, CONSUMERS, PUBLISHED, DELIVERED, ACKED, REDELIVERED, HEAD_KNOWN, HEAD, STALLED_SINCE, RESUMED)
EXCHANGES = (EXCHANGE_PUBLISHED, UNROUTABLE)
TAP = (TAP_EVENTS, TAP_AGE, TAP_FAILURES, TAP_MARGIN)
TOTALS = {"published": PUBLISHED, "delivered": DELIVERED, "acked": ACKED, "redelivered": REDELIVERED}

METRICS: tuple[Row, ...] = (*itself.rows("event"), *EXPORTER, *TOPOLOGY, *QUEUES, *EXCHANGES, *TAP)
