"""What kube-state-metrics 2.18 and the kubelet (with its cAdvisor) of Kubernetes 1.37 expose."""

from obs.model.metric import Metric, Source

_POD = ("namespace", "pod")
_CONTAINER = (*_POD, "container")
ZONE = "label_topology_kubernetes_io_zone"


def _gauge(name: str, help_: str, *labels: str, unit: str = "", sparse: bool = False) -> Metric:
    return Metric(name=name, type="gauge", help=help_, labels=labels, unit=unit, sparse=sparse)


_PODS = (
    _gauge(
        "kube_pod_info", "1 per pod, with its node and its owner.", *_POD, "node", "created_by_kind", "created_by_name"
    ),
    _gauge("kube_pod_status_phase", "1 for the phase the pod is in.", *_POD, "phase"),
    _gauge("kube_pod_status_ready", "1 for the truth about the pod's readiness.", *_POD, "condition"),
    _gauge("kube_pod_status_reason", "1 when the pod's status gives this reason.", *_POD, "reason"),
    Metric(
        name="kube_pod_container_status_restarts_total",
        type="counter",
        labels=_CONTAINER,
        help="Restarts of a container in its pod's life.",
    ),
    _gauge(
        "kube_pod_container_status_waiting_reason",
        "1 while a container waits for this reason; exposed only while it waits.",
        *_CONTAINER,
        "reason",
        sparse=True,
    ),
    _gauge(
        "kube_pod_container_status_last_terminated_reason",
        "1 for the reason a container last ended with; exposed once it has ended.",
        *_CONTAINER,
        "reason",
        sparse=True,
    ),
    _gauge(
        "kube_pod_container_resource_limits",
        "Limit of a container by resource, in cores or bytes.",
        *_CONTAINER,
        "node",
        "resource",
        "unit",
    ),
)

_WORKLOADS = (
    _gauge("kube_deployment_spec_replicas", "Pods the Deployment should have.", "namespace", "deployment"),
    _gauge("kube_deployment_status_replicas_available", "Pods that serve.", "namespace", "deployment"),
    _gauge(
        "kube_deployment_status_condition",
        "1 for the status of each condition of the Deployment.",
        "namespace",
        "deployment",
        "condition",
        "status",
    ),
    _gauge("kube_statefulset_replicas", "Pods the StatefulSet should have.", "namespace", "statefulset", sparse=True),
    _gauge("kube_statefulset_status_replicas_ready", "Pods that are ready.", "namespace", "statefulset", sparse=True),
    _gauge(
        "kube_daemonset_status_desired_number_scheduled",
        "Nodes that should run the DaemonSet's pod.",
        "namespace",
        "daemonset",
        sparse=True,
    ),
    _gauge("kube_daemonset_status_number_ready", "Nodes whose pod is ready.", "namespace", "daemonset", sparse=True),
    _gauge("kube_job_failed", "1 when the Job has failed for good.", "namespace", "job_name", "condition", sparse=True),
)

_LIMITS = (
    _gauge(
        "kube_resourcequota",
        "What a quota allows (hard) and what is taken (used).",
        "namespace",
        "resourcequota",
        "resource",
        "type",
        sparse=True,
    ),
    _gauge(
        "kube_horizontalpodautoscaler_spec_min_replicas",
        "Fewest pods the autoscaler keeps.",
        "namespace",
        "horizontalpodautoscaler",
        sparse=True,
    ),
    _gauge(
        "kube_horizontalpodautoscaler_spec_max_replicas",
        "Most pods the autoscaler may start.",
        "namespace",
        "horizontalpodautoscaler",
        sparse=True,
    ),
    _gauge(
        "kube_horizontalpodautoscaler_status_desired_replicas",
        "Pods the autoscaler wants now, cut at its maximum.",
        "namespace",
        "horizontalpodautoscaler",
        sparse=True,
    ),
    _gauge(
        "kube_poddisruptionbudget_status_pod_disruptions_allowed",
        "Pods that may be evicted now.",
        "namespace",
        "poddisruptionbudget",
        sparse=True,
    ),
    _gauge(
        "kube_poddisruptionbudget_status_expected_pods",
        "Pods the budget speaks of.",
        "namespace",
        "poddisruptionbudget",
        sparse=True,
    ),
)

_NODES = (
    _gauge("kube_node_labels", "1 per node, with the labels that were asked for.", "node", ZONE),
    _gauge(
        "kube_node_status_condition", "1 for the status of each condition of the node.", "node", "condition", "status"
    ),
    _gauge("kube_node_spec_unschedulable", "1 while the node is cordoned.", "node"),
    _gauge("kube_node_status_allocatable", "What pods may use of the node.", "node", "resource", "unit"),
)

STATE = Source(name="kube-state-metrics", metrics=(*_PODS, *_WORKLOADS, *_LIMITS, *_NODES), port="http")

_CLAIM = ("namespace", "persistentvolumeclaim")

KUBELET = Source(
    name="kubelet",
    kind="kubelet",
    scheme="https",
    port="10250",
    metrics=(
        _gauge("kubelet_running_pods", "Pods that run on the node."),
        Metric(
            name="kubelet_pleg_relist_duration_seconds",
            type="histogram",
            unit="seconds",
            help="Time the kubelet takes to look at all containers of its node, once a second.",
        ),
        Metric(
            name="kubelet_evictions",
            type="counter",
            labels=("eviction_signal",),
            help="Pods evicted because the node ran short of something.",
            sparse=True,
        ),
        _gauge(
            "kubelet_certificate_manager_client_ttl_seconds",
            "Time until the client certificate ends, infinite when it is not used; exposed only with rotateCertificates.",
            unit="seconds",
            sparse=True,
        ),
        Metric(
            name="kubelet_certificate_manager_client_expiration_renew_errors",
            type="counter",
            help="Failed attempts to renew the client certificate; exposed only with rotateCertificates.",
            sparse=True,
        ),
        _gauge("kubelet_volume_stats_capacity_bytes", "Size of a mounted volume.", *_CLAIM, unit="bytes", sparse=True),
        _gauge("kubelet_volume_stats_available_bytes", "Free bytes of a volume.", *_CLAIM, unit="bytes", sparse=True),
        _gauge("kubelet_volume_stats_inodes", "Inodes of a mounted volume.", *_CLAIM, sparse=True),
        _gauge("kubelet_volume_stats_inodes_free", "Free inodes of a volume.", *_CLAIM, sparse=True),
    ),
)

CADVISOR = Source(
    name="cadvisor",
    kind="kubelet",
    scheme="https",
    port="10250",
    path="/metrics/cadvisor",
    metrics=(
        Metric(
            name="container_cpu_cfs_periods_total",
            type="counter",
            labels=_CONTAINER,
            help="Scheduling periods in which the container ran against a CPU limit.",
            sparse=True,
        ),
        Metric(
            name="container_cpu_cfs_throttled_periods_total",
            type="counter",
            labels=_CONTAINER,
            help="Periods in which the container was stopped because its CPU limit was used up.",
            sparse=True,
        ),
        Metric(
            name="container_cpu_usage_seconds_total",
            type="counter",
            labels=_CONTAINER,
            unit="seconds",
            help="CPU time used.",
        ),
        _gauge(
            "container_memory_working_set_bytes",
            "Memory the kernel cannot reclaim at once; what the limit is compared with.",
            *_CONTAINER,
            unit="bytes",
        ),
    ),
)
