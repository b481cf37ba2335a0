"""What is worth knowing of the event bus: is it read completely, and does it fail."""

from obs.catalog.event_api import phrases as say
from obs.catalog.event_api.waiting import CHANGES, LIMITS, WAITING
from obs.catalog.exporter_state import reload_signal
from obs.model.signal import Signal

READING = (
    Signal(
        name="answers",
        title="Broker answers",
        help="Whether the exporter reads at least one node of the broker.",
        unit="bool",
        query="max by (<group>) (event_up{<selector>})",
        legend="answers",
    ),
    Signal(
        name="nodes_missing",
        title="Broker nodes not read",
        help=(
            "Nodes that did not answer the exporter. A queue is told of only by the node that leads it: its numbers "
            "are missing."
        ),
        unit="count",
        query="max by (<group>) (event_nodes_expected{<selector>} - event_nodes_scraped{<selector>})",
        legend="missing",
    ),
    Signal(
        name="queues_missing",
        title="Expected queues not seen",
        help="Queues the configuration names that the broker does not have.",
        unit="count",
        query="max by (<group>) (event_queues_expected{<selector>} - event_queues_seen{<selector>})",
        legend="missing",
    ),
    Signal(
        name="present",
        title="Expected queues",
        help="Which of the expected queues exist. Peatio's daemons and Barong's mailer declare theirs when they start.",
        unit="state",
        query=f"max by ({say.QUEUE}) (event_queue_present{{<selector>}})",
        legend="{{queue}}",
    ),
    Signal(
        name="stream_queues",
        title="Websocket queues",
        help=(
            "Queues of websocket servers, one per Rango instance (two from Rango 3.0.4). None means no live market "
            "data."
        ),
        unit="count",
        query='max by (<group>, vhost, queue) (event_queue_instances{<selector>, queue="<option:stream_queue>"})',
        legend="{{queue}}",
    ),
)

FAILING = (
    Signal(
        name="consumers",
        title="Consumers of trading, money and mail queues",
        help="Subscribed daemons per queue. At zero the work waits, however healthy the pods look.",
        unit="count",
        query=say.gauge("event_queue_consumers", say.NEEDED),
        legend="{{queue}}",
    ),
    Signal(
        name="background_consumers",
        title="Consumers of background queues",
        help="Subscribed daemons of queues whose delay nobody loses money by, such as the chart writer.",
        unit="count",
        query=say.gauge("event_queue_consumers", say.BACKGROUND),
        legend="{{queue}}",
    ),
    Signal(
        name="single_consumers",
        title="Consumers of queues that take one",
        help=(
            "Matching keeps its order books in memory: two consumers are two order books that know half of the "
            "orders each."
        ),
        unit="count",
        query=say.gauge("event_queue_consumers", 'queue=~"<option:single_consumer_queues>"'),
        legend="{{queue}}",
    ),
    Signal(
        name="idle_consumers",
        title="Consumers of queues that take none",
        help=(
            "The mailer's retry queue works by expiry and the error queue is emptied by hand: a consumer there eats "
            "messages."
        ),
        unit="count",
        query=say.gauge("event_queue_consumers", 'queue=~"<option:idle_queues>"'),
        legend="{{queue}}",
    ),
    Signal(
        name="trade_errors",
        title="Trade errors in 10 minutes",
        help=(
            "Messages published to the error queue: trades that could not be executed. Depth says nothing, it is "
            "emptied by hand."
        ),
        unit="messages",
        query=(
            f"max by ({say.QUEUE}) (\n"
            '  increase(event_queue_messages_published_total{<selector>, queue=~"<option:error_queues>"}[10m])\n'
            ")"
        ),
        legend="{{queue}}",
    ),
    Signal(
        name="redelivered",
        title="Share of deliveries repeated",
        help=(
            "Failed messages go back to the head of their queue at once: a poison message fills the queue's "
            "deliveries."
        ),
        unit="ratio",
        query=(
            f"{say.rate('event_queue_messages_redelivered_total', say.CONSUMED)}\n"
            f"/ ({say.rate('event_queue_messages_delivered_total', say.CONSUMED)} > 0)"
        ),
        legend="{{queue}}",
    ),
    Signal(
        name="orders_dropped",
        title="Orders and withdrawals dropped",
        help="Messages of exchanges where each one is an order or a payment, dropped because no queue was bound.",
        unit="messages_per_second",
        query=say.rate("event_exchange_unroutable_dropped_total", say.ORDER_EXCHANGES, say.EXCHANGE),
        legend="{{exchange}}",
    ),
    Signal(
        name="unbound",
        title="Share of events nobody is bound for",
        help=(
            "Events are published without asking for a queue, so an unbound one is dropped silently. Some share is "
            "ordinary: "
            "only the configured events have a mail. All of them lost is a lost binding."
        ),
        unit="ratio",
        query=(
            f"{say.rate('event_exchange_unroutable_dropped_total', say.MAIL_EXCHANGES, say.EXCHANGE)}\n"
            f"/ ({say.rate('event_exchange_messages_published_total', say.MAIL_EXCHANGES, say.EXCHANGE)} > 0)"
        ),
        legend="{{exchange}}",
    ),
    Signal(
        name="lost",
        title="Withdrawals and addresses lost",
        help=(
            "Messages that left a money queue within ten minutes without being acknowledged: what was there, plus "
            "what came, "
            "less what was done, less what is there. A broker restart empties peatio.withdraw.coin, which is not "
            "durable."
        ),
        unit="messages",
        query=(
            "clamp_min(\n"
            f"  sum by ({say.QUEUE}) (max by ({say.QUEUE}, state) (event_queue_messages{{<selector>, {say.MONEY}}} "
            "offset 10m))\n"
            f"  + max by ({say.QUEUE}) (increase(event_queue_messages_published_total{{<selector>, "
            f"{say.MONEY}}}[10m]))\n"
            f"  - max by ({say.QUEUE}) (increase(event_queue_messages_acked_total{{<selector>, {say.MONEY}}}[10m]))\n"
            f"  - sum by ({say.QUEUE}) (max by ({say.QUEUE}, state) (event_queue_messages{{<selector>, "
            f"{say.MONEY}}})),\n"
            "  0\n)\n"
            f"or 0 * {say.ready(say.MONEY)}"
        ),
        legend="{{queue}}",
    ),
    Signal(
        name="signature_failures",
        title="Events with a wrong signature",
        help="Events the tap could not verify with the public key. Consumers that check signatures throw them away.",
        unit="messages_per_second",
        query="max by (<group>, exchange) (rate(event_tap_signature_failures_total{<selector>}[<window>]))",
        legend="{{exchange}}",
        empty="No tap is configured.",
    ),
    Signal(
        name="stream_published",
        title="Market data published",
        help="Messages to the exchange the websocket servers listen to. Tickers alone make one every five seconds.",
        unit="messages_per_second",
        query=say.rate("event_exchange_messages_published_total", say.STREAM_EXCHANGE, say.EXCHANGE),
        legend="{{exchange}}",
    ),
)

EXPORTER = (
    Signal(
        name="collectors",
        title="Collectors",
        help="Whether each part of the exporter's reading succeeds.",
        unit="state",
        query="min by (<group>, instance, collector) (event_collector_success{<selector>})",
        legend="{{collector}} {{instance}}",
    ),
    Signal(
        name="collector_duration",
        title="Reading time by collector",
        help="How long each part of the exporter's reading takes. It has to fit into the scrape timeout.",
        unit="seconds",
        query="max by (<group>, collector) (event_collector_duration_seconds{<selector>})",
        legend="{{collector}}",
    ),
    Signal(
        name="data_age",
        title="Age of the data by collector",
        help="Time since each part of the exporter's reading last succeeded.",
        unit="seconds",
        query="min by (<group>, collector) (time() - event_last_success_timestamp_seconds{<selector>})",
        legend="{{collector}}",
    ),
    Signal(
        name="permissions",
        title="Permissions",
        help=(
            "Whether the exporter's user may read what it needs. Without them the broker answers with fewer queues, "
            "not with an error."
        ),
        unit="state",
        query="min by (<group>, permission) (event_permission_granted{<selector>})",
        legend="{{permission}}",
    ),
    Signal(
        name="dropped_series",
        title="Series left out",
        help="Queues or exchanges beyond the exporter's limit, summed up under the name other.",
        unit="count",
        query="max by (<group>, family) (event_dropped_series{<selector>})",
        legend="{{family}}",
    ),
    reload_signal("event"),
    Signal(
        name="version",
        title="Exporter version",
        help="Which version of the exporter runs.",
        unit="state",
        query="count by (<group>, version, python_version) (event_build_info{<selector>})",
        legend="{{version}} on Python {{python_version}}",
    ),
)

SIGNALS = (*READING, *FAILING, *WAITING, *LIMITS, *CHANGES, *EXPORTER)
