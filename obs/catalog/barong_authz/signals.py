"""What is worth knowing of AuthZ, in triage order."""

from obs.catalog.barong_authz import phrases as say
from obs.catalog.barong_authz.probes import CHANGES, PROBER, PROBES, TOKENS
from obs.model.signal import Signal

_EDGES = ', le=~"[0-9]{1,3}([.][0-9]+)?|1000([.]0)?"'
"""Bucket edges up to the timeout of 1 s; Prometheus 3 stores 1000 as 1000.0, older ones as they are printed."""

OUTCOMES = (
    Signal(
        name="error_ratio",
        title="AuthZ error ratio",
        help=(
            "Share of calls Barong did not answer or answered with 5xx. People see them as 403, so no 5xx graph "
            "shows this."
        ),
        unit="ratio",
        query=f"{say.errors()} / ({say.completed()} > 0)",
        legend="errors",
        record="job:authz_error:ratio_rate5m",
    ),
    Signal(
        name="allowed",
        title="Calls allowed",
        help="Calls AuthZ let pass.",
        unit="requests_per_second",
        query=say.outcome("ok"),
        legend="allowed",
    ),
    Signal(
        name="denied",
        title="Calls denied",
        help="Calls AuthZ turned away for a reason of the caller's: no session, no permission, a wrong signature.",
        unit="requests_per_second",
        query=say.outcome("denied"),
        legend="denied",
    ),
    Signal(
        name="errors",
        title="Calls failed",
        help="Calls AuthZ did not answer or answered with 5xx.",
        unit="requests_per_second",
        query=say.errors(),
        legend="failed",
    ),
    Signal(
        name="fail_open",
        title="Unchecked calls in 10 minutes",
        help="Failed calls the gateway let pass because failure_mode_allow is set: requests nobody authorized.",
        unit="count",
        query=f"sum by (<group:envoy>) (increase(envoy_http_ext_authz_failure_mode_allowed{{{say.EDGE}}}[10m]))",
        legend="unchecked",
    ),
    Signal(
        name="denied_ratio",
        title="Share of calls denied",
        help="How many of the answered calls were turned away. A jump is a logout storm, a lost cache or an attack.",
        unit="ratio",
        query=f"{say.outcome('denied')}\n/ ({say.outcome('ok')} + {say.outcome('denied')} > 0)",
        legend="denied",
    ),
    Signal(
        name="denied_codes",
        title="Denied calls by status code",
        help=(
            "401 session, permission or signature; 403 and 423 blocked address; 404 lost user; 422 incomplete key "
            "headers; 471 maintenance."
        ),
        unit="requests_per_second",
        query=say.calls("rq", "<group:envoy>, envoy_response_code", ', envoy_response_code=~"4.."'),
        legend="{{envoy_response_code}}",
    ),
    Signal(
        name="maintenance_ratio",
        title="Share of calls denied by maintenance",
        help="Calls answered 471 because a maintenance restriction covers them.",
        unit="ratio",
        query=say.by_code('envoy_response_code="471"'),
        legend="471",
    ),
    Signal(
        name="malformed_ratio",
        title="Share of calls with incomplete or unknown credentials",
        help=(
            "404 is a session whose user is gone, 422 an API key header left blank. Both are rare when clients are "
            "well."
        ),
        unit="ratio",
        query=say.by_code('envoy_response_code=~"404|422"'),
        legend="404 and 422",
    ),
    Signal(
        name="connect_failures",
        title="Connections to Barong that fail",
        help="Connections from the gateway to Barong that could not be opened. Each is a call that ends as 403.",
        unit="per_second",
        query=say.calls("cx_connect_fail"),
        legend="failed",
    ),
    Signal(
        name="shed",
        title="Calls shed by the circuit breaker",
        help="AuthZ calls the gateway did not even send because Barong's circuit breaker was open. Each ends as 403.",
        unit="requests_per_second",
        query=say.calls("rq_pending_overflow"),
        legend="shed",
    ),
)

LATENCY = (
    Signal(
        name="latency",
        title="AuthZ latency, 99th percentile",
        help=(
            "What the slowest one in a hundred calls adds to a request. Envoy leaves timeouts and resets out of its "
            "histogram; "
            "here they are put back as calls beyond 1 s, OpenDAX's AuthZ timeout, so 1 s reads as 1 s or more."
        ),
        unit="seconds",
        query=(
            "histogram_quantile(\n  0.99,\n"
            f"  {say.calls('rq_time_bucket', '<group:envoy>, le', _EDGES)}\n"
            f'  or label_replace({say.completed()}, "le", "+Inf", "", "")\n'
            ") / 1000"
        ),
        legend="p99",
    ),
    Signal(
        name="slow_ratio",
        title="Share of calls over the latency limit",
        help="Calls that took longer than the limit, timed out or were reset.",
        unit="ratio",
        query=f"1 - {say.in_time()}\n/ ({say.completed()} > 0)",
        legend="slow",
    ),
    Signal(
        name="timeout_ratio",
        title="Share of calls that time out",
        help="Calls given up after the gateway's AuthZ timeout, 1 s in OpenDAX. Each ends as 403.",
        unit="ratio",
        query=f"{say.calls('rq_timeout')}\n/ ({say.completed()} > 0)",
        legend="timeouts",
    ),
)

SIGNALS = (*OUTCOMES, *LATENCY, *PROBES, *TOKENS, *CHANGES, *PROBER)
