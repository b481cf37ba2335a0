"""What makes a ticket on the database exporter itself; a database nobody can be asked about pages by its own name."""

from obs.catalog.exporter_state import reload_alert
from obs.model.alert import Alert

ALERTS = (
    reload_alert("DbExporter"),
    Alert(
        name="DbExporterScrapesRefused",
        signal="refused",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="The database exporter turns scrapes away.",
        description="{{ $labels.instance }} refuses {{ $value | humanize }} scrapes per second; databases go unseen.",
        why="Sixteen may be under way at once, and a healthy one takes 10 ms: one refused is many that hang.",
    ),
    Alert(
        name="DbExporterSeriesDropped",
        signal="dropped",
        is_=">",
        threshold=0,
        hold="15m",
        severity="warning",
        triage="full",
        summary="The database exporter leaves series out.",
        description="{{ $value | humanize }} series of {{ $labels.target }} are beyond the exporter's limit.",
        why="What is beyond the limit is watched by nobody.",
    ),
)
