"""PostgreSQL clusters, seen by obs_db_exporter: one service per cluster, one target per node."""

from obs.catalog import database_options
from obs.catalog.postgresql.alerts import ALERTS, INHIBITIONS, OBJECTIVES
from obs.catalog.postgresql.logs import LOGS
from obs.catalog.postgresql.metrics import SOURCE
from obs.catalog.postgresql.rows import ROWS
from obs.catalog.postgresql.searches import BOARD
from obs.catalog.postgresql.signals import HEADLINE, SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="postgresql",
    title="PostgreSQL",
    summary=(
        "Whether each database cluster takes writes, how far replicas truly are behind, what waits, and what runs full."
    ),
    sources=(SOURCE,),
    options=(
        Option(
            name="targets",
            default=(),
            help="Names by which obs_db_exporter knows the nodes, the primary first; the service's own name if empty.",
        ),
        Option(
            name="slot_retained_bytes",
            default=10 * 2**30,
            help="Log kept for one replication slot that makes a ticket; a fifth of the volume is a good choice.",
            minimum=1,
        ),
        Option(
            name="size_limit_bytes",
            default=80 * 2**30,
            help="Databases and logs on one node that make a ticket; four fifths of the volume is a good choice.",
            minimum=1,
        ),
        *database_options.OPTIONS,
    ),
    signals=SIGNALS,
    alerts=ALERTS,
    objectives=OBJECTIVES,
    inhibitions=INHIBITIONS,
    rows=ROWS,
    headline=HEADLINE,
    missing="critical",
    logs=LOGS,
    board=BOARD,
)
