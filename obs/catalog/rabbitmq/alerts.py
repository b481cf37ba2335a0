"""What pages and what makes a ticket at the broker."""

from obs.catalog.rabbitmq.alerts_limits import CHANGES, LIMITS
from obs.model.alert import Alert

_RECEIVED = "sum by (<group>) (rate(rabbitmq_global_messages_received_total{<selector>}[<window>]))"
_DELIVERED = "sum by (<group>) (rate(rabbitmq_global_messages_delivered_total{<selector>}[<window>]))"
_BLOCKED = "publishers of the whole cluster are blocked"

CLUSTER = (
    Alert(
        name="RabbitmqPartition",
        signal="split",
        is_=">=",
        threshold=1,
        hold="2m",
        severity="critical",
        triage="up",
        summary="The broker's cluster is split.",
        description=(
            "{{ $value | humanize }} running nodes of {{ $labels.job }} are out of sight of another running node."
        ),
        why="Two minutes outlast the net tick time of 60 s (RabbitMQ docs, Clustering and Network Partitions).",
    ),
    Alert(
        name="RabbitmqPeerUnreachable",
        signal="unreachable_peers",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="up",
        summary="A broker node has lost sight of a peer.",
        description="{{ $labels.instance }} cannot reach {{ $value | humanize }} of its cluster's members.",
        why="A node's restart is over within five minutes; after that a member is missing.",
    ),
    Alert(
        name="RabbitmqMemoryAlarm",
        signal="alarm_memory",
        is_=">",
        threshold=0,
        hold="1m",
        severity="critical",
        triage="up",
        summary="The broker's memory alarm blocks publishers.",
        description=f"{{{{ $labels.instance }}}} is above its memory high watermark; {_BLOCKED}.",
        why="The alarm is the broker's own decision to stop publishers (RabbitMQ docs, Memory Alarms).",
    ),
    Alert(
        name="RabbitmqDiskAlarm",
        signal="alarm_disk",
        is_=">",
        threshold=0,
        hold="1m",
        severity="critical",
        triage="up",
        summary="The broker's disk alarm blocks publishers.",
        description=f"{{{{ $labels.instance }}}} is below its free disk limit; {_BLOCKED}.",
        why="The alarm is the broker's own decision to stop publishers (RabbitMQ docs, Free Disk Space Alarms).",
    ),
    Alert(
        name="RabbitmqDescriptorAlarm",
        signal="alarm_descriptors",
        is_=">",
        threshold=0,
        hold="1m",
        severity="critical",
        triage="up",
        summary="The broker is out of file descriptors.",
        description="{{ $labels.instance }} accepts no more connections: every file descriptor is taken.",
        why="The alarm is the broker's own; below it no client can connect.",
    ),
)

FLOW = (
    Alert(
        name="RabbitmqNoConnections",
        signal="all_connections",
        is_="<",
        threshold=1,
        option="connections_minimum",
        hold="2m",
        severity="critical",
        triage="failing",
        summary="Too few clients are connected to the broker.",
        description="{{ $labels.job }} has {{ $value | humanize }} connections (alert below <threshold>).",
        why=(
            "Daemons keep their connection for days and reconnect within seconds: two minutes without them is an "
            "outage."
        ),
    ),
    Alert(
        name="RabbitmqNoConsumers",
        signal="consumers",
        is_="<",
        threshold=1,
        hold="2m",
        severity="critical",
        triage="failing",
        summary="Nobody consumes from the broker.",
        description="{{ $labels.job }} has {{ $value | humanize }} consumers while messages keep coming in.",
        why=(
            "A platform that publishes and consumes nothing has lost all its daemons, or they did not come back "
            "after a restart."
        ),
        guard=f"{_RECEIVED} > 0.1",
    ),
    Alert(
        name="RabbitmqRedeliveryLoop",
        signal="redelivered",
        is_=">",
        threshold=0.5,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="The broker delivers the same messages again and again.",
        description=(
            "{{ $value | humanizePercentage }} of the deliveries of {{ $labels.job }} are repeats (limit "
            "<threshold>)."
        ),
        why=(
            "Half of all deliveries: a consumer that fails gives a message back at once, so one poison message "
            "crowds out work."
        ),
        guard=f"{_DELIVERED} > 1",
    ),
    Alert(
        name="RabbitmqMessagesDropped",
        signal="dropped",
        is_=">",
        threshold=20,
        option="dropped_limit",
        hold="10m",
        severity="warning",
        triage="failing",
        summary="The broker drops messages that no queue is bound for.",
        description=(
            "{{ $labels.job }} drops {{ $value | humanize }} messages per second as unroutable (limit <threshold>)."
        ),
        why="Events without a listener are ordinary here, so the limit is an option: above what an ordinary day drops.",
    ),
    Alert(
        name="RabbitmqMessagesReturned",
        signal="returned",
        is_=">",
        threshold=0.1,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="The broker returns messages their publisher insisted on.",
        description=(
            "{{ $labels.job }} returns {{ $value | humanize }} mandatory messages per second (limit <threshold>)."
        ),
        why=(
            "A publisher sets the mandatory flag because the message matters: more than a stray one in ten seconds "
            "is a fault."
        ),
    ),
    Alert(
        name="RabbitmqLoginFailures",
        signal="login_failures",
        is_=">",
        threshold=0.1,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="The broker refuses logins.",
        description="{{ $labels.job }} refuses {{ $value | humanize }} logins per second (limit <threshold>).",
        why=(
            "One in ten seconds for ten minutes is a client that retries with a wrong password, or somebody who "
            "guesses."
        ),
    ),
)

ALERTS = (*CLUSTER, *FLOW, *LIMITS, *CHANGES)
