"""What fluent-plugin-prometheus 2.2 exposes of Fluentd 1.18 and 1.19, read off a running one, and what else is read.

Three gauges of the tail monitor only ever grow until the process, or the file, begins anew. They are declared as the
counters they are, so that rate() reads them right. All but the position count for the whole plugin and are repeated on
every path. Where several workers share a node, one page tells of all, each with its worker_id.
"""

from obs.model.metric import Metric, Source

_PLUGIN = ("plugin_id", "type")
_FILE = (*_PLUGIN, "path")

OUTPUTS = (
    Metric(
        name="fluentd_output_status_emit_records",
        type="counter",
        labels=_PLUGIN,
        help="Records handed to an output: for a buffered one, put into its buffer.",
    ),
    Metric(
        name="fluentd_output_status_write_count",
        type="counter",
        labels=(*_PLUGIN, "worker_id"),
        help="Chunks written, those given up to <secondary> among them.",
    ),
    Metric(
        name="fluentd_output_status_num_errors",
        type="counter",
        labels=_PLUGIN,
        help="Attempts to write a chunk, or to take a record, that failed. `retry_count` tells the same.",
    ),
    Metric(
        name="fluentd_output_status_flush_time_count",
        type="counter",
        labels=_PLUGIN,
        help="Milliseconds spent on chunks that were written.",
    ),
    Metric(
        name="fluentd_output_status_slow_flush_count",
        type="counter",
        labels=_PLUGIN,
        help="Chunks that took longer than slow_flush_log_threshold: 25 s here.",
    ),
    Metric(
        name="fluentd_output_status_retry_wait",
        type="gauge",
        labels=_PLUGIN,
        help="Seconds from the first failure of a series to its next attempt; 0 while chunks are written.",
    ),
)

BUFFERS = (
    Metric(
        name="fluentd_output_status_buffer_available_space_ratio",
        type="gauge",
        labels=_PLUGIN,
        help="Free share of total_limit_size, in per cent whatever the name says.",
    ),
    Metric(
        name="fluentd_output_status_buffer_total_bytes",
        type="gauge",
        labels=_PLUGIN,
        unit="bytes",
        help="Bytes in the buffer: being filled, and waiting to be written.",
    ),
    Metric(
        name="fluentd_output_status_buffer_queue_length",
        type="gauge",
        labels=_PLUGIN,
        help="Chunks that wait to be written.",
    ),
)

FILES = (
    Metric(
        name="fluentd_tail_file_position",
        type="counter",
        labels=_FILE,
        help="Bytes read of a file; a rotated file begins at 0. Files that are gone stay until Fluentd restarts.",
    ),
    Metric(
        name="fluentd_tail_file_throttled",
        type="counter",
        labels=_FILE,
        help="Times a file was left to wait: its group's limit, or read_bytes_limit_per_second, was reached.",
    ),
    Metric(
        name="fluentd_tail_file_rotated",
        type="counter",
        labels=_FILE,
        help="Rotations seen.",
    ),
)

STATE = (
    Metric(
        name="kube_node_status_condition",
        type="gauge",
        labels=("node", "condition", "status"),
        help="1 for the status of each condition of the node.",
    ),
)

KUBELET = (
    Metric(
        name="kubelet_container_log_filesystem_used_bytes",
        type="gauge",
        labels=("namespace", "pod", "container"),
        unit="bytes",
        help="Bytes of a container's log files on the node, rotated ones included.",
    ),
)

CADVISOR = (
    Metric(
        name="container_cpu_usage_seconds_total",
        type="counter",
        labels=("namespace", "pod", "container"),
        unit="seconds",
        help="CPU time used.",
    ),
)

SOURCES = (
    Source(name="fluentd", metrics=(*OUTPUTS, *BUFFERS, *FILES), only_read=True),
    Source(name="kube-state-metrics", metrics=STATE, component="kubernetes", port="http"),
    Source(name="kubelet", metrics=KUBELET, component="kubernetes", kind="kubelet", scheme="https", port="10250"),
    Source(
        name="cadvisor",
        metrics=CADVISOR,
        component="kubernetes",
        kind="kubelet",
        scheme="https",
        port="10250",
        path="/metrics/cadvisor",
    ),
)
