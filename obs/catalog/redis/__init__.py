"""Redis: sessions, permissions, caches and the jobs of Sidekiq."""

from obs.catalog.redis.alerts import ALERTS
from obs.catalog.redis.inhibitions import INHIBITIONS
from obs.catalog.redis.logs import LOGS
from obs.catalog.redis.metrics import SOURCE
from obs.catalog.redis.rows import HEADLINE, ROWS
from obs.catalog.redis.searches import BOARD
from obs.catalog.redis.signals import SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="redis",
    title="Redis",
    summary="Whether sessions, permissions and jobs are kept: primaries and replicas, evictions, saving, memory, clients.",
    sources=(SOURCE,),
    options=(
        Option(
            name="primaries",
            default=1,
            help="Instances that should take writes: one, or as many as there are shards in a Redis Cluster.",
            minimum=1,
        ),
        Option(
            name="replicas_minimum",
            default=1,
            help="Replicas that should be connected; 0 for a Redis that has none by design.",
            minimum=0,
        ),
        Option(
            name="hits_minimum",
            default=0.5,
            help="Share of lookups that should find their key.",
            minimum=0,
        ),
        Option(
            name="evictions_limit",
            default=0,
            help="Keys per second that may be evicted; above 0 only for a cache that nobody's session is in.",
            minimum=0,
        ),
        Option(
            name="slow_limit",
            default=0.2,
            help="Entries the slow log may get per second.",
            minimum=0,
        ),
        Option(
            name="jobs_limit",
            default=1000,
            help="Jobs that may wait in one queue of Sidekiq; measured where the exporter runs with --check-single-keys=db0=queue:NAME.",
            minimum=1,
        ),
        Option(
            name="unexpiring_limit",
            default=100000,
            help="Keys without expiry that somebody should look at.",
            minimum=1,
        ),
    ),
    signals=SIGNALS,
    alerts=ALERTS,
    inhibitions=INHIBITIONS,
    rows=ROWS,
    headline=HEADLINE,
    neighbours=(("barong_authz", "AuthZ"),),
    missing="critical",
    logs=LOGS,
    board=BOARD,
)
