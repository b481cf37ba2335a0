"""From what the broker answered to families: pure, and the only place that knows the table."""

import heapq
from collections.abc import Iterable, Mapping, Sequence

from obs_event_exporter import metrics as rows
from obs_event_exporter.detailed import DEFAULT_EXCHANGE, Exchange, NodePage, Queue
from obs_event_exporter.management import Details, Member, vhost_missing
from obs_event_exporter.state import History
from obs_event_exporter.topology import OTHER, Topology
from obs_exporter.collect import CollectFailed
from obs_exporter.page import Page

UNUSABLE = {"crashed", "down", "stopped"}
"""States of a queue that takes no messages."""
PROOF = ("rabbitmq_detailed_queue_messages_ready", "rabbitmq_detailed_queue_consumers")
"""Metrics a node names even when it has no queue; without them it did not understand the question."""


def check_pages(pages: Sequence[NodePage], topology: Topology) -> None:
    """Raise CollectFailed where an empty page would pass for an empty broker."""
    for page in pages:
        strange = [metric for metric in PROOF if not page.knows(metric)]
        if strange:
            raise CollectFailed("family_unknown", f"{page.node} does not know the metric {strange[0]}")
    clusters = {page.cluster for page in pages}
    if len(clusters) > 1:
        raise CollectFailed("two_clusters", f"the nodes belong to {len(clusters)} clusters, which cannot be summed up")
    check_vhosts(pages, topology)


def check_vhosts(pages: Sequence[NodePage], topology: Topology) -> None:
    """Raise CollectFailed where a configured virtual host is not there: the answer about it is empty, not an error."""
    there = {vhost for page in pages for vhost in page.vhosts}
    missing = [vhost for vhost in topology.vhosts if vhost not in there]
    if missing:
        raise vhost_missing(missing[0])


def merged(pages: Iterable[NodePage]) -> dict[Queue, list[int]]:
    """(ready, unacked, consumers) of every queue. While a queue changes its leader two nodes may tell of it."""
    found: dict[Queue, list[int]] = {}
    for page in pages:
        for queue, values in page.queues.items():
            known = found.get(queue)
            found[queue] = values if known is None else [max(pair) for pair in zip(known, values, strict=True)]
    return found


def write_queues(page: Page, queues: Mapping[Queue, Sequence[int]], topology: Topology, *, complete: bool) -> None:
    """Depth, consumers and count of every queue, those of random names and those beyond the limit summed up.

    A sum over nodes of which one is unread would be too small, so groups are left out unless `complete`.
    """
    page.set(rows.QUEUES_SEEN, sum(queue in queues for queue in topology.expected))
    kept, dropped = _within(
        _counted(queues, topology, complete=complete),
        topology.queue_limit,
        first=topology.expected + topology.group_labels(),
    )
    for (vhost, name), (ready, unacked, consumers, count) in kept.items():
        page.set(rows.MESSAGES, ready, vhost, name, "ready")
        page.set(rows.MESSAGES, unacked, vhost, name, "unacked")
        page.set(rows.CONSUMERS, consumers, vhost, name)
        page.set(rows.INSTANCES, count, vhost, name)
    page.set(rows.DROPPED_SERIES, dropped, "queue")


def _counted(queues: Mapping[Queue, Sequence[int]], topology: Topology, *, complete: bool) -> dict[Queue, list[int]]:
    """(ready, unacked, consumers, queues) by the name each queue is counted under."""
    groups = topology.group_labels()
    sums: dict[Queue, list[int]] = {label: [0, 0, 0, 0] for label in groups}
    for queue, (ready, unacked, consumers) in queues.items():
        label = topology.label(queue)
        known = sums.get(label)
        if known is None:
            sums[label] = [ready, unacked, consumers, 1]
        else:
            sums[label] = [known[0] + ready, known[1] + unacked, known[2] + consumers, known[3] + 1]
    return sums if complete else {label: sum_ for label, sum_ in sums.items() if label not in groups}


def takes_messages(told: Details, members: Iterable[Member]) -> bool:
    """Whether a queue that exists is of any use: while its node is down, messages for it are dropped.

    3.10 then says that there is no such queue, 4.0.5 that it is running.
    """
    running = {member.name for member in members if member.running}
    return told.state not in UNUSABLE and (not told.node or told.node in running)


def write_details(page: Page, queue: Queue, told: Details, history: History, *, usable: bool) -> None:
    """What one expected queue is, what went through it, and since when it stands or moves again."""
    page.set(rows.PRESENT, float(usable), *queue)
    page.set(rows.INFO, 1, *queue, told.kind, "true" if told.durable else "false")
    for name, row in rows.TOTALS.items():
        page.set(row, history.totals[name], *queue)
    page.set(rows.HEAD_KNOWN, float(history.head_known), *queue)
    moments = {
        rows.HEAD: told.head if told.ready else None,
        rows.STALLED_SINCE: history.stalled_since,
        rows.RESUMED: history.resumed_at,
    }
    for row, moment in moments.items():
        if moment is not None:
            page.set(row, moment, *queue)


def write_exchanges(
    page: Page,
    exchanges: Iterable[Exchange],
    published: Mapping[Exchange, int],
    dropped: Mapping[Exchange, int],
    topology: Topology,
) -> None:
    """What was published to each exchange and what of it reached no queue; 0 where nothing was."""
    named = {*exchanges, *((vhost, DEFAULT_EXCHANGE) for vhost in topology.vhosts), *published}
    counts = {
        exchange: [published.get(exchange, 0), dropped.get(exchange, 0)]
        for exchange in sorted(named)
        if exchange[0] in topology.vhosts
    }
    kept, left_out = _within(counts, topology.exchange_limit, first=())
    for exchange, (came, lost) in kept.items():
        page.set(rows.EXCHANGE_PUBLISHED, came, *exchange)
        page.set(rows.UNROUTABLE, lost, *exchange)
    page.set(rows.DROPPED_SERIES, left_out, "exchange")


def write_alarms(page: Page, members: Iterable[Member]) -> None:
    """Which nodes raise an alarm; a node that does not run has none to raise."""
    for member in members:
        for alarm, raised in (member.alarms or {}).items():
            page.set(rows.ALARM, float(raised), member.name, alarm)


def write_permissions(page: Page, *, monitoring: bool, vhost: bool) -> None:
    """What the exporter's user may do."""
    page.set(rows.PERMISSION, float(monitoring), "monitoring")
    page.set(rows.PERMISSION, float(vhost), "vhost")


def _within(
    sums: Mapping[tuple[str, str], list[int]], limit: int, *, first: Sequence[tuple[str, str]]
) -> tuple[dict[tuple[str, str], list[int]], int]:
    """At most `limit` entries and how many were summed up under `other`: named ones stay, then the first by name.

    The same survive every scrape, so that no series comes and goes.
    """
    if len(sums) <= limit:
        return dict(sums), 0
    kept = {label: sums[label] for label in first if label in sums}
    rest = [label for label in sums if label not in kept]
    stay = heapq.nsmallest(max(0, limit - len(kept)), rest)
    kept |= {label: sums[label] for label in stay}
    over = [label for label in rest if label not in kept]
    for label in over:
        other = (label[0], OTHER)
        kept[other] = [sum(pair) for pair in zip(kept.get(other, [0] * len(sums[label])), sums[label], strict=True)]
    return kept, len(over)
