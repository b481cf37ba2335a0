"""Alerts on reaching, loading and filling a database, shared by every engine under its own prefix."""

from obs.catalog.database_signals import ANSWERS, NODE
from obs.model.alert import Alert


def common(prefix: str, engine: str) -> tuple[Alert, ...]:
    """The alerts under the names of one engine, e.g. ("Postgresql", "PostgreSQL")."""
    return (
        *_answering(prefix, engine),
        *_writing(prefix, engine),
        *_failing(prefix),
        *_waiting(prefix),
        *_full(prefix),
    )


def _answering(prefix: str, engine: str) -> tuple[Alert, ...]:
    return (
        Alert(
            name=f"{prefix}Down",
            signal="up",
            is_="<",
            threshold=1,
            hold="2m",
            severity="critical",
            triage="up",
            summary=f"A {engine} node does not answer.",
            description="{{ $labels.instance }} of {{ $labels.job }} answers no query; its connections are lost.",
            why="Two minutes outlast a restart and four scrapes; a node that is needed is missed by then.",
        ),
        Alert(
            name=f"{prefix}RefusesConnections",
            signal="accepts",
            is_="<",
            threshold=1,
            hold="2m",
            severity="critical",
            triage="up",
            summary=f"A {engine} node answers but refuses new connections.",
            description=(
                "{{ $labels.instance }} serves the sessions it has and turns new ones away: "
                "all slots taken, or login, TLS or the network changed."
            ),
            why=(
                "With 47 of 47 slots taken PostgreSQL 15 kept serving a standing session and refused every new one "
                "(measured)."
            ),
            guard=ANSWERS,
            guard_on=NODE,
        ),
        Alert(
            name=f"{prefix}ConnectSlow",
            signal="connect_duration",
            is_=">",
            threshold=1,
            hold="5m",
            severity="warning",
            triage="slow",
            summary=f"Connecting to a {engine} node takes long.",
            description=(
                "A new connection to {{ $labels.instance }} takes {{ $value | humanizeDuration }} (limit <threshold>)."
            ),
            why=(
                "14 ms for PostgreSQL 15 with SCRAM, 35 ms for MariaDB 10.11 (measured): a second is thirty times that."
            ),
            guard=f"min by ({NODE}) (db_connect_success{{<selector>}}) > 0",
            guard_on=NODE,
        ),
        Alert(
            name=f"{prefix}Restarted",
            signal="uptime",
            is_="<",
            threshold=300,
            hold="1m",
            severity="warning",
            triage="changed",
            summary=f"A {engine} node was restarted.",
            description=(
                "{{ $labels.instance }} was started {{ $value | humanizeDuration }} ago; every session before that is"
                " lost."
            ),
            why="Daemons that hold one session for long exit, or keep a dead one without a word: look at them now.",
        ),
    )


def _writing(prefix: str, engine: str) -> tuple[Alert, ...]:
    return (
        Alert(
            name=f"{prefix}NoWritableNode",
            signal="writable",
            is_="<",
            threshold=1,
            hold="2m",
            severity="critical",
            triage="up",
            summary=f"No node of a {engine} cluster accepts writes.",
            description=("{{ $value | humanize }} nodes of {{ $labels.job }} accept writes: nothing can be stored."),
            why="One node must be writable; two minutes are longer than a failover of RDS or Cloud SQL usually takes.",
        ),
        Alert(
            name=f"{prefix}SplitBrain",
            signal="writable",
            is_=">",
            threshold=1,
            hold="2m",
            severity="critical",
            triage="up",
            summary=f"More than one node of a {engine} cluster accepts writes.",
            description=(
                "{{ $value | humanize }} nodes of {{ $labels.job }} accept writes; what each stores the other does "
                "not have."
            ),
            why="Replicas are read-only by design; a second writable node makes two histories of the same rows.",
        ),
    )


def _failing(prefix: str) -> tuple[Alert, ...]:
    return (
        Alert(
            name=f"{prefix}Deadlocks",
            signal="deadlocks",
            is_=">",
            threshold=0.05,
            hold="5m",
            severity="warning",
            triage="failing",
            summary="Transactions deadlock again and again.",
            description="{{ $value | humanize }} deadlocks per second on {{ $labels.instance }} (limit <threshold>).",
            why=(
                "Three a minute, sustained: a single one is retried and forgotten; these come from code that locks the "
                "same rows in different order."
            ),
        ),
    )


def _waiting(prefix: str) -> tuple[Alert, ...]:
    return (
        Alert(
            name=f"{prefix}LockQueue",
            signal="lock_wait_age",
            is_=">",
            threshold=30,
            hold="1m",
            severity="warning",
            triage="slow",
            summary="Sessions queue for a lock.",
            description=(
                "A session on {{ $labels.instance }} has waited {{ $value | humanizeDuration }} for a lock (limit "
                "<threshold>)."
            ),
            why=(
                "Half of InnoDB's innodb_lock_wait_timeout of 50 s (MySQL manual) and ten times what a client waits "
                "patiently."
            ),
        ),
        Alert(
            name=f"{prefix}LongTransaction",
            signal="transaction_age",
            is_=">",
            threshold=600,
            hold="1m",
            severity="warning",
            triage="slow",
            summary="A transaction has been open for long.",
            description=(
                "The oldest transaction on {{ $labels.instance }} is {{ $value | humanizeDuration }} old (limit "
                "<threshold>)."
            ),
            why="Requests end within a minute and daemons work in seconds; ten minutes keep cleanup from a busy table.",
        ),
        Alert(
            name=f"{prefix}CacheMisses",
            signal="cache_hit_ratio",
            is_="<",
            threshold=0.9,
            hold="30m",
            severity="info",
            triage="slow",
            summary="Many reads come from disk.",
            description=(
                "Only {{ $value | humanizePercentage }} of page reads on {{ $labels.instance }} come from memory "
                "(limit <threshold>)."
            ),
            why=(
                "One read in ten from disk makes the average read several times slower; what is read all day should "
                "fit in memory."
            ),
        ),
    )


def _full(prefix: str) -> tuple[Alert, ...]:
    return (
        Alert(
            name=f"{prefix}ConnectionsHigh",
            signal="connections_ratio",
            is_=">",
            threshold=0.8,
            hold="5m",
            severity="warning",
            triage="full",
            summary="Sessions near the server's limit.",
            description=(
                "{{ $value | humanizePercentage }} of the sessions open to clients of {{ $labels.instance }} are "
                "taken (limit <threshold>)."
            ),
            why="One more pod may open 32 sessions (4 workers x 8 threads): four fifths leave room to act.",
        ),
        Alert(
            name=f"{prefix}ConnectionsExhausted",
            signal="connections_ratio",
            is_=">",
            threshold=0.95,
            hold="2m",
            severity="critical",
            triage="full",
            summary="Almost every session of the server is taken.",
            description=(
                "{{ $value | humanizePercentage }} of the sessions open to clients of {{ $labels.instance }} are "
                "taken (limit <threshold>)."
            ),
            why="The next pool that grows is refused, and its requests fail.",
        ),
        Alert(
            name=f"{prefix}SizeLimit",
            signal="footprint",
            is_=">",
            threshold=80 * 2**30,
            option="size_limit_bytes",
            hold="10m",
            severity="warning",
            triage="full",
            summary="Databases and logs outgrow their volume.",
            description="{{ $labels.instance }} keeps {{ $value | humanize1024 }}B on disk (limit <threshold>).",
            why="Four fifths of a 100 GiB volume; set the option size_limit_bytes to four fifths of yours.",
        ),
    )
