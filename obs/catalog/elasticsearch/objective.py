"""How much of the time Elasticsearch must serve, and which alerts explain which others."""

from obs.model.alert import Inhibition, Objective

_BY = "sum by (<group>, instance)"
_LOOKS = f"{_BY} (count_over_time(elasticsearch_exporter_build_info{{<selector>}}[<window>]))"
_SERVING = f'{_BY} (sum_over_time(elasticsearch_cluster_health_status{{<selector>, color!="red"}}[<window>]))'
"""Looks at the cluster, and those at which it was green or yellow: without an answer it has no colour at all."""

OBJECTIVES = (
    Objective(
        name="serving",
        title="Time it serves",
        help="Share of time in which Elasticsearch answered the exporter and was not red.",
        errors=f"1 - (\n  {_SERVING}\n  or 0 * {_LOOKS}\n)\n/ {_LOOKS}",
        total=f"{_BY} (avg_over_time(elasticsearch_exporter_build_info{{<selector>}}[<window>]))",
        alert="ElasticsearchServingBudgetBurn",
        summary="Elasticsearch is red or away too often.",
        why="3.6 hours in thirty days: nothing is lost meanwhile, as buffers are made for longer outages, but nobody finds a line.",
        target=0.995,
    ),
)

INHIBITIONS = (
    Inhibition(
        source=("ElasticsearchUnreachable",),
        target=("ElasticsearchMetricsMissing", "ElasticsearchServingBudgetBurn"),
        equal=("cluster", "job"),
        why="While it does not answer there is nothing to measure.",
    ),
    Inhibition(
        source=("ElasticsearchCollectorFailing",),
        target=("ElasticsearchMetricsMissing",),
        equal=("cluster", "job"),
        why="A part of the page that cannot be read takes its metrics along.",
    ),
    Inhibition(
        source=("ElasticsearchRed",),
        target=("ElasticsearchShardsUnassigned", "ElasticsearchServingBudgetBurn"),
        equal=("cluster", "namespace", "job"),
        why="Where a shard is missing altogether, missing copies are no news.",
    ),
    Inhibition(
        source=("ElasticsearchNodeMissing",),
        target=("ElasticsearchShardsUnassigned",),
        equal=("cluster", "namespace", "job"),
        why="The copies a lost node held are made anew on the others, or wait for it.",
    ),
    Inhibition(
        source=("ElasticsearchDiskNearFlood",),
        target=("ElasticsearchDiskLow", "ElasticsearchDiskFilling"),
        equal=("cluster", "job", "name"),
        why="Close to its flood stage, a disk being low is no news.",
    ),
    Inhibition(
        source=("ElasticsearchUnreachable", "ElasticsearchRed", "ElasticsearchReadOnly"),
        target=("FluentdDeliveryFailing", "FluentdSlowWrites"),
        equal=("cluster",),
        why="Lines wait on the nodes because Elasticsearch takes none; how long they can is told by alerts on the buffers.",
    ),
)
