"""Alerts on replication that every engine shares, and which alerts are silent because another says it all."""

from obs.model.alert import Alert, Inhibition

GROUP = ("cluster", "namespace", "job")
NODE = (*GROUP, "instance")


def alerts(prefix: str) -> tuple[Alert, ...]:
    """Alerts on lag, missing replicas and the heartbeat under the names of one engine."""
    return (*_lag(prefix), *_members(prefix))


def _lag(prefix: str) -> tuple[Alert, ...]:
    return (
        Alert(
            name=f"{prefix}ReplicaLagging",
            signal="lag",
            is_=">",
            threshold=10,
            hold="5m",
            severity="warning",
            triage="failing",
            summary="A replica is behind its primary.",
            description="{{ $labels.instance }} is {{ $value | humanizeDuration }} behind (limit <threshold>).",
            why=(
                "A healthy replica showed a heartbeat of 0.9 to 1.0 s (measured, one beat a second): ten beats are a "
                "delay."
            ),
        ),
        Alert(
            name=f"{prefix}ReplicaFarBehind",
            signal="lag",
            is_=">",
            threshold=60,
            hold="5m",
            severity="critical",
            triage="failing",
            summary="A replica is so far behind that a failover would lose data.",
            description=(
                "{{ $labels.instance }} is {{ $value | humanizeDuration }} behind (limit <threshold>); promoting it "
                "loses that much."
            ),
            why="A minute of writes is what a failover now would cost: what people were told is stored would be gone.",
        ),
        Alert(
            name=f"{prefix}ReplicaLagUnknown",
            signal="lag_known",
            is_="<",
            threshold=1,
            hold="10m",
            severity="warning",
            triage="failing",
            summary="Nothing says how far a replica is behind.",
            description="{{ $labels.instance }} has no heartbeat row that can be read, so lag alerts on it are blind.",
            why="An unknown lag is not a lag of zero: the engines report 0 on a dead link (measured).",
        ),
    )


def _members(prefix: str) -> tuple[Alert, ...]:
    return (
        Alert(
            name=f"{prefix}StandbyMissing",
            signal="standbys_missing",
            is_=">",
            threshold=0,
            hold="5m",
            severity="warning",
            triage="failing",
            summary="A replica is not connected to its primary.",
            description=(
                "{{ $value | humanize }} replicas of {{ $labels.job }} do not stream from any node of the cluster."
            ),
            why="Every replica counts: the cluster has less redundancy than it was built with.",
        ),
        Alert(
            name=f"{prefix}HeartbeatStopped",
            signal="heartbeat_age",
            is_=">",
            threshold=60,
            hold="5m",
            severity="warning",
            triage="failing",
            summary="Nobody writes the replication heartbeat.",
            description=(
                "The newest heartbeat row on {{ $labels.instance }} is {{ $value | humanizeDuration }} old (limit "
                "<threshold>)."
            ),
            why="The writer beats every 1 to 5 seconds; after twelve missed beats it is not late but gone.",
        ),
    )


def inhibitions(prefix: str, *, stopped: str) -> tuple[Inhibition, ...]:
    """What is muted while its cause fires; `stopped` names the engine's alert on a replica that receives nothing."""
    lag = (f"{prefix}ReplicaLagging", f"{prefix}ReplicaFarBehind")
    return (
        Inhibition(
            source=(f"{prefix}NoWritableNode",),
            target=(
                *lag,
                f"{prefix}HeartbeatStopped",
                f"{prefix}StandbyMissing",
                stopped,
                f"{prefix}ConnectBudgetBurn",
            ),
            equal=GROUP,
            why="Without a primary there is nothing to replicate and nowhere to connect: bring the primary back first.",
        ),
        Inhibition(
            source=(f"{prefix}Down",),
            target=(f"{prefix}MetricsMissing",),
            equal=("cluster", "job"),
            why="A node that is down tells nothing of itself.",
        ),
        Inhibition(
            source=(f"{prefix}Down", f"{prefix}RefusesConnections"),
            target=(f"{prefix}ConnectBudgetBurn",),
            equal=GROUP,
            why="The budget burns because the node is down or refuses connections.",
        ),
        Inhibition(
            source=(f"{prefix}HeartbeatStopped",),
            target=lag,
            equal=GROUP,
            why="An old heartbeat says nothing of lag when nobody writes new ones.",
        ),
        Inhibition(
            source=(f"{prefix}PrivilegeMissing",),
            target=(f"{prefix}CollectorFailing", f"{prefix}CollectorStale"),
            equal=NODE,
            why="The collector fails because it may not read; granting the privilege mends both.",
        ),
    )
