"""PromQL phrases of AuthZ: the gateway's outcomes, its calls to Barong, and the probes."""

EDGE = '<selector:envoy>, envoy_http_conn_manager_prefix="<option:stat_prefix>"'
CALLS = '<selector:envoy>, envoy_cluster_name="<option:authz_cluster>"'
GATEWAY = "<group:envoy>"
PROBE = "<group>, probe, via"


def outcome(name: str, by: str = GATEWAY) -> str:
    """Calls per second that ended as ok, denied, error or failure_mode_allowed."""
    return f"sum by ({by}) (rate(envoy_http_ext_authz_{name}{{{EDGE}}}[<window>]))"


def calls(metric: str, by: str = GATEWAY, extra: str = "") -> str:
    """Rate of one of the AuthZ cluster's counters."""
    return f"sum by ({by}) (rate(envoy_cluster_upstream_{metric}{{{CALLS}{extra}}}[<window>]))"


def completed(by: str = GATEWAY) -> str:
    """AuthZ calls that ended: the only honest denominator.

    Timeouts, resets, refused connections and calls shed by the circuit breaker are in it (measured on Envoy 1.40);
    `_total` and the histogram leave them out.
    """
    return calls("rq_completed", by)


def errors(by: str = GATEWAY) -> str:
    """AuthZ calls that failed; 0 while none ever did."""
    return f"(\n  {outcome('error', by)}\n  or 0 * {completed(by)}\n)"


def in_time(by: str = GATEWAY) -> str:
    """AuthZ calls answered within the latency limit, a bucket edge in milliseconds.

    Prometheus 3 stores the edge 100 as 100.0, older ones as it is printed.
    """
    return calls("rq_time_bucket", by, ', le=~"<option:latency_limit_ms>([.]0)?"')


def by_code(matcher: str) -> str:
    """Share of AuthZ calls answered with some status codes."""
    part = calls("rq", GATEWAY, f", {matcher}")
    return f"(\n  {part}\n  or 0 * {completed()}\n) / ({completed()} > 0)"
