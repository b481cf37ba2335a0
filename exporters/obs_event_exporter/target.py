"""One broker as the exporter watches it: what is asked on every scrape, and in which order it is given up."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from obs_event_exporter import collector, detailed, management
from obs_event_exporter import metrics as rows
from obs_event_exporter.config import Broker, Node
from obs_event_exporter.depths import QueueDepths
from obs_event_exporter.detailed import NodePage, Queue
from obs_event_exporter.handing import Handing
from obs_event_exporter.management import Details, Member
from obs_event_exporter.nodes import SHARE, Nodes, read_node
from obs_event_exporter.state import ExchangeTotals, QueueMemory
from obs_exporter.collect import Clock, CollectFailed, Collector, Deadline
from obs_exporter.page import Page

if TYPE_CHECKING:
    from obs_event_exporter.declare import DeclareCollector
    from obs_event_exporter.tap import TapCollector


class BrokerTarget:
    """A broker and its collectors."""

    def __init__(self, broker: Broker, *, wall: Clock = time.time) -> None:
        self.name = broker.name
        self._nodes, handing = Nodes(broker), Handing()
        self.collectors: tuple[Collector, ...] = (
            QueueDepths(self._nodes, broker, handing),
            QueueDetails(self._nodes, broker, wall=wall),
            Exchanges(self._nodes, broker),
            Alarms(self._nodes),
            Permissions(self._nodes, broker),
        )
        self._kept = tuple(one for one in (_declare(broker, handing), _tap(broker)) if one is not None)
        self.collectors += self._kept

    async def start(self) -> None:
        """Begin to hold the AMQP connections that are configured; nothing else runs between scrapes."""
        for one in self._kept:
            one.start()

    async def close(self) -> None:
        """Close every connection."""
        for one in self._kept:
            await one.close()
        await self._nodes.close()


def _declare(broker: Broker, handing: Handing) -> "DeclareCollector | None":
    """The passive declares, and with them the library for AMQP, only where they are configured."""
    if broker.declare is None:
        return None
    from obs_event_exporter.declare import DeclareCollector

    return DeclareCollector(broker.declare, handing)


def _tap(broker: Broker) -> "TapCollector | None":
    """The tap, and with it the libraries for AMQP and signatures, only where one is configured."""
    if broker.tap is None:
        return None
    from obs_event_exporter.tap import TapCollector

    return TapCollector(broker.tap)


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
        """Add up what each node says since it was last asked. Raises CollectFailed where none answers."""
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
