"""What pages and what makes a ticket on the event bus: reading, consumers, losses."""

from obs.catalog.event_api import phrases as say
from obs.catalog.event_api.alerts_waiting import CHANGES, FULL, SLOW
from obs.catalog.exporter_state import reload_alert
from obs.model.alert import Alert

READING = (
    Alert(
        name="EventApiDown",
        signal="answers",
        is_="<",
        threshold=1,
        hold="2m",
        severity="critical",
        triage="up",
        summary="No node of the broker answers the event exporter.",
        description="The exporter {{ $labels.job }} reads no node of the broker; nothing is known of the queues.",
        why="Two minutes are four missed readings: a single slow answer is over by then.",
    ),
    Alert(
        name="EventApiScrapeIncomplete",
        signal="nodes_missing",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="up",
        summary="Not every node of the broker is read.",
        description=(
            "{{ $value | humanize }} broker nodes do not answer {{ $labels.job }}; queues they lead are missing from "
            "the numbers."
        ),
        why="A queue is told of only by the node that leads it; a node's restart is over within five minutes.",
    ),
    Alert(
        name="EventApiQueueMissing",
        signal="present",
        is_="<",
        threshold=1,
        hold="5m",
        severity="critical",
        triage="up",
        summary="A queue the platform needs does not exist.",
        description=(
            "The broker has no queue {{ $labels.queue }} in virtual host {{ $labels.vhost }}; what is sent to it is lost."
        ),
        why="Its daemon declares it at its start; five minutes outlast a broker restart and the daemon's reconnection.",
    ),
    Alert(
        name="EventApiStreamQueuesMissing",
        signal="stream_queues",
        is_="<",
        threshold=1,
        option="stream_queues_minimum",
        hold="2m",
        severity="critical",
        triage="up",
        summary="No websocket server listens to market data.",
        description=(
            "{{ $value | humanize }} queues of websocket servers exist (alert below <threshold>); clients see a "
            "frozen market."
        ),
        why="Each Rango instance holds one exclusive queue; without any, connected clients receive nothing.",
    ),
    Alert(
        name="EventApiCollectorFailing",
        signal="collectors",
        is_="<",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="up",
        summary="Part of the event exporter's reading fails.",
        description=(
            "Collector {{ $labels.collector }} of {{ $labels.instance }} has been failing; its numbers are old or "
            "missing."
        ),
        why="Ten minutes of failed runs are no hiccup of the broker.",
    ),
    Alert(
        name="EventApiDataStale",
        signal="data_age",
        is_=">",
        threshold=180,
        hold="2m",
        severity="warning",
        triage="up",
        summary="The event exporter shows old data.",
        description=(
            "Collector {{ $labels.collector }} last succeeded {{ $value | humanizeDuration }} ago (limit "
            "<threshold>)."
        ),
        why="Six scrapes at the default interval of 30 s: older numbers would hide a mail backlog of more than 60 s.",
    ),
    Alert(
        name="EventApiPermissionMissing",
        signal="permissions",
        is_="<",
        threshold=1,
        hold="5m",
        severity="warning",
        triage="up",
        summary="The event exporter may not read all it needs.",
        description=(
            "The exporter's broker user lacks the permission {{ $labels.permission }}; missing queues look like no "
            "queues."
        ),
        why=(
            "A user without virtual host permission gets an empty list and status 200, so silence must not pass for "
            "health."
        ),
    ),
)

FAILING = (
    Alert(
        name="EventApiConsumerMissing",
        signal="consumers",
        is_="<",
        threshold=1,
        hold="2m",
        severity="critical",
        triage="failing",
        summary="Nobody consumes a queue of orders, money or mail.",
        description=(
            "{{ $labels.queue }} has {{ $value | humanize }} consumers; its daemon is down or did not subscribe "
            "again."
        ),
        why="Daemons resubscribe within seconds of a restart; mail events expire after 60 s.",
    ),
    Alert(
        name="EventApiBackgroundConsumerMissing",
        signal="background_consumers",
        is_="<",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Nobody consumes a background queue.",
        description="{{ $labels.queue }} has {{ $value | humanize }} consumers; charts and statistics fall behind.",
        why="Nobody loses money by it, so a rollout may take its ten minutes.",
    ),
    Alert(
        name="EventApiConsumerDoubled",
        signal="single_consumers",
        is_=">",
        threshold=1,
        hold="1m",
        severity="critical",
        triage="failing",
        summary="Two matching engines share one queue.",
        description=(
            "{{ $labels.queue }} has {{ $value | humanize }} consumers; each knows only the orders it happened to "
            "receive."
        ),
        why=(
            "Matching keeps its order books in memory and must run exactly once; a clean restart overlaps for "
            "seconds only."
        ),
    ),
    Alert(
        name="EventApiConsumerUnexpected",
        signal="idle_consumers",
        is_=">",
        threshold=0,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Somebody consumes a queue that takes no consumer.",
        description="{{ $labels.queue }} has {{ $value | humanize }} consumers; they swallow what is kept there.",
        why="By design nobody subscribes to the retry and error queues; a look with a tool is over within ten minutes.",
    ),
    Alert(
        name="EventApiTradeErrors",
        signal="trade_errors",
        is_=">",
        threshold=0,
        hold="1m",
        severity="warning",
        triage="failing",
        summary="Trades cannot be executed.",
        description="{{ $value | humanize }} messages reached {{ $labels.queue }} within ten minutes.",
        why="Each one is an order or a trade whose execution raised an error; there are none on an ordinary day.",
    ),
    Alert(
        name="EventApiRedeliveryLoop",
        signal="redelivered",
        is_=">",
        threshold=0.5,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="A queue delivers the same messages again and again.",
        description=(
            "{{ $value | humanizePercentage }} of the deliveries of {{ $labels.queue }} are repeats (limit "
            "<threshold>)."
        ),
        why=(
            "Half of all deliveries: daemons give failed messages back without limit, so a poison message never "
            "leaves."
        ),
        guard=f"{say.rate('event_queue_messages_delivered_total', say.CONSUMED)} > 0.1",
        guard_on=say.QUEUE,
    ),
    Alert(
        name="EventApiOrdersDropped",
        signal="orders_dropped",
        is_=">",
        threshold=0,
        hold="1m",
        severity="critical",
        triage="failing",
        summary="Orders or withdrawals are dropped.",
        description=(
            "{{ $labels.exchange }} drops {{ $value | humanize }} messages per second: no queue is bound for them."
        ),
        why="Each message is an order or a payment; none may be lost.",
    ),
    Alert(
        name="EventApiExchangeUnbound",
        signal="unbound",
        is_=">",
        threshold=0.99,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Nobody is bound to an exchange of events.",
        description=(
            "{{ $value | humanizePercentage }} of the events of {{ $labels.exchange }} reach no queue (limit "
            "<threshold>)."
        ),
        why=(
            "The mailer binds some of the events of each of these exchanges; all of them dropped means its bindings "
            "are gone."
        ),
        guard=(
            f"{say.rate('event_exchange_messages_published_total', say.MAIL_EXCHANGES, '<group>, vhost, exchange')} "
            "> 0.01"
        ),
        guard_on="<group>, vhost, exchange",
    ),
    Alert(
        name="EventApiMoneyMessagesLost",
        signal="lost",
        is_=">",
        threshold=3,
        hold="1m",
        severity="critical",
        triage="failing",
        summary="Withdrawals or deposit addresses vanished from their queue.",
        description=(
            "{{ $value | humanize }} messages left {{ $labels.queue }} within ten minutes without being done (limit "
            "<threshold>)."
        ),
        why="Depth and counters are read seconds apart, which explains a message or two, not more.",
    ),
    Alert(
        name="EventApiSignatureFailures",
        signal="signature_failures",
        is_=">",
        threshold=0.01,
        hold="2m",
        severity="critical",
        triage="failing",
        summary="Events carry a signature that does not verify.",
        description=(
            "{{ $value | humanize }} events per second of {{ $labels.exchange }} fail verification (limit "
            "<threshold>)."
        ),
        why="Keys do not fail now and then: more than one event in a hundred seconds is a key that does not match.",
    ),
    Alert(
        name="EventApiPublishingStopped",
        signal="stream_published",
        is_="<",
        threshold=0.01,
        hold="5m",
        severity="critical",
        triage="failing",
        summary="No market data is published.",
        description=(
            "{{ $labels.exchange }} receives {{ $value | humanize }} messages per second (alert below <threshold>)."
        ),
        why=(
            "Tickers are published every five seconds, trades or not: ten minutes without one means their daemon "
            "stopped."
        ),
    ),
)

ALERTS = (*READING, *FAILING, reload_alert("EventApiExporter"), *SLOW, *FULL, *CHANGES)
