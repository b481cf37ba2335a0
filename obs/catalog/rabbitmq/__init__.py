"""RabbitMQ: the broker between services that work for each other without waiting."""

from obs.catalog.rabbitmq.alerts import ALERTS
from obs.catalog.rabbitmq.inhibitions import INHIBITIONS
from obs.catalog.rabbitmq.logs import LOGS
from obs.catalog.rabbitmq.metrics import SOURCE
from obs.catalog.rabbitmq.rows import HEADLINE, ROWS
from obs.catalog.rabbitmq.searches import BOARD
from obs.catalog.rabbitmq.signals import SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="rabbitmq",
    title="RabbitMQ broker",
    summary=(
        "Nodes, alarms that block publishers, messages in and out, and the limits of memory, disk, descriptors and "
        "processes."
    ),
    sources=(SOURCE,),
    options=(
        Option(
            name="ready_limit",
            default=100000,
            help="Messages that may wait in all queues together before somebody should look.",
            minimum=1,
        ),
        Option(
            name="dropped_limit",
            default=20,
            help="Messages per second that may be dropped as unroutable; set it above what an ordinary day drops.",
            minimum=0,
        ),
        Option(
            name="connections_minimum",
            default=1,
            help="Client connections there must be: at least one per daemon that has to run.",
            minimum=0,
        ),
        Option(
            name="churn_limit",
            default=10,
            help=(
                "Connections per second that clients may open; raise it for clients that connect anew for "
                "each health check."
            ),
            minimum=0,
        ),
    ),
    signals=SIGNALS,
    alerts=ALERTS,
    inhibitions=INHIBITIONS,
    rows=ROWS,
    headline=HEADLINE,
    missing="critical",
    logs=LOGS,
    board=BOARD,
)
