"""What people ask of the cluster: its events, its nodes, and who changed what through the API."""

from obs.model.search import Board, Chart, Search

EVENT = "event.dataset: kubernetes.event"
AUDIT = "event.dataset: kubernetes.audit"
WARNINGS = f"{EVENT} and log.level: (warn or error)"
CHANGES = f"{AUDIT} and event.action: (create or update or patch or delete or deletecollection)"
SECRETS = f"{AUDIT} and orchestrator.resource.type: secrets and event.action: (get or list or watch)"
WHY = ("event.reason", "log.logger", "kubernetes.event.count")
OBJECT = ("orchestrator.namespace", "orchestrator.resource.type", "orchestrator.resource.name")

BOARD = Board(
    name="kubernetes",
    title="Kubernetes events and audit",
    help="What the cluster says of itself, and who changed what.",
    query="event.module: kubernetes",
    formats=("kubernetes",),
    component="kubernetes",
    controls=("orchestrator.namespace", "event.reason", "user.name"),
    charts=(
        Chart(name="warnings", title="Warnings by reason", help="BackOff, FailedScheduling, Unhealthy …", query=WARNINGS, by=("event.reason",)),
        Chart(name="reasons", title="Events by reason", help="Normal ones too: Killing, Scheduled, SuccessfulRescale …", query=EVENT, by=("event.reason",)),
        Chart(name="who-tells", title="Events by component", help="Who saw them: kubelet, scheduler, controllers.", query=EVENT, by=("log.logger",)),
        Chart(name="changes", title="Changes by user", help="Through the API, people and controllers alike.", query=CHANGES, by=("user.name",)),
        Chart(
            name="objects",
            title="Warnings by object",
            help="Which object is in trouble most.",
            kind="table",
            query=WARNINGS,
            by=("event.reason", *OBJECT),
            width=48,
        ),
    ),
    searches=(
        Search(
            name="events",
            title="Kubernetes events",
            help="Everything the cluster says of its objects, and why.",
            query=EVENT,
            columns=("log.level", *WHY, *OBJECT, "message"),
            scope=(),
        ),
        Search(
            name="warnings",
            title="Kubernetes: warnings",
            help="Events of type Warning.",
            query=WARNINGS,
            columns=(*WHY, *OBJECT, "message"),
            scope=(),
        ),
        Search(
            name="changes",
            title="Kubernetes: who changed what",
            help="Requests that create, change or delete.",
            query=CHANGES,
            columns=("user.name", "event.action", *OBJECT, "http.response.status_code", "source.ip"),
            scope=(),
        ),
        Search(
            name="secrets-read",
            title="Kubernetes: who read secrets",
            help="Requests that read Secrets, and their answers.",
            query=SECRETS,
            columns=("user.name", "event.action", *OBJECT, "http.response.status_code", "source.ip"),
            scope=(),
        ),
        Search(
            name="nodes",
            title="Kubernetes: errors of kubelet and containerd",
            help="What nodes complain of.",
            query="event.dataset: (kubernetes.kubelet or kubernetes.containerd) and log.level: (error or fatal)",
            columns=("kubernetes.node.name", "log.logger", "message"),
            alerts=("KubernetesNodeNotReady", "KubernetesNodePressure", "KubernetesContainerCannotStart"),
            scope=(),
        ),
    ),
    shown=("warnings",),
)
