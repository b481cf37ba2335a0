"""What fills up in Redis, and what changed in it."""

from obs.catalog.redis.queries import NODE, biggest, rate, share
from obs.model.signal import Signal

_MEMORY = share("redis_memory_used_bytes", "redis_memory_max_bytes")

LIMITS = (
    Signal(
        name="memory_share",
        title="Memory of maxmemory",
        help="At 100 % keys are evicted, or writes refused where the policy is noeviction.",
        unit="ratio",
        query=_MEMORY,
        empty="no maxmemory is set",
    ),
    Signal(
        name="memory_kept",
        title="Memory where nothing is evicted",
        help="The same, of instances whose policy is noeviction: at 100 % they refuse writes.",
        unit="ratio",
        query=f'{_MEMORY}\nand on ({NODE}) redis_instance_info{{<selector>, maxmemory_policy="noeviction"}}',
        empty="no maxmemory is set, or keys may be evicted",
    ),
    Signal(
        name="memory",
        title="Memory allocated",
        help="What Redis asked for.",
        unit="bytes",
        query=f"max by ({NODE}) (redis_memory_used_bytes{{<selector>}})",
        legend="allocated {{instance}}",
    ),
    Signal(
        name="resident",
        title="Memory resident",
        help="What the kernel gave it; far above what it asked for is fragmentation, far below is swap.",
        unit="bytes",
        query=f"max by ({NODE}) (redis_memory_used_rss_bytes{{<selector>}})",
        legend="resident {{instance}}",
    ),
    Signal(
        name="clients_share",
        title="Clients of maxclients",
        help="At 100 % new connections are refused, the exporter's too.",
        unit="ratio",
        query=share("redis_connected_clients", "redis_config_maxclients"),
    ),
    Signal(
        name="unexpiring",
        title="Keys without expiry",
        help="Keys that stay until somebody deletes them. Sessions and caches expire; what does not, grows.",
        unit="count",
        query=(
            f"max by (<group>) (\n"
            f"  sum by ({NODE}) (redis_db_keys{{<selector>}})\n"
            f"  - sum by ({NODE}) (redis_db_keys_expiring{{<selector>}})\n"
            ")"
        ),
        legend="without expiry",
    ),
    Signal(
        name="keys",
        title="Keys",
        help="Keys in all databases.",
        unit="count",
        query=biggest("redis_db_keys{<selector>}"),
        legend="keys",
    ),
)

CHANGES = (
    Signal(
        name="uptime",
        title="Uptime",
        help="Time since each instance started. What was not saved does not survive a start.",
        unit="seconds",
        query=f"min by ({NODE}) (redis_uptime_in_seconds{{<selector>}})",
    ),
    Signal(
        name="commands",
        title="Commands",
        help="Commands per second, by name.",
        unit="per_second",
        query=rate("redis_commands_total", "<group>, cmd"),
        legend="{{cmd}}",
    ),
    Signal(
        name="clients",
        title="Clients",
        help="Open connections.",
        unit="connections",
        query=f"max by ({NODE}) (redis_connected_clients{{<selector>}})",
    ),
    Signal(
        name="connects",
        title="Connections opened",
        help="New connections per second. Many are a client without a pool.",
        unit="per_second",
        query=rate("redis_connections_received_total", NODE),
    ),
    Signal(
        name="expired",
        title="Keys expired",
        help="Keys whose time was over, per second: the ordinary end of a session.",
        unit="per_second",
        query=rate("redis_expired_keys_total"),
        legend="expired",
    ),
    Signal(
        name="versions",
        title="Instances by role",
        help="Which roles, versions and policies run.",
        unit="count",
        query="count by (<group>, role, redis_version, maxmemory_policy) (redis_instance_info{<selector>})",
        legend="{{role}} {{redis_version}} {{maxmemory_policy}}",
    ),
)
