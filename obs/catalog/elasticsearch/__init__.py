"""Elasticsearch: where every line ends, and what people search."""

from obs.catalog.elasticsearch.alerts import ALERTS
from obs.catalog.elasticsearch.metrics import SOURCES
from obs.catalog.elasticsearch.objective import INHIBITIONS, OBJECTIVES
from obs.catalog.elasticsearch.rows import HEADLINE, ROWS
from obs.catalog.elasticsearch.signals import SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="elasticsearch",
    title="Elasticsearch",
    summary="Whether lines can be stored and found: shards, nodes, blocks, disks, heap, lifecycles, snapshots, searches.",
    sources=SOURCES,
    options=(
        Option(
            name="nodes",
            default=3,
            help="Nodes the cluster should have. Say it of an external one; of ours it is `logging.elasticsearch.nodes`.",
            minimum=1,
        ),
    ),
    signals=SIGNALS,
    alerts=ALERTS,
    objectives=OBJECTIVES,
    inhibitions=INHIBITIONS,
    rows=ROWS,
    headline=HEADLINE,
    half="search",
    neighbours=(("fluentd", "Log pipeline"),),
    requires=("kubernetes",),
    implied=True,
)
