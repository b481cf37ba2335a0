"""What pages and what makes a ticket at AuthZ: latency, limits and change."""

from obs.catalog.barong_authz import phrases as say
from obs.model.alert import Alert

_TRAFFIC = f"{say.completed()} > 1"

SLOW = (
    Alert(
        name="BarongAuthzSlow",
        signal="latency",
        is_=">",
        threshold=0.25,
        hold="10m",
        severity="warning",
        triage="slow",
        summary="AuthZ slows every request down.",
        description=(
            "One in a hundred AuthZ calls takes longer than {{ $value | humanizeDuration }} (limit <threshold>)."
        ),
        why=(
            "A quarter of OpenDAX's AuthZ timeout of 1 s and a bucket edge of Envoy's histogram; every request waits "
            "for it."
        ),
        guard=_TRAFFIC,
        guard_on="<group:envoy>",
    ),
    Alert(
        name="BarongAuthzTimeouts",
        signal="timeout_ratio",
        is_=">",
        threshold=0.01,
        hold="5m",
        severity="warning",
        triage="slow",
        summary="AuthZ calls time out.",
        description=(
            "{{ $value | humanizePercentage }} of AuthZ calls through {{ $labels.job }} time out (limit <threshold>)."
        ),
        why="One in a hundred people who are logged in gets a 403 after a second of waiting.",
        guard=_TRAFFIC,
        guard_on="<group:envoy>",
    ),
)

FULL = (
    Alert(
        name="BarongAuthzCallsShed",
        signal="shed",
        is_=">",
        threshold=0.1,
        hold="2m",
        severity="critical",
        triage="full",
        summary="The gateway sheds AuthZ calls.",
        description=(
            "{{ $value | humanize }} AuthZ calls per second are refused by Barong's circuit breaker (limit "
            "<threshold>)."
        ),
        why="Every shed call is a 403; a breaker open for two minutes is Barong at its limit, not a burst.",
    ),
)

CHANGES = (
    Alert(
        name="BarongAuthzMaintenanceOn",
        signal="maintenance",
        is_=">",
        threshold=0,
        hold="1m",
        severity="info",
        triage="changed",
        summary="A maintenance restriction is enabled.",
        description=(
            "AuthZ answers {{ $value | humanize }} probes per second with maintenance; everybody it covers gets 471."
        ),
        why="Somebody enabled it; while it is on, what follows from it is no fault.",
    ),
    Alert(
        name="BarongAuthzMaintenanceWave",
        signal="maintenance_ratio",
        is_=">",
        threshold=0.05,
        hold="2m",
        severity="warning",
        triage="changed",
        summary="People are turned away by a maintenance restriction.",
        description=(
            "{{ $value | humanizePercentage }} of AuthZ calls through {{ $labels.job }} end as 471 (limit "
            "<threshold>)."
        ),
        why="One in twenty: without a restriction there are none, with one for everybody nearly all.",
        guard=_TRAFFIC,
        guard_on="<group:envoy>",
    ),
    Alert(
        name="BarongAuthzClockSkew",
        signal="clock_skew",
        is_=">",
        threshold=2,
        hold="5m",
        severity="warning",
        triage="changed",
        summary="Barong's clock is off.",
        description="Barong's clock and the prober's are {{ $value | humanizeDuration }} apart (limit <threshold>).",
        why=(
            "API keys sign the time and Barong accepts 5 s (BARONG_APIKEY_NONCE_LIFETIME); clients' clocks need the "
            "rest."
        ),
    ),
    Alert(
        name="BarongAuthzTokenLifetime",
        signal="token_lifetime_off",
        is_=">",
        threshold=1,
        hold="5m",
        severity="warning",
        triage="changed",
        summary="AuthZ issues tokens of another lifetime.",
        description=(
            "The lifetime of Barong's tokens differs by {{ $value | humanizeDuration }} from the configured one."
        ),
        why="BARONG_JWT_EXPIRE_TIME is a setting: it changes by a deploy or not at all.",
    ),
)
