"""What of Envoy's bootstrap makes it observable: admin kept inside, statistics offered, AuthZ a cluster of its own."""

from dataclasses import dataclass
from typing import Any

Config = dict[str, Any]

ADMIN_PORT = 19000
"""The admin listener, on loopback only: it can end the process, change its log level and show its configuration."""
METRICS_PORT = "9901"
"""Where statistics are served when the spec does not say: the port Envoy's documentation uses."""
ADMIN_CLUSTER = "envoy_admin"
CONNECT_TIMEOUT = "0.25s"
"""OpenDAX's, for every cluster of its gateway."""
EDGES_MS = (1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
"""Envoy's default bucket edges, closer below 5 ms, where a healthy AuthZ answers."""
_TYPES = "type.googleapis.com/envoy.extensions"
MANAGER = f"{_TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTER = f"{_TYPES}.filters.http.router.v3.Router"


@dataclass(frozen=True, kw_only=True, slots=True)
class Authz:
    """The authorization service as the gateway calls it; times in milliseconds."""

    cluster: str
    host: str
    port: int
    timeout_ms: float
    limit_ms: float


def bootstrap(authz: Authz | None, *, metrics_port: int, metrics_path: str) -> Config:
    """A bootstrap that Envoy loads as it is and merges with another (`--config-yaml`)."""
    clusters = [_admin_cluster(), *([authz_cluster(authz)] if authz else [])]
    listener = metrics_listener(port=metrics_port, path=metrics_path)
    return {
        "admin": {"address": _address("127.0.0.1", ADMIN_PORT)},
        "stats_config": stats(authz),
        "static_resources": {"listeners": [listener], "clusters": clusters},
    }


def stats(authz: Authz | None) -> Config:
    """Buckets with AuthZ's limits among their edges; the listener and cluster that only serve statistics count none."""
    found: Config = {"stats_matcher": {"exclusion_list": {"patterns": [{"contains": ADMIN_CLUSTER}]}}}
    if authz:
        match = {"prefix": f"cluster.{authz.cluster}."}
        found["histogram_bucket_settings"] = [{"match": match, "buckets": edges_ms(authz)}]
    return found


def edges_ms(authz: Authz) -> list[float]:
    """Bucket edges in milliseconds up to the timeout, beyond which no call is answered."""
    wanted = {*EDGES_MS, authz.limit_ms, authz.timeout_ms}
    return sorted(float(edge) for edge in wanted if edge <= authz.timeout_ms)


def metrics_listener(*, port: int, path: str) -> Config:
    """GET of one path, led to the admin listener; everything else there stays out of reach."""
    only = {"path": path, "headers": [{"name": ":method", "string_match": {"exact": "GET"}}]}
    route = {"match": only, "route": {"cluster": ADMIN_CLUSTER}}
    manager = {
        "@type": MANAGER,
        "stat_prefix": ADMIN_CLUSTER,
        "route_config": {"virtual_hosts": [{"name": "metrics", "domains": ["*"], "routes": [route]}]},
        "http_filters": [router()],
    }
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
    return {"name": "metrics", "address": _address("0.0.0.0", port), "filter_chains": [chain]}


def router() -> Config:
    """The filter that must come last."""
    return {"name": "envoy.filters.http.router", "typed_config": {"@type": ROUTER}}


def authz_cluster(authz: Authz) -> Config:
    """Barong's endpoints under a name that only ext_authz uses, so that its figures are those of AuthZ alone."""
    limits = {"max_connections": 1024, "max_pending_requests": 1024, "max_requests": 1024, "max_retries": 3}
    return {
        "name": authz.cluster,
        "type": "STRICT_DNS",
        "connect_timeout": CONNECT_TIMEOUT,
        "circuit_breakers": {"thresholds": [limits]},
        "load_assignment": _endpoints(authz.cluster, authz.host, authz.port),
    }


def _admin_cluster() -> Config:
    return {
        "name": ADMIN_CLUSTER,
        "type": "STATIC",
        "connect_timeout": CONNECT_TIMEOUT,
        "load_assignment": _endpoints(ADMIN_CLUSTER, "127.0.0.1", ADMIN_PORT),
    }


def _endpoints(cluster: str, host: str, port: int) -> Config:
    endpoint = {"endpoint": {"address": _address(host, port)}}
    return {"cluster_name": cluster, "endpoints": [{"lb_endpoints": [endpoint]}]}


def _address(host: str, port: int) -> Config:
    return {"socket_address": {"address": host, "port_value": port}}
