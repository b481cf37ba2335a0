"""Kibana's saved objects: the envelope every one of them has, and the small kinds.

Attributes and versions are those of Kibana 8.8 to 8.9, which every 8.x and 9.x since then migrates upwards on import;
an object without `typeMigrationVersion` would go through all migrations since 7.x and break on them.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from obs.conventions import DATA_VIEW, KIBANA_TAG, search_id
from obs.model.logging import LogPlan
from obs.model.platform import Links
from obs.model.search import Board, SavedQuery, Search

Json = dict[str, Any]

VERSIONS = {
    "index-pattern": "8.0.0",
    "tag": "8.0.0",
    "query": "8.0.0",
    "search": "8.0.0",
    "map": "8.4.0",
    "dashboard": "8.9.0",
}
"""typeMigrationVersion by type: what elastic/integrations ships for packages of 8.x and 9.x."""
CORE_VERSION = "8.8.0"
SOURCE = "kibanaSavedObjectMeta.searchSourceJSON.index"
TAG_COLOUR = "#0077CC"


def saved_object(kind: str, identifier: str, attributes: Json, references: Iterable[Json] = ()) -> Json:
    """One object as an export writes it, without what changes from day to day."""
    return {
        "id": identifier,
        "type": kind,
        "attributes": attributes,
        "references": list(references),
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": VERSIONS[kind],
        "managed": False,
    }


def reference(kind: str, identifier: str, name: str) -> Json:
    """How an object names another one."""
    return {"type": kind, "id": identifier, "name": name}


def tagged() -> Json:
    """The reference to our tag."""
    return reference("tag", KIBANA_TAG, f"tag-ref-{KIBANA_TAG}")


def text(data: Any) -> str:
    """JSON inside JSON, as Kibana stores it; always the same bytes."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def kql(query: str) -> Json:
    """A query in Kibana's language."""
    return {"query": query, "language": "kuery"}


def data_view(logs: LogPlan, links: Links) -> Json:
    """Every stream of this cluster; durations read as times, services lead to their metrics."""
    namespace = logs.streams[0].namespace
    attributes = {
        "title": f"logs-obs.*-{namespace}",
        "name": f"Logs of {logs.cluster}",
        "timeFieldName": "@timestamp",
        "allowNoIndex": True,
        "fields": "[]",
        "fieldAttrs": text({f.name: {"customDescription": f.help} for f in logs.fields}),
        "fieldFormatMap": text(_formats(logs, links)),
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
    }
    return saved_object("index-pattern", DATA_VIEW, attributes)


def _formats(logs: LogPlan, links: Links) -> Json:
    time = {"inputFormat": "nanoseconds", "outputFormat": "humanizePrecise", "outputPrecision": 1}
    known = {field.name: field for field in logs.fields}
    durations = [f.name for f in known.values() if f.type == "long" and "nanoseconds" in f.help]
    metrics = f"{links.grafana}/d/obs-overview?var-job={{{{value}}}}&from=now-24h&to=now"
    link = {"urlTemplate": metrics, "labelTemplate": "{{value}}", "openLinkInCurrentTab": False}
    services: Mapping[str, Json] = {"service.name": {"id": "url", "params": link}}
    return {name: {"id": "duration", "params": time | {"useShortSuffix": True}} for name in durations} | dict(services)


def tag(title: str) -> Json:
    """The tag everything of ours carries."""
    attributes = {"name": KIBANA_TAG, "description": f"Made by obs for {title}.", "color": TAG_COLOUR}
    return saved_object("tag", KIBANA_TAG, attributes)


def saved_query(query: SavedQuery) -> Json:
    """A query that people may load into any search."""
    attributes = {"title": query.title, "description": query.help, "query": kql(query.query), "filters": []}
    return saved_object("query", f"obs-query-{query.name}", attributes)


def search(board: Board, found: Search) -> Json:
    """A Discover session."""
    source = {"query": kql(found.query), "filter": [], "highlightAll": True, "version": True, "indexRefName": SOURCE}
    attributes = {
        "title": found.title,
        "description": found.help,
        "columns": list(found.columns),
        "sort": [["@timestamp", "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": text(source)},
    }
    references = [reference("index-pattern", DATA_VIEW, SOURCE), tagged()]
    return saved_object("search", search_id(board.name, found.name), attributes, references)
