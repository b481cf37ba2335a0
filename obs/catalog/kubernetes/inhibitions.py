"""Which alerts of the cluster explain which others."""

from obs.model.alert import Inhibition

INHIBITIONS = (
    Inhibition(
        source=("KubernetesNodeNotReady",),
        target=("KubernetesPodNotReady", "KubernetesNodePressure", "KubernetesNodePodsFull", "MonitoringTargetDown"),
        equal=("cluster", "node"),
        why="What runs on a node that is not ready is not ready either.",
    ),
    Inhibition(
        source=("KubernetesZoneDown",),
        target=("KubernetesNodeNotReady", "KubernetesPodNotReady", "KubernetesDaemonSetShort", "KubernetesZonesMissed"),
        equal=("cluster",),
        why="A lost zone is why its nodes and their pods are gone.",
    ),
    Inhibition(
        source=("KubernetesManyPodsNotReady",),
        target=("KubernetesPodNotReady",),
        equal=("cluster",),
        why="When many pods are not ready, each single one is no news.",
    ),
    Inhibition(
        source=("KubernetesCrashLoop",),
        target=("KubernetesPodRestarting", "KubernetesPodNotReady"),
        equal=("cluster", "namespace", "pod"),
        why="A container that crashes restarts, and its pod is not ready.",
    ),
    Inhibition(
        source=("KubernetesContainerCannotStart",),
        target=("KubernetesPodNotReady",),
        equal=("cluster", "namespace", "pod"),
        why="A pod whose container cannot start is not ready.",
    ),
    Inhibition(
        source=("KubernetesDeploymentDown", "KubernetesRolloutStuck"),
        target=("KubernetesDeploymentShort",),
        equal=("cluster", "namespace", "deployment"),
        why="Having no pod, or a rollout that is stuck, says more than lacking some.",
    ),
    Inhibition(
        source=("KubernetesVolumeFull",),
        target=("KubernetesVolumeNearlyFull", "KubernetesVolumeFillsWithinDay"),
        equal=("cluster", "namespace", "persistentvolumeclaim"),
        why="A volume that is full needs no forecast.",
    ),
)
