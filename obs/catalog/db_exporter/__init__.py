"""obs_db_exporter itself: its own page, which is not that of any database it is asked about."""

from obs.catalog.db_exporter.alerts import ALERTS
from obs.catalog.db_exporter.metrics import SOURCE
from obs.catalog.db_exporter.rows import ROWS
from obs.catalog.db_exporter.signals import HEADLINE, SIGNALS
from obs.model.component import Component

COMPONENT = Component(
    name="db_exporter",
    title="Database exporter",
    summary="Whether the program that watches every database is there, up to date, and shows all of what it sees.",
    sources=(SOURCE,),
    signals=SIGNALS,
    alerts=ALERTS,
    rows=ROWS,
    headline=HEADLINE,
    implied=True,
    beside=("mysql", "postgresql"),
)
