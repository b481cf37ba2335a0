"""What Prometheus 3.16 and Alertmanager 0.34 say of themselves (read on running servers), and Grafana 13 of itself."""

from obs.model.metric import Metric, Source

_GROUP = ("rule_group",)
_PEER = ("alertmanager",)
_REMOTE = ("remote_name", "url")


def _gauge(name: str, help_: str, *labels: str, unit: str = "", sparse: bool = False) -> Metric:
    return Metric(name=name, type="gauge", help=help_, labels=labels, unit=unit, sparse=sparse)


def _counter(name: str, help_: str, *labels: str, unit: str = "", sparse: bool = False) -> Metric:
    return Metric(name=name, type="counter", help=help_, labels=labels, unit=unit, sparse=sparse)


_RULES = (
    _counter("prometheus_rule_evaluations_total", "Evaluations of rules.", *_GROUP),
    _counter("prometheus_rule_evaluation_failures_total", "Evaluations that failed.", *_GROUP),
    _counter("prometheus_rule_group_iterations_missed_total", "Group runs left out: the last was too slow.", *_GROUP),
    _gauge("prometheus_rule_group_last_duration_seconds", "Time of the last run.", *_GROUP, unit="seconds"),
    _gauge("prometheus_rule_group_interval_seconds", "Time between runs of a group.", *_GROUP, unit="seconds"),
)

_SCRAPES = (
    _counter("prometheus_target_scrapes_exceeded_sample_limit_total", "Scrapes refused for too many samples."),
    _counter("prometheus_target_scrapes_exceeded_body_size_limit_total", "Scrapes refused for too long an answer."),
    _counter("prometheus_target_scrape_pool_exceeded_target_limit_total", "Jobs refused for too many targets."),
    _counter("prometheus_target_scrape_pool_exceeded_label_limits_total", "Scrapes refused for labels over a limit."),
    _counter("prometheus_target_scrapes_sample_out_of_order_total", "Samples older than what is stored."),
    _counter("prometheus_target_scrapes_sample_duplicate_timestamp_total", "Samples that contradict a stored one."),
)

_STORAGE = (
    _counter("prometheus_tsdb_head_samples_appended_total", "Samples stored.", "type"),
    _gauge("prometheus_tsdb_head_series", "Series of the last hours, all in memory."),
    _counter("prometheus_tsdb_compactions_failed_total", "Compactions that failed."),
    _counter("prometheus_tsdb_head_truncations_failed_total", "Truncations of the head that failed."),
    _counter("prometheus_tsdb_reloads_failures_total", "Reloads of blocks that failed."),
    _counter("prometheus_tsdb_wal_corruptions_total", "Damaged records found in the write-ahead log."),
    _counter("prometheus_tsdb_wal_writes_failed_total", "Writes to the write-ahead log that failed."),
    _counter("prometheus_tsdb_wal_truncations_failed_total", "Truncations of the write-ahead log that failed."),
    _gauge("prometheus_tsdb_storage_blocks_bytes", "Bytes of all blocks.", unit="bytes"),
    _gauge("prometheus_tsdb_retention_limit_bytes", "Size at which old blocks go; 0 without one.", unit="bytes"),
    _gauge("prometheus_tsdb_lowest_timestamp_seconds", "Time of the oldest sample.", unit="timestamp_seconds"),
)

_SENDING = (
    _counter("prometheus_notifications_sent_total", "Alerts sent.", *_PEER),
    _counter("prometheus_notifications_errors_total", "Alerts that an Alertmanager did not take.", *_PEER),
    _counter("prometheus_notifications_dropped_total", "Alerts given up.", *_PEER),
    _gauge("prometheus_notifications_queue_length", "Alerts that wait to be sent.", *_PEER),
    _gauge("prometheus_notifications_queue_capacity", "Alerts that may wait."),
    _gauge("prometheus_notifications_alertmanagers_discovered", "Alertmanagers Prometheus knows of."),
    _gauge(
        "prometheus_remote_storage_queue_highest_timestamp_seconds",
        "Time of the newest sample that is to be sent away.",
        *_REMOTE,
        unit="timestamp_seconds",
        sparse=True,
    ),
    _gauge(
        "prometheus_remote_storage_queue_highest_sent_timestamp_seconds",
        "Time of the newest sample sent away.",
        *_REMOTE,
        unit="timestamp_seconds",
        sparse=True,
    ),
    _counter("prometheus_remote_storage_samples_total", "Samples sent away.", *_REMOTE, sparse=True),
    _counter("prometheus_remote_storage_samples_failed_total", "Samples refused for good.", *_REMOTE, sparse=True),
)

_SERVER = (
    _gauge("prometheus_config_last_reload_successful", "1 when the configuration in use is the one on disk."),
    _gauge(
        "prometheus_config_last_reload_success_timestamp_seconds",
        "When the configuration was last read.",
        unit="timestamp_seconds",
    ),
    Metric(
        name="prometheus_engine_query_duration_histogram_seconds",
        type="histogram",
        labels=("slice",),
        unit="seconds",
        help="Time of queries by the part of their work.",
    ),
    _gauge("process_start_time_seconds", "When the process started.", unit="timestamp_seconds"),
    _gauge("process_resident_memory_bytes", "Memory of the process.", unit="bytes"),
)

PROMETHEUS = Source(name="prometheus", port="http", metrics=(*_RULES, *_SCRAPES, *_STORAGE, *_SENDING, *_SERVER))

ALERTMANAGER = Source(
    name="alertmanager",
    port="http",
    metrics=(
        _gauge("alertmanager_cluster_members", "Replicas this one is in touch with, itself included."),
        _gauge("alertmanager_config_hash", "Fingerprint of the configuration in use."),
        _gauge("alertmanager_config_last_reload_successful", "1 when the configuration in use is the one on disk."),
        _gauge("alertmanager_alerts", "Alerts by state.", "state"),
        _counter("alertmanager_alerts_received_total", "Alerts received.", "status", "version"),
        _counter("alertmanager_notifications_total", "Notifications tried.", "integration"),
        _counter("alertmanager_notifications_failed_total", "Notifications given up.", "integration", "reason"),
    ),
)

GRAFANA = Source(
    name="grafana",
    port="http",
    metrics=(
        Metric(
            name="grafana_http_request_duration_seconds",
            type="histogram",
            labels=("handler", "method", "status_code"),
            unit="seconds",
            help="Time of Grafana's answers.",
        ),
        _counter(
            "grafana_datasource_request_total", "Queries to data sources.", "datasource", "code", "method", sparse=True
        ),
        _gauge("grafana_stat_totals_dashboard", "Dashboards Grafana holds."),
    ),
)
