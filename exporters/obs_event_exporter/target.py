"""One broker as the exporter watches it: what is asked on every scrape, and in which order it is given up."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from obs_event_exporter import collector, detailed, management
from obs_event_exporter import metrics as rows
from obs_event_exporter.config import Broker, Node
from obs_event_exporter.detailed import NodePage, Queue, Reader
from obs_event_exporter.management import Details, Member
from obs_event_exporter.nodes import Nodes
from obs_event_exporter.state import ExchangeTotals, QueueMemory
from obs_exporter.collect import Clock, CollectFailed, Collector, Deadline
from obs_exporter.page import Page

if TYPE_CHECKING:
    from obs_event_exporter.tap import TapCollector

SHARE = 0.9
"""Of the time a collector has, what its questions may take: the rest is for saying what was learnt until then."""
PLUGIN_SHARE = 0.6
"""Of that, what the plugins may take before the management API is asked instead."""


class BrokerTarget:
    """A broker and its collectors."""

    def __init__(self, broker: Broker, *, wall: Clock = time.time) -> None:
        self.name = broker.name
        self._nodes = Nodes(broker)
        self.collectors: tuple[Collector, ...] = (
            QueueDepths(self._nodes, broker),
            QueueDetails(self._nodes, broker, wall=wall),
            Exchanges(self._nodes, broker),
            Alarms(self._nodes),
            Permissions(self._nodes, broker),
        )
        self._tap = _tap(broker)
        if self._tap is not None:
            self.collectors = (*self.collectors, self._tap)

    async def start(self) -> None:
        """Begin to read events, if there is a tap; nothing else runs between scrapes."""
        if self._tap is not None:
            self._tap.start()

    async def close(self) -> None:
        """Close every connection."""
        if self._tap is not None:
            await self._tap.close()
        await self._nodes.close()


def _tap(broker: Broker) -> "TapCollector | None":
    """The tap, and with it the libraries for AMQP and signatures, only where one is configured."""
    if broker.tap is None:
        return None
    from obs_event_exporter.tap import TapCollector

    return TapCollector(broker.tap)


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What the nodes answered in one scrape; `members` is empty where the management API does not tell."""

    asked: int
    pages: tuple[NodePage, ...]
    failed: tuple[CollectFailed, ...]
    members: tuple[Member, ...]

    @property
    def expected(self) -> int:
        """Nodes there are to read: as configured, or as many as the cluster has."""
        return max(self.asked, len(self.members))

    @property
    def scraped(self) -> frozenset[str]:
        """Nodes that answered, by their own names: one that answers at two addresses counts once."""
        return frozenset(page.node for page in self.pages)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing: a node that does not run leads no queue, one that runs unread may."""
        running = {member.name for member in self.members if member.running}
        return running <= self.scraped if running else not self.failed


class QueueDepths:
    """Depth and consumers of every queue: from every node's plugin, from the management API where no plugin answers."""

    name = "queues"

    def __init__(self, nodes: Nodes, broker: Broker) -> None:
        self._nodes, self._topology = nodes, broker.topology

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Write the queues of every node that answers. Raises CollectFailed where none does."""
        topology, asked = self._topology, deadline.part(SHARE)
        page.set(rows.UP, 0)
        page.set(rows.QUEUES_EXPECTED, len(topology.expected))
        page.set(rows.QUEUES_SEEN, 0)
        page.set(rows.NODES_SCRAPED, 0)
        told = await self._round(asked)
        page.set(rows.NODES_EXPECTED, told.expected)
        if not told.pages:
            await self._fall_back(page, told, asked)
            return
        page.set(rows.UP, 1)
        page.set(rows.NODES_SCRAPED, len(told.scraped))
        collector.check_pages(told.pages, topology)
        collector.write_queues(page, collector.merged(told.pages), topology, complete=told.complete)

    async def _round(self, deadline: Deadline) -> Round:
        nodes = await self._nodes.find(deadline)
        path = detailed.path(detailed.QUEUE_FAMILIES, self._topology.vhosts)
        plugins = deadline.part(PLUGIN_SHARE)
        answers, members = await asyncio.gather(read_nodes(self._nodes, nodes, path, plugins), self._members(plugins))
        pages = tuple(answer for answer in answers if isinstance(answer, NodePage))
        failed = tuple(answer for answer in answers if isinstance(answer, CollectFailed))
        return Round(asked=len(nodes), pages=pages, failed=failed, members=members)

    async def _members(self, deadline: Deadline) -> tuple[Member, ...]:
        try:
            return await self._nodes.managed(management.members, deadline)
        except CollectFailed:
            return ()

    async def _fall_back(self, page: Page, told: Round, deadline: Deadline) -> None:
        """The same from the management API, slower and older; it speaks for all nodes that run."""
        queues: dict[Queue, list[int]] = {}
        if not told.members:
            raise told.failed[0]
        for vhost in self._topology.vhosts:
            queues |= await self._nodes.managed(partial(management.queue_depths, vhost=vhost), deadline)
        page.set(rows.UP, 1)
        page.set(rows.NODES_SCRAPED, sum(member.running for member in told.members))
        collector.write_queues(page, queues, self._topology, complete=True)


class QueueDetails:
    """The expected queues one by one: whether they exist, what they are, what went through, since when they stand."""

    name = "details"

    def __init__(self, nodes: Nodes, broker: Broker, *, wall: Clock) -> None:
        self._nodes, self._expected, self._wall = nodes, broker.topology.expected, wall
        self._memory = QueueMemory()

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Write what the management API knows of each. Raises CollectFailed at the first that cannot be asked."""
        if not self._expected:
            return
        asked = deadline.part(SHARE)
        for vhost in dict.fromkeys(vhost for vhost, _ in self._expected):
            await self._nodes.managed(partial(management.check_vhost, vhost=vhost), asked)
        members = await self._nodes.managed(management.members, asked)
        for queue in self._expected:
            self._write(page, queue, await self._ask(queue, asked), members)

    async def _ask(self, queue: Queue, deadline: Deadline) -> Details | None:
        return await self._nodes.managed(partial(management.queue_details, queue=queue), deadline)

    def _write(self, page: Page, queue: Queue, told: Details | None, members: Sequence[Member]) -> None:
        if told is None:
            self._memory.forget(queue)
            page.set(rows.PRESENT, 0, *queue)
            return
        history, usable = self._memory.look(queue, told, self._wall()), collector.takes_messages(told, members)
        collector.write_details(page, queue, told, history, usable=usable)


class Exchanges:
    """What is published to exchanges and what of it is lost, from every node's plugin."""

    name = "exchanges"

    def __init__(self, nodes: Nodes, broker: Broker) -> None:
        self._nodes, self._topology = nodes, broker.topology
        self._published, self._dropped = ExchangeTotals(), ExchangeTotals()

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Add up what each node says since it was last asked. Raises CollectFailed unless every node answers."""
        asked = deadline.part(SHARE)
        answers = await self._read(asked)
        pages = [answer for answer in answers if isinstance(answer, NodePage)]
        for told in pages:
            self._published.look(told.node, told.published)
            self._dropped.look(told.node, told.dropped)
        failed = [answer for answer in answers if isinstance(answer, CollectFailed)]
        if not pages:
            raise failed[0]
        collector.check_vhosts(pages, self._topology)
        exchanges = {exchange for told in pages for exchange in told.exchanges}
        published, dropped = self._published.totals(), self._dropped.totals()
        collector.write_exchanges(page, exchanges, published, dropped, self._topology)

    async def _read(self, deadline: Deadline) -> Sequence[NodePage | CollectFailed]:
        nodes = await self._nodes.find(deadline)
        return await asyncio.gather(*(self._read_node(node, deadline) for node in nodes))

    async def _read_node(self, node: Node, deadline: Deadline) -> NodePage | CollectFailed:
        """A node's own totals; where it is too old to have them, those of the channels it serves."""
        vhosts = self._topology.vhosts
        told = await read_node(self._nodes, node, detailed.path(detailed.EXCHANGE_FAMILIES, vhosts), deadline)
        if isinstance(told, CollectFailed) or told.knows(detailed.EXCHANGE_TOTALS):
            return told
        channels = await read_node(self._nodes, node, detailed.path(detailed.CHANNEL_FAMILIES, vhosts), deadline)
        if isinstance(channels, NodePage):
            channels.exchanges, channels.vhosts = told.exchanges, told.vhosts
        return channels


class Alarms:
    """The alarms of the cluster's nodes: publishers are blocked while one is raised."""

    name = "nodes"

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Write every alarm of every node that runs. Raises CollectFailed."""
        collector.write_alarms(page, await self._nodes.managed(management.members, deadline.part(SHARE)))


class Permissions:
    """Whether the exporter's user may read what it is to read; without permission queues look as if there were none."""

    name = "permissions"

    def __init__(self, nodes: Nodes, broker: Broker) -> None:
        self._nodes, self._vhosts = nodes, broker.topology.vhosts

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Write what is granted: 0 for everything while the user cannot even log in. Raises CollectFailed."""
        asked = deadline.part(SHARE)
        try:
            monitors = await self._nodes.managed(management.may_monitor, asked)
            sees = [await self._may_see(vhost, asked) for vhost in self._vhosts] if monitors else [False]
        except CollectFailed as error:
            if error.reason in ("unauthorized", "forbidden"):
                collector.write_permissions(page, monitoring=False, vhost=False)
            raise
        collector.write_permissions(page, monitoring=monitors, vhost=all(sees))

    async def _may_see(self, vhost: str, deadline: Deadline) -> bool:
        return await self._nodes.managed(partial(management.may_see, vhost=vhost), deadline)


async def read_nodes(
    nodes: Nodes, asked: Sequence[Node], path: str, deadline: Deadline
) -> Sequence[NodePage | CollectFailed]:
    """What each node's plugin answers, all asked at once."""
    return await asyncio.gather(*(read_node(nodes, node, path, deadline) for node in asked))


async def read_node(nodes: Nodes, node: Node, path: str, deadline: Deadline) -> NodePage | CollectFailed:
    """What one node's plugin answers, or why it does not."""
    reader = Reader()
    try:
        await nodes.metrics(node).get(path, reader.take, deadline)
    except CollectFailed as error:
        return error
    return reader.page()
