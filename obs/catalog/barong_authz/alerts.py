"""What pages and what makes a ticket at AuthZ: probes and outcomes."""

from obs.catalog.barong_authz import phrases as say
from obs.catalog.barong_authz.alerts_limits import CHANGES, FULL, SLOW
from obs.catalog.exporter_state import reload_alert
from obs.model.alert import Alert

TRAFFIC = f"{say.completed()} > 1"

PROBES = (
    Alert(
        name="BarongAuthzProbeFailing",
        signal="session_probes",
        is_="<",
        threshold=1,
        hold="2m",
        severity="critical",
        triage="up",
        summary="AuthZ does not answer probes as it should.",
        description=(
            "Probe {{ $labels.probe }} via {{ $labels.via }} does not get its answer; people see 403 or are logged "
            "out."
        ),
        why="One probe a second: two minutes are some hundred and twenty wrong answers in a row.",
    ),
    Alert(
        name="BarongAuthzKeyProbeFailing",
        signal="key_probes",
        is_="<",
        threshold=1,
        hold="3m",
        severity="critical",
        triage="up",
        summary="Calls signed with an API key fail.",
        description="Probe {{ $labels.probe }} via {{ $labels.via }} gets no valid token; trading by API is down.",
        why="Three minutes outlast a Vault failover; API keys need Vault and the database on every call.",
    ),
    Alert(
        name="BarongAuthzProbeStale",
        signal="success_age",
        is_=">",
        threshold=300,
        hold="1m",
        severity="warning",
        triage="up",
        summary="A probe of AuthZ has not succeeded for long.",
        description=(
            "Probe {{ $labels.probe }} via {{ $labels.via }} last succeeded {{ $value | humanizeDuration }} ago "
            "(limit <threshold>)."
        ),
        why="Probes run every second; five minutes also catch a prober that hangs and still shows its last result.",
    ),
    Alert(
        name="BarongAuthzProberBroken",
        signal="prober_works",
        is_="<",
        threshold=1,
        hold="5m",
        severity="warning",
        triage="up",
        summary="The prober cannot send its probes.",
        description="{{ $labels.job }} could not send every configured probe; what it shows of AuthZ is incomplete.",
        why="Five minutes outlast a rotation of its credentials.",
    ),
    Alert(
        name="BarongAuthzCollectorFailing",
        signal="collectors",
        is_="<",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="up",
        summary="Part of the prober fails.",
        description="Collector {{ $labels.collector }} of {{ $labels.instance }} has been failing.",
        why="Ten minutes of failed runs are no hiccup.",
    ),
)

OUTCOMES = (
    Alert(
        name="BarongAuthzErrors",
        signal="error_ratio",
        is_=">",
        threshold=0.05,
        hold="2m",
        severity="critical",
        triage="failing",
        summary="AuthZ fails and people get 403.",
        description=(
            "{{ $value | humanizePercentage }} of AuthZ calls through {{ $labels.job }} fail (limit <threshold>)."
        ),
        why=(
            "Fifty times the error budget of a 99.9 % objective; each failed call is a 403 to somebody who is logged "
            "in."
        ),
        guard=TRAFFIC,
        guard_on="<group:envoy>",
    ),
    Alert(
        name="BarongAuthzFailOpen",
        signal="fail_open",
        is_=">",
        threshold=0,
        hold="1m",
        severity="critical",
        triage="failing",
        summary="The gateway lets calls through without authorization.",
        description="{{ $value | humanize }} calls within ten minutes passed {{ $labels.job }} although AuthZ failed.",
        why="failure_mode_allow must never be set on an exchange: any such call may be anybody's withdrawal.",
    ),
    Alert(
        name="BarongAuthzAnonymousAllowed",
        signal="open_door",
        is_=">",
        threshold=0,
        hold="1m",
        severity="critical",
        triage="failing",
        summary="AuthZ lets anonymous calls into a private path.",
        description=(
            "Probes without credentials via {{ $labels.via }} were allowed {{ $value | humanize }} times per second."
        ),
        why="The anonymous probe asks for account balances; there is no good reason to let it in even once.",
    ),
    Alert(
        name="BarongAuthzDeniedSurge",
        signal="denied_ratio",
        is_=">",
        threshold=0.5,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Most calls are denied.",
        description=(
            "{{ $value | humanizePercentage }} of AuthZ calls through {{ $labels.job }} are denied (limit "
            "<threshold>)."
        ),
        why=(
            "Some per cent are ordinary (expired sessions); more than half is a logout storm, a lost cache or an "
            "attack."
        ),
        guard=TRAFFIC,
        guard_on="<group:envoy>",
    ),
    Alert(
        name="BarongAuthzMalformedCalls",
        signal="malformed_ratio",
        is_=">",
        threshold=0.05,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Many calls carry incomplete or orphaned credentials.",
        description=(
            "{{ $value | humanizePercentage }} of AuthZ calls through {{ $labels.job }} end as 404 or 422 (limit "
            "<threshold>)."
        ),
        why=(
            "404 needs a session of a user who is gone, 422 a blank key header: both are rare, one in twenty is a "
            "broken client."
        ),
        guard=TRAFFIC,
        guard_on="<group:envoy>",
    ),
    Alert(
        name="BarongAuthzConnectFailures",
        signal="connect_failures",
        is_=">",
        threshold=0.1,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="The gateway cannot connect to AuthZ.",
        description=(
            "{{ $value | humanize }} connections per second from {{ $labels.job }} to Barong fail (limit "
            "<threshold>)."
        ),
        why=(
            "One failed connection in ten seconds, sustained: with a 0.25 s connect timeout a healthy service has "
            "none."
        ),
    ),
    Alert(
        name="BarongAuthzUnexpectedAnswer",
        signal="unexpected_codes",
        is_=">",
        threshold=0,
        hold="2m",
        severity="warning",
        triage="failing",
        summary="Probes get an answer they should not get.",
        description=(
            "Probe {{ $labels.probe }} is answered {{ $labels.code }} {{ $value | humanize }} times per second."
        ),
        why=(
            "Probes send the same call every second: any other code means Barong, its clock, its cache or the "
            "probe's user changed."
        ),
    ),
    Alert(
        name="BarongAuthzTokenInvalid",
        signal="token_checks",
        is_="<",
        threshold=1,
        hold="2m",
        severity="critical",
        triage="failing",
        summary="Tokens of AuthZ do not verify.",
        description=(
            "Barong's last token fails the check {{ $labels.check }}; services behind the gateway answer 401 to "
            "everybody."
        ),
        why="A token that fails here fails in Peatio: key, issuer and audience are the same.",
    ),
)

ALERTS = (*PROBES, *OUTCOMES, reload_alert("BarongAuthzProber"), *SLOW, *FULL, *CHANGES)
