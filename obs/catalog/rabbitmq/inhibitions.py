"""Which alerts of the broker explain which others."""

from obs.model.alert import Inhibition

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
)
