"""What pages and what makes a ticket in the log pipeline; its objective."""

from obs.catalog.fluentd.queries import DEAD, ONWARDS, PIPE
from obs.model.alert import Alert, Inhibition, Objective

_WRITTEN = (
    "sum by (cluster, node) (\n"
    "    clamp_min(deriv(kubelet_container_log_filesystem_used_bytes{<selector:kubelet>, "
    'container!~"fluentd|fluentd-aggregator"}[<window>]), 0)\n'
    "  ) > 100"
)

UP = (
    Alert(
        name="FluentdNodeMissing",
        signal="missing_nodes",
        is_=">",
        threshold=0,
        hold="10m",
        severity="warning",
        triage="up",
        summary="Nobody reads the logs of a node.",
        description="{{ $labels.node }} is ready and no Fluentd follows its files.",
        why="A new node pulls the image and starts within ten minutes; the kubelet keeps what is written meanwhile.",
    ),
)

FAILING = (
    Alert(
        name="FluentdStalled",
        signal="lines_of_node",
        is_="<",
        threshold=0.01,
        hold="5m",
        severity="critical",
        triage="failing",
        summary="Fluentd runs and sends nothing on while the node's pods write.",
        description="{{ $labels.node }} hands on {{ $value | humanize }} lines per second (alert below <threshold>) while its files grow.",
        why=(
            "Fewer than one line in a hundred seconds, for ten minutes and five more: a busy container's 10 MiB by 5 files (kubelet defaults) last "
            "about as long, and what is rotated away unread is lost."
        ),
        guard=_WRITTEN,
        guard_on="cluster, node",
    ),
    Alert(
        name="FluentdDeadLetters",
        signal="dead_letters",
        is_=">",
        threshold=0,
        hold="1m",
        severity="warning",
        triage="failing",
        summary="Lines end as dead letters.",
        description="{{ $labels.instance }} sets {{ $value | humanize }} records per second aside that could not be handled.",
        why="Zero is the only good number: each is a line people will search for and not find.",
    ),
    Alert(
        name="FluentdDeliveryFailing",
        signal="failed_writes",
        is_=">",
        threshold=0.5,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="Most attempts to hand lines on fail.",
        description="{{ $value | humanizePercentage }} of the writes of {{ $labels.plugin_id }} on {{ $labels.instance }} fail (limit <threshold>); lines wait on disk.",
        why="One failure in two over ten minutes is no restart of a node of Elasticsearch, which another one covers.",
    ),
    Alert(
        name="FluentdGivingUp",
        signal="retrying",
        is_=">",
        threshold=43200,
        hold="1m",
        severity="critical",
        triage="failing",
        summary="Fluentd is about to give up chunks.",
        description="{{ $labels.plugin_id }} on {{ $labels.instance }} has failed for {{ $value | humanizeDuration }}; after 19 hours chunks become files nobody sends.",
        why="retry_timeout is 24 h and <secondary> takes over at 80 % of it: at twelve hours seven are left.",
    ),
)

SLOW = (
    Alert(
        name="FluentdThrottled",
        signal="throttled",
        is_=">",
        threshold=0,
        hold="15m",
        severity="warning",
        triage="slow",
        summary="A container writes more than its share, and its lines come late.",
        description="{{ $labels.instance }} leaves files to wait {{ $value | humanize }} times per second.",
        why="A burst is over within minutes; after a quarter of an hour files are rotated away before they are read.",
    ),
    Alert(
        name="FluentdSlowWrites",
        signal="slow_writes",
        is_=">",
        threshold=0.01,
        hold="15m",
        severity="warning",
        triage="slow",
        summary="Elasticsearch takes chunks too slowly.",
        description="{{ $labels.plugin_id }} on {{ $labels.instance }} has {{ $value | humanize }} writes per second over 25 seconds (limit <threshold>).",
        why="More than one in a hundred seconds: with two threads a quarter of all writing time.",
    ),
    Alert(
        name="FluentdBusy",
        signal="cores",
        is_=">",
        threshold=0.9,
        hold="15m",
        severity="warning",
        triage="slow",
        summary="Fluentd needs all the CPU it can use, and falls behind.",
        description="{{ $labels.pod }} uses {{ $value | humanize }} cores per worker (limit <threshold>).",
        why="A worker runs Ruby on one core; above nine tenths of it lines wait in their files.",
    ),
)

FULL = (
    Alert(
        name="FluentdBufferFilling",
        signal="buffer_space",
        is_="<",
        threshold=0.5,
        hold="10m",
        severity="warning",
        triage="full",
        summary="A buffer of the pipeline is half full.",
        description="{{ $labels.plugin_id }} on {{ $labels.instance }} has {{ $value | humanizePercentage }} of its buffer left (alert below <threshold>).",
        why="The buffer holds the outage the spec states (logging.volume.outage): half of that time is left.",
    ),
    Alert(
        name="FluentdBufferFull",
        signal="buffer_space",
        is_="<",
        threshold=0.1,
        hold="5m",
        severity="critical",
        triage="full",
        summary="A buffer of the pipeline is almost full.",
        description="{{ $labels.plugin_id }} on {{ $labels.instance }} has {{ $value | humanizePercentage }} of its buffer left (alert below <threshold>).",
        why="At zero reading stops, and lines live only as long as the kubelet keeps their file.",
    ),
)

ALERTS = (*UP, *FAILING, *SLOW, *FULL)

_LETTERS = f'sum by ({PIPE}) (rate(fluentd_output_status_emit_records{{<selector>, plugin_id="{DEAD}"}}[<window>]))'
_SENT = f'sum by ({PIPE}) (rate(fluentd_output_status_emit_records{{<selector>, plugin_id=~"{ONWARDS}"}}[<window>]))'

OBJECTIVES = (
    Objective(
        name="delivery",
        title="Lines delivered",
        help="Share of lines that reach Elasticsearch's door and are not set aside as dead letters.",
        errors=_LETTERS,
        total=_SENT,
        alert="FluentdDeliveryBudgetBurn",
        summary="Too many lines end as dead letters.",
        why="One line in a thousand lost to the search: enough to miss the one that matters.",
    ),
)

INHIBITIONS = (
    Inhibition(
        source=("FluentdTargetMissing",),
        target=("FluentdNodeMissing",),
        equal=("cluster",),
        why="When no Fluentd answers, each node without one is no news.",
    ),
    Inhibition(
        source=("FluentdBufferFull",),
        target=("FluentdBufferFilling",),
        equal=("cluster", "namespace", "job", "instance", "plugin_id"),
        why="Almost full, being half full is no news.",
    ),
    Inhibition(
        source=("FluentdGivingUp",),
        target=("FluentdDeliveryFailing",),
        equal=("cluster", "namespace", "job", "instance", "plugin_id"),
        why="Twelve hours of failures are failures, of course.",
    ),
    Inhibition(
        source=("KubernetesNodeNotReady",),
        target=("FluentdStalled",),
        equal=("cluster", "node"),
        why="On a node that is not ready nothing is read.",
    ),
)
