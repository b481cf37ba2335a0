"""What warns that the broker fills up, and of changes on it."""

from obs.model.alert import Alert

LIMITS = (
    Alert(
        name="RabbitmqMessagesPileUp",
        signal="ready",
        is_=">",
        threshold=100000,
        option="ready_limit",
        hold="10m",
        severity="warning",
        triage="full",
        summary="Messages pile up in the broker.",
        description="{{ $value | humanize }} messages wait in the queues of {{ $labels.job }} (limit <threshold>).",
        why=(
            "About an hour's work at thirty messages a second: consumers that far behind rarely catch up by "
            "themselves, and memory follows soon after."
        ),
    ),
    Alert(
        name="RabbitmqMemoryHigh",
        signal="memory_share",
        is_=">",
        threshold=0.8,
        hold="10m",
        severity="warning",
        triage="full",
        summary="A broker node is close to its memory high watermark.",
        description=(
            "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its high watermark (limit <threshold>)."
        ),
        why="A fifth of the watermark is left to act in before publishers are blocked.",
    ),
    Alert(
        name="RabbitmqDiskLow",
        signal="disk_share",
        is_="<",
        threshold=2,
        hold="10m",
        severity="warning",
        triage="full",
        summary="A broker node is close to its free disk limit.",
        description=(
            "{{ $labels.instance }} has {{ $value | humanize }} times its free disk limit left (alert below "
            "<threshold>)."
        ),
        why="At once the limit publishers are blocked; at twice the limit there is as much again to act in.",
    ),
    Alert(
        name="RabbitmqDiskFilling",
        signal="disk_forecast",
        is_="<",
        threshold=1,
        hold="30m",
        severity="warning",
        triage="full",
        summary="A broker node's disk reaches its limit within four hours.",
        description=(
            "At the last hour's pace {{ $labels.instance }} has {{ $value | humanize }} times its free disk limit in "
            "four hours."
        ),
        why="Four hours are time enough to find what fills it in working order; at the limit publishers are blocked.",
    ),
    Alert(
        name="RabbitmqDescriptorsHigh",
        signal="descriptors_share",
        is_=">",
        threshold=0.8,
        hold="10m",
        severity="warning",
        triage="full",
        summary="A broker node runs out of file descriptors.",
        description=(
            "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its file descriptors (limit "
            "<threshold>)."
        ),
        why=(
            "Clients that reconnect after a network fault double their sockets for a while; a fifth is the room for "
            "that."
        ),
    ),
    Alert(
        name="RabbitmqProcessesHigh",
        signal="processes_share",
        is_=">",
        threshold=0.8,
        hold="10m",
        severity="warning",
        triage="full",
        summary="A broker node runs out of Erlang processes.",
        description=(
            "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its Erlang processes (limit "
            "<threshold>)."
        ),
        why="At the limit of 1,048,576 (default) the runtime ends; only leaks of connections or channels come near it.",
    ),
)

CHANGES = (
    Alert(
        name="RabbitmqConnectionChurn",
        signal="connection_churn",
        is_=">",
        threshold=10,
        option="churn_limit",
        hold="10m",
        severity="warning",
        triage="changed",
        summary="Clients open connections to the broker in a loop.",
        description="{{ $labels.job }} opens {{ $value | humanize }} connections per second (limit <threshold>).",
        why=(
            "Twenty-four pods whose health check connects every ten seconds open 2.4 a second; four times that is a "
            "client in a loop."
        ),
    ),
    Alert(
        name="RabbitmqChannelLeak",
        signal="channels_per_connection",
        is_=">",
        threshold=50,
        hold="30m",
        severity="warning",
        triage="changed",
        summary="A client opens channels and does not close them.",
        description="{{ $labels.job }} holds {{ $value | humanize }} channels per connection (limit <threshold>).",
        why="RabbitMQ docs (Channels) call single digits per connection ordinary; the hard limit is 2,047.",
    ),
    Alert(
        name="RabbitmqNodeRestarted",
        signal="uptime",
        is_="<",
        threshold=3600,
        hold="1m",
        severity="warning",
        triage="changed",
        summary="A broker node restarted.",
        description=(
            "{{ $labels.instance }} started {{ $value | humanizeDuration }} ago; its non-durable queues lost their "
            "messages."
        ),
        why=(
            "Every start empties the queues that are not durable: an hour to see it and to look after what was in "
            "them."
        ),
    ),
)
