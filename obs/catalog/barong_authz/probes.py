"""What the prober knows of AuthZ: its answers, its tokens, and itself."""

from obs.catalog.barong_authz import phrases as say
from obs.catalog.exporter_state import reload_signal
from obs.model.signal import Signal

PROBES = (
    Signal(
        name="session_probes",
        title="Probes of sessions and rules",
        help=(
            "Whether they get the answer they should, directly and through the gateway: pass a public path (rules, "
            "Redis), "
            "anonymous a refusal (sessions). Every visitor's call needs what they need."
        ),
        unit="state",
        query=f'max by ({say.PROBE}) (authz_probe_success{{<selector>, probe!="apikey"}})',
        legend="{{probe}} {{via}}",
    ),
    Signal(
        name="key_probes",
        title="Probes of API keys",
        help="Whether the apikey probe gets its token: it needs the database, Vault, permissions and signing on top.",
        unit="state",
        query=f'max by ({say.PROBE}) (authz_probe_success{{<selector>, probe="apikey"}})',
        legend="{{probe}} {{via}}",
    ),
    Signal(
        name="probe_failures",
        title="Probe failures by reason",
        help="Why probes do not get their answer: dns, connect, tls, timeout, protocol, status, code or token.",
        unit="per_second",
        query=f"max by ({say.PROBE}, reason) (rate(authz_probe_failures_total{{<selector>}}[<window>]))",
        legend="{{probe}} {{via}} {{reason}}",
    ),
    Signal(
        name="codes",
        title="Probe answers by code",
        help=(
            "Barong's own word for each answer. Healthy are ok for pass and apikey, and invalid_session for "
            "anonymous."
        ),
        unit="per_second",
        query="max by (<group>, probe, code) (rate(authz_probe_answers_total{<selector>}[<window>])) > 0",
        legend="{{probe}} {{code}}",
    ),
    Signal(
        name="unexpected_codes",
        title="Unexpected probe answers",
        help=(
            "Answers with a code that probe should not get. nonce_expired is a clock that is off, "
            "client_session_mismatch and "
            "csrf codes a changed path, disabled_2fa or apikey_not_active the probe's own user."
        ),
        unit="per_second",
        query=(
            "max by (<group>, probe, code) (\n"
            "  rate(authz_probe_answers_total{\n"
            '    <selector>, probe="anonymous", code!~"invalid_session|ok|restrict.maintenance"\n'
            "  }[<window>])\n"
            ") > 0\n"
            "or max by (<group>, probe, code) (\n"
            '  rate(authz_probe_answers_total{<selector>, probe!="anonymous", code!~"ok|restrict.maintenance"}[<window>])\n'
            ") > 0"
        ),
        legend="{{probe}} {{code}}",
        empty="Every probe gets the answer it should.",
    ),
    Signal(
        name="open_door",
        title="Anonymous calls allowed",
        help="Probes without any credentials that were let into a private path. There must be none, ever.",
        unit="per_second",
        query=(
            "max by (<group>, via) (\n"
            '  rate(authz_probe_answers_total{<selector>, probe="anonymous", code="ok"}[<window>])\n'
            ")\n"
            'or 0 * max by (<group>, via) (authz_probe_success{<selector>, probe="anonymous"})'
        ),
        legend="{{via}}",
    ),
    Signal(
        name="maintenance",
        title="Maintenance seen by probes",
        help="Probe answers that say a maintenance restriction is enabled.",
        unit="per_second",
        query=(
            "max by (<group>) (\n"
            '  rate(authz_probe_answers_total{<selector>, code="restrict.maintenance"}[<window>])\n'
            ")\n"
            "or 0 * max by (<group>) (authz_up{<selector>})"
        ),
        legend="maintenance",
    ),
    Signal(
        name="probe_latency",
        title="Probe latency, 99th percentile",
        help="How long probes take, timeouts included. Through the gateway less direct is the gateway's own share.",
        unit="seconds",
        query=(
            "histogram_quantile(\n  0.99,\n"
            f"  max by ({say.PROBE}, le) (rate(authz_probe_duration_seconds_bucket{{<selector>}}[<window>]))\n)"
        ),
        legend="{{probe}} {{via}}",
    ),
    Signal(
        name="phases",
        title="Probe phases",
        help="Where the last probe's time went: name lookup, connection, TLS, first byte.",
        unit="seconds",
        query=f"max by ({say.PROBE}, phase) (authz_probe_phase_duration_seconds{{<selector>}})",
        legend="{{probe}} {{via}} {{phase}}",
    ),
    Signal(
        name="success_age",
        title="Time since each probe's last success",
        help="How long each probe has been without its expected answer.",
        unit="seconds",
        query=f"min by ({say.PROBE}) (time() - authz_probe_last_success_timestamp_seconds{{<selector>}})",
        legend="{{probe}} {{via}}",
    ),
)

TOKENS = (
    Signal(
        name="token_checks",
        title="Token checks",
        help="Whether the token Barong issues to the apikey probe verifies: signature, issuer, audience and expiry.",
        unit="state",
        query="min by (<group>, check) (authz_jwt_valid{<selector>})",
        legend="{{check}}",
    ),
    Signal(
        name="token_lifetime",
        title="Token lifetime",
        help="How long Barong's tokens live. Longer ones outlive a logout, shorter ones log people out.",
        unit="seconds",
        query="max by (<group>) (authz_jwt_lifetime_seconds{<selector>})",
        legend="lifetime",
    ),
    Signal(
        name="token_lifetime_off",
        title="Token lifetime off by",
        help="Difference between the lifetime of Barong's tokens and the configured one.",
        unit="seconds",
        query="max by (<group>) (abs(authz_jwt_lifetime_seconds{<selector>} - <option:token_lifetime>))",
        legend="difference",
    ),
    Signal(
        name="clock_skew",
        title="Clock skew between Barong and the prober",
        help="API keys sign the time: with clocks 5 s apart (Barong's nonce lifetime) every signed call is refused.",
        unit="seconds",
        query="max by (<group>) (abs(authz_jwt_clock_skew_seconds{<selector>}))",
        legend="skew",
    ),
)

CHANGES = (
    Signal(
        name="calls",
        title="AuthZ calls",
        help="Calls from the gateway to Barong.",
        unit="requests_per_second",
        query=say.completed(),
        legend="calls",
    ),
    Signal(
        name="probe_rate",
        title="Probes sent",
        help="Probes per second. Zero is a prober that hangs.",
        unit="per_second",
        query=f"max by ({say.PROBE}) (rate(authz_probe_attempts_total{{<selector>}}[<window>]))",
        legend="{{probe}} {{via}}",
    ),
)

PROBER = (
    Signal(
        name="prober_works",
        title="Prober sends every probe",
        help="Whether the prober could send all of its probes: it has credentials, keys and addresses.",
        unit="bool",
        query="max by (<group>) (authz_up{<selector>})",
        legend="works",
    ),
    Signal(
        name="collectors",
        title="Collectors",
        help="Whether each part of the prober works: probes, credentials, keys.",
        unit="state",
        query="min by (<group>, instance, collector) (authz_collector_success{<selector>})",
        legend="{{collector}} {{instance}}",
    ),
    Signal(
        name="collector_duration",
        title="Run time by collector",
        help="How long each part of the prober's round takes.",
        unit="seconds",
        query="max by (<group>, collector) (authz_collector_duration_seconds{<selector>})",
        legend="{{collector}}",
    ),
    Signal(
        name="data_age",
        title="Age of the data by collector",
        help="Time since each part of the prober last succeeded.",
        unit="seconds",
        query="min by (<group>, collector) (time() - authz_last_success_timestamp_seconds{<selector>})",
        legend="{{collector}}",
    ),
    reload_signal("authz"),
    Signal(
        name="version",
        title="Prober version",
        help="Which version of the prober runs.",
        unit="state",
        query="count by (<group>, version, python_version) (authz_build_info{<selector>})",
        legend="{{version}} on Python {{python_version}}",
    ),
)
