"""What pages and what makes a ticket at the gateway."""

from obs.model.alert import Alert, Objective

_EDGE = '<selector>, envoy_http_conn_manager_prefix="<option:stat_prefix>"'
_TRAFFIC = f"sum by (<group>) (rate(envoy_http_downstream_rq_completed{{{_EDGE}}}[<window>])) > 1"
_BY_INSTANCE = "<group>, instance"
_EVENTS = f"sum by ({_BY_INSTANCE}) (rate(envoy_http_downstream_rq_completed{{{_EDGE}}}[<window>]))"

ALERTS = (
    Alert(
        name="EnvoyNoInstanceLive",
        signal="live",
        is_="<",
        threshold=1,
        hold="2m",
        severity="critical",
        triage="up",
        summary="No gateway instance is live.",
        description=(
            "{{ $value | humanize }} instances of {{ $labels.job }} in {{ $labels.namespace }} are live; the "
            "platform is unreachable."
        ),
        why="Every call passes the gateway: below one live instance nobody reaches the platform.",
    ),
    Alert(
        name="EnvoyEdgeErrors",
        signal="edge_error_ratio",
        is_=">",
        threshold=0.05,
        hold="5m",
        severity="critical",
        triage="failing",
        summary="The gateway answers errors to clients.",
        description=(
            "{{ $labels.job }} fails {{ $value | humanizePercentage }} of requests (limit <threshold>), AuthZ "
            "failures included."
        ),
        why="Fifty times the error budget of a 99.9 % objective: a visible outage, not noise.",
        guard=_TRAFFIC,
    ),
    Alert(
        name="EnvoyRouteErrors",
        signal="route_error_ratio",
        is_=">",
        threshold=0.05,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="A service behind the gateway answers errors.",
        description=(
            "{{ $labels.envoy_cluster_name }} answers {{ $value | humanizePercentage }} of its requests with 5xx "
            "(limit <threshold>)."
        ),
        why="Same ratio as at the edge; held longer because the edge alert pages when clients are hurt.",
    ),
    Alert(
        name="EnvoyConnectFailures",
        signal="connect_failures",
        is_=">",
        threshold=0.1,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="The gateway cannot connect to a service.",
        description=(
            "{{ $value | humanize }} connections per second to {{ $labels.envoy_cluster_name }} fail (limit "
            "<threshold>)."
        ),
        why=(
            "One failed connection in ten seconds, sustained: with a 0.25 s connect timeout a healthy service has "
            "none."
        ),
    ),
    Alert(
        name="EnvoyNoHealthyHost",
        signal="no_healthy_host",
        is_=">",
        threshold=0.1,
        hold="2m",
        severity="critical",
        triage="failing",
        summary="A service has no healthy host left.",
        description=(
            "{{ $value | humanize }} calls per second to {{ $labels.envoy_cluster_name }} find no healthy host "
            "(limit <threshold>)."
        ),
        why="More than a stray call in ten seconds: every such call is an error to a client.",
    ),
    Alert(
        name="EnvoyRouteTimeouts",
        signal="route_timeouts",
        is_=">",
        threshold=0.2,
        hold="10m",
        severity="warning",
        triage="slow",
        summary="Requests to a service time out.",
        description=(
            "{{ $value | humanize }} requests per second to {{ $labels.envoy_cluster_name }} time out (limit "
            "<threshold>)."
        ),
        why=(
            "One timeout in five seconds holds about three requests open all the time at the default route timeout "
            "of 15 s."
        ),
    ),
    Alert(
        name="EnvoyEdgeSlow",
        signal="edge_latency",
        is_=">",
        threshold=2.5,
        hold="10m",
        severity="warning",
        triage="slow",
        summary="The gateway answers slowly.",
        description=(
            "One in a hundred requests through {{ $labels.job }} takes longer than {{ $value | humanizeDuration }} "
            "(limit <threshold>)."
        ),
        why="A bucket edge of Envoy's histogram; above it people reload, which makes the load worse.",
        guard=_TRAFFIC,
    ),
    Alert(
        name="EnvoyRequestsShed",
        signal="pending_overflow",
        is_=">",
        threshold=0.1,
        hold="2m",
        severity="warning",
        triage="full",
        summary="A circuit breaker sheds requests.",
        description=(
            "{{ $value | humanize }} requests per second to {{ $labels.envoy_cluster_name }} are refused by its "
            "circuit breaker."
        ),
        why="A breaker that opens for two minutes is a service at its limit, not a burst.",
    ),
    Alert(
        name="EnvoyWebsocketStorm",
        signal="websocket_churn",
        is_=">",
        threshold=1,
        hold="5m",
        severity="warning",
        triage="changed",
        summary="Websockets break and come back in a storm.",
        description="New websockets within ten minutes come to {{ $value | humanizePercentage }} of those open (limit <threshold>).",
        why="Clients come and go by some per cent in ten minutes; replacing all of them is a fault of ours.",
        guard=f"sum by (<group>) (envoy_http_downstream_cx_upgrades_active{{{_EDGE}}}) > 100",
    ),
    Alert(
        name="EnvoyRestarting",
        signal="process_age",
        is_="<",
        threshold=300,
        hold="15m",
        severity="warning",
        triage="changed",
        summary="A gateway instance restarts again and again.",
        description="{{ $labels.instance }} is typically {{ $value | humanizeDuration }} old (limit <threshold>); it restarts all the time.",
        why="A new pod is older than that after ten minutes, before the hold is over; one that crashes every few minutes never is.",
    ),
)

OBJECTIVES = (
    Objective(
        name="availability",
        title="Edge availability",
        help="Share of requests that were neither answered with 5xx nor refused because authorization failed.",
        errors=(
            f'sum by ({_BY_INSTANCE}) (rate(envoy_http_downstream_rq_xx{{{_EDGE}, envoy_response_code_class="5"}}[<window>]))\n'
            "+ <option:authz_error_weight> * (\n"
            f"  sum by ({_BY_INSTANCE}) (rate(envoy_http_ext_authz_error{{{_EDGE}}}[<window>]))\n"
            f"  or 0 * {_EVENTS}\n"
            ")"
        ),
        total=_EVENTS,
        alert="EnvoyAvailabilityBudgetBurn",
        summary="The edge burns its error budget too fast.",
        why="99.9 % over 30 days leaves 43 minutes of full outage.",
    ),
)
