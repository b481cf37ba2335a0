"""Kubernetes: the cluster the platform runs on, as far as the platform feels it."""

from obs.catalog.kubernetes.alerts import ALERTS
from obs.catalog.kubernetes.inhibitions import INHIBITIONS
from obs.catalog.kubernetes.logs import LOGS
from obs.catalog.kubernetes.metrics import CADVISOR, KUBELET, STATE
from obs.catalog.kubernetes.metrics_nodes import NODES
from obs.catalog.kubernetes.rows import HEADLINE, ROWS
from obs.catalog.kubernetes.searches import BOARD
from obs.catalog.kubernetes.signals import SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="kubernetes",
    title="Kubernetes",
    summary="Pods, their workloads and volumes, limits that are reached, and the nodes below: ready, spread over zones, not full.",
    sources=(STATE, KUBELET, CADVISOR, NODES),
    options=(
        Option(
            name="certificate_seconds_left",
            default=604800,
            help="Seconds of life a kubelet's certificate must have left; lower it where certificates live for a day.",
            minimum=0,
        ),
    ),
    signals=SIGNALS,
    alerts=ALERTS,
    inhibitions=INHIBITIONS,
    rows=ROWS,
    headline=HEADLINE,
    implied=True,
    logs=LOGS,
    board=BOARD,
)
