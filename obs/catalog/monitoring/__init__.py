"""Monitoring: Prometheus, Alertmanager and Grafana watching themselves and each other."""

from obs.catalog.monitoring.alerts import ALERTS, INHIBITIONS, OBJECTIVES
from obs.catalog.monitoring.metrics import ALERTMANAGER, GRAFANA, PROMETHEUS
from obs.catalog.monitoring.rows import HEADLINE, ROWS
from obs.catalog.monitoring.signals import SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="monitoring",
    title="Monitoring",
    summary="Whether the watchers are awake: targets, rules, storage, the way of an alert to a person, and Grafana.",
    sources=(PROMETHEUS, ALERTMANAGER, GRAFANA),
    options=(
        Option(
            name="series_limit",
            default=500000,
            help="Series each Prometheus may hold in memory; raise it together with its memory, 4 KiB a series.",
            minimum=1,
        ),
    ),
    signals=SIGNALS,
    alerts=ALERTS,
    objectives=OBJECTIVES,
    inhibitions=INHIBITIONS,
    rows=ROWS,
    headline=HEADLINE,
    implied=True,
    missing="critical",
)
