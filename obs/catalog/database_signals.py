"""Questions asked of every database engine, in the same words and the same PromQL."""

from obs.model.signal import Signal

NODE = "<group>, instance"
"""One database node: the labels joins between its series go by."""

REPLICA = f"and on ({NODE}) max by ({NODE}) (db_is_replica{{<selector>}}) == 1"
PRIMARY = f"and on ({NODE}) max by ({NODE}) (db_is_replica{{<selector>}}) == 0"


def longest_since(metric: str) -> str:
    """Seconds from a node's oldest such moment to the scrape that told of it.

    `time()` instead of the scrape's own time would add up to a scrape interval: more than the lag that matters.
    """
    told = f"{metric}{{<selector>}}"
    return f"max by ({NODE}) (timestamp({told}) - {told})"


HEARTBEAT_AGE = longest_since("db_replication_heartbeat_timestamp_seconds")
"""Age of the newest heartbeat row a node has, by the clock of whoever wrote it."""

ANSWERS = f"max by ({NODE}) (db_up{{<selector>}}) > 0"
"""Guard of alerts on a node's state: while the node is down, its being down is the news."""

_PAGES_READ = f"sum by ({NODE}) (rate(db_cache_reads_total{{<selector>}}[<window>]))"

CONNECTING = (
    Signal(
        name="up",
        title="Nodes that answer",
        help="1 while the exporter's standing session to the node answers queries.",
        unit="state",
        query=f"min by ({NODE}) (db_up{{<selector>}})",
    ),
    Signal(
        name="writable",
        title="Nodes that accept writes",
        help="Exactly one node of a cluster should. None: nothing can be stored. Two: the data is splitting.",
        unit="count",
        query="sum by (<group>) (1 - db_read_only{<selector>})",
        legend="{{job}}",
    ),
    Signal(
        name="accepts",
        title="New connections accepted",
        help=(
            "Whether the latest attempt to open a new connection succeeded. "
            "A node that answers on its standing session and refuses new ones is full or misconfigured."
        ),
        unit="state",
        query=f"min by ({NODE}) (db_connect_success{{<selector>}})",
    ),
    Signal(
        name="uptime",
        title="Time since start",
        help="How long ago the server process was started. All sessions are lost in a restart.",
        unit="seconds",
        query=f"min by ({NODE}) (time() - db_start_timestamp_seconds{{<selector>}})",
    ),
    Signal(
        name="connect_failures",
        title="Refused connections by reason",
        help="The exporter's own attempts to connect that failed, once per scrape and node.",
        unit="per_second",
        query=f"sum by ({NODE}, reason) (rate(db_connect_failures_total{{<selector>}}[<window>]))",
        legend="{{instance}} {{reason}}",
    ),
    Signal(
        name="connect_duration",
        title="Time to connect",
        help="TCP, TLS and login of the latest new connection. Applications without a pool pay it for each request.",
        unit="seconds",
        query=f"max by ({NODE}) (db_connect_duration_seconds{{<selector>}})",
    ),
    Signal(
        name="version",
        title="Server versions",
        help="What each node runs. Two versions in one cluster are a finished or a forgotten upgrade.",
        unit="state",
        query=f"max by ({NODE}, engine, version) (db_build_info{{<selector>}})",
        legend="{{instance}} {{version}}",
    ),
)

REPLICATION = (
    Signal(
        name="heartbeat_age",
        title="Heartbeat age on the primary",
        help=(
            "Seconds since the platform last wrote its heartbeat row. While it grows, lag cannot be told from silence."
        ),
        unit="seconds",
        query=f"{HEARTBEAT_AGE}\n{PRIMARY}",
        legend="{{instance}}",
    ),
    Signal(
        name="lag_estimate",
        title="Lag as the engine reports it",
        help=(
            "The engine's own opinion, shown while it has one. It reads 0 on a dead link: compare it with the true "
            "lag, never rely on it alone."
        ),
        unit="seconds",
        query=(
            f"max by ({NODE}) (db_replication_lag_estimate_seconds{{<selector>}})\n"
            f"and on ({NODE}) max by ({NODE}) (db_replication_lag_estimate_known{{<selector>}}) == 1\n{REPLICA}"
        ),
    ),
    Signal(
        name="standbys_missing",
        title="Replicas not connected",
        help="Every node but one should stream from another one. Fewer leave nothing to fail over to.",
        unit="count",
        query=(
            "count by (<group>) (db_up{<selector>}) - 1\n"
            '- sum by (<group>) (db_replication_standbys{<selector>, state="streaming"})'
        ),
        legend="{{job}}",
    ),
    Signal(
        name="standbys",
        title="Connected replicas by state",
        help="Replicas connected to each node. Catching up is normal after a restart, for minutes.",
        unit="count",
        query=f"sum by ({NODE}, state) (db_replication_standbys{{<selector>}})",
        legend="{{instance}} {{state}}",
    ),
)

LOAD = (
    Signal(
        name="connections_ratio",
        title="Sessions in use",
        help=(
            "Client sessions as a share of those open to clients: the server's limit less what is kept for "
            "administrators."
        ),
        unit="ratio",
        query=(
            f"sum by ({NODE}) (db_connections{{<selector>}})\n"
            f"/ (\n  max by ({NODE}) (db_connections_max{{<selector>}})\n"
            f"  - max by ({NODE}) (db_connections_reserved{{<selector>}}) > 0\n)"
        ),
    ),
    Signal(
        name="connections",
        title="Sessions by state",
        help=(
            "Client sessions by what they do. Many idle ones are pools sized too large; many active ones are slow "
            "queries."
        ),
        unit="connections",
        query=f"sum by ({NODE}, state) (db_connections{{<selector>}})",
        legend="{{instance}} {{state}}",
    ),
    Signal(
        name="lock_waiters",
        title="Sessions waiting for a lock",
        help="Sessions that cannot go on because another holds what they need.",
        unit="count",
        query=f"max by ({NODE}) (db_lock_waiters{{<selector>}})",
    ),
    Signal(
        name="lock_wait_age",
        title="Longest wait for a lock",
        help="How long the session at the head of the queue has been waiting; 0 while none waits.",
        unit="seconds",
        query=f"clamp_min({longest_since('db_lock_wait_oldest_start_timestamp_seconds')}, 0)",
    ),
    Signal(
        name="transaction_age",
        title="Oldest open transaction",
        help=(
            "How long the oldest transaction has been open. It holds its locks and keeps old row versions from being "
            "cleaned."
        ),
        unit="seconds",
        query=f"clamp_min({longest_since('db_longest_transaction_start_timestamp_seconds')}, 0)",
    ),
    Signal(
        name="deadlocks",
        title="Deadlocks",
        help=(
            "Transactions cancelled because they waited for each other in a circle. A client retries its own, or "
            "loses it."
        ),
        unit="per_second",
        query=f"sum by ({NODE}) (rate(db_deadlocks_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="cache_hit_ratio",
        title="Reads served from memory",
        help=(
            "Share of page reads that needed no disk. Not drawn up to a hundred reads per second: an idle node reads "
            "what nobody else asked for."
        ),
        unit="ratio",
        query=f"1 - sum by ({NODE}) (rate(db_cache_misses_total{{<selector>}}[<window>]))\n/ ({_PAGES_READ} > 0)",
        guard=f"{_PAGES_READ} > 100",
        guard_on=NODE,
    ),
    Signal(
        name="size",
        title="Size on disk by database",
        help="Data and indexes of each database, measured every five minutes.",
        unit="bytes",
        query=f"sum by ({NODE}, database) (db_size_bytes{{<selector>}})",
        legend="{{instance}} {{database}}",
    ),
    Signal(
        name="growth",
        title="Growth of databases",
        help="How fast all databases of a node grow, judged over an hour.",
        unit="bytes_per_second",
        query=f"sum by ({NODE}) (deriv(db_size_bytes{{<selector>}}[1h]))",
    ),
    Signal(
        name="footprint",
        title="Databases and logs on disk",
        help="What a node keeps on its volume. A managed server tells its free space only to its cloud, and late.",
        unit="bytes",
        query=(f"sum by ({NODE}) (db_size_bytes{{<selector>}})\n+ max by ({NODE}) (db_log_size_bytes{{<selector>}})"),
    ),
    Signal(
        name="log_size",
        title="Log files on disk",
        help="Write-ahead or binary log kept on the node. It grows while a replica, a slot or the archive is behind.",
        unit="bytes",
        query=f"max by ({NODE}) (db_log_size_bytes{{<selector>}})",
    ),
)

TRUST = (
    Signal(
        name="certificate_left",
        title="Certificate valid for",
        help="Time until the server's certificate expires. From then on every client that verifies it is refused.",
        unit="seconds",
        query=f"min by ({NODE}) (db_server_cert_not_after_timestamp_seconds{{<selector>}} - time())",
    ),
    Signal(
        name="session_tls",
        title="Monitoring session encrypted",
        help="Whether the exporter's own session is encrypted, and with which version of TLS.",
        unit="bool",
        query=f"max by ({NODE}, version) (db_connection_tls{{<selector>}})",
        legend="{{instance}} {{version}}",
    ),
    Signal(
        name="privileges",
        title="Privileges of the exporter",
        help="What the exporter's account may read. Without a privilege some answers are empty instead of refused.",
        unit="bool",
        query=f"min by ({NODE}, privilege) (db_privilege{{<selector>}})",
        legend="{{instance}} {{privilege}}",
    ),
    Signal(
        name="collectors",
        title="Collectors that succeed",
        help=(
            "Whether each group of queries answered in the latest scrape. A failing one leaves its panels without data."
        ),
        unit="bool",
        query=f"min by ({NODE}, collector) (db_collector_success{{<selector>}})",
        legend="{{instance}} {{collector}}",
    ),
    Signal(
        name="collector_age",
        title="Time since collectors succeeded",
        help=(
            "How old the newest answer of each group of queries is. Sizes are read every five minutes, the rest per "
            "scrape."
        ),
        unit="seconds",
        query=f"max by ({NODE}, collector) (time() - db_last_success_timestamp_seconds{{<selector>}})",
        legend="{{instance}} {{collector}}",
    ),
    Signal(
        name="collector_duration",
        title="Time collectors take",
        help="What each group of queries costs the server, once per scrape.",
        unit="seconds",
        query=f"max by ({NODE}, collector) (db_collector_duration_seconds{{<selector>}})",
        legend="{{instance}} {{collector}}",
    ),
)

COMMON = (*CONNECTING, *REPLICATION, *LOAD, *TRUST)
