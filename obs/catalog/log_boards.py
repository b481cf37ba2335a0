"""Boards every platform has: what is written and by whom, and what the pipeline could not place."""

from obs.model.search import LINES, Board, Chart, Measure, SavedQuery, Search

ERRORS = "log.level: (error or fatal)"
LAST_SEEN = Measure(label="Last line", operation="max", field="@timestamp")

OVERVIEW = Board(
    name="overview",
    title="Logs overview",
    help="Who writes how much, what is failing, and who has fallen silent.",
    query="not event.kind: pipeline_error",
    controls=("service.name", "kubernetes.namespace", "log.level"),
    charts=(
        Chart(name="lines", title="Lines", help="All lines in the time shown.", kind="number", width=12, height=6),
        Chart(
            name="errors",
            title="Errors",
            help="Lines of level error and fatal.",
            kind="number",
            query=ERRORS,
            width=12,
            height=6,
        ),
        Chart(
            name="services",
            title="Services that write",
            help="Fewer than usual: one has fallen silent.",
            kind="number",
            values=(Measure(label="Services", operation="unique_count", field="service.name"),),
            width=12,
            height=6,
        ),
        Chart(
            name="unknown",
            title="Lines of no known format",
            help="They are kept whole, but have no fields of their own.",
            kind="number",
            query="tags: unparsed",
            width=12,
            height=6,
        ),
        Chart(
            name="by-level",
            title="Lines by level",
            help="A jump in warn and error says when it began.",
            by=("log.level",),
        ),
        Chart(
            name="by-service",
            title="Lines by service",
            help="A colour that ends is a service that stopped writing.",
            by=("service.name",),
        ),
        Chart(
            name="errors-by-service",
            title="Errors by service and logger",
            help="Where the errors come from.",
            kind="table",
            query=ERRORS,
            by=("service.name", "event.dataset", "log.logger"),
            values=(LINES, LAST_SEEN),
        ),
        Chart(
            name="last-seen",
            title="Last line of each service",
            help="Sort by the last line: the oldest is the most silent.",
            kind="table",
            by=("service.name", "kubernetes.namespace"),
            values=(LINES, LAST_SEEN),
            size=50,
        ),
    ),
    searches=(
        Search(
            name="errors",
            title="Errors of all services",
            help="Every line of level error or fatal.",
            query=ERRORS,
            columns=("service.name", "log.level", "log.logger", "message"),
        ),
        Search(
            name="pod",
            title="Everything a pod wrote",
            help="Add a filter on kubernetes.pod.name and read on in time.",
            query="kubernetes.pod.name: *",
            columns=("kubernetes.pod.name", "kubernetes.container.name", "log.level", "message"),
            alerts=("KubernetesCrashLoop", "KubernetesPodRestarting", "KubernetesOomKilled"),
        ),
    ),
    shown=("errors",),
)

PIPELINE = Board(
    name="pipeline",
    title="Log pipeline",
    help="Records that could not be delivered, and lines that could not be read.",
    query="event.kind: pipeline_error or tags: (unparsed or torn)",
    component="fluentd",
    controls=("service.name",),
    charts=(
        Chart(
            name="dead-letters",
            title="Dead letters",
            help="Records Elasticsearch refused. Zero is the only good number.",
            query="event.kind: pipeline_error",
            by=("fluentd.tag",),
        ),
        Chart(
            name="unparsed",
            title="Lines of no known format",
            help="By service: whose format has changed.",
            query="tags: unparsed",
            by=("service.name",),
        ),
        Chart(
            name="torn",
            title="Torn lines",
            help="Parts of a long line whose rest never came.",
            query="tags: torn",
            by=("service.name",),
        ),
    ),
    searches=(
        Search(
            name="dead-letters",
            title="Dead letters",
            help="What was refused; why stands in the log of Fluentd at the same time.",
            query="event.kind: pipeline_error",
            columns=("fluentd.tag", "fluentd.record"),
            alerts=("FluentdDeadLetters", "FluentdDeliveryBudgetBurn"),
            scope=(),
        ),
        Search(
            name="unparsed",
            title="Lines of no known format",
            help="Whole lines, as they came.",
            query="tags: unparsed",
            columns=("service.name", "kubernetes.container.name", "message"),
        ),
    ),
    shown=("dead-letters",),
)

GENERAL: tuple[Board, ...] = (OVERVIEW, PIPELINE)

QUERIES: tuple[SavedQuery, ...] = (
    SavedQuery(name="errors", title="Only errors", help="Level error and fatal.", query=ERRORS),
    SavedQuery(
        name="no-noise",
        title="Without debug and probes",
        help="What is left when programs talk to themselves less.",
        query="not log.level: (trace or debug) and not message: *healthz*",
    ),
)
