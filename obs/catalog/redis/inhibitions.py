"""Which alerts of Redis explain which others."""

from obs.model.alert import Inhibition

INHIBITIONS = (
    Inhibition(
        source=("RedisMemoryFull",),
        target=("RedisMemoryHigh",),
        equal=("cluster", "job", "instance"),
        why="About to be full, being nearly full is no news.",
    ),
    Inhibition(
        source=("RedisReplicationBroken",),
        target=("RedisReplicaMissing",),
        equal=("cluster", "job"),
        why="The replica that lost its primary is the one the primary misses.",
    ),
    Inhibition(
        source=("RedisNoPrimary",),
        target=("RedisMetricsMissing", "RedisInstanceDown"),
        equal=("cluster", "job"),
        why="A Redis that does not answer tells nothing.",
    ),
)
