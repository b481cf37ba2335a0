"""What pages and what makes a ticket about pods and what starts them."""

from obs.model.alert import Alert

UP_AND_FAILING = (
    Alert(
        name="KubernetesManyPodsNotReady",
        signal="pods_ready",
        is_="<",
        threshold=0.8,
        hold="5m",
        severity="critical",
        triage="up",
        summary="Many of the platform's pods are not ready.",
        description=(
            "Only {{ $value | humanizePercentage }} of the platform's pods in {{ $labels.cluster }} are ready (alert "
            "below <threshold>)."
        ),
        why=(
            "A rollout keeps a quarter of a Deployment's pods away at most (Kubernetes' default maxUnavailable); a "
            "fifth of all pods for five minutes is more than any rollout."
        ),
    ),
    Alert(
        name="KubernetesDeploymentDown",
        signal="deployments",
        is_="==",
        threshold=0,
        hold="5m",
        severity="critical",
        triage="up",
        summary="A Deployment has no pod that serves.",
        description=(
            "{{ $labels.deployment }} in {{ $labels.namespace }} has {{ $value | humanize }} of its pods available."
        ),
        why="Without an available pod nothing answers; five minutes outlast a restart of a single pod.",
    ),
    Alert(
        name="KubernetesDeploymentShort",
        signal="deployments",
        is_="<",
        threshold=1,
        hold="15m",
        severity="warning",
        triage="up",
        summary="A Deployment lacks pods.",
        description=(
            "{{ $labels.deployment }} in {{ $labels.namespace }} has {{ $value | humanizePercentage }} of its pods "
            "available."
        ),
        why=(
            "Fifteen minutes outlast an ordinary rollout: Kubernetes gives up on one after ten "
            "(progressDeadlineSeconds)."
        ),
    ),
    Alert(
        name="KubernetesStatefulSetDown",
        signal="statefulsets",
        is_="==",
        threshold=0,
        hold="5m",
        severity="critical",
        triage="up",
        summary="A StatefulSet has no pod that is ready.",
        description=(
            "{{ $labels.statefulset }} in {{ $labels.namespace }} has {{ $value | humanize }} of its pods ready."
        ),
        why="Without a ready pod nothing answers; five minutes outlast a restart of a single pod.",
    ),
    Alert(
        name="KubernetesStatefulSetShort",
        signal="statefulsets",
        is_="<",
        threshold=1,
        hold="15m",
        severity="warning",
        triage="up",
        summary="A StatefulSet lacks pods.",
        description=(
            "{{ $labels.statefulset }} in {{ $labels.namespace }} has {{ $value | humanizePercentage }} of its pods "
            "ready."
        ),
        why=(
            "A StatefulSet replaces one pod at a time; fifteen minutes are enough for a volume to move to another node."
        ),
    ),
    Alert(
        name="KubernetesDaemonSetShort",
        signal="daemonsets",
        is_="<",
        threshold=1,
        hold="15m",
        severity="warning",
        triage="up",
        summary="A DaemonSet is missing on nodes.",
        description=(
            "{{ $labels.daemonset }} in {{ $labels.namespace }} is ready on {{ $value | humanizePercentage }} of its "
            "nodes."
        ),
        why="A DaemonSet updates node by node; one that stays away for fifteen minutes is stuck.",
    ),
    Alert(
        name="KubernetesPodNotReady",
        signal="unready_pods",
        is_=">",
        threshold=0,
        hold="15m",
        severity="warning",
        triage="up",
        summary="A pod is not ready.",
        description=(
            "{{ $labels.pod }} in {{ $labels.namespace }} on node {{ $labels.node }} has not been ready for 15 minutes."
        ),
        why="Slow starts (Prometheus replaying its log) take minutes; a quarter of an hour is a fault.",
    ),
    Alert(
        name="KubernetesZonesMissed",
        signal="zones_missed",
        is_=">",
        threshold=0,
        hold="30m",
        severity="warning",
        triage="up",
        summary="A workload is not spread over all zones.",
        description=(
            "{{ $labels.created_by_name }} in {{ $labels.namespace }} has no pod in {{ $value | humanize }} of the "
            "zones it could use."
        ),
        why=(
            "Every zone without a pod makes the loss of another zone cost more; half an hour outlasts a rollout and a "
            "node's replacement."
        ),
    ),
    Alert(
        name="KubernetesCrashLoop",
        signal="crash_loops",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="A container crashes again and again.",
        description=(
            "Container {{ $labels.container }} of {{ $labels.pod }} in {{ $labels.namespace }} ends right "
            "after each start (CrashLoopBackOff)."
        ),
        why=(
            "The kubelet reports CrashLoopBackOff after the second crash at the latest; five minutes are its longest "
            "pause between restarts."
        ),
    ),
    Alert(
        name="KubernetesPodRestarting",
        signal="restarts",
        is_=">",
        threshold=3,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="A container restarts often.",
        description=(
            "Container {{ $labels.container }} of {{ $labels.pod }} in {{ $labels.namespace }} was restarted {{ "
            "$value | humanize }} times within an hour."
        ),
        why="One restart may be a deploy, a second and a third bad luck; the fourth within an hour is a pattern.",
    ),
    Alert(
        name="KubernetesContainerCannotStart",
        signal="cannot_start",
        is_=">",
        threshold=0,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="A container cannot be started.",
        description=(
            "Container {{ $labels.container }} of {{ $labels.pod }} in {{ $labels.namespace }} waits: {{ "
            "$labels.reason }}."
        ),
        why=(
            "An image is pulled again after at most five minutes (the kubelet's back-off); after ten the second try "
            "has failed as well."
        ),
    ),
    Alert(
        name="KubernetesOomKilled",
        signal="oom_kills",
        is_=">",
        threshold=0,
        hold="1m",
        severity="warning",
        triage="failing",
        summary="A container was killed for using too much memory.",
        description=(
            "Container {{ $labels.container }} of {{ $labels.pod }} in {{ $labels.namespace }} was killed for memory "
            "{{ $value | humanize }} times within 30 minutes."
        ),
        why="One kill is a request cut off in the middle; the limit or the program is wrong.",
    ),
    Alert(
        name="KubernetesPodsEvicted",
        signal="evicted",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="Nodes evict pods.",
        description=(
            "{{ $value | humanize }} pods of {{ $labels.namespace }} lie there evicted; deleting them ends the alert."
        ),
        why=(
            "A node evicts only after it has run short; each eviction is a request cut off and a node close to failing."
        ),
    ),
    Alert(
        name="KubernetesRolloutStuck",
        signal="rollouts_stuck",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="A rollout does not get on.",
        description=(
            "The rollout of {{ $labels.deployment }} in {{ $labels.namespace }} passed its progress "
            "deadline: new pods do not get ready."
        ),
        why=(
            "Kubernetes itself gives a rollout ten minutes without progress (progressDeadlineSeconds) before it says "
            "so."
        ),
    ),
    Alert(
        name="KubernetesJobFailed",
        signal="jobs_failed",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="A Job has failed.",
        description=(
            "Job {{ $labels.job_name }} in {{ $labels.namespace }} used up its attempts; its work is not done."
        ),
        why="A Job fails only after all its attempts (six by default); nothing repeats it.",
    ),
)
