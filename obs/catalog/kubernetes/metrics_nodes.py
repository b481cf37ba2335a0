"""What node_exporter 1.10 tells of a node."""

from obs.model.metric import Metric, Source

_MOUNT = ("device", "fstype", "mountpoint")


def _gauge(name: str, help_: str, *labels: str, unit: str = "", sparse: bool = False) -> Metric:
    return Metric(name=name, type="gauge", help=help_, labels=labels, unit=unit, sparse=sparse)


def _counter(name: str, help_: str, *labels: str, unit: str = "") -> Metric:
    return Metric(name=name, type="counter", help=help_, labels=labels, unit=unit)


METRICS = (
    _counter("node_cpu_seconds_total", "CPU time by mode.", "cpu", "mode", unit="seconds"),
    _gauge("node_memory_MemTotal_bytes", "Memory of the node.", unit="bytes"),
    _gauge("node_memory_MemAvailable_bytes", "Memory programs can still get without swapping.", unit="bytes"),
    _gauge("node_filesystem_size_bytes", "Size of a file system.", *_MOUNT, unit="bytes"),
    _gauge("node_filesystem_avail_bytes", "Bytes of a file system that are free for programs.", *_MOUNT, unit="bytes"),
    _gauge("node_filesystem_files", "Inodes of a file system.", *_MOUNT),
    _gauge("node_filesystem_files_free", "Free inodes of a file system.", *_MOUNT),
    _gauge("node_timex_offset_seconds", "How far the clock is from its reference.", unit="seconds"),
    _gauge("node_timex_sync_status", "1 while the clock is synchronised."),
    _gauge("node_nf_conntrack_entries", "Connections the kernel tracks; exposed where it tracks any.", sparse=True),
    _gauge("node_nf_conntrack_entries_limit", "Connections the kernel can track; with the same.", sparse=True),
    _counter("node_network_receive_packets_total", "Packets received.", "device"),
    _counter("node_network_receive_errs_total", "Packets received with an error.", "device"),
    _counter("node_network_transmit_packets_total", "Packets sent.", "device"),
    _counter("node_network_transmit_errs_total", "Packets that could not be sent.", "device"),
    _counter("node_disk_io_time_seconds_total", "Time a disk was busy.", "device", unit="seconds"),
    _gauge("node_boot_time_seconds", "When the node started.", unit="timestamp_seconds"),
)

NODES = Source(name="node-exporter", kind="node", port="metrics", metrics=METRICS, scope=("cluster", "job", "instance"))
