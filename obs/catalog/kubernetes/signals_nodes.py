"""Nodes: are they ready, how full, how slow, and is their clock right?"""

from obs.catalog.kubernetes.queries import ALIVE, DEVICE, DISK, MOUNT, NODE
from obs.model.signal import Signal

_INSTANCE = "<group:node-exporter>, instance"
_BY_NODE = "cluster, job, node"
_PRESSURE = 'condition=~"DiskPressure|MemoryPressure|PIDPressure"'


def _packets(what: str) -> str:
    """Received and sent packets (or those with errors) per second, by network card."""
    ways = (f"node_network_{way}_{what}_total" for way in ("receive", "transmit"))
    sums = (f'sum by ({DEVICE}) (rate({metric}{{{NODE}, device!="lo"}}[<window>]))' for metric in ways)
    return "(\n  " + "\n  + ".join(sums) + "\n)"


NODES = (
    Signal(
        name="nodes_ready",
        title="Nodes ready",
        help="Whether the control plane hears from each node and may place pods on it.",
        unit="state",
        query=f'max by ({_BY_NODE}) (kube_node_status_condition{{<selector>, condition="Ready", status="true"}})',
        legend="{{node}}",
    ),
    Signal(
        name="node_pressure",
        title="Nodes under pressure",
        help="Nodes that say they run short of memory, disk or process ids; they evict pods and take no new ones.",
        unit="bool",
        query=f'max by ({_BY_NODE}, condition) (kube_node_status_condition{{<selector>, {_PRESSURE}, status="true"}})',
        legend="{{node}}: {{condition}}",
    ),
    Signal(
        name="node_cpu",
        title="Node CPU used",
        help="Share of a node's CPU time that is not idle.",
        unit="ratio",
        query=f'1 - avg by ({_INSTANCE}) (rate(node_cpu_seconds_total{{{NODE}, mode="idle"}}[<window>]))',
    ),
    Signal(
        name="node_memory",
        title="Node memory used",
        help="Share of a node's memory that programs cannot get any more.",
        unit="ratio",
        query=(
            f"1 - max by ({_INSTANCE}) (node_memory_MemAvailable_bytes{{{NODE}}})\n"
            f"/ (max by ({_INSTANCE}) (node_memory_MemTotal_bytes{{{NODE}}}) > 0)"
        ),
    ),
    Signal(
        name="node_disk",
        title="Node disks, share used",
        help="Used share of a node's file systems, images and container layers included.",
        unit="ratio",
        query=(
            f"1 - min by ({MOUNT}) (node_filesystem_avail_bytes{{{DISK}}})\n"
            f"/ (min by ({MOUNT}) (node_filesystem_size_bytes{{{DISK}}}) > 0)"
        ),
        legend="{{instance}} {{mountpoint}}",
    ),
    Signal(
        name="node_inodes",
        title="Node disks, inodes used",
        help="Used share of inodes. Without a free one no file can be made, however much space is left.",
        unit="ratio",
        query=(
            f"1 - min by ({MOUNT}) (node_filesystem_files_free{{{DISK}}})\n"
            f"/ (min by ({MOUNT}) (node_filesystem_files{{{DISK}}}) > 0)"
        ),
        legend="{{instance}} {{mountpoint}}",
    ),
    Signal(
        name="node_disk_busy",
        title="Node disks, share of time busy",
        help="Share of time a disk was at work. Disks that serve many requests at once may stand at 100 % and be well.",
        unit="ratio",
        query=f"sum by ({DEVICE}) (rate(node_disk_io_time_seconds_total{{{NODE}}}[<window>]))",
        legend="{{instance}} {{device}}",
    ),
    Signal(
        name="conntrack",
        title="Tracked connections, share used",
        help="Share of the kernel's connection table that is taken; once it is full new connections are dropped.",
        unit="ratio",
        query=(
            f"max by ({_INSTANCE}) (node_nf_conntrack_entries{{{NODE}}})\n"
            f"/ (max by ({_INSTANCE}) (node_nf_conntrack_entries_limit{{{NODE}}}) > 0)"
        ),
        empty="no node tracks connections",
    ),
    Signal(
        name="network_errors",
        title="Network packets with errors",
        help="Share of a network card's packets that were received or sent with an error.",
        unit="ratio",
        query=f"{_packets('errs')} / ({_packets('packets')} > 0)",
        legend="{{instance}} {{device}}",
    ),
    Signal(
        name="clock_offset",
        title="Clock offset",
        help="How far a node's clock is from its time server's. Tokens, nonces and times of events depend on it.",
        unit="seconds",
        query=f"max by ({_INSTANCE}) (abs(node_timex_offset_seconds{{{NODE}}}))",
    ),
    Signal(
        name="clock_synced",
        title="Clock synchronised",
        help="Whether the kernel holds its clock for synchronised.",
        unit="state",
        query=f"min by ({_INSTANCE}) (node_timex_sync_status{{{NODE}}})",
    ),
    Signal(
        name="kubelet_relist",
        title="Kubelet look-around, 99th percentile",
        help=(
            "How long the kubelet takes to look at its containers. Near three minutes the node is reported as not "
            "ready."
        ),
        unit="seconds",
        query=(
            "histogram_quantile(\n  0.99,\n"
            "  sum by (cluster, job, instance, le) "
            "(rate(kubelet_pleg_relist_duration_seconds_bucket{<selector:kubelet>}[<window>]))\n)"
        ),
    ),
    Signal(
        name="node_pods",
        title="Pods per node, share of the maximum",
        help="Pods on a node as a share of what it takes (110 unless configured otherwise).",
        unit="ratio",
        query=(
            f"max by ({_BY_NODE}) (kubelet_running_pods{{<selector:kubelet>}})\n"
            "/ on (cluster, node) group_left ()\n"
            '(max by (cluster, node) (kube_node_status_allocatable{<selector>, resource="pods"}) > 0)'
        ),
        legend="{{node}}",
    ),
    Signal(
        name="certificate_left",
        title="Kubelet certificates, time left",
        help="Time until a kubelet's client certificate ends; then the node can no longer speak to the control plane.",
        unit="seconds",
        query="min by (cluster, job, node) (kubelet_certificate_manager_client_ttl_seconds{<selector:kubelet>})",
        legend="{{node}}",
        empty="no kubelet rotates its certificate",
    ),
    Signal(
        name="certificate_errors",
        title="Kubelet certificate renewals that failed",
        help="Failed attempts to renew a kubelet's client certificate within an hour.",
        unit="count",
        query=(
            "sum by (cluster, job, node) "
            "(increase(kubelet_certificate_manager_client_expiration_renew_errors{<selector:kubelet>}[1h]))"
        ),
        legend="{{node}}",
        empty="no kubelet rotates its certificate",
    ),
    Signal(
        name="cordoned",
        title="Nodes cordoned",
        help="Nodes that somebody (or an autoscaler) closed for new pods.",
        unit="bool",
        query=f"max by ({_BY_NODE}) (kube_node_spec_unschedulable{{<selector>}})",
        legend="{{node}}",
    ),
    Signal(
        name="reboots",
        title="Node starts in a day",
        help="How often a node was started during the last day.",
        unit="count",
        query=f"sum by ({_INSTANCE}) (changes(node_boot_time_seconds{{{NODE}}}[1d]))",
    ),
    Signal(
        name="kubelet_evictions",
        title="Evictions by node in an hour",
        help="Pods a kubelet evicted during the last hour, by what ran short.",
        unit="count",
        query="sum by (cluster, job, node, eviction_signal) (increase(kubelet_evictions{<selector:kubelet>}[1h]))",
        legend="{{node}}: {{eviction_signal}}",
        empty="no node has evicted a pod",
    ),
    Signal(
        name="pods_alive",
        title="Pods by namespace",
        help="Pods that are neither done nor failed.",
        unit="count",
        query=f"sum by (<group>) ({ALIVE})",
        legend="{{namespace}}",
    ),
)
