"""What is worth knowing of Alertmanager and Grafana; every signal of the monitoring."""

from obs.catalog.monitoring import signals_prometheus as prometheus
from obs.model.signal import Signal

_AM = "<group:alertmanager>"
_GRAFANA = "<group:grafana>"
_ANSWERS = f"sum by ({_GRAFANA}) (rate(grafana_http_request_duration_seconds_count{{<selector:grafana>}}[<window>]))"
_QUERIES = f"sum by ({_GRAFANA}, datasource) (rate(grafana_datasource_request_total{{<selector:grafana>}}[<window>]))"

ALERTMANAGER = (
    Signal(
        name="cluster_share",
        title="Alertmanagers in touch",
        help="Replicas each Alertmanager is in touch with, as a share of those there are. Apart they notify twice.",
        unit="ratio",
        query=(
            f"max by ({_AM}, instance) (alertmanager_cluster_members{{<selector:alertmanager>}})\n"
            f"/ on ({_AM}) group_left ()\n"
            f"count by ({_AM}) (up{{<selector:alertmanager>}})"
        ),
    ),
    Signal(
        name="notifications_failed",
        title="Notifications that failed",
        help="Share of notifications given up, by the kind of receiver.",
        unit="ratio",
        query=(
            f"sum by ({_AM}, integration) (rate(alertmanager_notifications_failed_total{{<selector:alertmanager>}}[<window>]))\n"
            f"/ (sum by ({_AM}, integration) "
            "(rate(alertmanager_notifications_total{<selector:alertmanager>}[<window>])) > 0)"
        ),
        legend="{{integration}}",
        empty="no notification was due",
        window="15m",
    ),
    Signal(
        name="alertmanager_reload_ok",
        title="Alertmanager configuration in use",
        help="Whether each Alertmanager runs with the configuration on disk; if not, it goes on with the one before.",
        unit="state",
        query=f"min by ({_AM}, instance) (alertmanager_config_last_reload_successful{{<selector:alertmanager>}})",
    ),
    Signal(
        name="configurations",
        title="Alertmanager configurations in use",
        help="How many different configurations the replicas run with. More than one route alerts differently.",
        unit="count",
        query=(
            f"count by ({_AM}) (\n"
            f'  count_values by ({_AM}) ("hash", alertmanager_config_hash{{<selector:alertmanager>}})\n)'
        ),
        legend="configurations",
    ),
    Signal(
        name="notifications",
        title="Notifications by receiver",
        help="Notifications sent within an hour, by the kind of receiver.",
        unit="count",
        query=(
            f"sum by ({_AM}, integration) (increase(alertmanager_notifications_total{{<selector:alertmanager>}}[1h]))"
        ),
        legend="{{integration}}",
    ),
    Signal(
        name="alerts_held",
        title="Alerts by state",
        help="Alerts an Alertmanager holds: those that notify, and those silenced or inhibited.",
        unit="count",
        query=f"max by ({_AM}, state) (alertmanager_alerts{{<selector:alertmanager>}})",
        legend="{{state}}",
    ),
    Signal(
        name="alerts_received",
        title="Alerts received",
        help="Alerts all Alertmanagers receive per second. None at all means that Prometheus does not reach them.",
        unit="per_second",
        query=(
            f"sum by ({_AM}, status) (rate(alertmanager_alerts_received_total{{<selector:alertmanager>}}[<window>]))"
        ),
        legend="{{status}}",
    ),
)

GRAFANA = (
    Signal(
        name="grafana_errors",
        title="Grafana answers with an error",
        help="Share of Grafana's answers that are 5xx.",
        unit="ratio",
        query=(
            "(\n"
            f"  sum by ({_GRAFANA}) (\n"
            '    rate(grafana_http_request_duration_seconds_count{<selector:grafana>, status_code=~"5.."}[<window>])\n'
            "  )\n"
            f"  or 0 * {_ANSWERS}\n"
            f") / ({_ANSWERS} > 0)"
        ),
        legend="errors",
    ),
    Signal(
        name="grafana_queries_failed",
        title="Grafana queries that failed",
        help="Share of Grafana's queries to a data source that did not succeed.",
        unit="ratio",
        query=(
            "(\n"
            f"  sum by ({_GRAFANA}, datasource) (\n"
            '    rate(grafana_datasource_request_total{<selector:grafana>, code!~"2.."}[<window>])\n'
            "  )\n"
            f"  or 0 * {_QUERIES}\n"
            f") / ({_QUERIES} > 0)"
        ),
        legend="{{datasource}}",
        empty="nobody looks at a dashboard",
    ),
    Signal(
        name="grafana_requests",
        title="Grafana requests",
        help="Requests Grafana answers per second.",
        unit="requests_per_second",
        query=_ANSWERS,
        legend="requests",
    ),
    Signal(
        name="dashboards",
        title="Dashboards in Grafana",
        help="Dashboards Grafana holds. A fall means that a provisioning file is gone or broken.",
        unit="count",
        query=f"max by ({_GRAFANA}) (grafana_stat_totals_dashboard{{<selector:grafana>}})",
        legend="dashboards",
    ),
)

SIGNALS = (
    *prometheus.UP,
    *prometheus.FAILING,
    *prometheus.SLOW,
    *prometheus.FULL,
    *prometheus.CHANGED,
    *ALERTMANAGER,
    *GRAFANA,
)
