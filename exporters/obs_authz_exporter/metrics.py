"""Every metric this exporter exposes: one row each, the contract between it and whoever reads it."""

from obs_exporter import itself
from obs_exporter.row import Row

PROBE = ("probe", "via")
"""probe: pass, anonymous, apikey; via: direct (Barong itself) or gateway (through Envoy)."""

UP = Row(
    name="authz_up",
    type="gauge",
    help="Whether every configured probe was sent in the last round (1) or not (0).",
)
SUCCESS = Row(
    name="authz_probe_success",
    type="gauge",
    labels=PROBE,
    help=(
        "Whether the probe's last answer was the expected one (1): pass 200, anonymous 401 invalid_session, "
        "apikey 200 with a token."
    ),
)
ATTEMPTS = Row(name="authz_probe_attempts_total", type="counter", labels=PROBE, help="Probes sent.")
SKIPPED = Row(
    name="authz_probe_skipped_total",
    type="counter",
    labels=PROBE,
    help="Beats of the schedule for which no probe was sent: no credentials, too many under way, or a stopped prober.",
)
FAILURES = Row(
    name="authz_probe_failures_total",
    type="counter",
    labels=(*PROBE, "reason"),
    help=(
        "Probes without the expected answer, by reason: dns, connect, tls, timeout, protocol, status, code, "
        "token."
    ),
)
ANSWERS = Row(
    name="authz_probe_answers_total",
    type="counter",
    labels=(*PROBE, "code"),
    help=(
        "Answers by Barong's error code without its authz. prefix; ok when allowed, other for codes outside the "
        "known list."
    ),
)
DURATION = Row(
    name="authz_probe_duration_seconds",
    type="histogram",
    unit="seconds",
    labels=PROBE,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
    help=(
        "Time from the name lookup to the end of the answer. Every attempt is in it: one without an answer counts with "
        "the timeout's length. Both timeouts, the gateway's and the prober's, are bucket edges."
    ),
)
PHASE = Row(
    name="authz_probe_phase_duration_seconds",
    type="gauge",
    unit="seconds",
    labels=(*PROBE, "phase"),
    help="How long each phase of the last probe took: dns, connect, tls, first_byte.",
)
LAST_SUCCESS = Row(
    name="authz_probe_last_success_timestamp_seconds",
    type="gauge",
    unit="seconds",
    labels=PROBE,
    help="When the probe last got the expected answer, Unix time; 0 while it never did.",
)
VALID = Row(
    name="authz_jwt_valid",
    type="gauge",
    labels=("check",),
    help="Whether the last token passed a check (1) or failed it (0): signature, issuer, audience, expiry.",
)
LIFETIME = Row(
    name="authz_jwt_lifetime_seconds",
    type="gauge",
    unit="seconds",
    help="Lifetime of the last token: its exp less its iat claim.",
)
SKEW = Row(
    name="authz_jwt_clock_skew_seconds",
    type="gauge",
    unit="seconds",
    help=(
        "Barong's clock less the prober's: from the token's iat claim, from the Date header while there is no "
        "token; positive when Barong is ahead."
    ),
)

EXPORTER = (
    UP,
    Row(
        name="authz_collector_success",
        type="gauge",
        labels=("collector",),
        help="Whether the collector's last run succeeded (1) or failed (0); collectors: probes, credentials, keys.",
    ),
    Row(
        name="authz_collector_duration_seconds",
        type="gauge",
        unit="seconds",
        labels=("collector",),
        help="How long the collector's last run took.",
    ),
    Row(
        name="authz_last_success_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=("collector",),
        help="When the collector last succeeded, Unix time.",
    ),
    Row(
        name="authz_build_info",
        type="gauge",
        labels=("version", "python_version"),
        help="Always 1; the exporter's own version.",
    ),
)

PROBES = (
    SUCCESS,
    ATTEMPTS,
    SKIPPED,
    FAILURES,
    ANSWERS,
    DURATION,
    PHASE,
    LAST_SUCCESS,
)

TOKENS = (
    VALID,
    LIFETIME,
    SKEW,
)

METRICS: tuple[Row, ...] = (*itself.rows("authz"), *EXPORTER, *PROBES, *TOKENS)
