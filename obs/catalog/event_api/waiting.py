"""What waits on the event bus and for how long, and what changed there."""

from obs.catalog.event_api import phrases as say
from obs.model.signal import Signal

WAITING = (
    Signal(
        name="mail_age",
        title="Age of the oldest mail event",
        help=(
            "Peatio's events live 60 s, and the mailer drops expired ones without a word: an older backlog is lost "
            "mail. Read "
            "from the broker's timestamp, else from how long the queue stands still or needs to drain."
        ),
        unit="seconds",
        query=say.age(say.MAIL),
        legend="{{queue}}",
    ),
    Signal(
        name="trading_age",
        title="Age of the oldest order or trade",
        help="How far matching and execution are behind: orders look accepted and nothing happens.",
        unit="seconds",
        query=say.age(say.TRADING),
        legend="{{queue}}",
    ),
    Signal(
        name="money_age",
        title="Age of the oldest withdrawal or address",
        help="How long the first withdrawal or deposit address has been waiting for its daemon.",
        unit="seconds",
        query=say.age(say.MONEY),
        legend="{{queue}}",
    ),
    Signal(
        name="stalled",
        title="Queues that stand still",
        help="How long messages have been ready in a queue without a single acknowledgement.",
        unit="seconds",
        query=(
            f"max by ({say.QUEUE}) (time() - event_queue_stalled_since_timestamp_seconds{{<selector>, "
            f"{say.CONSUMED}}})\n"
            f"or 0 * {say.ready(say.CONSUMED)}"
        ),
        legend="{{queue}}",
    ),
    Signal(
        name="event_age",
        title="Age of events on arrival, 99th percentile",
        help="Time from an event's signing to its arrival at the tap: publisher and broker, before any consumer.",
        unit="seconds",
        query=(
            "histogram_quantile(\n  0.99,\n"
            "  max by (<group>, exchange, le) (rate(event_tap_age_seconds_bucket{<selector>}[<window>]))\n)"
        ),
        legend="{{exchange}}",
        empty="No tap is configured.",
    ),
    Signal(
        name="expiry_margin",
        title="Time left on arriving events",
        help=(
            "Shortest time to expiry among the last minute's events. A short one is a slow publisher or a clock that "
            "is off."
        ),
        unit="seconds",
        query="min by (<group>, exchange) (event_tap_expiry_margin_seconds{<selector>})",
        legend="{{exchange}}",
        empty="No tap is configured.",
    ),
)

LIMITS = (
    Signal(
        name="trading_ready",
        title="Orders and trades waiting",
        help=(
            "Messages ready in the trading queues. Matching's queue is emptied at every start of the engine: a fall "
            "to 0 is no proof of work."
        ),
        unit="messages",
        query=say.ready(say.TRADING),
        legend="{{queue}}",
    ),
    Signal(
        name="other_ready",
        title="Other messages waiting",
        help="Messages ready in the money, mail and background queues.",
        unit="messages",
        query=say.ready('queue=~"<option:money_queues>|<option:mail_queues>|<option:background_queues>"'),
        legend="{{queue}}",
    ),
    Signal(
        name="unacked",
        title="Messages held by consumers",
        help=(
            "Messages delivered and not acknowledged, per queue. Not waiting, but not done: they come back if the "
            "consumer dies."
        ),
        unit="messages",
        query=say.gauge("event_queue_messages", f'{say.CONSUMED}, state="unacked"'),
        legend="{{queue}}",
    ),
    Signal(
        name="retry_ready",
        title="Mails waiting for a retry",
        help="Mails that failed and wait 120 s for the next try. Peatio's events are always expired by then.",
        unit="messages",
        query=say.ready('queue=~"<option:retry_queues>"'),
        legend="{{queue}}",
    ),
)

CHANGES = (
    Signal(
        name="published",
        title="Events published by exchange",
        help="What the applications publish.",
        unit="messages_per_second",
        query="max by (<group>, vhost, exchange) (rate(event_exchange_messages_published_total{<selector>}[<window>]))",
        legend="{{exchange}}",
    ),
    Signal(
        name="acked",
        title="Messages done by queue",
        help="What the daemons acknowledge.",
        unit="messages_per_second",
        query=say.rate("event_queue_messages_acked_total", say.CONSUMED),
        legend="{{queue}}",
    ),
    Signal(
        name="events",
        title="Events by name",
        help="What the tap reads: which kinds of event are published, and which no longer are.",
        unit="messages_per_second",
        query="max by (<group>, exchange, event) (rate(event_tap_events_total{<selector>}[<window>]))",
        legend="{{event}}",
        empty="No tap is configured.",
    ),
    Signal(
        name="resumed",
        title="Since queues purged at start are consumed again",
        help=(
            "Matching empties its queue when it starts: cancels that were queued then are gone. Time since its "
            "consumer "
            "came back."
        ),
        unit="seconds",
        query=(
            f"min by ({say.QUEUE}) (\n"
            '  time() - event_queue_resumed_timestamp_seconds{<selector>, queue=~"<option:purged_queues>"}\n'
            ")"
        ),
        legend="{{queue}}",
        empty="No restart since the exporter watches.",
    ),
    Signal(
        name="timestamped",
        title="Queues whose messages carry a time",
        help=(
            "Where the age is read from the broker. Elsewhere it is inferred; the broker's timestamp interceptor "
            "would give it."
        ),
        unit="count",
        query=f"sum by (<group>) (max by ({say.QUEUE}) (event_queue_head_timestamp_known{{<selector>}}))",
        legend="queues",
    ),
    Signal(
        name="kinds",
        title="Queues by kind",
        help="Kind and durability of every queue. What is not durable is gone after a broker restart.",
        unit="state",
        query="max by (<group>, vhost, queue, queue_type, durable) (event_queue_info{<selector>})",
        legend="{{queue}} {{queue_type}} durable {{durable}}",
    ),
)
