"""The nodes of one broker: where they are now, and the connections to them."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from obs_event_exporter.client import Client
from obs_event_exporter.config import LARGEST_CLUSTER, Broker, Node
from obs_event_exporter.detailed import NodePage, Reader
from obs_exporter.collect import CollectFailed, Deadline

T = TypeVar("T")
Resolve = Callable[[str], Awaitable[Sequence[str]]]
SHARE = 0.9
"""Of the time a collector has, what its questions may take: the rest is for saying what was learnt until then."""
Question = Callable[[Client, Deadline], Awaitable[T]]
ANSWERS = frozenset({"unauthorized", "forbidden", "missing", "secret"})
"""Failures that another node would repeat word for word."""


async def resolve(host: str) -> Sequence[str]:
    """Every address of a name, in a stable order. Raises OSError."""
    told = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return sorted({str(address[0]) for *_, address in told})


class Nodes:
    """Connections to every node: at most one to a node's plugin and one to its management API."""

    def __init__(self, broker: Broker, *, resolve: Resolve = resolve) -> None:
        self._broker, self._resolve = broker, resolve
        self._known: tuple[Node, ...] = broker.nodes
        self._metrics: dict[Node, Client] = {}
        self._management: dict[Node, Client] = {}
        self._preferred: Node | None = None

    async def find(self, deadline: Deadline) -> tuple[Node, ...]:
        """Where the nodes are: as configured, or every address the name has now.

        While the name cannot be resolved, the addresses it had last are tried. Raises CollectFailed without any.
        """
        if not self._broker.host:
            return self._known
        try:
            async with asyncio.timeout(deadline.remaining()):
                addresses = await self._resolve(self._broker.host)
        except (OSError, TimeoutError):
            addresses = ()
        if addresses:
            await self._use(tuple(self._broker.node(address) for address in addresses[:LARGEST_CLUSTER]))
        if not self._known:
            raise CollectFailed("dns", f"the name {self._broker.host} has no address")
        return self._known

    def metrics(self, node: Node) -> Client:
        """The connection to a node's plugin."""
        login = self._broker.login if self._broker.metrics_login else None
        return self._metrics.setdefault(node, Client(node.metrics, login=login))

    async def managed(self, ask: Question[T], deadline: Deadline) -> T:
        """Ask the management API of one node, and of the next where that one does not answer. Raises CollectFailed.

        The one that answered last is asked first. What a node answers in words, a refusal, is the cluster's answer.
        """
        nodes = sorted(await self.find(deadline), key=lambda node: node != self._preferred)
        failed = CollectFailed("no_nodes", "there is no node to ask")
        for left, node in zip(range(len(nodes), 0, -1), nodes, strict=True):
            try:
                answer = await ask(self._manager(node), deadline.part(1 / left))
            except CollectFailed as error:
                if error.reason in ANSWERS:
                    raise
                failed = error
            else:
                self._preferred = node
                return answer
        raise failed

    async def close(self) -> None:
        """Close every connection."""
        for client in (*self._metrics.values(), *self._management.values()):
            await client.close()

    def _manager(self, node: Node) -> Client:
        return self._management.setdefault(node, Client(node.management, login=self._broker.login))

    async def _use(self, nodes: tuple[Node, ...]) -> None:
        """Take over where the nodes are now; connections to those that are gone end."""
        gone = set(self._known) - set(nodes)
        self._known = nodes
        for clients in (self._metrics, self._management):
            for node in gone & set(clients):
                await clients.pop(node).close()


async def read_node(nodes: Nodes, node: Node, path: str, deadline: Deadline) -> NodePage | CollectFailed:
    """What one node's plugin answers, or why it does not."""
    reader = Reader()
    try:
        await nodes.metrics(node).get(path, reader.take, deadline)
    except CollectFailed as error:
        return error
    return reader.page()
