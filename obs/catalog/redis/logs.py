"""Redis: process, role, time, level as one character, text."""

from obs.catalog.log_shapes import REST, keyword, level_field, message_field
from obs.model.logs import Dialect, Field, LogFormat, Secret

_BEFORE = r"^(?<pid>\d+):(?<role>[XCSM]) \d\d [A-Z][a-z]{2} (?:\d{4} )?\d\d:\d\d:\d\d\.\d{3} "
"""The time has no zone, and no year before Redis 5: the container's time, a moment later, is taken instead."""

LOGS = LogFormat(
    name="redis",
    title="Redis",
    dialects=(
        Dialect(
            name="text",
            help="Process, role (X Sentinel, C child, S replica, M primary), time, level: . debug, * notice, # warning.",
            dataset="redis.log",
            pattern=rf"{_BEFORE}(?<level>[.*#]) {REST}",
        ),
        Dialect(
            name="verbose",
            help="The level verbose is a dash.",
            dataset="redis.log",
            pattern=rf"{_BEFORE}- {REST}",
            constants={"log.level": "info"},
        ),
        Dialect(
            name="signal",
            help="The last thing before an end: process, seconds since 1970, text.",
            dataset="redis.log",
            pattern=rf"^(?<pid>\d+):signal-handler \(\d+\) {REST}",
            constants={"log.level": "warn"},
        ),
    ),
    fields=(
        level_field("level"),
        message_field("message"),
        Field(name="process.pid", type="long", help="Process; a child saves or rewrites.", sources=("pid",), convert="integer"),
        keyword("redis.log.role", "X Sentinel, C child, S replica, M primary.", "role"),
    ),
    secrets=(
        Secret(
            name="redis-configuration",
            help="A line of the configuration Redis does not understand is quoted when it gives up, passwords and all.",
            needs=("requirepass", "masterauth", "auth-pass"),
            expression=r"((?i:requirepass|masterauth|auth-pass [^ '\"\\]+) +(?:\\*\")?)[^'\"\\\n]+",
            replace=r"\1[REDACTED]",
        ),
    ),
    levels={".": "debug", "*": "notice", "#": "warn"},
)
