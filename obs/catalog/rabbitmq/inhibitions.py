"""Which alerts of the broker explain which others."""

from obs.model.alert import Inhibition

_ALARMS = ("RabbitmqMemoryAlarm", "RabbitmqDiskAlarm", "RabbitmqDescriptorAlarm")

INHIBITIONS = (
    Inhibition(
        source=("RabbitmqMemoryAlarm",),
        target=("RabbitmqMemoryHigh",),
        equal=("cluster", "job", "instance"),
        why="Past the watermark, being close to it is no news.",
    ),
    Inhibition(
        source=("RabbitmqDiskAlarm",),
        target=("RabbitmqDiskLow", "RabbitmqDiskFilling"),
        equal=("cluster", "job", "instance"),
        why="Below the limit, being close to it is no news.",
    ),
    Inhibition(
        source=("RabbitmqPartition",),
        target=("RabbitmqPeerUnreachable",),
        equal=("cluster", "job"),
        why="A split cluster is why nodes do not see each other.",
    ),
    Inhibition(
        source=("RabbitmqTargetMissing", "RabbitmqPartition", *_ALARMS),
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
