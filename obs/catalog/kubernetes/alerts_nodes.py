"""What pages and what makes a ticket about nodes."""

from obs.model.alert import Alert

NODES = (
    Alert(
        name="KubernetesZoneDown",
        signal="zone_nodes",
        is_="<",
        threshold=1,
        hold="5m",
        severity="critical",
        triage="up",
        summary="No node of an availability zone is ready.",
        description=(
            "Zone {{ $labels.label_topology_kubernetes_io_zone }} of {{ $labels.cluster }} has {{ $value | humanize "
            "}} nodes that are ready."
        ),
        why=(
            "Pods of a lost zone are started elsewhere only after five minutes (the default toleration of unreachable "
            "nodes)."
        ),
    ),
    Alert(
        name="KubernetesNodeNotReady",
        signal="nodes_ready",
        is_="<",
        threshold=1,
        hold="5m",
        severity="warning",
        triage="up",
        summary="A node is not ready.",
        description="Node {{ $labels.node }} has not been ready for five minutes; its pods are given up.",
        why=(
            "After five minutes (the default toleration of unreachable nodes) its pods are given up and started "
            "elsewhere."
        ),
    ),
    Alert(
        name="KubernetesNodeCpuSaturated",
        signal="node_cpu",
        is_=">",
        threshold=0.9,
        hold="15m",
        severity="warning",
        triage="slow",
        summary="A node has no CPU time left.",
        description=(
            "{{ $value | humanizePercentage }} of the CPU time of node {{ $labels.instance }} is used (limit "
            "<threshold>)."
        ),
        why="Above nine tenths every pod of the node waits for its turn, whatever its own limit.",
    ),
    Alert(
        name="KubernetesNodeNetworkErrors",
        signal="network_errors",
        is_=">",
        threshold=0.01,
        hold="15m",
        severity="warning",
        triage="slow",
        summary="A network card drops packets with errors.",
        description=(
            "{{ $value | humanizePercentage }} of the packets of {{ $labels.device }} on node {{ $labels.instance }} "
            "have errors (limit <threshold>)."
        ),
        why=(
            "A healthy card has none; at one in a hundred TCP slows to a fraction (node_exporter's own mixin uses the "
            "same number)."
        ),
    ),
    Alert(
        name="KubernetesNodeClockOff",
        signal="clock_offset",
        is_=">",
        threshold=0.05,
        hold="10m",
        severity="warning",
        triage="slow",
        summary="A node's clock is off.",
        description=(
            "The clock of node {{ $labels.instance }} is {{ $value | humanizeDuration }} from its time server's "
            "(limit <threshold>)."
        ),
        why="node_exporter's own mixin uses 50 ms; times of events, token lives and nonces are compared across nodes.",
    ),
    Alert(
        name="KubernetesNodeClockNotSynced",
        signal="clock_synced",
        is_="<",
        threshold=1,
        hold="15m",
        severity="warning",
        triage="slow",
        summary="A node's clock is not synchronised.",
        description="The kernel of node {{ $labels.instance }} holds its clock for not synchronised.",
        why=(
            "The kernel gives a clock up sixteen seconds of estimated error after its last correction; fifteen "
            "minutes outlast a restart of the time daemon."
        ),
    ),
    Alert(
        name="KubernetesNodeMemoryShort",
        signal="node_memory",
        is_=">",
        threshold=0.9,
        hold="15m",
        severity="warning",
        triage="full",
        summary="A node is short of memory.",
        description=(
            "{{ $value | humanizePercentage }} of the memory of node {{ $labels.instance }} is used (limit "
            "<threshold>)."
        ),
        why="The kubelet evicts pods at 100 MiB left (its default memory.available); a tenth leaves time to move some.",
    ),
    Alert(
        name="KubernetesNodeDiskFilling",
        signal="node_disk",
        is_=">",
        threshold=0.8,
        hold="15m",
        severity="warning",
        triage="full",
        summary="A node's disk is nearly full.",
        description=(
            "{{ $labels.mountpoint }} of node {{ $labels.instance }} is {{ $value | humanizePercentage }} full (limit "
            "<threshold>)."
        ),
        why=(
            "The kubelet removes images at 85 % and evicts pods at 85 to 90 % (its defaults imagefs.available and "
            "nodefs.available)."
        ),
    ),
    Alert(
        name="KubernetesNodeInodes",
        signal="node_inodes",
        is_=">",
        threshold=0.9,
        hold="15m",
        severity="warning",
        triage="full",
        summary="A node's disk runs out of inodes.",
        description=(
            "{{ $labels.mountpoint }} of node {{ $labels.instance }} has used {{ $value | humanizePercentage }} of "
            "its inodes (limit <threshold>)."
        ),
        why="The kubelet evicts pods at 95 % (its default nodefs.inodesFree).",
    ),
    Alert(
        name="KubernetesNodePressure",
        signal="node_pressure",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="full",
        summary="A node is under pressure.",
        description="Node {{ $labels.node }} reports {{ $labels.condition }}: it takes no new pods and evicts some.",
        why=(
            "The kubelet holds a condition for five minutes after it has ended; one that lasts longer does not go "
            "away by itself."
        ),
    ),
    Alert(
        name="KubernetesNodePodsFull",
        signal="node_pods",
        is_=">",
        threshold=0.95,
        hold="15m",
        severity="warning",
        triage="full",
        summary="A node can take no more pods.",
        description=(
            "Node {{ $labels.node }} runs {{ $value | humanizePercentage }} of the pods it takes (limit <threshold>)."
        ),
        why="The kubelet takes 110 pods by default; the last few places are needed when another node fails.",
    ),
    Alert(
        name="KubernetesConntrackFilling",
        signal="conntrack",
        is_=">",
        threshold=0.8,
        hold="10m",
        severity="warning",
        triage="full",
        summary="A node's connection table fills up.",
        description=(
            "{{ $value | humanizePercentage }} of the connection table of node {{ $labels.instance }} is taken (limit "
            "<threshold>)."
        ),
        why="Once the table is full, new connections are dropped without a word; a fifth is left to act in.",
    ),
    Alert(
        name="KubernetesCertificateExpiring",
        signal="certificate_left",
        is_="<",
        threshold=604800,
        hold="1h",
        severity="warning",
        triage="changed",
        summary="A kubelet's certificate is about to end.",
        description=(
            "The client certificate of node {{ $labels.node }} ends in {{ $value | humanizeDuration }} (alert below "
            "<threshold>)."
        ),
        why=(
            "Kubelets renew with a fifth of the life left, 73 days of a year; one that comes down to a week has "
            "failed to."
        ),
        option="certificate_seconds_left",
    ),
    Alert(
        name="KubernetesCertificateNotRenewed",
        signal="certificate_errors",
        is_=">",
        threshold=0,
        hold="15m",
        severity="warning",
        triage="changed",
        summary="A kubelet cannot renew its certificate.",
        description=(
            "Node {{ $labels.node }} failed {{ $value | humanize }} times within an hour to renew its client "
            "certificate."
        ),
        why="A request that is not approved is repeated; a failure means that nothing approves or signs it.",
    ),
)
