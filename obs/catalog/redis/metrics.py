"""What redis_exporter says of a Redis at :9121/metrics (read on 1.45 of Redis 7.0, as a primary and as a replica)."""

from obs.model.metric import Metric, Source

_MASTER = ("master_host", "master_port")
_REPLICA = ("slave_ip", "slave_port", "slave_state")
_DB = ("db",)

STATE = (
    Metric(name="redis_up", type="gauge", help="1 while Redis answers the exporter; at 0 there is nothing else."),
    Metric(
        name="redis_instance_info",
        type="gauge",
        labels=("role", "redis_version", "maxmemory_policy"),
        help="Always 1; role is master or slave, and what happens when memory is full.",
    ),
    Metric(name="redis_uptime_in_seconds", type="gauge", unit="seconds", help="Time since Redis started."),
    Metric(name="redis_loading_dump_file", type="gauge", help="1 while it loads its data and refuses every command."),
    Metric(name="redis_rdb_last_bgsave_status", type="gauge", help="0 after a snapshot that failed."),
    Metric(name="redis_aof_last_write_status", type="gauge", help="0 after a write to the append-only file that failed."),
    Metric(name="redis_latest_fork_seconds", type="gauge", unit="seconds", help="How long the last fork took."),
)

REPLICATION = (
    Metric(name="redis_connected_slaves", type="gauge", help="Replicas connected to the instance."),
    Metric(
        name="redis_master_link_up",
        type="gauge",
        labels=_MASTER,
        help="1 while a replica is connected to its primary; only replicas have it.",
        sparse=True,
    ),
    Metric(
        name="redis_connected_slave_lag_seconds",
        type="gauge",
        unit="seconds",
        labels=_REPLICA,
        help="Time since a replica last acknowledged; only primaries with a replica have it.",
        sparse=True,
    ),
)

CLIENTS = (
    Metric(name="redis_connected_clients", type="gauge", help="Open connections of clients."),
    Metric(
        name="redis_config_maxclients",
        type="gauge",
        help="Limit of connections; not there where the provider forbids CONFIG.",
        sparse=True,
    ),
    Metric(name="redis_blocked_clients", type="gauge", help="Clients that wait in a command such as BRPOP."),
    Metric(name="redis_connections_received_total", type="counter", help="Connections accepted."),
    Metric(name="redis_rejected_connections_total", type="counter", help="Connections refused at the limit of clients."),
)

COMMANDS = (
    Metric(name="redis_commands_total", type="counter", labels=("cmd",), help="Commands, by name."),
    Metric(
        name="redis_commands_duration_seconds_total",
        type="counter",
        unit="seconds",
        labels=("cmd",),
        help="Time spent in commands, by name; waiting in BRPOP and the like is not in it.",
    ),
    Metric(
        name="redis_errors_total",
        type="counter",
        labels=("err",),
        help="Errors answered, by their first word (Redis 6.2 and later); appears with the first of its kind.",
        sparse=True,
    ),
    Metric(
        name="redis_slowlog_last_id",
        type="counter",
        help="Number of the newest entry of the slow log: told as a gauge, and a counter all the same.",
    ),
    Metric(name="redis_cpu_sys_seconds_total", type="counter", unit="seconds", help="CPU time in the kernel."),
    Metric(name="redis_cpu_user_seconds_total", type="counter", unit="seconds", help="CPU time of Redis itself."),
)

KEYS = (
    Metric(name="redis_db_keys", type="gauge", labels=_DB, help="Keys of a database."),
    Metric(name="redis_db_keys_expiring", type="gauge", labels=_DB, help="Of those, keys with an expiry."),
    Metric(name="redis_keyspace_hits_total", type="counter", help="Lookups that found their key."),
    Metric(name="redis_keyspace_misses_total", type="counter", help="Lookups that did not."),
    Metric(name="redis_expired_keys_total", type="counter", help="Keys removed because their time was over."),
    Metric(name="redis_evicted_keys_total", type="counter", help="Keys removed to make room."),
    Metric(
        name="redis_key_size",
        type="gauge",
        labels=("db", "key"),
        help="Length of a list the exporter is told to measure (--check-single-keys).",
        sparse=True,
    ),
)

MEMORY = (
    Metric(name="redis_memory_used_bytes", type="gauge", unit="bytes", help="Memory allocated."),
    Metric(name="redis_memory_used_rss_bytes", type="gauge", unit="bytes", help="Memory as the kernel sees it."),
    Metric(name="redis_memory_max_bytes", type="gauge", unit="bytes", help="Limit of memory (maxmemory); 0 is none."),
)

SOURCE = Source(name="redis", metrics=(*STATE, *REPLICATION, *CLIENTS, *COMMANDS, *KEYS, *MEMORY), port="9121")
