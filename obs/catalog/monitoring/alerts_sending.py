"""What pages and what makes a ticket about alerts and samples that Prometheus sends away."""

from obs.model.alert import Alert

SENDING = (
    Alert(
        name="MonitoringNoAlertmanager",
        signal="alertmanagers_known",
        is_="<",
        threshold=1,
        hold="5m",
        severity="critical",
        triage="up",
        summary="Prometheus knows no Alertmanager.",
        description=(
            "{{ $labels.instance }} has found {{ $value | humanize }} Alertmanagers: none of its alerts reaches "
            "anybody."
        ),
        why="Without one Alertmanager every alert is lost; five minutes outlast a restart of all replicas.",
    ),
    Alert(
        name="MonitoringAlertsNotTaken",
        signal="delivery_errors",
        is_=">",
        threshold=0.01,
        hold="15m",
        severity="warning",
        triage="failing",
        summary="An Alertmanager does not take alerts.",
        description=(
            "{{ $labels.instance }} cannot give {{ $value | humanizePercentage }} of its alerts to {{ "
            "$labels.alertmanager }} (limit <threshold>)."
        ),
        why="One in a hundred is Prometheus' own mixin's number; the other replicas still take them.",
    ),
    Alert(
        name="MonitoringAlertsLost",
        signal="delivery_lost",
        is_=">",
        threshold=0.5,
        hold="5m",
        severity="critical",
        triage="failing",
        summary="No Alertmanager takes alerts.",
        description=(
            "Even the best Alertmanager does not take {{ $value | humanizePercentage }} of the alerts of {{ "
            "$labels.instance }} (limit <threshold>)."
        ),
        why=(
            "Prometheus sends every alert to every replica: when the best takes less than half, alerts are late or "
            "lost."
        ),
    ),
    Alert(
        name="MonitoringAlertsDropped",
        signal="alerts_dropped",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="Prometheus drops alerts.",
        description="{{ $labels.instance }} gave up {{ $value | humanize }} alerts within a quarter of an hour.",
        why=(
            "A firing alert is sent again, but the end of one may be lost for good; nothing is ever dropped on a "
            "healthy day."
        ),
    ),
    Alert(
        name="MonitoringRemoteWriteBehind",
        signal="remote_behind",
        is_=">",
        threshold=120,
        hold="15m",
        severity="warning",
        triage="slow",
        summary="Remote write is behind.",
        description=(
            "{{ $labels.remote_name }} is {{ $value | humanizeDuration }} behind {{ $labels.instance }} (limit "
            "<threshold>)."
        ),
        why=(
            "Two minutes are Prometheus' own mixin's number; after about two hours samples are gone from the write- "
            "ahead log."
        ),
    ),
    Alert(
        name="MonitoringRemoteWriteFailing",
        signal="remote_failed",
        is_=">",
        threshold=0.01,
        hold="15m",
        severity="warning",
        triage="failing",
        summary="The remote storage refuses samples.",
        description=(
            "{{ $labels.remote_name }} refuses {{ $value | humanizePercentage }} of the samples of {{ "
            "$labels.instance }} (limit <threshold>)."
        ),
        why="One in a hundred is Prometheus' own mixin's number; refused samples are not sent again.",
    ),
    Alert(
        name="MonitoringAlertQueueFilling",
        signal="queue_share",
        is_=">",
        threshold=0.8,
        hold="5m",
        severity="warning",
        triage="full",
        summary="The queue of alerts fills up.",
        description=(
            "The queue of {{ $labels.instance }} for {{ $labels.alertmanager }} is {{ $value | humanizePercentage }} "
            "full (limit <threshold>)."
        ),
        why="A healthy queue is empty; a fifth is left before the oldest alerts are dropped.",
    ),
)
