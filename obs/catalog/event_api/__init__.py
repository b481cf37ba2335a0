"""The event bus: Peatio's and Barong's queues and exchanges on RabbitMQ, against the topology they should have."""

from obs.catalog.event_api.alerts import ALERTS
from obs.catalog.event_api.metrics import SOURCE
from obs.catalog.event_api.objectives import INHIBITIONS, OBJECTIVES
from obs.catalog.event_api.options import OPTIONS
from obs.catalog.event_api.rows import HEADLINE, ROWS
from obs.catalog.event_api.searches import BOARD
from obs.catalog.event_api.signals import SIGNALS
from obs.model.component import Component

COMPONENT = Component(
    name="event_api",
    title="Event API",
    summary=(
        "Who consumes the exchange's queues, how old their messages are against an event's 60 s, and what gets lost."
    ),
    sources=(SOURCE,),
    options=OPTIONS,
    signals=SIGNALS,
    alerts=ALERTS,
    objectives=OBJECTIVES,
    inhibitions=INHIBITIONS,
    rows=ROWS,
    headline=HEADLINE,
    missing="critical",
    board=BOARD,
)
