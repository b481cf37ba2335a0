"""The event bus's objective, and which of its alerts explain which others."""

from obs.catalog.event_api import phrases as say
from obs.model.alert import Inhibition, Objective

_BY = "<group>, instance, vhost, queue"
_PUBLISHED = f"sum by ({_BY}) (rate(event_queue_messages_published_total{{<selector>, {say.MAIL}}}[<window>]))"

_BROKER_ALARMS = ("RabbitmqMemoryAlarm", "RabbitmqDiskAlarm", "RabbitmqDescriptorAlarm")

OBJECTIVES = (
    Objective(
        name="mail_delivery",
        title="Mail events in time",
        help=(
            "Share of mail events that reach the mailer's queue while its oldest event is younger than an event's "
            "life of 60 s."
        ),
        errors=(
            "sum by (<group>, instance) (\n"
            f"  {_PUBLISHED}\n"
            f"  * on ({_BY}) (\n"
            f"    ({say.age(say.MAIL, _BY)}) > bool <option:event_lifetime>\n"
            "  )\n"
            ")"
        ),
        total=f"sum by (<group>, instance) (\n  {_PUBLISHED}\n)",
        alert="EventApiMailBudgetBurn",
        summary="Mail events expire unread faster than the objective allows.",
        why="99.9 % over 30 days leaves 43 minutes in which mails are lost.",
    ),
)

INHIBITIONS = (
    Inhibition(
        source=("EventApiMailExpired",),
        target=("EventApiMailAging",),
        equal=("cluster", "job", "queue"),
        why="Past the limit, being half way there is no news.",
    ),
    Inhibition(
        source=("EventApiConsumerMissing", "EventApiTradingLag", "EventApiMoneyStuck", "EventApiMailExpired"),
        target=("EventApiQueueStalled",),
        equal=("cluster", "job", "queue"),
        why="The page says already that this queue is not served.",
    ),
    Inhibition(
        source=("EventApiQueueMissing",),
        target=("EventApiMatchingRestarted",),
        equal=("cluster", "job", "queue"),
        why="A queue that does not exist has no daemon to speak of.",
    ),
    Inhibition(
        source=("EventApiDown",),
        target=("EventApiScrapeIncomplete", "EventApiCollectorFailing", "EventApiDataStale"),
        equal=("cluster", "job"),
        why="Without an answer from the broker nothing else can be read.",
    ),
    Inhibition(
        source=("RabbitmqTargetMissing", "RabbitmqPartition", *_BROKER_ALARMS),
        target=(
            "EventApiDown",
            "EventApiScrapeIncomplete",
            "EventApiQueueMissing",
            "EventApiQueueStalled",
            "EventApiPublishingStopped",
            "EventApiCollectorFailing",
            "EventApiDataStale",
        ),
        equal=("cluster",),
        why="A broker that is down, split or blocked explains what its queues do.",
    ),
)
