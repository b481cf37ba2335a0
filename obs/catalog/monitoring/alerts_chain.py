"""What pages and what makes a ticket behind Prometheus: Alertmanager and Grafana."""

from obs.model.alert import Alert

CHAIN = (
    Alert(
        name="MonitoringAlertmanagerApart",
        signal="cluster_share",
        is_="<",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="up",
        summary="Alertmanagers are not all in touch.",
        description="{{ $labels.instance }} is in touch with {{ $value | humanizePercentage }} of the Alertmanagers.",
        why=(
            "Replicas find each other within a minute; apart each of them notifies, and silences hold on one side only."
        ),
    ),
    Alert(
        name="MonitoringNotificationsFailing",
        signal="notifications_failed",
        is_=">",
        threshold=0.05,
        hold="10m",
        severity="critical",
        triage="failing",
        summary="Notifications fail.",
        description=(
            "{{ $value | humanizePercentage }} of the notifications through {{ $labels.integration }} are given up "
            "(limit <threshold>)."
        ),
        why="Each is tried for minutes before it is given up: one in twenty is no hiccup, and somebody is not told.",
    ),
    Alert(
        name="MonitoringAlertmanagerReloadFailed",
        signal="alertmanager_reload_ok",
        is_="<",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Alertmanager could not read its configuration.",
        description=(
            "{{ $labels.instance }} runs with an old configuration, the newer one is bad; after a "
            "restart it will not start."
        ),
        why=(
            "Files of a ConfigMap arrive within two minutes of each other; ten minutes mean that what is on disk is "
            "wrong."
        ),
    ),
    Alert(
        name="MonitoringAlertmanagersDiffer",
        signal="configurations",
        is_=">=",
        threshold=2,
        hold="15m",
        severity="warning",
        triage="failing",
        summary="Alertmanagers run with different configurations.",
        description=(
            "The Alertmanagers of {{ $labels.namespace }} run with {{ $value | humanize }} configurations, so who "
            "hears of an alert is a matter of luck."
        ),
        why="A rollout replaces one replica at a time and is through within a quarter of an hour.",
    ),
    Alert(
        name="MonitoringGrafanaErrors",
        signal="grafana_errors",
        is_=">",
        threshold=0.05,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Grafana answers with errors.",
        description=(
            "Grafana answers {{ $value | humanizePercentage }} of its requests with an error (limit <threshold>)."
        ),
        why="People look at dashboards when something is wrong; one broken answer in twenty leaves gaps on every one.",
    ),
    Alert(
        name="MonitoringGrafanaQueriesFail",
        signal="grafana_queries_failed",
        is_=">",
        threshold=0.1,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Dashboards cannot be filled.",
        description=(
            "{{ $value | humanizePercentage }} of Grafana's queries to {{ $labels.datasource }} fail (limit "
            "<threshold>)."
        ),
        why="A panel in ten without data; single failures are queries people type.",
    ),
)
