"""What is kept from one scrape to the next, and nothing else: moments, and totals that must not fall.

Bounded by the configuration (one entry per expected queue) and by the exchanges and channels a node has now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from obs_event_exporter.detailed import Exchange, Queue
from obs_event_exporter.management import Details


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What earlier looks at a queue add to this one. Times are Unix times, None where there is nothing to tell."""

    stalled_since: float | None
    resumed_at: float | None
    head_known: bool
    totals: Mapping[str, int]


class QueueMemory:
    """The history of the expected queues."""

    def __init__(self) -> None:
        self._queues: dict[Queue, _Seen] = {}

    def look(self, queue: Queue, told: Details, now: float) -> History:
        """Take in what the broker says of a queue now, and tell what that means together with what it said before."""
        seen = self._queues.setdefault(queue, _Seen())
        seen.move(told, now)
        seen.consume(told, now)
        if told.ready:
            seen.head_known = told.head is not None
        return History(
            stalled_since=seen.stalled_since,
            resumed_at=seen.resumed_at,
            head_known=seen.head_known,
            totals={
                "published": seen.add("published", told.published),
                "delivered": seen.add("delivered", told.delivered),
                "acked": seen.add("acked", told.acked),
                "redelivered": seen.add("redelivered", told.redelivered),
            },
        )

    def forget(self, queue: Queue) -> None:
        """The queue is gone; one of the same name is another one."""
        self._queues.pop(queue, None)


@dataclass(kw_only=True, slots=True)
class _Seen:
    acked: int = -1
    waits_since: float | None = None
    stalled_since: float | None = None
    consumers: tuple[str, ...] | None = None
    resumed_at: float | None = None
    head_known: bool = False
    last: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)

    def move(self, told: Details, now: float) -> None:
        """Standing still takes two looks: messages ready at both, and not one acknowledged between them."""
        moved = told.acked != self.acked
        self.acked = told.acked
        if not told.ready:
            self.waits_since = self.stalled_since = None
        elif moved or self.waits_since is None:
            self.waits_since, self.stalled_since = now, None
        else:
            self.stalled_since = self.waits_since

    def consume(self, told: Details, now: float) -> None:
        """Consumers came back when there were none, or when not one of those before is left."""
        before, self.consumers = self.consumers, told.consumers
        if before is not None and told.consumers and not set(before) & set(told.consumers):
            self.resumed_at = now

    def add(self, name: str, told: int) -> int:
        """A total that never falls: a node that left the cluster takes its share of the broker's total with it."""
        last = self.last.get(name)
        grown = told if last is None else max(0, told - last)
        self.last[name] = told
        self.totals[name] = self.totals.get(name, 0) + grown
        return self.totals[name]


class ExchangeTotals:
    """Totals per exchange from counters that come and go: of channels, of nodes.

    They count from the exporter's start. What a channel publishes after the last look before it closes is not seen,
    so a total is a lower bound; it never falls and never jumps when a node or a channel leaves or returns.
    """

    def __init__(self) -> None:
        self._last: dict[str, dict[tuple[str, Exchange], int]] = {}
        self._totals: dict[Exchange, int] = {}

    def look(self, node: str, counts: Mapping[tuple[str, Exchange], int]) -> None:
        """Take in what one node says now: counts by channel ("" for the node's own) and exchange."""
        before = self._last.get(node)
        for (channel, exchange), value in counts.items():
            grown = 0 if before is None else _grown(before.get((channel, exchange)), value)
            self._totals[exchange] = self._totals.get(exchange, 0) + grown
        self._last[node] = dict(counts)

    def totals(self) -> dict[Exchange, int]:
        """Messages per exchange since the exporter's start."""
        return dict(self._totals)

    def keep(self, exchanges: frozenset[Exchange]) -> None:
        """Forget exchanges that are gone."""
        self._totals = {exchange: total for exchange, total in self._totals.items() if exchange in exchanges}


def _grown(before: int | None, now: int) -> int:
    return now if before is None or now < before else now - before
