"""The Envoy gateway: every call from outside passes it."""

from obs.catalog.envoy.access_log import ACCESS_LOG
from obs.catalog.envoy.alerts import ALERTS, OBJECTIVES
from obs.catalog.envoy.logs import LOGS
from obs.catalog.envoy.metrics import SOURCE
from obs.catalog.envoy.searches import BOARD
from obs.catalog.envoy.signals import HEADLINE, ROWS, SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="envoy",
    title="Envoy gateway",
    summary="Requests, errors and latency at the edge and per route target, websockets, and the limits that shed load.",
    sources=(SOURCE,),
    options=(
        Option(name="stat_prefix", default="ingress_http", help="stat_prefix of the public HTTP connection manager."),
        Option(
            name="authz_cluster",
            default="ext_authz",
            help="Cluster used only by ext_authz; left out of route targets.",
        ),
        Option(
            name="authz_error_weight",
            default=1,
            help=(
                "1 while the gateway answers AuthZ errors with 403 (Envoy's default); 0 once status_on_error is a "
                "5xx."
            ),
            minimum=0,
        ),
    ),
    signals=SIGNALS,
    alerts=ALERTS,
    objectives=OBJECTIVES,
    rows=ROWS,
    headline=HEADLINE,
    missing="critical",
    access_log=ACCESS_LOG,
    logs=LOGS,
    board=BOARD,
)
