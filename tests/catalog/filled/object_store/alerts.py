"""What pages and what makes a ticket at the object store."""

from obs.model.alert import Alert

ALERTS = (
    Alert(
        name="ObjectStoreErrors",
        signal="error_ratio",
        is_=">",
        threshold=0.05,
        hold="5m",
        severity="critical",
        triage="failing",
        summary="The object store fails requests.",
        description="{{ $labels.job }} fails {{ $value | humanizePercentage }} of its calls (limit <threshold>).",
        why="One document upload in twenty: people cannot finish their registration.",
    ),
)
