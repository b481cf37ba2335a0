"""Fluentd: the log pipeline, from the files of every node to Elasticsearch."""

from obs.catalog.fluentd.alerts import ALERTS, INHIBITIONS, OBJECTIVES
from obs.catalog.fluentd.metrics import SOURCES
from obs.catalog.fluentd.rows import HEADLINE, ROWS
from obs.catalog.fluentd.signals import SIGNALS
from obs.model.component import Component, Option

COMPONENT = Component(
    name="fluentd",
    title="Log pipeline",
    summary="Whether every node's lines are read, sent on and taken: nodes, dead letters, retries, throttling, buffers.",
    sources=SOURCES,
    options=(
        Option(
            name="nodes_without",
            default="fargate-.*|virtual-.*",
            help="Nodes that have no Fluentd on purpose, such as virtual ones, as a regular expression of their names.",
        ),
    ),
    signals=SIGNALS,
    alerts=ALERTS,
    objectives=OBJECTIVES,
    inhibitions=INHIBITIONS,
    rows=ROWS,
    headline=HEADLINE,
    half="logging",
    neighbours=(("elasticsearch", "Elasticsearch"),),
    requires=("kubernetes",),
    implied=True,
    missing="critical",
)
