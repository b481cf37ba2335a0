"""Pods and what starts them: are they there, ready, spread, and do they stay alive?"""

from obs.catalog.kubernetes.metrics import ZONE
from obs.catalog.kubernetes.queries import (
    ALIVE,
    CONTAINER,
    OURS,
    POD,
    READY_NODE,
    ZONE_OF_NODE,
    ZONES_MISSED,
    latest,
)
from obs.model.signal import Signal

_READY = latest("kube_pod_status_ready", POD, condition="true")
_KILLED = latest("kube_pod_container_status_last_terminated_reason", CONTAINER, reason="OOMKilled")
_EVICTED = latest("kube_pod_status_reason", POD, reason="Evicted")


def _share(name: str, kind: str, title: str, have: str, want: str) -> Signal:
    by = f"<group>, {kind}"
    return Signal(
        name=name,
        title=title,
        help=(
            f"Share of the wanted pods of each {title.partition(' ')[0]} that serve. Those scaled to none are left out."
        ),
        unit="ratio",
        query=f"{latest(have, by)} / ({latest(want, by)} > 0)",
        legend="{{" + kind + "}}",
        empty="" if kind == "deployment" else f"the platform runs no {title.partition(' ')[0]}",
    )


UP = (
    Signal(
        name="pods_ready",
        title="Pods ready",
        help="Share of the platform's pods that are ready; pods that are done are left out.",
        unit="ratio",
        query=(f"sum by (cluster, job) ({_READY})\n/ (sum by (cluster, job) ({ALIVE}) > 0)"),
        legend="ready",
    ),
    Signal(
        name="zone_nodes",
        title="Nodes ready by zone",
        help="Nodes that are ready in each availability zone.",
        unit="count",
        query=(
            f"sum by (cluster, {ZONE}) (\n  {READY_NODE}\n  * on (cluster, node) group_left ({ZONE}) {ZONE_OF_NODE}\n)"
        ),
        legend="{{" + ZONE + "}}",
    ),
    Signal(
        name="unready_pods",
        title="Pods that are not ready",
        help="Pods that should serve and do not, with the node they are on. A rollout shows here for a moment.",
        unit="bool",
        query=(
            f"max by ({POD}, node) (kube_pod_info{{{OURS}}})\n"
            "* on (cluster, namespace, pod) group_left () (\n"
            f'  max by (cluster, namespace, pod) (kube_pod_status_ready{{{OURS}, condition="false"}})\n'
            "  * on (cluster, namespace, pod)\n"
            f'  max by (cluster, namespace, pod) (kube_pod_status_phase{{{OURS}, phase=~"Pending|Running|Unknown"}})\n'
            ") > 0"
        ),
        legend="{{namespace}}/{{pod}}",
        empty="every pod is ready",
    ),
    _share(
        "deployments",
        "deployment",
        "Deployments serving",
        "kube_deployment_status_replicas_available",
        "kube_deployment_spec_replicas",
    ),
    _share(
        "statefulsets",
        "statefulset",
        "StatefulSets serving",
        "kube_statefulset_status_replicas_ready",
        "kube_statefulset_replicas",
    ),
    _share(
        "daemonsets",
        "daemonset",
        "DaemonSets serving",
        "kube_daemonset_status_number_ready",
        "kube_daemonset_status_desired_number_scheduled",
    ),
    Signal(
        name="zones_missed",
        title="Zones without a pod of the workload",
        help=(
            "Zones with a ready node in which a workload could have a pod and has none. A workload with one pod or one "
            "zone misses none; what is above zero loses more than it must when a zone fails."
        ),
        unit="count",
        query=ZONES_MISSED,
        legend="{{namespace}}/{{created_by_name}}",
    ),
)

FAILING = (
    Signal(
        name="restarts",
        title="Container restarts in an hour",
        help="How often each container was restarted during the last hour.",
        unit="count",
        query=f"max by ({CONTAINER}) (increase(kube_pod_container_status_restarts_total{{{OURS}}}[1h]))",
        legend="{{pod}}/{{container}}",
    ),
    Signal(
        name="crash_loops",
        title="Containers in a crash loop",
        help="Containers that end again and again, so that the kubelet waits up to five minutes before each restart.",
        unit="bool",
        query=(
            f"max by ({CONTAINER}) (\n"
            f'  max_over_time(kube_pod_container_status_waiting_reason{{{OURS}, reason="CrashLoopBackOff"}}[5m])\n)'
        ),
        legend="{{namespace}}/{{pod}}/{{container}}",
        empty="no container crashes",
    ),
    Signal(
        name="cannot_start",
        title="Containers that cannot start",
        help="Containers that wait for an image, a ConfigMap or a Secret that cannot be had, and the reason.",
        unit="bool",
        query=(
            f"max by ({CONTAINER}, reason) (\n  max_over_time(\n"
            f"    kube_pod_container_status_waiting_reason{{{OURS}, "
            'reason!~"ContainerCreating|CrashLoopBackOff|PodInitializing"}[5m]\n  )\n)'
        ),
        legend="{{namespace}}/{{pod}}/{{container}}: {{reason}}",
        empty="every container starts",
    ),
    Signal(
        name="oom_kills",
        title="Containers killed for memory",
        help="Restarts within half an hour of containers whose last end was the kernel's out-of-memory killer.",
        unit="count",
        query=(
            f"{_KILLED}\n* max by ({CONTAINER}) (increase(kube_pod_container_status_restarts_total{{{OURS}}}[30m]))"
        ),
        legend="{{namespace}}/{{pod}}/{{container}}",
        empty="no container ran out of memory",
    ),
    Signal(
        name="evicted",
        title="Pods evicted",
        help="Pods that a node threw out because it ran short of something. They lie there until somebody deletes them.",
        unit="count",
        query=f"sum by (<group>) ({_EVICTED})",
        legend="{{namespace}}",
    ),
    Signal(
        name="rollouts_stuck",
        title="Rollouts that do not get on",
        help="1 while a Deployment's new pods have not become ready within its progress deadline.",
        unit="bool",
        query=latest(
            "kube_deployment_status_condition",
            "<group>, deployment",
            condition="Progressing",
            status="false",
        ),
        legend="{{namespace}}/{{deployment}}",
    ),
    Signal(
        name="jobs_failed",
        title="Jobs that failed",
        help="Jobs that used up their attempts. They stay until somebody deletes them.",
        unit="bool",
        query=latest("kube_job_failed", "<group>, job_name", condition="true"),
        legend="{{namespace}}/{{job_name}}",
        empty="no Job has failed",
    ),
)
