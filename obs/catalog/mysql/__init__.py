"""MySQL and MariaDB clusters, seen by obs_db_exporter: one service per cluster, one target per node."""

from obs.catalog import database_options
from obs.catalog.mysql.alerts import ALERTS, INHIBITIONS, OBJECTIVES
from obs.catalog.mysql.logs import LOGS
from obs.catalog.mysql.metrics import SOURCE
from obs.catalog.mysql.rows import ROWS
from obs.catalog.mysql.searches import BOARD
from obs.catalog.mysql.signals import HEADLINE, SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="mysql",
    title="MySQL",
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
