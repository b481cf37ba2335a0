"""What is worth knowing of Elasticsearch, in triage order: lines can be stored, and found."""

from obs.catalog.elasticsearch.limits import CHANGES, LIMITS
from obs.catalog.elasticsearch.queries import NODE, colour, mean, of_cluster, rate
from obs.model.signal import Signal

_KIBANA = '{<selector:kube-state-metrics>, deployment=~"kibana|kibana-kb"}'
_DEPLOYMENT = "cluster, namespace, deployment"

UP = (
    Signal(
        name="status",
        title="Cluster",
        help="Green: every shard and every copy is there. Yellow: a copy is missing. Red: a shard is missing, with the lines in it and those to come.",
        unit="state",
        query=colour("cluster_health_status"),
        legend="cluster",
    ),
    Signal(
        name="answers",
        title="It answers",
        help="Whether the exporter is told the state of the cluster. Nothing else on this page is known while it is not.",
        unit="state",
        query=(
            "sum by (<group>) (elasticsearch_cluster_health_status{<selector>})\n"
            "or 0 * sum by (<group>) (elasticsearch_exporter_build_info{<selector>})"
        ),
        legend="answers",
    ),
    Signal(
        name="nodes",
        title="Nodes",
        help="Nodes that have joined the cluster.",
        unit="count",
        query=of_cluster("cluster_health_number_of_nodes"),
        legend="nodes",
    ),
    Signal(
        name="unassigned",
        title="Unassigned shards",
        help="Shards, or copies of one, that are on no node. One more loss, and lines are gone.",
        unit="count",
        query=of_cluster("cluster_health_unassigned_shards"),
        legend="unassigned",
    ),
    Signal(
        name="kibana",
        title="Kibana pods that serve",
        help="Share of Kibana's pods that are ready. Kibana has no metrics: the alerts on Deployments of the Kubernetes dashboard speak for it.",
        unit="ratio",
        query=(
            f"max by ({_DEPLOYMENT}) (kube_deployment_status_replicas_available{_KIBANA})\n"
            f"/ (max by ({_DEPLOYMENT}) (kube_deployment_spec_replicas{_KIBANA}) > 0)"
        ),
        legend="{{deployment}}",
        empty="no Kibana on this cluster",
    ),
)

FAILING = (
    Signal(
        name="read_only",
        title="Blocked indices",
        help="Indices nothing can be written to because a disk passed its flood stage. Elasticsearch lifts the block itself once there is room.",
        unit="count",
        query=of_cluster("indices_settings_stats_read_only_indices"),
        legend="blocked",
    ),
    Signal(
        name="rejected",
        title="Tasks refused",
        help="Searches and writes a node refused (429) because the queue of its threads was full.",
        unit="per_second",
        query=rate("thread_pool_rejected_count", f"{NODE}, type", ', type=~"search|write"'),
        legend="{{name}} {{type}}",
    ),
    Signal(
        name="tripped",
        title="Requests broken off for memory",
        help="Requests a circuit breaker refused (429) because the heap could not have held them.",
        unit="per_second",
        query=rate("breakers_tripped", f"{NODE}, breaker"),
        legend="{{name}} {{breaker}}",
    ),
    Signal(
        name="lifecycle",
        title="Lifecycles",
        help="Elasticsearch's own report: yellow when lifecycles were stopped, or an index has been in one step for more than a day or failed it a hundred times.",
        unit="state",
        query=colour("health_report_ilm_status"),
        legend="lifecycles",
    ),
    Signal(
        name="stagnating",
        title="Stuck indices",
        help="Indices stuck in their lifecycle: they are not rolled over, or not deleted, and disks fill.",
        unit="count",
        query=of_cluster("health_report_ilm_stagnating_indices"),
        legend="stuck",
    ),
    Signal(
        name="snapshots",
        title="Snapshot policies",
        help="Elasticsearch's own report: yellow when policies were stopped, or one has failed five times in a row.",
        unit="state",
        query=colour("health_report_slm_status"),
        legend="snapshot policies",
    ),
    Signal(
        name="failed_snapshots",
        title="Failed snapshots",
        help="Snapshots of any policy that failed within the last three hours.",
        unit="count",
        query="max by (<group>) (increase(elasticsearch_slm_stats_total_snapshots_failed_total{<selector>}[3h]))",
        legend="failed",
    ),
    Signal(
        name="snapshots_taken",
        title="Snapshots a day",
        help="Snapshots of any policy that succeeded within the last day; 0 where the spec names no repository.",
        unit="count",
        query="max by (<group>) (round(increase(elasticsearch_slm_stats_total_snapshots_taken_total{<selector>}[1d])))",
        legend="taken",
    ),
    Signal(
        name="collectors",
        title="Parts the exporter reads",
        help="Whether the exporter could read each part of its page. A part it may not read is one that nobody watches.",
        unit="state",
        query="min by (<group>, collector) (elasticsearch_scrape_success{<selector>})",
        legend="{{collector}}",
    ),
)

SLOW = (
    Signal(
        name="search_time",
        title="Time of a query",
        help="Mean time of a query on one shard. A search waits for the slowest of all shards it asks.",
        unit="seconds",
        query=mean("indices_search_query_time_seconds", "indices_search_query_total"),
        legend="{{name}}",
        window="10m",
        empty="nobody searched",
    ),
    Signal(
        name="index_time",
        title="Time of a document",
        help="Mean time to write one document to one copy of its shard.",
        unit="seconds",
        query=mean("indices_indexing_index_time_seconds_total", "indices_indexing_index_total"),
        legend="{{name}}",
        empty="nothing was written",
    ),
    Signal(
        name="waiting_changes",
        title="Oldest change waiting",
        help="How long the oldest change of the cluster (a new index, a mapping, a shard that starts) has waited for the master.",
        unit="seconds",
        query=f"{of_cluster('cluster_health_task_max_waiting_in_queue_millis')} / 1000",
        legend="oldest",
    ),
    Signal(
        name="cpu",
        title="CPU used",
        help="Share of the CPU a node may use.",
        unit="ratio",
        query=f"max by ({NODE}) (elasticsearch_process_cpu_percent{{<selector>}}) / 100",
        legend="{{name}}",
    ),
    Signal(
        name="gc",
        title="Time spent collecting garbage",
        help="Share of time in which a node stood still, or nearly, to free heap.",
        unit="ratio",
        query=rate("jvm_gc_collection_seconds_sum"),
        legend="{{name}}",
    ),
)

SIGNALS = (*UP, *FAILING, *SLOW, *LIMITS, *CHANGES)
