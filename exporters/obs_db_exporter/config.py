"""What a configuration says about the databases to watch, as objects; the file itself is read by the shared part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from obs_exporter.secret import Secret

MANAGED_EXCLUDES = {
    "none": frozenset[str](),
    "rds": frozenset({"rdsadmin"}),
    "cloudsql": frozenset({"cloudsqladmin"}),
}
"""Databases of the provider, which no customer's account may enter (their documentation)."""

_FILE = {"type": "string", "minLength": 1}
_SECONDS = {"type": "number", "exclusiveMinimum": 0}
_DATABASE = {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_-]*$"}
_TABLE = {"type": "string", "pattern": r"^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$"}
_TLS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "mode": {"enum": ["verify-full", "verify-ca", "require", "disable"]},
        "ca_file": _FILE,
        "certificate_file": _FILE,
        "key_file": _FILE,
    },
}
TARGET_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "component", "host", "port", "username_file"],
    "oneOf": [{"required": ["password_file"]}, {"required": ["iam_token_file"]}],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "component": {"enum": ["postgresql", "mysql"]},
        "host": {"type": "string", "minLength": 1},
        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "username_file": _FILE,
        "password_file": _FILE,
        "iam_token_file": _FILE,
        "database": {"type": "string", "minLength": 1},
        "tls": _TLS,
        "heartbeat_table": _TABLE,
        "exclude_databases": {"type": "array", "items": {"type": "string"}},
        "managed": {"enum": sorted(MANAGED_EXCLUDES)},
        "business": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"peatio": _DATABASE, "barong": _DATABASE},
        },
        "stale_seconds": _SECONDS,
        "connect_timeout_seconds": _SECONDS,
        "connect_interval_seconds": _SECONDS,
        "sizes_interval_seconds": _SECONDS,
        "business_interval_seconds": _SECONDS,
    },
}
"""One entry of `targets`. No key takes a secret, a URL or a connection string: secrets stand in files."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tls:
    """How the server is trusted. Without `ca_file` the certificates of the system are."""

    mode: str = "verify-full"
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseServer:
    """One server to watch. `password` may be an IAM token: both are read anew for every connection.

    `stale_seconds` is the silence of a WAL receiver after which a replica's own idea of its lag is no longer believed.
    PostgreSQL's default keepalive of half of wal_sender_timeout (30 s) and a little more: 35. At 12 an idle primary
    made a false lag (measured).

    `business` names the database of each part of the platform whose tables are asked, by part: peatio, barong.
    """

    name: str
    component: str
    host: str
    port: int
    username: Secret
    password: Secret
    database: str = ""
    tls: Tls = field(default_factory=Tls)
    heartbeat_table: str = ""
    excluded_databases: frozenset[str] = frozenset()
    managed: str = "none"
    business: Mapping[str, str] = field(default_factory=dict)
    stale_seconds: float = 35.0
    connect_timeout_seconds: float = 5.0
    connect_interval_seconds: float = 30.0
    sizes_interval_seconds: float = 300.0
    business_interval_seconds: float = 30.0


_AS_IT_IS = ("name", "component", "host", "port", "database", "heartbeat_table", "managed")
_TIMES = (
    "stale_seconds",
    "connect_timeout_seconds",
    "connect_interval_seconds",
    "sizes_interval_seconds",
    "business_interval_seconds",
)


def servers(document: Mapping[str, Any]) -> tuple[DatabaseServer, ...]:
    """The servers a checked configuration names."""
    return tuple(_server(entry) for entry in document["targets"])


def _server(entry: Mapping[str, Any]) -> DatabaseServer:
    told: dict[str, Any] = {key: entry[key] for key in (*_AS_IT_IS, *_TIMES) if key in entry}
    excluded = MANAGED_EXCLUDES[entry.get("managed", "none")] | set(entry.get("exclude_databases", ()))
    return DatabaseServer(
        **told,
        username=Secret(entry["username_file"]),
        password=Secret(entry.get("iam_token_file") or entry["password_file"]),
        tls=Tls(**entry.get("tls", {})),
        excluded_databases=excluded,
        business=dict(entry.get("business", {})),
    )
