"""Alerts on what makes the rest believable, shared by every engine, and the objective on connecting."""

from obs.catalog.database_signals import ANSWERS, NODE
from obs.model.alert import Alert, Objective


def alerts(prefix: str) -> tuple[Alert, ...]:
    """Alerts on certificates and on the exporter's own eyesight under the names of one engine."""
    return (
        *_certificate(prefix),
        Alert(
            name=f"{prefix}PrivilegeMissing",
            signal="privileges",
            is_="<",
            threshold=1,
            hold="10m",
            severity="warning",
            triage="changed",
            summary="The exporter's account lacks a privilege.",
            description=(
                "The exporter lacks {{ $labels.privilege }} on {{ $labels.instance }}; what needs it is empty or wrong."
            ),
            why="Without pg_monitor PostgreSQL 15 returns rows with NULL in them instead of an error (measured).",
        ),
        Alert(
            name=f"{prefix}CollectorFailing",
            signal="collectors",
            is_="<",
            threshold=1,
            hold="10m",
            severity="warning",
            triage="changed",
            summary="The exporter cannot read a part of the database's state.",
            description=(
                "Collector {{ $labels.collector }} fails on {{ $labels.instance }}; its panels and alerts are blind."
            ),
            why="Ten minutes are twenty scrapes in a row: no passing lock or timeout.",
            guard=ANSWERS,
            guard_on=NODE,
        ),
        Alert(
            name=f"{prefix}CollectorStale",
            signal="collector_age",
            is_=">",
            threshold=900,
            hold="5m",
            severity="warning",
            triage="changed",
            summary="A part of the database's state is out of date.",
            description=(
                "Collector {{ $labels.collector }} last succeeded on {{ $labels.instance }} {{ $value | "
                "humanizeDuration }} ago."
            ),
            why="The slowest collector runs every five minutes: after fifteen it has missed three runs.",
            guard=ANSWERS,
            guard_on=NODE,
        ),
    )


def _certificate(prefix: str) -> tuple[Alert, ...]:
    return (
        Alert(
            name=f"{prefix}CertificateExpiring",
            signal="certificate_left",
            is_="<",
            threshold=21 * 86400,
            hold="10m",
            severity="warning",
            triage="changed",
            summary="The server's certificate expires within three weeks.",
            description="The certificate of {{ $labels.instance }} is valid for {{ $value | humanizeDuration }} more.",
            why="Three weeks leave time for a change window; cert-manager renews a 90-day certificate at 30 days.",
        ),
        Alert(
            name=f"{prefix}CertificateExpiresSoon",
            signal="certificate_left",
            is_="<",
            threshold=7 * 86400,
            hold="10m",
            severity="critical",
            triage="changed",
            summary="The server's certificate expires within a week.",
            description="The certificate of {{ $labels.instance }} is valid for {{ $value | humanizeDuration }} more.",
            why=(
                "Once it has expired every client that verifies it is refused at the same moment: the whole platform "
                "stops."
            ),
        ),
    )


def objective(prefix: str, engine: str) -> Objective:
    """New connections succeed; counted in the exporter's own attempts."""
    return Objective(
        name="connect",
        title=f"{engine} connections accepted",
        help=f"Share of the exporter's attempts to open a new connection that {engine} accepted.",
        errors=f"sum by ({NODE}) (rate(db_connect_failures_total{{<selector>}}[<window>]))",
        total=f"sum by ({NODE}) (rate(db_connect_attempts_total{{<selector>}}[<window>]))",
        alert=f"{prefix}ConnectBudgetBurn",
        summary=f"{engine} refuses more connections than its objective allows.",
        why="99.9 % over 30 days leaves 43 minutes in which nobody new gets in.",
        minimum_events=50,
    )
