"""What runs out: CPU and memory of containers, volumes, quotas, autoscalers and disruption budgets."""

from obs.catalog.kubernetes.queries import CADVISOR, CLAIM, KUBELET, latest
from obs.model.signal import Signal

_INSIDE = "<group:cadvisor>, pod, container"
_ONE = "cluster, namespace, pod, container"
_HPA = "<group>, horizontalpodautoscaler"
_PDB = "<group>, poddisruptionbudget"
_QUOTA = "<group>, resourcequota, resource"
_MEMORY_LIMIT = latest("kube_pod_container_resource_limits", _ONE, resource="memory")
_TAKEN = latest("kube_resourcequota", _QUOTA, type="used")
_ALLOWED = latest("kube_resourcequota", _QUOTA, type="hard")


def _volume(what: str) -> str:
    return f"max by ({CLAIM}) (kubelet_volume_stats_{what}{{{KUBELET}}})"


CONTAINERS = (
    Signal(
        name="cpu_throttled",
        title="CPU throttled",
        help="Share of scheduling periods in which a container was stopped because its CPU limit was used up.",
        unit="ratio",
        query=(
            f"sum by ({_INSIDE}) (rate(container_cpu_cfs_throttled_periods_total{{{CADVISOR}}}[<window>]))\n"
            f"/ (sum by ({_INSIDE}) (rate(container_cpu_cfs_periods_total{{{CADVISOR}}}[<window>])) > 0)"
        ),
        legend="{{pod}}/{{container}}",
        empty="no container has a CPU limit",
    ),
    Signal(
        name="cpu_used",
        title="CPU used by namespace",
        help="Cores used by all containers of each namespace of the platform.",
        unit="cores",
        query=f'sum by (<group:cadvisor>) (rate(container_cpu_usage_seconds_total{{{CADVISOR}, container!=""}}[<window>]))',
        legend="{{namespace}}",
    ),
    Signal(
        name="memory_share",
        title="Memory against the limit",
        help="Working set of a container as a share of its memory limit; at the limit the kernel kills it.",
        unit="ratio",
        query=(
            f'max by ({_INSIDE}) (container_memory_working_set_bytes{{{CADVISOR}, container!=""}})\n'
            f"/ on ({_ONE}) group_left ()\n"
            f"({_MEMORY_LIMIT} > 0)"
        ),
        legend="{{pod}}/{{container}}",
    ),
)

VOLUMES = (
    Signal(
        name="volume_used",
        title="Volumes, share used",
        help="Used share of each mounted volume of the platform.",
        unit="ratio",
        query=f"1 - {_volume('available_bytes')} / ({_volume('capacity_bytes')} > 0)",
        legend="{{namespace}}/{{persistentvolumeclaim}}",
        empty="no volume is mounted",
    ),
    Signal(
        name="volume_forecast",
        title="Volumes, share free in a day",
        help=(
            "What will be free in 24 hours if the volume goes on filling as in the last two hours; below zero it is "
            "full."
        ),
        unit="ratio",
        query=(
            f"max by ({CLAIM}) (predict_linear(kubelet_volume_stats_available_bytes{{{KUBELET}}}[2h], 86400))\n"
            f"/ ({_volume('capacity_bytes')} > 0)"
        ),
        legend="{{namespace}}/{{persistentvolumeclaim}}",
        empty="no volume is mounted",
    ),
    Signal(
        name="volume_inodes",
        title="Volumes, inodes used",
        help="Used share of inodes. Without a free one no file can be made, however much space is left.",
        unit="ratio",
        query=f"1 - {_volume('inodes_free')} / ({_volume('inodes')} > 0)",
        legend="{{namespace}}/{{persistentvolumeclaim}}",
        empty="no volume is mounted",
    ),
)

LIMITS = (
    Signal(
        name="autoscaler_share",
        title="Autoscalers against their maximum",
        help=(
            "Pods an autoscaler wants as a share of the most it may start. At 100 % it can no longer answer load. "
            "Not drawn for one whose minimum is its maximum."
        ),
        unit="ratio",
        query=(
            f"{latest('kube_horizontalpodautoscaler_status_desired_replicas', _HPA)}\n"
            f"/ ({latest('kube_horizontalpodautoscaler_spec_max_replicas', _HPA)} > 0)"
        ),
        guard=(
            f"{latest('kube_horizontalpodautoscaler_spec_max_replicas', _HPA)}\n"
            f"  - {latest('kube_horizontalpodautoscaler_spec_min_replicas', _HPA)} > 0"
        ),
        guard_on=_HPA,
        legend="{{namespace}}/{{horizontalpodautoscaler}}",
        empty="the platform has no autoscaler",
    ),
    Signal(
        name="quota_share",
        title="Quotas, share taken",
        help="Share of each quota that is taken; once it is full no new pod is admitted.",
        unit="ratio",
        query=f"{_TAKEN}\n/ ({_ALLOWED} > 0)",
        legend="{{namespace}}/{{resourcequota}}: {{resource}}",
        empty="the platform has no quota",
    ),
    Signal(
        name="disruptions_allowed",
        title="Disruptions allowed",
        help=(
            "Pods of each disruption budget that may be evicted now. At zero a node with one of them cannot be drained."
        ),
        unit="count",
        query=(
            f"{latest('kube_poddisruptionbudget_status_pod_disruptions_allowed', _PDB)}\n"
            f"and on (<group>, poddisruptionbudget)\n"
            f"({latest('kube_poddisruptionbudget_status_expected_pods', _PDB)} > 0)"
        ),
        legend="{{namespace}}/{{poddisruptionbudget}}",
        empty="the platform has no disruption budget",
    ),
)
