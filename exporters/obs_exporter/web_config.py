"""TLS and users of the listener, in the file format of Prometheus' exporter-toolkit.

https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md is the reference. Refused by
name is what Python's TLS cannot do as promised: client certificates that nobody verifies, and TLS before 1.2.
"""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from obs_exporter.config_schema import Schema, problems
from obs_exporter.config_yaml import ConfigWrong, read

_TEXT = {"type": "string", "minLength": 1}
_SUITE = r"^TLS_ECDHE_(RSA|ECDSA)_WITH_(AES_128_GCM_SHA256|AES_256_GCM_SHA384|CHACHA20_POLY1305(_SHA256)?)$"
_VERSIONS = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}
_CLIENTS = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
_HEADERS = (
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-XSS-Protection",
)
_TLS: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["cert_file", "key_file"],
    "properties": {
        "cert_file": _TEXT,
        "key_file": _TEXT,
        "client_ca_file": _TEXT,
        "client_auth_type": {"enum": list(_CLIENTS)},
        "client_allowed_sans": {"type": "array", "items": _TEXT},
        "min_version": {"enum": list(_VERSIONS)},
        "max_version": {"enum": list(_VERSIONS)},
        "cipher_suites": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "pattern": _SUITE, "description": "a suite of TLS 1.2 with forward secrecy"},
        },
        "prefer_server_cipher_suites": {"type": "boolean"},
        "curve_preferences": {"type": "array", "items": {"enum": ["CurveP256", "CurveP384", "CurveP521", "X25519"]}},
    },
}
SCHEMA: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "tls_server_config": _TLS,
        "http_server_config": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "http2": {"type": "boolean"},
                "headers": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {name: {"type": "string", "pattern": r"^[ -~]*$"} for name in _HEADERS},
                },
            },
        },
        "basic_auth_users": {
            "type": "object",
            "additionalProperties": {
                "type": "string",
                "pattern": r"^\$2[aby]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$",
                "description": "a bcrypt hash",
            },
        },
    },
}


@dataclass(frozen=True, kw_only=True)
class WebConfig:
    """One reading of the file."""

    context: ssl.SSLContext | None = None
    allowed_sans: frozenset[str] = frozenset()
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    """User -> bcrypt hash of the password."""
    headers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    """Every file this was made from."""


def web_config(path: Path) -> WebConfig:
    """The file at `path`; its relative paths start in its folder. Raises ConfigWrong with every problem at once."""
    document = read(path)
    found = list(problems(document.data, SCHEMA))
    tls: Mapping[str, Any] = {} if found else document.data.get("tls_server_config", {})
    if tls:
        found = [(("tls_server_config", key), sentence) for key, sentence in _mismatches(tls)]
    if found:
        raise ConfigWrong(document.told(found))
    told = {name: path.parent / tls[name] for name in ("cert_file", "key_file", "client_ca_file") if name in tls}
    return WebConfig(
        context=_context(tls, told, path) if tls else None,
        allowed_sans=frozenset(tls.get("client_allowed_sans", ())),
        users=document.data.get("basic_auth_users", {}),
        headers=document.data.get("http_server_config", {}).get("headers", {}),
        files=(path, *told.values()),
    )


def _mismatches(tls: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Keys that contradict each other."""
    verifies = tls.get("client_auth_type", "NoClientCert") != "NoClientCert"
    found = []
    if verifies and "client_ca_file" not in tls:
        found.append(("client_auth_type", "needs client_ca_file, which says whose certificates are good"))
    if "client_ca_file" in tls and not verifies:
        found.append(("client_ca_file", "has no effect; write client_auth_type: RequireAndVerifyClientCert"))
    if tls.get("client_allowed_sans") and tls.get("client_auth_type") != "RequireAndVerifyClientCert":
        found.append(("client_allowed_sans", "needs client_auth_type: RequireAndVerifyClientCert"))
    if tls.get("min_version", "TLS12") > tls.get("max_version", "TLS13"):
        found.append(("min_version", "is above max_version"))
    return found


def _context(tls: Mapping[str, Any], files: Mapping[str, Path], path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = _VERSIONS[tls.get("min_version", "TLS12")]
    context.maximum_version = _VERSIONS[tls.get("max_version", "TLS13")]
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_NO_RENEGOTIATION
    if tls.get("cipher_suites"):
        context.set_ciphers(":".join(_openssl_name(suite) for suite in tls["cipher_suites"]))
    context.verify_mode = _CLIENTS[tls.get("client_auth_type", "NoClientCert")]
    try:
        context.load_cert_chain(files["cert_file"], files["key_file"], password=_no_password)
        if "client_ca_file" in files:
            context.load_verify_locations(files["client_ca_file"])
    except (ssl.SSLError, OSError, ValueError) as error:
        why = error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
        raise ConfigWrong(f"{path}: certificate, key or client CA cannot be loaded: {why}") from None
    return context


def _no_password() -> str:
    raise ValueError("the key is encrypted, and nobody is here to type its password")


def _openssl_name(suite: str) -> str:
    """`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` -> `ECDHE-RSA-AES128-GCM-SHA256`."""
    name = suite.removeprefix("TLS_").replace("_WITH_", "_").replace("AES_", "AES")
    return re.sub(r"POLY1305_SHA256$", "POLY1305", name).replace("_", "-")
