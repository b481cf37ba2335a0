"""What the public connection manager says of calls: who is asked before each, and the line written after it."""

from collections.abc import Iterable

from obs.model.access_log import AccessField
from obs.render.envoy_bootstrap import Authz, Config

_TYPES = "type.googleapis.com/envoy.extensions"
EXT_AUTHZ = f"{_TYPES}.filters.http.ext_authz.v3.ExtAuthz"
STDOUT = f"{_TYPES}.access_loggers.stream.v3.StdoutAccessLog"
PATH_PREFIX = "/api/v2/auth"
"""Where Barong answers for a path: /api/v2/auth/<path> (its config/routes.rb)."""
STAT_PREFIX = "barong"
"""Label envoy_ext_authz_prefix of the filter's counters, which would be absent without it."""
ASKED_WITH = (
    "cookie",
    "from",
    "proxy-authorization",
    "user-agent",
    "x-auth-apikey",
    "x-auth-nonce",
    "x-auth-signature",
    "x-csrf-token",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
)
"""Request headers Barong reads; OpenDAX's gateway passes on the same ones."""
TOLD_CLIENT = ("location", "proxy-authenticate", "set-cookie", "www-authenticate")
"""Headers of a refusal that reach the client; status and body always do."""


def connection_manager(*, stat_prefix: str, authz: Authz | None, access_log: Iterable[AccessField]) -> Config:
    """Fields to set in the public HttpConnectionManager; the filter goes in front of the router."""
    manager: Config = {"stat_prefix": stat_prefix, "access_log": [access_logger(access_log)]}
    return manager | ({"http_filters": [ext_authz(authz)]} if authz else {})


def ext_authz(authz: Authz) -> Config:
    """The filter: fails closed, answers 503 when AuthZ fails, and leaves its latency to the access log.

    A refusal is not charged to the service behind the route, which never saw the call.
    """
    return {
        "name": "envoy.filters.http.ext_authz",
        "typed_config": {
            "@type": EXT_AUTHZ,
            "stat_prefix": STAT_PREFIX,
            "failure_mode_allow": False,
            "status_on_error": {"code": "ServiceUnavailable"},
            "emit_filter_state_stats": True,
            "charge_cluster_response_stats": False,
            "allowed_headers": _exactly(ASKED_WITH),
            "http_service": {
                "server_uri": {
                    "uri": f"http://{authz.host}:{authz.port}",
                    "cluster": authz.cluster,
                    "timeout": f"{authz.timeout_ms / 1000:.12g}s",
                },
                "path_prefix": PATH_PREFIX,
                "authorization_response": {
                    "allowed_upstream_headers": _exactly(("authorization",)),
                    "allowed_client_headers": _exactly(TOLD_CLIENT),
                },
            },
        },
    }


def access_logger(fields: Iterable[AccessField]) -> Config:
    """One JSON object per request on standard output; what is unknown of a request is left out of its line."""
    line: Config = {}
    for field in fields:
        *parents, last = field.name.split(".")
        node = line
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = field.operator
    formats = {"json_format": line, "omit_empty_values": True}
    return {"name": "envoy.access_loggers.stdout", "typed_config": {"@type": STDOUT, "log_format": formats}}


def _exactly(names: Iterable[str]) -> Config:
    return {"patterns": [{"exact": name, "ignore_case": True} for name in names]}
