"""What warns that something of a container, a volume or a limit runs out."""

from obs.catalog.kubernetes.queries import KUBELET
from obs.model.alert import Alert

LIMITS = (
    Alert(
        name="KubernetesCpuThrottled",
        signal="cpu_throttled",
        is_=">",
        threshold=0.25,
        hold="15m",
        severity="info",
        triage="slow",
        summary="A container is throttled at its CPU limit.",
        description=(
            "Container {{ $labels.container }} of {{ $labels.pod }} in {{ $labels.namespace }} stands still in {{ "
            "$value | humanizePercentage }} of its scheduling periods (limit <threshold>)."
        ),
        why=(
            "Below a quarter of the periods (kubernetes-mixin's number) bursts are cut off unnoticed; above it "
            "latency shows it."
        ),
    ),
    Alert(
        name="KubernetesMemoryNearLimit",
        signal="memory_share",
        is_=">",
        threshold=0.9,
        hold="15m",
        severity="warning",
        triage="full",
        summary="A container is close to its memory limit.",
        description=(
            "Container {{ $labels.container }} of {{ $labels.pod }} in {{ $labels.namespace }} uses {{ $value | "
            "humanizePercentage }} of its memory limit (alert above <threshold>)."
        ),
        why="A tenth of the limit is left; at the limit the kernel kills the process without asking.",
    ),
    Alert(
        name="KubernetesVolumeFull",
        signal="volume_used",
        is_=">",
        threshold=0.95,
        hold="5m",
        severity="critical",
        triage="full",
        summary="A volume is full.",
        description=(
            "Volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} is {{ $value | humanizePercentage "
            "}} full (limit <threshold>)."
        ),
        why="A twentieth is left: databases, the broker and Prometheus stop writing before the last byte is gone.",
    ),
    Alert(
        name="KubernetesVolumeNearlyFull",
        signal="volume_used",
        is_=">",
        threshold=0.85,
        hold="30m",
        severity="warning",
        triage="full",
        summary="A volume is nearly full.",
        description=(
            "Volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} is {{ $value | humanizePercentage "
            "}} full (limit <threshold>)."
        ),
        why="Prometheus fills its volume to 85 % by design (its retention size); above that something else grows.",
    ),
    Alert(
        name="KubernetesVolumeFillsWithinDay",
        signal="volume_forecast",
        is_="<",
        threshold=0,
        hold="1h",
        severity="warning",
        triage="full",
        summary="A volume will be full within a day.",
        description=(
            "Volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} will have {{ $value | "
            "humanizePercentage }} of its size free in 24 hours."
        ),
        why=(
            "A day is what it takes to enlarge a volume in working hours; the hour of hold ignores a single large "
            "write."
        ),
        guard=(
            f"max by (<group:kubelet>, persistentvolumeclaim) (kubelet_volume_stats_available_bytes{{{KUBELET}}})\n"
            f"  / (max by (<group:kubelet>, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes{{{KUBELET}}}) > 0) < 0.4"
        ),
        guard_on="<group:kubelet>, persistentvolumeclaim",
    ),
    Alert(
        name="KubernetesVolumeInodes",
        signal="volume_inodes",
        is_=">",
        threshold=0.9,
        hold="15m",
        severity="warning",
        triage="full",
        summary="A volume runs out of inodes.",
        description=(
            "Volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} has used {{ $value | "
            "humanizePercentage }} of its inodes (limit <threshold>)."
        ),
        why="A tenth is left to act in; a file system cannot be given more inodes while it is in use.",
    ),
    Alert(
        name="KubernetesAutoscalerAtLimit",
        signal="autoscaler_share",
        is_=">=",
        threshold=1,
        hold="15m",
        severity="warning",
        triage="full",
        summary="An autoscaler is at its maximum.",
        description=(
            "{{ $labels.horizontalpodautoscaler }} in {{ $labels.namespace }} wants {{ $value | humanizePercentage }} "
            "of its maximum of pods and cannot start more."
        ),
        why="Below the maximum the autoscaler answers load by itself; a quarter of an hour outlasts a burst.",
    ),
    Alert(
        name="KubernetesQuotaNearlyTaken",
        signal="quota_share",
        is_=">",
        threshold=0.9,
        hold="15m",
        severity="warning",
        triage="full",
        summary="A quota is nearly taken.",
        description=(
            "{{ $labels.resource }} of quota {{ $labels.resourcequota }} in {{ $labels.namespace }} is {{ $value | "
            "humanizePercentage }} taken (limit <threshold>)."
        ),
        why=(
            "A rollout needs a quarter more pods for a while (Kubernetes' default maxSurge); above nine tenths it "
            "gets stuck."
        ),
    ),
    Alert(
        name="KubernetesNoDisruptionAllowed",
        signal="disruptions_allowed",
        is_="<",
        threshold=1,
        hold="30m",
        severity="warning",
        triage="full",
        summary="A disruption budget has no headroom.",
        description=(
            "{{ $labels.poddisruptionbudget }} in {{ $labels.namespace }} allows {{ $value | humanize }} evictions: "
            "nodes with its pods cannot be drained."
        ),
        why=(
            "A rollout or a drain uses the budget up for minutes; half an hour means that pods are missing or the "
            "budget asks for all of them."
        ),
    ),
)
