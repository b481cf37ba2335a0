"""What is worth knowing of the log pipeline, in triage order: every line is read, and arrives."""

from obs.catalog.fluentd.limits import CHANGES, LIMITS
from obs.catalog.fluentd.queries import DEAD, LINES, ONWARDS, OUTPUT, PIPE
from obs.model.signal import Signal

_READY = (
    "max by (cluster, node) "
    '(kube_node_status_condition{<selector:kube-state-metrics>, condition="Ready", status="true", '
    'node!~"<option:nodes_without>"})'
)
_ERRORS = f"sum by ({OUTPUT}) (rate(fluentd_output_status_num_errors{{<selector>}}[<window>]))"
_WRITES = f"sum by ({OUTPUT}) (rate(fluentd_output_status_write_count{{<selector>}}[<window>]))"
_NODE = "cluster, node"

UP = (
    Signal(
        name="nodes",
        title="Nodes whose logs are read",
        help="Nodes with a Fluentd that answers the scrape and follows at least one file.",
        unit="count",
        query="count by (<group>) (group by (<group>, node) (fluentd_tail_file_position{<selector>}))",
        legend="nodes",
    ),
    Signal(
        name="missing_nodes",
        title="Nodes whose logs nobody reads",
        help="Nodes that are ready and have no Fluentd that follows files: what is written there is lost for good once the kubelet removes it.",
        unit="bool",
        query=f"{_READY}\nunless on ({_NODE}) group by ({_NODE}) (fluentd_tail_file_position{{<selector>}})",
        legend="{{node}}",
        empty="every ready node has its Fluentd",
    ),
)

FAILING = (
    Signal(
        name="lines",
        title="Lines by output",
        help="Records handed to each output: what is sent on, and dead letters. Ours alone, not what Elasticsearch took.",
        unit="messages_per_second",
        query=f"sum by (<group>, plugin_id) ({LINES.replace('<plugins>', f'{ONWARDS}|{DEAD}')})",
        legend="{{plugin_id}}",
    ),
    Signal(
        name="lines_of_node",
        title="Lines sent on by node",
        help="Records each node's Fluentd hands on. One that falls to zero while its pods write has stalled.",
        unit="messages_per_second",
        query=f"sum by (<group>, node) ({LINES.replace('<plugins>', ONWARDS)})",
        legend="{{node}}",
        window="10m",
    ),
    Signal(
        name="dead_letters",
        title="Dead letters",
        help="Records no plugin could handle: refused by Elasticsearch (400), without an id, or an error in a filter. They are kept in a file of the node and shown in Kibana.",
        unit="messages_per_second",
        query=f'sum by ({PIPE}) (rate(fluentd_output_status_emit_records{{<selector>, plugin_id="{DEAD}"}}[<window>]))',
        window="15m",
    ),
    Signal(
        name="failed_writes",
        title="Share of writes that fail",
        help="Attempts to write a chunk that failed: Elasticsearch away, too busy (429, 503) or refusing the key (401, 403). The chunk is tried again.",
        unit="ratio",
        query=f"{_ERRORS}\n/ ({_ERRORS} + {_WRITES} > 0)",
        legend="{{instance}} {{plugin_id}}",
        window="10m",
        empty="nothing was written",
    ),
    Signal(
        name="retrying",
        title="Time in retry",
        help="From the first failure of a series to the next attempt. At 80 % of retry_timeout chunks are written to files instead.",
        unit="seconds",
        query=f"max by ({OUTPUT}) (fluentd_output_status_retry_wait{{<selector>}})",
        legend="{{instance}} {{plugin_id}}",
    ),
)

SLOW = (
    Signal(
        name="throttled",
        title="Files left to wait",
        help="How often a file was left to wait because its container wrote more than its share. Nothing is lost unless it lasts until the kubelet rotates the file away.",
        unit="per_second",
        query=f"max by ({PIPE}) (rate(fluentd_tail_file_throttled{{<selector>}}[<window>]))",
    ),
    Signal(
        name="write_time",
        title="Time of a write",
        help="Mean time of a chunk that was written, Elasticsearch's answer included.",
        unit="seconds",
        query=(
            f"sum by ({OUTPUT}) (rate(fluentd_output_status_flush_time_count{{<selector>}}[<window>])) / 1000\n"
            f"/ ({_WRITES} > 0)"
        ),
        legend="{{instance}} {{plugin_id}}",
        empty="nothing was written",
    ),
    Signal(
        name="slow_writes",
        title="Slow writes",
        help="Chunks that took more than 25 seconds, of an interval of five.",
        unit="per_second",
        query=f"sum by ({OUTPUT}) (rate(fluentd_output_status_slow_flush_count{{<selector>}}[<window>]))",
        legend="{{instance}} {{plugin_id}}",
        window="15m",
    ),
    Signal(
        name="cores",
        title="CPU used per worker",
        help="Cores each pod uses, by its workers. Ruby runs on one core per worker: there Fluentd falls behind, whatever its limit.",
        unit="cores",
        query=(
            "sum by (<group:cadvisor>, pod) "
            '(rate(container_cpu_usage_seconds_total{<selector:cadvisor>, container=~"fluentd|fluentd-aggregator"}[<window>]))\n'
            "/ on (cluster, pod) group_left ()\n"
            "count by (cluster, pod) (\n"
            "  group by (cluster, pod, worker_id) (\n"
            '    label_replace(fluentd_output_status_write_count{<selector>}, "pod", "$1", "instance", "(.+)")\n'
            "  )\n"
            ")"
        ),
        legend="{{pod}}",
    ),
)

SIGNALS = (*UP, *FAILING, *SLOW, *LIMITS, *CHANGES)
