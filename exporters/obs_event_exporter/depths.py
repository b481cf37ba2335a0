"""Depth and consumers of every queue, from every node that answers, and what is known when not all of them do."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from obs_event_exporter import collector, detailed, management
from obs_event_exporter import metrics as rows
from obs_event_exporter.config import Broker, Node
from obs_event_exporter.detailed import NodePage, Queue
from obs_event_exporter.handing import NOTHING, Handing, Known
from obs_event_exporter.management import Member
from obs_event_exporter.nodes import SHARE, Nodes, read_node
from obs_exporter.collect import CollectFailed, Deadline
from obs_exporter.page import Page

log = logging.getLogger(__name__)
PLUGIN_SHARE = 0.6
"""Of the time its questions have, what the plugins may take before the management API is asked instead."""


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

    def __init__(self, nodes: Nodes, broker: Broker, handing: Handing) -> None:
        self._nodes, self._topology, self._handing = nodes, broker.topology, handing
        self._lost: set[str] = set()

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Write the queues of every node that answers, and hand on which. Raises CollectFailed where none does."""
        known = NOTHING
        try:
            known = await self._collect(page, deadline)
        finally:
            self._handing.give(page, known)

    async def _collect(self, page: Page, deadline: Deadline) -> Known:
        topology, asked = self._topology, deadline.part(SHARE)
        page.set(rows.UP, 0)
        page.set(rows.QUEUES_EXPECTED, len(topology.expected))
        page.set(rows.QUEUES_SEEN, 0)
        page.set(rows.NODES_SCRAPED, 0)
        told = await self._round(asked)
        page.set(rows.NODES_EXPECTED, told.expected)
        if not told.pages:
            return await self._fall_back(page, told, asked)
        page.set(rows.UP, 1)
        page.set(rows.NODES_SCRAPED, len(told.scraped))
        collector.check_pages(told.pages, topology)
        queues = collector.merged(told.pages)
        collector.write_queues(page, queues, topology, complete=told.complete)
        return Known(queues=queues, complete=told.complete)

    async def _round(self, deadline: Deadline) -> Round:
        nodes = await self._nodes.find(deadline)
        path = detailed.path(detailed.QUEUE_FAMILIES, self._topology.vhosts)
        plugins = deadline.part(PLUGIN_SHARE)
        answers, members = await asyncio.gather(_read_nodes(self._nodes, nodes, path, plugins), self._members(plugins))
        self._log(nodes, answers)
        pages = tuple(answer for answer in answers if isinstance(answer, NodePage))
        failed = tuple(answer for answer in answers if isinstance(answer, CollectFailed))
        return Round(asked=len(nodes), pages=pages, failed=failed, members=members)

    def _log(self, nodes: Sequence[Node], answers: Sequence[NodePage | CollectFailed]) -> None:
        """Tell once when a node is lost and once when it is back: the page says only how many are."""
        found = zip(nodes, answers, strict=True)
        lost = {str(node.metrics): answer for node, answer in found if isinstance(answer, CollectFailed)}
        for address in lost.keys() - self._lost:
            log.warning("node not read", extra={"node": address, "reason": lost[address].reason})
        for address in self._lost - lost.keys():
            log.info("node read again", extra={"node": address})
        self._lost = set(lost)

    async def _members(self, deadline: Deadline) -> tuple[Member, ...]:
        try:
            return await self._nodes.managed(management.members, deadline)
        except CollectFailed:
            return ()

    async def _fall_back(self, page: Page, told: Round, deadline: Deadline) -> Known:
        """The same from the management API, slower and older; it speaks for all nodes that run."""
        queues: dict[Queue, list[int]] = {}
        if not told.members:
            raise told.failed[0]
        for vhost in self._topology.vhosts:
            queues |= await self._nodes.managed(partial(management.queue_depths, vhost=vhost), deadline)
        page.set(rows.UP, 1)
        page.set(rows.NODES_SCRAPED, sum(member.running for member in told.members))
        collector.write_queues(page, queues, self._topology, complete=True)
        return Known(queues=queues, complete=True)


async def _read_nodes(
    nodes: Nodes, asked: Sequence[Node], path: str, deadline: Deadline
) -> Sequence[NodePage | CollectFailed]:
    """What each node's plugin answers, all asked at once."""
    return await asyncio.gather(*(read_node(nodes, node, path, deadline) for node in asked))
