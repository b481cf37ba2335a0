"""What is worth knowing of the gateway, in triage order."""

from obs.model.signal import Headline, Panel, Row, Signal

_EDGE = '<selector>, envoy_http_conn_manager_prefix="<option:stat_prefix>"'
_ROUTES = '<selector>, envoy_cluster_name!="<option:authz_cluster>"'
_COMPLETED = f"sum by (<group>) (rate(envoy_http_downstream_rq_completed{{{_EDGE}}}[<window>]))"
_ROUTE = "<group>, envoy_cluster_name"

SIGNALS = (
    Signal(
        name="live",
        title="Gateway instances live",
        help="Envoy instances that answer and are not draining.",
        unit="count",
        query="sum by (<group>) (envoy_server_live{<selector>})",
        legend="live",
    ),
    Signal(
        name="requests",
        title="Requests by response class",
        help="Responses sent to clients at the edge, by class of status code.",
        unit="requests_per_second",
        query=f"sum by (<group>, envoy_response_code_class) (rate(envoy_http_downstream_rq_xx{{{_EDGE}}}[<window>]))",
        legend="{{envoy_response_code_class}}xx",
    ),
    Signal(
        name="edge_error_ratio",
        title="Edge error ratio",
        help=(
            "Share of requests answered with 5xx or refused because authorization itself failed (clients see those "
            "as 403)."
        ),
        unit="ratio",
        query=(
            "(\n"
            f'  sum by (<group>) (rate(envoy_http_downstream_rq_xx{{{_EDGE}, envoy_response_code_class="5"}}[<window>]))\n'
            "  + <option:authz_error_weight> * (\n"
            f"    sum by (<group>) (rate(envoy_http_ext_authz_error{{{_EDGE}}}[<window>]))\n"
            f"    or 0 * {_COMPLETED}\n"
            "  )\n"
            f") / ({_COMPLETED} > 0)"
        ),
        legend="errors",
        record="job:envoy_edge_error:ratio_rate5m",
    ),
    Signal(
        name="route_error_ratio",
        title="Error ratio by route target",
        help="Share of upstream requests answered with 5xx, per service behind the gateway.",
        unit="ratio",
        query=(
            "(\n"
            f"  sum by ({_ROUTE}) (\n"
            f'    rate(envoy_cluster_upstream_rq_xx{{{_ROUTES}, envoy_response_code_class="5"}}[<window>])\n'
            "  )\n"
            f"  or 0 * sum by ({_ROUTE}) (rate(envoy_cluster_upstream_rq_completed{{{_ROUTES}}}[<window>]))\n"
            f") / (sum by ({_ROUTE}) (rate(envoy_cluster_upstream_rq_completed{{{_ROUTES}}}[<window>])) > 0)"
        ),
        legend="{{envoy_cluster_name}}",
    ),
    Signal(
        name="route_requests",
        title="Requests by route target",
        help="Requests finished per service behind the gateway.",
        unit="requests_per_second",
        query=f"sum by ({_ROUTE}) (rate(envoy_cluster_upstream_rq_completed{{{_ROUTES}}}[<window>]))",
        legend="{{envoy_cluster_name}}",
    ),
    Signal(
        name="connect_failures",
        title="Connect failures by route target",
        help="Connections to a service that could not be opened. Such calls never count as upstream requests.",
        unit="per_second",
        query=f"sum by ({_ROUTE}) (rate(envoy_cluster_upstream_cx_connect_fail{{{_ROUTES}}}[<window>]))",
        legend="{{envoy_cluster_name}}",
    ),
    Signal(
        name="no_healthy_host",
        title="Calls without a healthy host",
        help="Calls refused because every host of the service was out of rotation.",
        unit="requests_per_second",
        query=f"sum by ({_ROUTE}) (rate(envoy_cluster_upstream_cx_none_healthy{{{_ROUTES}}}[<window>]))",
        legend="{{envoy_cluster_name}}",
    ),
    Signal(
        name="route_timeouts",
        title="Timeouts by route target",
        help=(
            "Upstream requests given up after the route's timeout (15 s by default). They are missing from latency "
            "histograms."
        ),
        unit="requests_per_second",
        query=f"sum by ({_ROUTE}) (rate(envoy_cluster_upstream_rq_timeout{{{_ROUTES}}}[<window>]))",
        legend="{{envoy_cluster_name}}",
    ),
    Signal(
        name="edge_latency",
        title="Edge latency, 99th percentile",
        help="What the slowest one in a hundred clients waits, first byte in to last byte out, authorization included.",
        unit="seconds",
        query=(
            "histogram_quantile(\n  0.99,\n"
            f"  sum by (<group>, le) (rate(envoy_http_downstream_rq_time_bucket{{{_EDGE}}}[<window>]))\n) / 1000"
        ),
        legend="p99",
    ),
    Signal(
        name="route_latency",
        title="Latency by route target, 99th percentile",
        help="Upstream response time per service. Timeouts and resets are not in it: read it beside the timeouts.",
        unit="seconds",
        query=(
            "histogram_quantile(\n  0.99,\n"
            f"  sum by ({_ROUTE}, le) (rate(envoy_cluster_upstream_rq_time_bucket{{{_ROUTES}}}[<window>]))\n) / 1000"
        ),
        legend="{{envoy_cluster_name}}",
    ),
    Signal(
        name="pending_overflow",
        title="Requests shed by circuit breakers",
        help="Requests refused because a service's circuit breaker was open.",
        unit="requests_per_second",
        query=f"sum by ({_ROUTE}) (rate(envoy_cluster_upstream_rq_pending_overflow{{{_ROUTES}}}[<window>]))",
        legend="{{envoy_cluster_name}}",
    ),
    Signal(
        name="connections",
        title="Client connections",
        help="Open connections from clients, websockets included.",
        unit="connections",
        query=f"sum by (<group>, instance) (envoy_http_downstream_cx_active{{{_EDGE}}})",
    ),
    Signal(
        name="websockets",
        title="Open websockets",
        help="Clients that hold a websocket open.",
        unit="connections",
        query=f"sum by (<group>) (envoy_http_downstream_cx_upgrades_active{{{_EDGE}}})",
        legend="open",
    ),
    Signal(
        name="upgrades",
        title="Websocket upgrades",
        help="New websockets per second. A burst is clients coming back after a disconnect.",
        unit="per_second",
        query=f"sum by (<group>) (rate(envoy_http_downstream_cx_upgrades_total{{{_EDGE}}}[<window>]))",
        legend="upgrades",
    ),
    Signal(
        name="memory",
        title="Gateway memory",
        help="Physical memory per Envoy instance.",
        unit="bytes",
        query="max by (<group>, instance) (envoy_server_memory_physical_size{<selector>})",
    ),
    Signal(
        name="process_age",
        title="Typical age of a gateway process",
        help="Median uptime of each instance over half an hour. A process that crashes again and again never grows old.",
        unit="seconds",
        query="min by (<group>, instance) (quantile_over_time(0.5, envoy_server_uptime{<selector>}[30m]))",
    ),
    Signal(
        name="websocket_churn",
        title="Websockets replaced in 10 minutes",
        help="New websockets of the last ten minutes as a share of those open: above 100 % clients lose them and come back.",
        unit="ratio",
        query=(
            f"sum by (<group>) (increase(envoy_http_downstream_cx_upgrades_total{{{_EDGE}}}[10m]))\n"
            f"/ (sum by (<group>) (envoy_http_downstream_cx_upgrades_active{{{_EDGE}}}) > 0)"
        ),
        legend="replaced",
    ),
)

ROWS = (
    Row(
        title="Is it up?",
        panels=(Panel(signals=("live",),
        kind="stat",
        width=6), Panel(signals=("requests",),
        width=18)),
    ),
    Row(
        title="Is it failing?",
        panels=(
            Panel(signals=("edge_error_ratio",)),
            Panel(signals=("route_error_ratio",)),
            Panel(signals=("connect_failures",)),
            Panel(signals=("no_healthy_host",)),
        ),
    ),
    Row(
        title="Is it slow?",
        panels=(
            Panel(signals=("edge_latency",)),
            Panel(signals=("route_latency",)),
            Panel(signals=("route_timeouts",)),
            Panel(signals=("route_requests",)),
        ),
    ),
    Row(
        title="Is it full?",
        panels=(
            Panel(signals=("pending_overflow",), width=8),
            Panel(signals=("connections",), width=8),
            Panel(signals=("memory",), width=8),
        ),
    ),
    Row(
        title="What changed?",
        panels=(
            Panel(signals=("websockets",), width=6),
            Panel(signals=("websocket_churn",), width=6),
            Panel(signals=("upgrades",), width=6),
            Panel(signals=("process_age",), width=6),
        ),
    ),
)

HEADLINE = Headline(signal="edge_error_ratio")
