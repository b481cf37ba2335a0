"""The queues there should be, and the names under which all others are counted."""

import re
from dataclasses import dataclass

from obs_event_exporter.detailed import Queue

OTHER = "other"
"""Where queues and exchanges beyond the limit are summed up."""
RANDOM_NAMES = {
    "rango.instance.*": r"rango\.instance\..*",
    "ranger.*": r"ranger\..*",
    "amq.gen-*": r"amq\.gen-.*",
    "obs.tap.*": r"obs\.tap\..*",
}
"""Queues whose names nobody can list beforehand: of Rango, of Ranger, named by the broker itself, and of our taps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Queues of random names counted under one; `pattern` matches a whole name."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Topology:
    """What the configuration expects of one broker."""

    vhosts: tuple[str, ...]
    expected: tuple[Queue, ...]
    groups: tuple[Group, ...]
    queue_limit: int
    exchange_limit: int

    def label(self, queue: Queue) -> Queue:
        """The virtual host and the name a queue is counted under."""
        vhost, name = queue
        for group in self.groups:
            if group.pattern.fullmatch(name):
                return (vhost, group.name)
        return queue

    def group_labels(self) -> tuple[Queue, ...]:
        """Every group in every virtual host: a group without queues is 0, not absent."""
        return tuple((vhost, group.name) for vhost in self.vhosts for group in self.groups)
