"""What fills up in Elasticsearch, and what changed there."""

from obs.catalog.elasticsearch.queries import AVAILABLE, NODE, SIZE, of_cluster, rate, room
from obs.model.signal import Signal

LIMITS = (
    Signal(
        name="disk_room",
        title="Free disk against the flood stage",
        help="How many times the space that must stay free is free. At 1 every index on the node is blocked; at 2, with Elasticsearch's own settings, shards are moved away. Volumes above 2 TiB are allowed to be fuller (max_headroom).",
        unit="count",
        query=room(AVAILABLE),
        legend="{{name}}",
    ),
    Signal(
        name="disk_forecast",
        title="The same in four hours",
        help="Where it will be if the last hour's trend goes on.",
        unit="count",
        query=room(f"predict_linear({AVAILABLE}[1h], 14400)"),
        legend="{{name}} in 4 h",
    ),
    Signal(
        name="disk_used",
        title="Disk used",
        help="Share of each node's data disk in use.",
        unit="ratio",
        query=f"1 - min by ({NODE}) ({AVAILABLE} / {SIZE})",
        legend="{{name}}",
    ),
    Signal(
        name="heap",
        title="Heap of the old generation",
        help="What is left after objects that die young: Elastic's own measure of memory pressure. It stays high only when memory is short.",
        unit="ratio",
        query=(
            f'max by ({NODE}) (elasticsearch_jvm_memory_pool_used_bytes{{<selector>, pool="old"}})\n'
            f'/ (max by ({NODE}) (elasticsearch_jvm_memory_pool_max_bytes{{<selector>, pool="old"}}) > 0)'
        ),
        legend="{{name}}",
    ),
    Signal(
        name="breakers",
        title="Memory against the breakers",
        help="What each circuit breaker counts, of what it allows. At 1 it refuses requests.",
        unit="ratio",
        query=(
            f"max by ({NODE}, breaker) (elasticsearch_breakers_estimated_size_bytes{{<selector>}})\n"
            f"/ (max by ({NODE}, breaker) (elasticsearch_breakers_limit_size_bytes{{<selector>}}) > 0)"
        ),
        legend="{{name}} {{breaker}}",
    ),
    Signal(
        name="pressure",
        title="Documents held against the limit",
        help="Bytes of documents a node holds until they are written, of what it may hold. Above 1 it refuses writes (429), which no queue counts.",
        unit="ratio",
        query=(
            f"max by ({NODE}) (elasticsearch_indexing_pressure_current_all_in_bytes{{<selector>}})\n"
            f"/ (max by ({NODE}) (elasticsearch_indexing_pressure_limit_in_bytes{{<selector>}}) > 0)"
        ),
        legend="{{name}}",
    ),
    Signal(
        name="shards_share",
        title="Shards against the limit",
        help="Open shards, copies included, of those the cluster may have. At 100 % no index can be made, so none rolls over.",
        unit="ratio",
        query=(
            "(\n"
            f"  {of_cluster('cluster_health_active_shards')}\n"
            f"  + {of_cluster('cluster_health_initializing_shards')}\n"
            f"  + {of_cluster('cluster_health_unassigned_shards')}\n"
            ")\n/ (\n"
            f"  {of_cluster('clustersettings_stats_max_shards_per_node')}\n"
            f"  * {of_cluster('cluster_health_number_of_data_nodes')} > 0\n"
            ")"
        ),
        legend="used",
    ),
)

CHANGES = (
    Signal(
        name="documents",
        title="Documents written",
        help="Documents each node writes, copies included.",
        unit="per_second",
        query=rate("indices_indexing_index_total"),
        legend="{{name}}",
    ),
    Signal(
        name="queries",
        title="Queries",
        help="Queries of single shards each node answers. One search asks each shard of the streams it searches.",
        unit="per_second",
        query=rate("indices_search_query_total"),
        legend="{{name}}",
    ),
    Signal(
        name="moving",
        title="Shards that move",
        help="Shards that are copied or moved to another node: they take disk and network from searches and writes.",
        unit="count",
        query=(
            f"{of_cluster('cluster_health_relocating_shards')}\n+ {of_cluster('cluster_health_initializing_shards')}"
        ),
        legend="moving",
    ),
    Signal(
        name="uptime",
        title="Node uptime",
        help="Time since each node started.",
        unit="seconds",
        query=f"min by ({NODE}) (elasticsearch_jvm_uptime_seconds{{<selector>}})",
        legend="{{name}}",
    ),
    Signal(
        name="versions",
        title="Versions",
        help="Version the engine says it has.",
        unit="count",
        query="count by (<group>, version) (elasticsearch_clusterinfo_version_info{<selector>})",
        legend="{{version}}",
    ),
)
