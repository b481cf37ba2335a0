"""What is worth knowing of Redis, in triage order."""

from obs.catalog.redis.limits import CHANGES, LIMITS
from obs.catalog.redis.queries import LOOKUPS, NODE, PRIMARY, errors, rate
from obs.catalog.redis.speed import SPEED
from obs.model.signal import Signal

UP = (
    Signal(
        name="primaries",
        title="Primaries that answer",
        help="Instances that take writes. None: nobody can log in. Two: each has a truth of its own.",
        unit="count",
        query=f"sum by (<group>) ({PRIMARY})\nor 0 * count by (<group>) (redis_up{{<selector>}})",
        legend="primaries",
    ),
    Signal(
        name="answers",
        title="It answers",
        help="Whether each Redis answers its exporter. Nothing else is known of it while it does not.",
        unit="state",
        query=f"min by ({NODE}) (redis_up{{<selector>}})",
    ),
    Signal(
        name="loading",
        title="Loads its data",
        help="After a start Redis reads its data back, and answers every command with LOADING meanwhile.",
        unit="state",
        query=f"max by ({NODE}) (redis_loading_dump_file{{<selector>}})",
    ),
    Signal(
        name="replicas",
        title="Replicas connected",
        help="Copies that follow the primary now.",
        unit="count",
        query="sum by (<group>) (redis_connected_slaves{<selector>})",
        legend="replicas",
    ),
    Signal(
        name="link",
        title="Link to the primary",
        help="Whether each replica is connected to its primary. While it is not, it serves old data and is no spare.",
        unit="state",
        query=f"min by ({NODE}) (redis_master_link_up{{<selector>}})",
        empty="no replica",
    ),
)

FAILING = (
    Signal(
        name="refused_writes",
        title="Writes refused",
        help=(
            "OOM: memory is full. MISCONF: it cannot save. READONLY: clients write to a replica. NOREPLICAS: too few "
            "copies. Told from Redis 6.2 on."
        ),
        unit="per_second",
        query=errors("OOM|MISCONF|READONLY|NOREPLICAS"),
        legend="{{err}}",
        empty="no write was refused",
    ),
    Signal(
        name="refused_logins",
        title="Logins refused",
        help="Wrong or missing password, or a command the user may not run. Told from Redis 6.2 on.",
        unit="per_second",
        query=errors("NOAUTH|WRONGPASS|NOPERM"),
        legend="{{err}}",
        empty="no login was refused",
    ),
    Signal(
        name="rejected",
        title="Connections rejected",
        help="Clients turned away because maxclients was reached.",
        unit="per_second",
        query=rate("redis_rejected_connections_total", NODE),
    ),
    Signal(
        name="evicted",
        title="Keys evicted",
        help="Keys thrown away to make room, before their time: sessions among them, whose owners are logged out.",
        unit="per_second",
        query=rate("redis_evicted_keys_total"),
        legend="evicted",
    ),
    Signal(
        name="hits",
        title="Lookups that hit",
        help="Share of lookups that found their key. A step down is a Redis that was emptied: by a flush, or a start without data.",
        unit="ratio",
        query=f"{rate('redis_keyspace_hits_total')}\n/ ({LOOKUPS} > 0)",
        legend="hits",
    ),
    Signal(
        name="snapshot",
        title="Last snapshot",
        help="Whether the last snapshot reached the disk. With stop-writes-on-bgsave-error, writes are refused if not.",
        unit="state",
        query=f"min by ({NODE}) (redis_rdb_last_bgsave_status{{<selector>}})",
        legend="snapshot {{instance}}",
    ),
    Signal(
        name="append",
        title="Last append",
        help="Whether the append-only file could be written. Redis refuses writes while it cannot.",
        unit="state",
        query=f"min by ({NODE}) (redis_aof_last_write_status{{<selector>}})",
        legend="append {{instance}}",
    ),
)

SIGNALS = (*UP, *FAILING, *SPEED, *LIMITS, *CHANGES)
