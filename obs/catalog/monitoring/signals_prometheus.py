"""What is worth knowing of Prometheus itself."""

from obs.model.signal import Signal

_ONE = "<group>, instance"
_REFUSALS = (
    "prometheus_target_scrapes_exceeded_sample_limit_total",
    "prometheus_target_scrapes_exceeded_body_size_limit_total",
    "prometheus_target_scrape_pool_exceeded_target_limit_total",
    "prometheus_target_scrape_pool_exceeded_label_limits_total",
)
_REJECTIONS = (
    "prometheus_target_scrapes_sample_out_of_order_total",
    "prometheus_target_scrapes_sample_duplicate_timestamp_total",
)
_DAMAGES = (
    "prometheus_tsdb_compactions_failed_total",
    "prometheus_tsdb_head_truncations_failed_total",
    "prometheus_tsdb_reloads_failures_total",
    "prometheus_tsdb_wal_corruptions_total",
    "prometheus_tsdb_wal_writes_failed_total",
    "prometheus_tsdb_wal_truncations_failed_total",
)
_REMOTE = "<group>, instance, remote_name"


def _sum(counters: tuple[str, ...], function: str, window: str) -> str:
    return "\n+ ".join(f"sum by ({_ONE}) ({function}({name}{{<selector>}}[{window}]))" for name in counters)


def _delivery(by: str) -> str:
    errors, sent = (f"prometheus_notifications_{what}_total{{<selector>}}[<window>]" for what in ("errors", "sent"))
    return f"sum by ({by}) (rate({errors}))\n/ (sum by ({by}) (rate({sent})) > 0)"


UP = (
    Signal(
        name="watchdog",
        title="Watchdog",
        help="Always 1 while rules are evaluated. The alert on it always fires; its absence at the far end is the alarm.",
        unit="state",
        query="vector(1)",
        legend="watchdog",
    ),
    Signal(
        name="targets_answering",
        title="Share of targets that answer",
        help="Share of all targets of the platform whose last scrape succeeded.",
        unit="ratio",
        query="avg by (cluster) (up{<jobs>})",
        legend="answer",
    ),
    Signal(
        name="targets_down",
        title="Targets that do not answer",
        help="Every target of the platform whose last scrape failed. Nothing is known of it from then on.",
        unit="bool",
        query="1 - min by (cluster, job, instance, node) (up{<jobs>}) > 0",
        legend="{{job}} {{instance}}",
        empty="every target answers",
    ),
    Signal(
        name="alerts_firing",
        title="Alerts that fire",
        help="Every alert that fires now, with where it fires; the Watchdog is left out.",
        unit="count",
        query=(
            "count by (cluster, namespace, job, instance, component, severity, alertname) (\n"
            "  label_replace(\n    label_replace(\n      label_replace(\n        label_replace(\n"
            '          ALERTS{alertstate="firing", alertname!="Watchdog"},\n'
            '          "cluster", "none", "cluster", ""\n        ),\n'
            '        "namespace", "none", "namespace", ""\n      ),\n'
            '      "job", "none", "job", ""\n    ),\n'
            '    "instance", "all", "instance", ""\n  )\n)'
        ),
        legend="{{severity}} {{alertname}} {{component}} {{namespace}} {{job}} {{instance}}",
        empty="nothing fires",
        record="instance:alerts_firing:count",
    ),
    Signal(
        name="ingested",
        title="Samples stored",
        help="Samples Prometheus stores per second.",
        unit="per_second",
        query=f"sum by ({_ONE}) (rate(prometheus_tsdb_head_samples_appended_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="alertmanagers_known",
        title="Alertmanagers known",
        help="Alertmanagers each Prometheus has found. With none it tells nobody anything.",
        unit="count",
        query=f"min by ({_ONE}) (prometheus_notifications_alertmanagers_discovered{{<selector>}})",
    ),
)

FAILING = (
    Signal(
        name="rules_failed",
        title="Rule evaluations that failed",
        help="Rules that could not be evaluated within five minutes, by group. An alert among them is blind.",
        unit="count",
        query=(f"sum by ({_ONE}, rule_group) (increase(prometheus_rule_evaluation_failures_total{{<selector>}}[5m]))"),
        legend="{{instance}} {{rule_group}}",
    ),
    Signal(
        name="reload_ok",
        title="Prometheus configuration in use",
        help="Whether Prometheus runs with the configuration on disk; if not, it goes on with the one before.",
        unit="state",
        query=f"min by ({_ONE}) (prometheus_config_last_reload_successful{{<selector>}})",
    ),
    Signal(
        name="scrapes_refused",
        title="Scrapes refused over a limit",
        help="Scrapes and targets Prometheus refused within a quarter of an hour: too many samples, bytes, labels, targets.",
        unit="count",
        query=_sum(_REFUSALS, "increase", "15m"),
    ),
    Signal(
        name="samples_rejected",
        title="Samples rejected",
        help="Samples that come late or contradict one already stored: two targets expose the same series.",
        unit="per_second",
        query=_sum(_REJECTIONS, "rate", "<window>"),
    ),
    Signal(
        name="storage_failures",
        title="Storage failures in an hour",
        help="Compactions, truncations, reloads and writes that failed, and damaged records found, within an hour.",
        unit="count",
        query=_sum(_DAMAGES, "increase", "1h"),
    ),
    Signal(
        name="delivery_errors",
        title="Alerts an Alertmanager did not take",
        help="Share of the alerts sent to each Alertmanager that it did not take.",
        unit="ratio",
        query=_delivery("<group>, instance, alertmanager"),
        legend="{{instance}} to {{alertmanager}}",
    ),
    Signal(
        name="delivery_lost",
        title="Alerts no Alertmanager took",
        help="The same share for the Alertmanager that took the most: what it did not take, nobody has.",
        unit="ratio",
        query=f"min by ({_ONE}) (\n" + _delivery("<group>, instance, alertmanager") + "\n)",
    ),
    Signal(
        name="alerts_dropped",
        title="Alerts dropped",
        help="Alerts Prometheus gave up sending within a quarter of an hour.",
        unit="count",
        query=f"sum by ({_ONE}) (increase(prometheus_notifications_dropped_total{{<selector>}}[15m]))",
    ),
)

SLOW = (
    Signal(
        name="rules_duration",
        title="Rule groups, share of their interval",
        help="Time of a rule group's last run as a share of its interval. Above 100 % runs are left out.",
        unit="ratio",
        query=(
            f"max by ({_ONE}, rule_group) (prometheus_rule_group_last_duration_seconds{{<selector>}})\n"
            f"/ (max by ({_ONE}, rule_group) (prometheus_rule_group_interval_seconds{{<selector>}}) > 0)"
        ),
        legend="{{instance}} {{rule_group}}",
    ),
    Signal(
        name="rules_missed",
        title="Rule runs left out",
        help="Runs of rule groups left out within a quarter of an hour because the one before was not done.",
        unit="count",
        query=(
            f"sum by ({_ONE}, rule_group) (increase(prometheus_rule_group_iterations_missed_total{{<selector>}}[15m]))"
        ),
        legend="{{instance}} {{rule_group}}",
    ),
    Signal(
        name="query_latency",
        title="Query time, 99th percentile",
        help="How long the slowest one in a hundred queries takes to evaluate, rules and dashboards together.",
        unit="seconds",
        query=(
            f"histogram_quantile(\n  0.99,\n  sum by ({_ONE}, le) (\n"
            '    rate(prometheus_engine_query_duration_histogram_seconds_bucket{<selector>, slice="inner_eval"}[<window>])\n'
            "  )\n)"
        ),
    ),
    Signal(
        name="remote_behind",
        title="Remote write, time behind",
        help="How old the newest sample is that the remote storage has, measured from the newest there is to send.",
        unit="seconds",
        query=(
            f"max by ({_REMOTE}) (prometheus_remote_storage_queue_highest_timestamp_seconds{{<selector>}})\n"
            f"- max by ({_REMOTE}) (prometheus_remote_storage_queue_highest_sent_timestamp_seconds{{<selector>}})"
        ),
        legend="{{instance}} to {{remote_name}}",
        empty="Prometheus writes to no remote storage",
    ),
    Signal(
        name="remote_failed",
        title="Remote write, samples refused",
        help="Share of samples the remote storage refused for good.",
        unit="ratio",
        query=(
            f"sum by ({_REMOTE}) (rate(prometheus_remote_storage_samples_failed_total{{<selector>}}[<window>]))\n"
            f"/ (sum by ({_REMOTE}) (rate(prometheus_remote_storage_samples_total{{<selector>}}[<window>])) > 0)"
        ),
        legend="{{instance}} to {{remote_name}}",
        empty="Prometheus writes to no remote storage",
    ),
)

FULL = (
    Signal(
        name="storage_share",
        title="Blocks against the retention size",
        help="Bytes of blocks as a share of the size at which the oldest go. At 100 % history is shorter than planned.",
        unit="ratio",
        query=(
            f"max by ({_ONE}) (prometheus_tsdb_storage_blocks_bytes{{<selector>}})\n"
            f"/ (max by ({_ONE}) (prometheus_tsdb_retention_limit_bytes{{<selector>}}) > 0)"
        ),
        empty="Prometheus has no retention size",
    ),
    Signal(
        name="history",
        title="History kept",
        help="Age of the oldest sample.",
        unit="seconds",
        query=f"time() - min by ({_ONE}) (prometheus_tsdb_lowest_timestamp_seconds{{<selector>}})",
    ),
    Signal(
        name="head_series",
        title="Series in memory",
        help="Series of the last hours. Memory grows with them, and a label with unbounded values makes them explode.",
        unit="count",
        query=f"max by ({_ONE}) (prometheus_tsdb_head_series{{<selector>}})",
    ),
    Signal(
        name="queue_share",
        title="Alert queue, share used",
        help="Alerts that wait to be sent as a share of what may wait; beyond it the oldest are dropped.",
        unit="ratio",
        query=(
            f"max by ({_ONE}, alertmanager) (prometheus_notifications_queue_length{{<selector>}})\n"
            f"/ on ({_ONE}) group_left ()\n"
            f"(max by ({_ONE}) (prometheus_notifications_queue_capacity{{<selector>}}) > 0)"
        ),
        legend="{{instance}} to {{alertmanager}}",
    ),
    Signal(
        name="memory",
        title="Prometheus memory",
        help="Resident memory of each Prometheus.",
        unit="bytes",
        query=f"max by ({_ONE}) (process_resident_memory_bytes{{<selector>}})",
    ),
)

CHANGED = (
    Signal(
        name="uptime",
        title="Prometheus, time since start",
        help="Time since each Prometheus was started. Restarts are told by the Kubernetes alerts.",
        unit="seconds",
        query=f"time() - max by ({_ONE}) (process_start_time_seconds{{<selector>}})",
    ),
    Signal(
        name="config_age",
        title="Prometheus, age of the configuration",
        help="Time since the configuration was last read with success.",
        unit="seconds",
        query=f"time() - max by ({_ONE}) (prometheus_config_last_reload_success_timestamp_seconds{{<selector>}})",
    ),
)
