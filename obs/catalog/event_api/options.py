"""The topology the event bus is held against; the defaults are Peatio's and Barong's own queue names (2.6 to 3.1)."""

from obs.model.component import Option

OPTIONS = (
    Option(
        name="daemons_selector",
        default="app=peatio",
        help="Label selector of Peatio's daemons; commands of the runbook use it.",
    ),
    Option(
        name="mailer",
        default="deploy/barong-mailer",
        help="What runs Barong's mailer, as kubectl takes it; commands of the runbook name it.",
    ),
    Option(
        name="tap_events",
        default=(),
        help="Events the exporter reads itself, for their age and signature, as exchange/event; none if empty.",
    ),
    Option(
        name="declare_queues",
        default=(),
        help=(
            "Durable queues that never expire, asked for by passive declare over AMQP where plugin and management API "
            "tell nothing of them; none if empty."
        ),
    ),
    Option(
        name="nodes_name",
        default="",
        help="Name that stands for every broker node, a headless Service's; left out: the broker's own, -headless.",
    ),
    Option(name="vhost", default="/", help="Virtual host of the exchange's queues."),
    Option(
        name="trading_queues",
        default=("peatio.order.processor", "peatio.matching", "peatio.trade.new"),
        help="Queues between an order and its trade; each needs a consumer.",
    ),
    Option(
        name="money_queues",
        default=("peatio.withdraw.coin", "peatio.deposit.coin.address"),
        help="Queues of withdrawals and deposit addresses; each needs a consumer.",
    ),
    Option(
        name="mail_queues",
        default=("barong.event.mailer.main",),
        help="Queues of the mailer; each needs a consumer.",
    ),
    Option(
        name="background_queues",
        default=("peatio.trade.writer",),
        help="Queues that need a consumer but may fall behind.",
    ),
    Option(
        name="single_consumer_queues",
        default=("peatio.matching",),
        help="Queues that take exactly one consumer.",
    ),
    Option(
        name="idle_queues",
        default=("barong.event.mailer.retry", "peatio.trades.errors"),
        help="Queues that take no consumer by design.",
    ),
    Option(
        name="retry_queues",
        default=("barong.event.mailer.retry",),
        help="Queues where failed mails wait for a retry.",
    ),
    Option(
        name="error_queues",
        default=("peatio.trades.errors",),
        help="Queues that collect what could not be executed.",
    ),
    Option(name="purged_queues", default=("peatio.matching",), help="Queues their daemon empties when it starts."),
    Option(
        name="order_exchanges",
        default=("peatio.matching", "amq.default"),
        help="Exchanges of which no message may be dropped; the default exchange is amq.default.",
    ),
    Option(
        name="mail_exchanges",
        default=("barong.events.system", "barong.events.model", "peatio.events.model"),
        help="Exchanges the mailer binds some events of.",
    ),
    Option(name="stream_exchange", default="peatio.events.ranger", help="Exchange of market data for websockets."),
    Option(
        name="stream_queue",
        default="rango.instance.*",
        help="Group under which the exporter counts the websocket servers' queues, which have random names.",
    ),
    Option(
        name="stream_queues_minimum",
        default=1,
        help="Websocket queues there must be: one per Rango instance, two from Rango 3.0.4.",
        minimum=0,
    ),
    Option(
        name="event_lifetime",
        default=60,
        help="Seconds an event's token lives; older events are dropped unread.",
        minimum=1,
    ),
    Option(
        name="trading_backlog_limit",
        default=10000,
        help="Messages that may wait in one trading queue before somebody should look.",
        minimum=1,
    ),
)
