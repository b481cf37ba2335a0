"""Envoy's own statistics as /stats/prometheus names them (read on a running Envoy 1.40)."""

from obs.model.metric import Metric, Source

_EDGE = ("envoy_http_conn_manager_prefix",)
_TARGET = ("envoy_cluster_name",)

METRICS = (
    Metric(name="envoy_server_live", type="gauge", help="1 while the server is live and not draining."),
    Metric(name="envoy_server_uptime", type="gauge", unit="seconds", help="Seconds since the process started."),
    Metric(
        name="envoy_server_memory_physical_size",
        type="gauge",
        unit="bytes",
        help="Physical memory of the process.",
    ),
    Metric(
        name="envoy_http_downstream_rq_completed",
        type="counter",
        labels=_EDGE,
        help="Requests answered at the edge.",
    ),
    Metric(
        name="envoy_http_downstream_rq_xx",
        type="counter",
        labels=(*_EDGE, "envoy_response_code_class"),
        help="Responses at the edge by class (1 to 5).",
    ),
    Metric(
        name="envoy_http_downstream_rq_time",
        type="histogram",
        labels=_EDGE,
        unit="milliseconds",
        help="Time from the first byte of a request to the last byte of its response, in milliseconds.",
    ),
    Metric(name="envoy_http_downstream_cx_active", type="gauge", labels=_EDGE, help="Open client connections."),
    Metric(name="envoy_http_downstream_cx_upgrades_active", type="gauge", labels=_EDGE, help="Open websockets."),
    Metric(
        name="envoy_http_downstream_cx_upgrades_total", type="counter", labels=_EDGE, help="Connections upgraded to websockets."
    ),
    Metric(
        name="envoy_http_ext_authz_error",
        type="counter",
        labels=_EDGE,
        help="Authorization calls that failed; the client sees 403 unless status_on_error says otherwise.",
        sparse=True,
    ),
    Metric(
        name="envoy_cluster_upstream_rq_xx",
        type="counter",
        labels=(*_TARGET, "envoy_response_code_class"),
        help="Upstream responses by class; a class appears with its first response.",
        sparse=True,
    ),
    Metric(
        name="envoy_cluster_upstream_rq_completed",
        type="counter",
        labels=_TARGET,
        help="Upstream requests finished.",
    ),
    Metric(
        name="envoy_cluster_upstream_rq_time",
        type="histogram",
        labels=_TARGET,
        unit="milliseconds",
        help="Upstream response time in milliseconds; requests that time out or are reset are not in it.",
    ),
    Metric(
        name="envoy_cluster_upstream_rq_timeout",
        type="counter",
        labels=_TARGET,
        help="Upstream requests that timed out.",
    ),
    Metric(
        name="envoy_cluster_upstream_cx_connect_fail",
        type="counter",
        labels=_TARGET,
        help="Connections to a route target that could not be opened; these calls are not in upstream_rq_total.",
    ),
    Metric(
        name="envoy_cluster_upstream_rq_pending_overflow",
        type="counter",
        labels=_TARGET,
        help="Requests refused because a circuit breaker was open.",
    ),
    Metric(
        name="envoy_cluster_upstream_cx_none_healthy",
        type="counter",
        labels=_TARGET,
        help="Calls for which no healthy host was left.",
    ),
    Metric(name="envoy_cluster_membership_healthy", type="gauge", labels=_TARGET, help="Hosts in rotation."),
    Metric(name="envoy_cluster_membership_total", type="gauge", labels=_TARGET, help="Hosts known."),
)

AUTHZ = (
    Metric(name="envoy_http_ext_authz_ok", type="counter", labels=_EDGE, help="Calls AuthZ allowed."),
    Metric(name="envoy_http_ext_authz_denied", type="counter", labels=_EDGE, help="Calls AuthZ denied."),
    Metric(
        name="envoy_http_ext_authz_failure_mode_allowed",
        type="counter",
        labels=_EDGE,
        help="Failed calls that were let through because failure_mode_allow is set.",
    ),
    Metric(
        name="envoy_cluster_upstream_rq",
        type="counter",
        labels=(*_TARGET, "envoy_response_code"),
        help="Upstream responses by status code; a code appears with its first response.",
        sparse=True,
    ),
)
"""What the AuthZ component reads of the gateway's statistics."""

SOURCE = Source(name="envoy", metrics=(*METRICS, *AUTHZ), port="9901", path="/stats/prometheus")
