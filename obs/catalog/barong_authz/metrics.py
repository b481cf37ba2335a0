"""Barong's AuthZ from two sides: what obs_authz_exporter's probes get, and what the gateway says of real calls."""

from obs.catalog.exporter_state import reload_metric
from obs.model.metric import Metric, Source

_PROBE = ("probe", "via")
_COLLECTOR = ("collector",)
_EDGE = ("envoy_http_conn_manager_prefix",)
_TARGET = ("envoy_cluster_name",)

PROBER = (
    reload_metric("authz"),
    Metric(name="authz_up", type="gauge", help="1 if every configured probe was sent in the last round."),
    Metric(
        name="authz_collector_success",
        type="gauge",
        labels=_COLLECTOR,
        help="1 if the collector's last run succeeded.",
    ),
    Metric(
        name="authz_collector_duration_seconds",
        type="gauge",
        unit="seconds",
        labels=_COLLECTOR,
        help="Length of the collector's last run.",
    ),
    Metric(
        name="authz_last_success_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=_COLLECTOR,
        help="When the collector last succeeded.",
    ),
    Metric(
        name="authz_build_info",
        type="gauge",
        labels=("version", "python_version"),
        help="Always 1; the prober's version.",
    ),
    Metric(
        name="authz_probe_success",
        type="gauge",
        labels=_PROBE,
        help="1 if the probe's last answer was the expected one.",
    ),
    Metric(name="authz_probe_attempts_total", type="counter", labels=_PROBE, help="Probes sent."),
    Metric(
        name="authz_probe_failures_total",
        type="counter",
        labels=(*_PROBE, "reason"),
        help="Probes without the expected answer.",
    ),
    Metric(
        name="authz_probe_answers_total",
        type="counter",
        labels=(*_PROBE, "code"),
        help="Answers by Barong's error code; ok when allowed. Every known code is there from the start.",
    ),
    Metric(
        name="authz_probe_duration_seconds",
        type="histogram",
        unit="seconds",
        labels=_PROBE,
        help="Length of a probe.",
    ),
    Metric(
        name="authz_probe_phase_duration_seconds",
        type="gauge",
        unit="seconds",
        labels=(*_PROBE, "phase"),
        help="Length of each phase of the last probe.",
    ),
    Metric(
        name="authz_probe_last_success_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=_PROBE,
        help="When the probe last got the expected answer.",
    ),
    Metric(name="authz_jwt_valid", type="gauge", labels=("check",), help="1 if the last token passed the check."),
    Metric(name="authz_jwt_lifetime_seconds", type="gauge", unit="seconds", help="Lifetime of the last token."),
    Metric(name="authz_jwt_clock_skew_seconds", type="gauge", unit="seconds", help="Barong's clock less the prober's."),
)

GATEWAY = (
    Metric(name="envoy_http_ext_authz_ok", type="counter", labels=_EDGE, help="Calls AuthZ allowed."),
    Metric(name="envoy_http_ext_authz_denied", type="counter", labels=_EDGE, help="Calls AuthZ denied."),
    Metric(
        name="envoy_http_ext_authz_error",
        type="counter",
        labels=_EDGE,
        help="Calls AuthZ did not answer or answered with 5xx; the client sees 403.",
    ),
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
    Metric(
        name="envoy_cluster_upstream_rq_completed",
        type="counter",
        labels=_TARGET,
        help="Upstream requests finished.",
    ),
    Metric(
        name="envoy_cluster_upstream_rq_timeout",
        type="counter",
        labels=_TARGET,
        help="Upstream requests that timed out.",
    ),
    Metric(
        name="envoy_cluster_upstream_rq_time",
        type="histogram",
        unit="milliseconds",
        labels=_TARGET,
        help="Upstream response time; requests that time out or are reset are not in it.",
    ),
    Metric(
        name="envoy_cluster_upstream_cx_connect_fail",
        type="counter",
        labels=_TARGET,
        help="Connections that could not be opened.",
    ),
    Metric(
        name="envoy_cluster_upstream_rq_pending_overflow",
        type="counter",
        labels=_TARGET,
        help="Requests refused by a circuit breaker.",
    ),
)

SOURCES = (
    Source(name="barong-authz", metrics=PROBER, exporter="obs_authz_exporter"),
    Source(name="envoy", metrics=GATEWAY, component="envoy", port="9901", path="/stats/prometheus"),
)
