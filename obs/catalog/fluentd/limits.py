"""What fills up in the pipeline, and what changed in what it reads."""

from obs.catalog.fluentd.queries import OUTPUT, PIPE
from obs.model.signal import Signal

_READ = "rate(fluentd_tail_file_position{<selector>}[<window>])"
_POD = ".*/([^_/]+)_([^_/]+)_[^/]+/[^/]+/[^/]+"
_CONTAINER = ".*/([^/]+)/[^/]+"
"""/var/log/pods/<namespace>_<pod>_<uid>/<container>/0.log"""

LIMITS = (
    Signal(
        name="least_space",
        title="Least free buffer",
        help="The fullest buffer of all nodes and outputs. It falls while lines cannot be handed on.",
        unit="ratio",
        query="min by (<group>) (fluentd_output_status_buffer_available_space_ratio{<selector>}) / 100",
        legend="least",
    ),
    Signal(
        name="buffer_space",
        title="Free buffer space",
        help="Free share of each output's buffer on the node's disk. At zero reading stops, and the kubelet's files are the last buffer.",
        unit="ratio",
        query=f"min by ({OUTPUT}) (fluentd_output_status_buffer_available_space_ratio{{<selector>}}) / 100",
        legend="{{instance}} {{plugin_id}}",
    ),
    Signal(
        name="buffer_bytes",
        title="Bytes in buffers",
        help="What is kept on the nodes' disks until Elasticsearch takes it.",
        unit="bytes",
        query=f"sum by ({PIPE}) (fluentd_output_status_buffer_total_bytes{{<selector>}})",
    ),
    Signal(
        name="queue",
        title="Chunks waiting",
        help="Chunks ready to be written. A line that rises for minutes is an output that cannot keep up.",
        unit="count",
        query=f"sum by ({PIPE}) (fluentd_output_status_buffer_queue_length{{<selector>}})",
    ),
)

CHANGES = (
    Signal(
        name="read",
        title="Bytes read",
        help="Bytes of log files each Fluentd reads, before anything is joined or parsed.",
        unit="bytes_per_second",
        query=f"sum by ({PIPE}) ({_READ})",
    ),
    Signal(
        name="loudest",
        title="Loudest containers",
        help="The ten containers that write most. Whoever is throttled is among them.",
        unit="bytes_per_second",
        query=(
            "topk(10, sum by (<group>, source_pod, source_container) (\n"
            "  label_replace(\n"
            f'    label_replace({_READ}, "source_container", "$1", "path", "{_CONTAINER}"),\n'
            f'    "source_pod", "$1/$2", "path", "{_POD}"\n'
            "  )\n"
            "))"
        ),
        legend="{{source_pod}} {{source_container}}",
    ),
    Signal(
        name="rotations",
        title="Rotations",
        help="Files rotated under Fluentd: the more often, the less time there is to read a file to its end.",
        unit="per_second",
        query=f"max by ({PIPE}) (rate(fluentd_tail_file_rotated{{<selector>}}[<window>]))",
    ),
)
