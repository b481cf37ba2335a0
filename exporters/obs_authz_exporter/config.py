"""The configuration of the prober: its schema, and a checked document as objects."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from obs_authz_exporter.client import Address
from obs_authz_exporter.files import Credentials
from obs_authz_exporter.jwt import Expected
from obs_authz_exporter.probes import PRIVATE_PATH, PUBLIC_PATH
from obs_exporter.secret import Secret

Data = Mapping[str, Any]
EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Bucket edges in seconds; both timeouts are added to them."""

_TEXT = {"type": "string", "minLength": 1}
_PATH = {"type": "string", "pattern": "^/[!-~]*$"}
_TLS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"ca_file": _TEXT, "server_name": _TEXT},
}
TARGET: Data = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "host"],
    "dependentRequired": {
        "api_key_id_file": ["api_key_secret_file"],
        "api_key_secret_file": ["api_key_id_file"],
        "gateway_tls": ["gateway"],
    },
    "properties": {
        "name": _TEXT,
        "component": {**_TEXT, "description": "What the spec calls it; for people."},
        "host": {"type": "string", "pattern": "^[A-Za-z0-9._:-]+$", "description": "Barong itself."},
        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "tls": {**_TLS, "description": "TLS to Barong; without a file the system's authorities are trusted."},
        "gateway": {
            "type": "string",
            "pattern": "^[A-Za-z0-9._-]+:[0-9]+$",
            "description": "host:port users' calls go to.",
        },
        "gateway_tls": {**_TLS, "description": "TLS to the gateway."},
        "gateway_timeout_seconds": {"type": "number", "exclusiveMinimum": 0, "description": "Of its ext_authz filter."},
        "api_key_id_file": {**_TEXT, "description": "Key id of a user that only the prober uses."},
        "api_key_secret_file": _TEXT,
        "jwt_public_key_file": {**_TEXT, "description": "PEM that verifies Barong's tokens, or base64 of it."},
        "jwt_issuer": _TEXT,
        "jwt_audience": _TEXT,
        "interval_seconds": {"type": "number", "minimum": 0.1, "maximum": 60},
        "timeout_seconds": {"type": "number", "minimum": 0.1, "maximum": 30},
        "public_path": {**_PATH, "description": "On Barong's pass list."},
        "private_path": {**_PATH, "description": "Needs a session or an API key."},
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """One target, checked. Times are seconds."""

    name: str
    direct: Address
    expected: Expected
    gateway: Address | None = None
    gateway_timeout: float = 1.0
    credentials: Credentials | None = None
    """None: no probe by API key."""
    public_key: Secret | None = None
    interval: float = 1.0
    timeout: float = 2.5
    public_path: str = PUBLIC_PATH
    private_path: str = PRIVATE_PATH

    @property
    def edges(self) -> tuple[float, ...]:
        """Bucket edges: the gateway's timeout, beyond which users see an error, and ours, which is the last one."""
        wanted = {*EDGES, self.gateway_timeout, self.timeout}
        return tuple(sorted(edge for edge in wanted if edge <= self.timeout))


def settings(told: Data) -> Settings:
    """A target of a checked document. Raises OSError when a CA file cannot be read."""
    return Settings(
        name=told["name"],
        direct=_address(told["host"], told.get("port", 8080), told.get("tls")),
        gateway=_gateway(told),
        gateway_timeout=float(told.get("gateway_timeout_seconds", 1.0)),
        credentials=_credentials(told),
        public_key=_secret(told, "jwt_public_key_file"),
        expected=Expected(issuer=told.get("jwt_issuer", "barong"), audience=told.get("jwt_audience", "peatio")),
        interval=float(told.get("interval_seconds", 1.0)),
        timeout=float(told.get("timeout_seconds", 2.5)),
        public_path=told.get("public_path", PUBLIC_PATH),
        private_path=told.get("private_path", PRIVATE_PATH),
    )


def _gateway(told: Data) -> Address | None:
    if "gateway" not in told:
        return None
    host, _, port = str(told["gateway"]).rpartition(":")
    return _address(host, int(port), told.get("gateway_tls"))


def _address(host: str, port: int, tls: Data | None) -> Address:
    if tls is None:
        return Address(host=host, port=port)
    context = ssl.create_default_context(cafile=tls.get("ca_file"))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return Address(host=host, port=port, tls=context, server_name=tls.get("server_name", ""))


def _credentials(told: Data) -> Credentials | None:
    key_id, secret = _secret(told, "api_key_id_file"), _secret(told, "api_key_secret_file")
    return Credentials(key_id, secret) if key_id and secret else None


def _secret(told: Data, key: str) -> Secret | None:
    return Secret(told[key]) if key in told else None
