"""A node's own page `/metrics/detailed`, read fast: the broker's plugin rabbitmq_prometheus.

A node tells of the queues it leads and of the channels it serves, and of nothing else, so every node is asked.
The page has one `# TYPE` line for each metric of a family it understood, even where the family has no samples: that
tells a family without queues from a name the broker does not know, which it passes over in silence.

RabbitMQ 3.10 writes names as they are; newer ones escape quotes and backslashes. Names are unescaped where they are
well-formed, and taken as they stand otherwise.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

Queue = tuple[str, str]
"""Virtual host and name."""
Exchange = tuple[str, str]

QUEUE_FAMILIES = ("queue_coarse_metrics", "queue_consumer_count", "vhost_status")
EXCHANGE_FAMILIES = ("exchange_metrics", "exchange_names", "vhost_status")
EXCHANGE_TOTALS = "rabbitmq_detailed_exchange_messages_published_total"
"""The metric by which a node shows that it counts by exchange."""
CHANNEL_FAMILIES = ("channel_exchange_metrics",)
DEFAULT_EXCHANGE = "amq.default"
"""How the management page and the catalogue call the exchange whose name is empty."""

GONE = -1
"""Of a queue that was deleted, 3.10 still tells the consumers for up to two minutes, but no depth."""

_READY, _UNACKED, _CONSUMERS = range(3)
_PLACES = {b"messages_ready": _READY, b"messages_unacked": _UNACKED, b"consumers": _CONSUMERS}
_QUEUE = re.compile(
    rb'^rabbitmq_detailed_queue_(messages_ready|messages_unacked|consumers)\{vhost="([^\n]*"[^\n]*)"\} (\d+)', re.M
)
_SPLIT = re.compile(rb'(.*?)",queue="(.*)', re.S)
_EXCHANGE = re.compile(
    rb"^rabbitmq_detailed_(?:channel_|exchange_)messages_(published|unroutable_dropped)_total"
    rb'\{(?:channel="([^"]*)",)?vhost="([^\n]*?)",exchange="([^\n]*)"\} (\d+)',
    re.M,
)
_NAME = re.compile(rb'^rabbitmq_cluster_exchange_name\{vhost="([^\n]*?)",exchange="([^\n]*?)",type="[^"\n]*"\} 1', re.M)
_VHOST = re.compile(rb'^rabbitmq_cluster_vhost_status\{vhost="([^\n]*)"\} (\d+)', re.M)
_NODE = re.compile(rb"^rabbitmq_identity_info\{([^\n]*)\} 1", re.M)
_LABEL = re.compile(rb'([a-z_]+)="((?:[^"\\]|\\.)*)"')
_TYPE = re.compile(rb"^# TYPE (rabbitmq_(?:detailed|cluster)_\w+) ", re.M)
_ESCAPED = re.compile(rb'(?:[^"\\\n]|\\[\\"n])*')
_ESCAPE = re.compile(rb"\\(.)")


@dataclass(kw_only=True)
class NodePage:
    """What one node said. `queues`: (ready, unacked, consumers); `exchanges`: by channel, "" for the node itself."""

    node: str = ""
    cluster: str = ""
    understood: set[str] = field(default_factory=set)
    vhosts: set[str] = field(default_factory=set)
    queues: dict[Queue, list[int]] = field(default_factory=dict)
    exchanges: dict[Exchange, None] = field(default_factory=dict)
    published: dict[tuple[str, Exchange], int] = field(default_factory=dict)
    dropped: dict[tuple[str, Exchange], int] = field(default_factory=dict)

    def knows(self, metric: str) -> bool:
        """Whether the node understood the family the metric belongs to."""
        return metric in self.understood


class Reader:
    """Takes a page in pieces as they come from the wire; `page()` is what they said."""

    def __init__(self) -> None:
        self._rest = b""
        self._queues: dict[bytes, list[int]] = {}
        self._page = NodePage()

    def take(self, piece: bytes) -> None:
        """Read the whole lines of what has come so far."""
        text = self._rest + piece
        end = text.rfind(b"\n") + 1
        self._rest = text[end:]
        self._read(text[:end])

    def page(self) -> NodePage:
        """What was read."""
        self._read(self._rest)
        self._rest = b""
        for labels, values in self._queues.items():
            parts = _SPLIT.fullmatch(labels)
            if parts and values[_READY] != GONE:
                self._page.queues[(_text(parts[1]), _text(parts[2]))] = values
        self._queues = {}
        return self._page

    def _read(self, text: bytes) -> None:
        queues, places = self._queues, _PLACES
        for metric, labels, value in _QUEUE.findall(text):
            values = queues.get(labels)
            if values is None:
                values = queues[labels] = [GONE, 0, 0]
            values[places[metric]] = int(value)
        if b"rabbitmq_cluster_" in text or b"# TYPE" in text or b"_info{" in text:
            self._read_facts(text)
        if b"messages_unroutable_dropped_total{" in text or b"messages_published_total{" in text:
            self._read_exchanges(text)

    def _read_facts(self, text: bytes) -> None:
        page = self._page
        page.understood.update(name.decode() for name in _TYPE.findall(text))
        page.vhosts.update(_text(vhost) for vhost, up in _VHOST.findall(text) if up == b"1")
        page.exchanges.update(((_text(vhost), _exchange(name)), None) for vhost, name in _NAME.findall(text))
        for labels in _NODE.findall(text):
            told = {name: _text(value) for name, value in _LABEL.findall(labels)}
            page.node = told.get(b"rabbitmq_node", "")
            page.cluster = told.get(b"rabbitmq_cluster_permanent_id", "")

    def _read_exchanges(self, text: bytes) -> None:
        page = self._page
        for metric, channel, vhost, exchange, value in _EXCHANGE.findall(text):
            counts = page.published if metric == b"published" else page.dropped
            counts[(channel.decode(), (_text(vhost), _exchange(exchange)))] = int(value)


def path(families: tuple[str, ...], vhosts: tuple[str, ...]) -> str:
    """The path that asks a node for some families, of some virtual hosts (of all of them: none named)."""
    asked = [("family", family) for family in families] + [("vhost", vhost) for vhost in vhosts]
    return f"/metrics/detailed?{urlencode(asked)}"


def _text(value: bytes) -> str:
    """A label's value as text, unescaped if it is escaped at all."""
    if b"\\" in value and _ESCAPED.fullmatch(value):
        value = _ESCAPE.sub(lambda found: b"\n" if found[1] == b"n" else found[1], value)
    return value.decode("utf-8", "replace")


def _exchange(name: bytes) -> str:
    return _text(name) or DEFAULT_EXCHANGE
