"""Component and index templates: one mapping for all classes, made from the fields that formats declare."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from obs.conventions import log_object
from obs.model.logging import Elasticsearch, LogPlan, LogStream
from obs.model.logs import Field
from obs.model.search_store import Stored
from obs.render.elasticsearch_pipelines import PIPELINE

Json = dict[str, Any]

MAPPINGS, SETTINGS, CUSTOM = "obs-logs@mappings", "obs-logs@settings", "obs-logs@custom"
PRIORITY = 500
"""Above Elasticsearch's own template for logs-*-* (100) and what integrations bring (200)."""
IGNORE_ABOVE = 1024
"""Longest keyword that is indexed; a longer one stays readable in the document, but no term of 32 KB fails a bulk."""
FIELD_LIMIT = 1000
FLATTENED_DEPTH = 20
"""Both Elasticsearch's own defaults, stated so that a cluster's other defaults do not weaken them."""
REFRESH = "5s"
"""Fluentd flushes every five seconds: showing documents sooner than they arrive costs a segment per second."""


def templates(logs: LogPlan, meta: Mapping[str, str]) -> Iterator[Stored]:
    """Mappings and settings once, then an index template per data stream."""
    elasticsearch = logs.logging.elasticsearch
    mapped = {"template": {"mappings": mappings(logs.fields)}, "_meta": dict(meta)}
    yield Stored(kind="component-templates", name=MAPPINGS, body=mapped)
    set_up = {"template": {"settings": settings(elasticsearch)}, "_meta": dict(meta)}
    yield Stored(kind="component-templates", name=SETTINGS, body=set_up)
    for stream in logs.streams:
        yield Stored(kind="index-templates", name=log_object(stream.dataset), body=index_template(stream, meta))


def mappings(fields: Iterable[Field]) -> Json:
    """Every declared field and no other: what else a document holds is kept and shown, but makes no field.

    `dynamic: false` is the guard against a mapping that grows with every new key; objects of unknown keys are
    `flattened`, one field each.
    """
    return {"dynamic": False, "date_detection": False, "numeric_detection": False, "properties": properties(fields)}


def properties(fields: Iterable[Field]) -> Json:
    """Dotted names as nested objects."""
    made: Json = {}
    for field in fields:
        *parents, leaf = field.name.split(".")
        level = made
        for parent in parents:
            level = level.setdefault(parent, {"properties": {}})["properties"]
        level[leaf] = mapping(field)
    return made


def mapping(field: Field) -> Json:
    """The mapping of one field."""
    match field.type:
        case "keyword" if field.name == "event.hash":
            # The pipeline takes it away, as it is the document's _id; where that is bypassed it costs no index.
            return {"type": "keyword", "index": False, "doc_values": False}
        case "date" if field.name == "event.created":
            return {"type": "date", "index": False}  # shown, and sorted by; searches go by @timestamp
        case "keyword":
            return {"type": "keyword", "ignore_above": IGNORE_ABOVE}
        case "flattened":
            return {"type": "flattened", "ignore_above": IGNORE_ABOVE, "depth_limit": FLATTENED_DEPTH}
        case "constant_keyword" if field.name == "data_stream.type":
            return {"type": "constant_keyword", "value": "logs"}
        case _:
            return {"type": field.type}


def settings(elasticsearch: Elasticsearch) -> Json:
    """One shard per index, which grows until it is rolled over; a replica where there is a second node to hold it."""
    guards = {
        "ignore_malformed": True,
        "total_fields": {"limit": FIELD_LIMIT, "ignore_dynamic_beyond_limit": True},
    }
    shared = {
        "codec": "best_compression",
        "default_pipeline": PIPELINE,
        "mapping": guards,
        "number_of_replicas": elasticsearch.copies - 1,
        "number_of_shards": 1,
        "query": {"default_field": ["message", "error.stack_trace"]},
        "refresh_interval": REFRESH,
        # Lines of one service lie together and compress by a quarter better, in either mode.
        "sort": {"field": ["service.name", "@timestamp"], "order": ["asc", "desc"]},
    }
    return {"index": shared | ({"mode": "logsdb"} if elasticsearch.logsdb else {})}


def index_template(stream: LogStream, meta: Mapping[str, str]) -> Json:
    """The template of one data stream, whatever the cluster in its name; a custom component may refine it."""
    dataset = {"data_stream": {"properties": {"dataset": {"type": "constant_keyword", "value": stream.dataset}}}}
    return {
        "index_patterns": [f"logs-{stream.dataset}-*"],
        "data_stream": {},
        "priority": PRIORITY,
        "composed_of": [SETTINGS, MAPPINGS, CUSTOM],
        "ignore_missing_component_templates": [CUSTOM],
        "template": {
            # Documents the mapping refuses are kept beside the stream instead of being lost (8.19, 9.1 and newer).
            "data_stream_options": {"failure_store": {"enabled": True}},
            "mappings": {"properties": dataset},
            "settings": {"index": {"lifecycle": {"name": log_object(stream.dataset)}}},
        },
        "_meta": dict(meta),
    }
