"""PromQL phrases of the event bus: classes of queues and what is asked of each.

Replicas of the exporter read the same broker and say the same, so results take their maximum and never their sum.
"""

QUEUE = "<group>, vhost, queue"
EXCHANGE = "<group>, vhost, exchange"
TRADING = 'queue=~"<option:trading_queues>"'
MONEY = 'queue=~"<option:money_queues>"'
MAIL = 'queue=~"<option:mail_queues>"'
NEEDED = 'queue=~"<option:trading_queues>|<option:money_queues>|<option:mail_queues>"'
BACKGROUND = 'queue=~"<option:background_queues>"'
CONSUMED = 'queue=~"<option:trading_queues>|<option:money_queues>|<option:mail_queues>|<option:background_queues>"'
ORDER_EXCHANGES = 'exchange=~"<option:order_exchanges>"'
MAIL_EXCHANGES = 'exchange=~"<option:mail_exchanges>"'
STREAM_EXCHANGE = 'exchange="<option:stream_exchange>"'


def gauge(metric: str, which: str, by: str = QUEUE) -> str:
    """The level of a gauge per queue."""
    return f"max by ({by}) ({metric}{{<selector>, {which}}})"


def rate(metric: str, which: str, by: str = QUEUE) -> str:
    """The rate of a counter per queue or exchange."""
    return f"max by ({by}) (rate({metric}{{<selector>, {which}}}[<window>]))"


def ready(which: str, by: str = QUEUE) -> str:
    """Messages that wait for a consumer."""
    return gauge("event_queue_messages", f'{which}, state="ready"', by)


def since(metric: str, which: str) -> str:
    """Seconds from a moment to the scrape that told of it; `time()` would add up to a scrape interval of waiting."""
    told = f"{metric}{{<selector>, {which}}}"
    return f"timestamp({told}) - {told}"


def age(which: str, by: str = QUEUE) -> str:
    """How old a queue's oldest message is, by the best evidence there is.

    The broker's own timestamp; else how long the queue has stood still; else how long it needs to drain at its pace;
    else nothing waits. Peatio and Barong publish without a timestamp, so the first needs the broker's interceptor.
    """
    drain = f"{ready(which, by)}\n  / ({rate('event_queue_messages_acked_total', which, by)} > 0)"
    return (
        f"max by ({by}) ({since('event_queue_head_timestamp_seconds', which)})\n"
        f"or max by ({by}) ({since('event_queue_stalled_since_timestamp_seconds', which)})\n"
        f"or (\n  {drain}\n)\n"
        f"or 0 * {ready(which, by)}"
    )
