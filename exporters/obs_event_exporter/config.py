"""The configuration of this exporter: its schema, and a checked document as objects."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from obs_event_exporter.client import Address, Login
from obs_event_exporter.topology import RANDOM_NAMES, Group, Topology
from obs_exporter.secret import Secret

Data = Mapping[str, Any]
PLUGIN_PORT = 15692
MANAGEMENT_PORT = 15672
AMQP_PORT = 5672
LARGEST_CLUSTER = 32
LARGEST_TOPOLOGY = 200

_TEXT = {"type": "string", "minLength": 1}
_PORT = {"type": "integer", "minimum": 1, "maximum": 65535}
_FILES = {"username_file": _TEXT, "password_file": _TEXT}
_TLS = {
    "type": "object",
    "additionalProperties": False,
    "description": "TLS to the broker; without a file the system's authorities are trusted.",
    "properties": {"ca_file": _TEXT, "server_name": _TEXT},
}
_TAP = {
    "type": "object",
    "additionalProperties": False,
    "required": ["events", "public_key_file"],
    "description": "Reads the events themselves: an exclusive, short-lived queue of its own.",
    "properties": {
        **_FILES,
        "host": _TEXT,
        "port": _PORT,
        "vhost": _TEXT,
        "events": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 20,
            "description": "Exchanges to read, and of each the names of events: its queue is bound once for each name.",
            "additionalProperties": {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 100},
        },
        "public_key_file": {
            **_TEXT,
            "description": "The public RSA key of the events: PEM, or base64 of it.",
        },
    },
}
_DECLARE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["queues"],
    "description": "Asks over AMQP for the queues that neither HTTP listener tells of.",
    "properties": {
        **_FILES,
        "host": _TEXT,
        "port": _PORT,
        "vhost": _TEXT,
        "queues": {
            "type": "array",
            "minItems": 1,
            "maxItems": LARGEST_TOPOLOGY,
            "uniqueItems": True,
            "description": "Durable queues that never expire: to be asked for renews the lease of one with x-expires.",
            "items": {
                "type": "string",
                "pattern": r"^[a-zA-Z0-9_.:@#,/+ -]{1,255}\Z",
                "description": "a queue's name of letters, digits, blanks and _ . : @ # , / + -",
            },
        },
    },
}
TARGET = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "username_file", "password_file"],
    "anyOf": [{"required": ["host"]}, {"required": ["nodes"]}],
    "properties": {
        **_FILES,
        "name": _TEXT,
        "component": {**_TEXT, "description": "What the spec calls it; for people."},
        "host": {**_TEXT, "description": "A name that stands for every node, as a headless Service's does."},
        "nodes": {
            "type": "array",
            "minItems": 1,
            "maxItems": LARGEST_CLUSTER,
            "description": "The nodes one by one, where no name stands for all.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["host"],
                "properties": {"host": _TEXT, "port": _PORT, "management_port": _PORT},
            },
        },
        "port": {**_PORT, "description": "Of the management API on every node."},
        "metrics_port": {**_PORT, "description": "Of the plugin rabbitmq_prometheus on every node."},
        "metrics_login": {"type": "boolean", "description": "Whether the plugin asks for the user too."},
        "tls": _TLS,
        "vhosts": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 20,
            "description": "Virtual hosts to read, and the queues each must have.",
            "additionalProperties": {"type": "array", "items": _TEXT, "maxItems": LARGEST_TOPOLOGY},
        },
        "groups": {
            "type": "object",
            "maxProperties": 20,
            "description": "Queues of random names by the name they are counted under; a pattern matches a whole name.",
            "additionalProperties": {"type": "string", "format": "regex"},
        },
        "limits": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "queues": {"type": "integer", "minimum": 1, "maximum": 50_000},
                "exchanges": {"type": "integer", "minimum": 1, "maximum": 10_000},
            },
        },
        "tap": _TAP,
        "declare": _DECLARE,
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One node: where its plugin and its management API listen."""

    metrics: Address
    management: Address


@dataclass(frozen=True, kw_only=True, slots=True)
class Tap:
    """What the tap reads, with which user, and what verifies it."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    vhost: str
    login: Login
    public_key: Secret
    events: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Declare:
    """The queues that may be asked for over AMQP, where and by whom; every host leads to the same broker."""

    hosts: tuple[str, ...]
    port: int
    tls: ssl.SSLContext | None
    vhost: str
    login: Login
    queues: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Broker:
    """One target: `nodes` as configured, or `host` for a name that stands for all of them."""

    name: str
    host: str
    nodes: tuple[Node, ...]
    port: int
    metrics_port: int
    metrics_login: bool
    tls: ssl.SSLContext | None
    login: Login
    topology: Topology
    tap: Tap | None
    declare: Declare | None

    def node(self, host: str) -> Node:
        """The node at one address of `host`."""
        metrics = Address(host=host, port=self.metrics_port, tls=self.tls)
        return Node(metrics=metrics, management=Address(host=host, port=self.port, tls=self.tls))


def broker(told: Data) -> Broker:
    """One entry of `targets`."""
    tls = _tls(told.get("tls"))
    port, metrics_port = told.get("port", MANAGEMENT_PORT), told.get("metrics_port", PLUGIN_PORT)
    return Broker(
        name=told["name"],
        host=told.get("host", ""),
        nodes=tuple(_node(node, port, metrics_port, tls) for node in told.get("nodes", [])),
        port=port,
        metrics_port=metrics_port,
        metrics_login=told.get("metrics_login", False),
        tls=tls,
        login=_login(told),
        topology=_topology(told),
        tap=_tap(told, tls) if "tap" in told else None,
        declare=_declare(told, tls) if "declare" in told else None,
    )


def _node(told: Data, port: int, metrics_port: int, tls: ssl.SSLContext | None) -> Node:
    return Node(
        metrics=Address(host=told["host"], port=told.get("port", metrics_port), tls=tls),
        management=Address(host=told["host"], port=told.get("management_port", port), tls=tls),
    )


def _topology(told: Data) -> Topology:
    vhosts, limits = told.get("vhosts", {"/": []}), told.get("limits", {})
    groups = told.get("groups", RANDOM_NAMES)
    return Topology(
        vhosts=tuple(vhosts),
        expected=tuple((vhost, name) for vhost, names in vhosts.items() for name in names),
        groups=tuple(Group(name=name, pattern=re.compile(pattern)) for name, pattern in groups.items()),
        queue_limit=limits.get("queues", 2000),
        exchange_limit=limits.get("exchanges", 200),
    )


def _tap(told: Data, tls: ssl.SSLContext | None) -> Tap:
    tap = told["tap"]
    host = tap.get("host") or told.get("host") or told["nodes"][0]["host"]
    return Tap(
        host=host,
        port=tap.get("port", AMQP_PORT),
        tls=tls,
        vhost=_vhost(tap, told),
        login=_login(tap if "username_file" in tap else told),
        public_key=Secret(tap["public_key_file"]),
        events={exchange: tuple(names) for exchange, names in tap["events"].items()},
    )


def _declare(told: Data, tls: ssl.SSLContext | None) -> Declare:
    declare = told["declare"]
    host = declare.get("host") or told.get("host")
    return Declare(
        hosts=(host,) if host else tuple(node["host"] for node in told["nodes"]),
        port=declare.get("port", AMQP_PORT),
        tls=tls,
        vhost=_vhost(declare, told),
        login=_login(declare if "username_file" in declare else told),
        queues=tuple(declare["queues"]),
    )


def _vhost(part: Data, told: Data) -> str:
    """The virtual host of an AMQP connection: its own, or the first that is read."""
    return str(part.get("vhost", next(iter(told.get("vhosts", {"/": []})))))


def _login(told: Data) -> Login:
    return Login(username=Secret(told["username_file"]), password=Secret(told["password_file"]))


def _tls(told: Data | None) -> ssl.SSLContext | None:
    return None if told is None else ssl.create_default_context(cafile=told.get("ca_file"))
