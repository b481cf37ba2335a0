"""Pieces of PromQL the kubernetes signals share.

kube-state-metrics may be scraped twice, so each of its series is taken `max by` what it speaks of before anything is
counted or joined. `created_by_name` of a Deployment's pod is its ReplicaSet: one release of one workload.
"""

from obs.catalog.kubernetes.metrics import ZONE

OURS = '<selector>, namespace=~"<namespaces>"'
"""kube-state-metrics, of the platform's namespaces only."""
KUBELET = '<selector:kubelet>, namespace=~"<namespaces>"'
CADVISOR = '<selector:cadvisor>, namespace=~"<namespaces>"'
NODE = "<selector:node-exporter>"
POD = "<group>, pod"
CONTAINER = "<group>, pod, container"
CLAIM = "<group:kubelet>, persistentvolumeclaim"
DEVICE = "<group:node-exporter>, instance, device"
MOUNT = "<group:node-exporter>, instance, mountpoint"
_LOCAL = 'fstype!~"tmpfs|overlay|squashfs"'
DISK = f"{NODE}, {_LOCAL}"
WORKLOAD = "<group>, created_by_kind, created_by_name"

ALIVE = f'max by ({POD}) (kube_pod_status_phase{{{OURS}, phase=~"Pending|Running|Unknown"}})'
"""1 for a pod that is neither done nor failed."""
READY_NODE = 'max by (cluster, node) (kube_node_status_condition{<selector>, condition="Ready", status="true"})'
ZONE_OF_NODE = f'max by (cluster, node, {ZONE}) (kube_node_labels{{<selector>, {ZONE}!=""}})'

RUNNING = (
    f'max by ({WORKLOAD}, pod, node) (kube_pod_info{{{OURS}, created_by_kind=~"ReplicaSet|StatefulSet", node!=""}})\n'
    f'  and on (<group>, pod) (kube_pod_status_phase{{{OURS}, phase="Running"}} == 1)'
)
"""Running pods with their workload and node."""
PODS_OF_WORKLOAD = f"count by ({WORKLOAD}) (\n  {RUNNING}\n)"
ZONES_OF_WORKLOAD = (
    f"count by ({WORKLOAD}) (\n"
    f"  count by ({WORKLOAD}, {ZONE}) (\n"
    f"    ({RUNNING})\n"
    f"    * on (cluster, node) group_left ({ZONE}) {ZONE_OF_NODE}\n"
    "  )\n)"
)
ZONES = f"count by (cluster) (count by (cluster, {ZONE}) ({ZONE_OF_NODE} and on (cluster, node) ({READY_NODE} == 1)))"
"""Zones with at least one node that is ready."""
ZONES_MISSED = (
    "(\n"
    f"  ({PODS_OF_WORKLOAD}) <= on (cluster) group_left () {ZONES}\n"
    f"  or 0 * ({PODS_OF_WORKLOAD}) + on (cluster) group_left () {ZONES}\n"
    f") - {ZONES_OF_WORKLOAD}"
)


def latest(metric: str, by: str, **labels: str) -> str:
    """`max by` of one of kube-state-metrics' gauges, with further label values."""
    more = "".join(f', {label.rstrip("_")}="{value}"' for label, value in labels.items())
    return f"max by ({by}) ({metric}{{{OURS}{more}}})"
