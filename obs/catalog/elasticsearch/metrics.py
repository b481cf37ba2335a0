"""What elasticsearch_exporter 1.11 exposes of Elasticsearch 9.5 and OpenSearch 3.6; the tests hold it against a real one.

Two traps: every metric also carries the label `cluster`, the engine's own name, which Prometheus renames because the
target's label of that name wins; and while the engine does not answer, the page answers without its metrics.
OpenSearch has neither `_health_report` nor `_slm`. The maximum of a memory pool is told as a counter, and is none.
"""

from obs.model.metric import Metric, Source

_NODE = ("name",)

HEALTH = (
    Metric(
        name="elasticsearch_cluster_health_status",
        type="gauge",
        labels=("color",),
        help="1 for the colour the cluster has: red lacks a shard altogether, yellow a copy of one.",
    ),
    Metric(
        name="elasticsearch_cluster_health_number_of_nodes",
        type="gauge",
        help="Nodes that have joined the cluster.",
    ),
    Metric(name="elasticsearch_cluster_health_number_of_data_nodes", type="gauge", help="Those of them that hold data."),
    Metric(name="elasticsearch_cluster_health_active_shards", type="gauge", help="Shards that serve, copies included."),
    Metric(
        name="elasticsearch_cluster_health_unassigned_shards",
        type="gauge",
        help="Shards, or copies of one, that are on no node.",
    ),
    Metric(
        name="elasticsearch_cluster_health_initializing_shards",
        type="gauge",
        help="Shards that are being made or copied.",
    ),
    Metric(
        name="elasticsearch_cluster_health_relocating_shards",
        type="gauge",
        help="Shards that move from one node to another.",
    ),
    Metric(
        name="elasticsearch_cluster_health_task_max_waiting_in_queue_millis",
        type="gauge",
        help="Milliseconds that the oldest change of the cluster has waited for its master.",
    ),
)

REPORT = (
    Metric(
        name="elasticsearch_health_report_ilm_status",
        type="gauge",
        labels=("color",),
        help="1 for the colour of Elasticsearch's own report on lifecycles.",
    ),
    Metric(
        name="elasticsearch_health_report_ilm_stagnating_indices",
        type="gauge",
        help="Indices that have been in one step of their lifecycle for too long, or failed it too often.",
    ),
    Metric(
        name="elasticsearch_health_report_slm_status",
        type="gauge",
        labels=("color",),
        help="1 for the colour of Elasticsearch's own report on snapshot policies.",
    ),
    Metric(
        name="elasticsearch_slm_stats_total_snapshots_failed_total",
        type="counter",
        help="Snapshots of any policy that failed.",
    ),
    Metric(
        name="elasticsearch_slm_stats_total_snapshots_taken_total",
        type="counter",
        help="Snapshots of any policy that were taken.",
    ),
    Metric(
        name="elasticsearch_indices_settings_stats_read_only_indices",
        type="gauge",
        help="Indices with the block read_only_allow_delete, which the flood stage of a disk sets.",
    ),
    Metric(
        name="elasticsearch_clustersettings_stats_max_shards_per_node",
        type="gauge",
        help="Shards the cluster may have for each node that holds data.",
    ),
    Metric(
        name="elasticsearch_clustersettings_allocation_watermark_flood_stage_ratio",
        type="gauge",
        unit="ratio",
        help="Share of a disk that may be full before its indices are blocked; where the setting is a share.",
        sparse=True,
    ),
    Metric(
        name="elasticsearch_clustersettings_allocation_watermark_flood_stage_bytes",
        type="gauge",
        unit="bytes",
        help="Free space below which the indices of a disk are blocked; where the setting is in bytes.",
        sparse=True,
    ),
)

NODES = (
    Metric(
        name="elasticsearch_filesystem_data_available_bytes",
        type="gauge",
        labels=(*_NODE, "path"),
        unit="bytes",
        help="Free space of a data folder's disk.",
    ),
    Metric(
        name="elasticsearch_filesystem_data_size_bytes",
        type="gauge",
        labels=(*_NODE, "path"),
        unit="bytes",
        help="Size of a data folder's disk.",
    ),
    Metric(
        name="elasticsearch_jvm_memory_pool_used_bytes",
        type="gauge",
        labels=(*_NODE, "pool"),
        unit="bytes",
        help="Heap used, by generation.",
    ),
    Metric(
        name="elasticsearch_jvm_memory_pool_max_bytes",
        type="gauge",
        labels=(*_NODE, "pool"),
        unit="bytes",
        help="Heap there may be, by generation.",
    ),
    Metric(
        name="elasticsearch_jvm_gc_collection_seconds_sum",
        type="counter",
        labels=(*_NODE, "gc"),
        help="Seconds the collectors of a node have worked.",
    ),
    Metric(name="elasticsearch_jvm_uptime_seconds", type="gauge", labels=_NODE, unit="seconds", help="Age of the process."),
    Metric(name="elasticsearch_process_cpu_percent", type="gauge", labels=_NODE, help="CPU used, in per cent of all it may use."),
    Metric(
        name="elasticsearch_breakers_estimated_size_bytes",
        type="gauge",
        labels=(*_NODE, "breaker"),
        unit="bytes",
        help="Memory a breaker counts.",
    ),
    Metric(
        name="elasticsearch_breakers_limit_size_bytes",
        type="gauge",
        labels=(*_NODE, "breaker"),
        unit="bytes",
        help="Memory at which it refuses.",
    ),
    Metric(
        name="elasticsearch_breakers_tripped",
        type="counter",
        labels=(*_NODE, "breaker"),
        help="Requests a breaker refused.",
    ),
    Metric(
        name="elasticsearch_indexing_pressure_current_all_in_bytes",
        type="gauge",
        labels=_NODE,
        help="Bytes of documents a node holds until they are written.",
    ),
    Metric(
        name="elasticsearch_indexing_pressure_limit_in_bytes",
        type="gauge",
        labels=_NODE,
        help="Bytes above which it refuses documents with 429.",
    ),
)

WORK = (
    Metric(
        name="elasticsearch_thread_pool_rejected_count",
        type="counter",
        labels=(*_NODE, "type"),
        help="Tasks a pool of threads refused because its queue was full.",
    ),
    Metric(name="elasticsearch_indices_search_query_total", type="counter", labels=_NODE, help="Queries of single shards."),
    Metric(
        name="elasticsearch_indices_search_query_time_seconds",
        type="counter",
        labels=_NODE,
        unit="seconds",
        help="Seconds they took.",
    ),
    Metric(
        name="elasticsearch_indices_indexing_index_total",
        type="counter",
        labels=_NODE,
        help="Documents written, copies included.",
    ),
    Metric(
        name="elasticsearch_indices_indexing_index_time_seconds_total",
        type="counter",
        labels=_NODE,
        unit="seconds",
        help="Seconds that took.",
    ),
)

ITSELF = (
    Metric(
        name="elasticsearch_exporter_build_info",
        type="gauge",
        labels=("version",),
        help="Always 1: the exporter runs.",
    ),
    Metric(
        name="elasticsearch_scrape_success",
        type="gauge",
        labels=("collector",),
        help="0 for a part of the page that could not be read.",
    ),
    Metric(
        name="elasticsearch_clusterinfo_version_info",
        type="gauge",
        labels=("version",),
        help="Always 1; the version of the engine.",
    ),
)

STATE = (
    Metric(
        name="kube_deployment_spec_replicas",
        type="gauge",
        labels=("namespace", "deployment"),
        help="Pods the Deployment should have.",
    ),
    Metric(
        name="kube_deployment_status_replicas_available",
        type="gauge",
        labels=("namespace", "deployment"),
        help="Pods that serve.",
    ),
)

SOURCES = (
    Source(name="elasticsearch-exporter", metrics=(*HEALTH, *REPORT, *NODES, *WORK, *ITSELF), only_read=True),
    Source(name="kube-state-metrics", metrics=STATE, component="kubernetes", port="http"),
)
