"""Barong AuthZ: the call before every call, by which the gateway asks whether to let it in."""

from obs.catalog.barong_authz.alerts import ALERTS
from obs.catalog.barong_authz.logs import LOGS
from obs.catalog.barong_authz.metrics import SOURCES
from obs.catalog.barong_authz.objectives import INHIBITIONS, OBJECTIVES
from obs.catalog.barong_authz.rows import HEADLINE, ROWS
from obs.catalog.barong_authz.searches import BOARD
from obs.catalog.barong_authz.signals import SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="barong_authz",
    title="Barong AuthZ",
    summary=(
        "Whether people are let in: outcomes and latency of real calls at the gateway, and probes that verify the "
        "tokens."
    ),
    sources=SOURCES,
    options=(
        Option(
            name="workload",
            default="deploy/barong",
            help="What runs Barong, as kubectl takes it; commands of the runbook name it.",
        ),
        Option(
            name="stat_prefix",
            default="ingress_http",
            help="stat_prefix of the gateway's public connection manager.",
        ),
        Option(
            name="authz_cluster",
            default="ext_authz",
            help="Envoy cluster used only by ext_authz, with Barong's endpoints under a name of its own.",
        ),
        Option(
            name="latency_limit_ms",
            default=100,
            help="What counts as fast, in milliseconds; must be a bucket edge of Envoy's histogram.",
            minimum=1,
        ),
        Option(
            name="timeout_ms",
            default=1000,
            help="What the gateway waits for AuthZ, in milliseconds (ext_authz's timeout); a bucket edge of both histograms.",
            minimum=1,
        ),
        Option(
            name="token_lifetime",
            default=3600,
            help="Seconds Barong's tokens live (BARONG_JWT_EXPIRE_TIME).",
            minimum=1,
        ),
    ),
    signals=SIGNALS,
    alerts=ALERTS,
    objectives=OBJECTIVES,
    inhibitions=INHIBITIONS,
    rows=ROWS,
    headline=HEADLINE,
    requires=("envoy",),
    missing="critical",
    logs=LOGS,
    board=BOARD,
)
