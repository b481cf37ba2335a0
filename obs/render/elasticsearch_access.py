"""Who may do what in Elasticsearch: the pipeline creates documents, people read them, the exporter looks at the engine,
the bundle's applier sets up."""

from collections.abc import Iterator, Mapping
from typing import Any

from obs.conventions import LOGS
from obs.model.logging import LogPlan
from obs.model.search_store import Stored

Json = dict[str, Any]

WRITER, READER, APPLIER = "obs-log-writer", "obs-log-reader", "obs-bundle-applier"
WATCHER = "obs-metrics-reader"
EVERY_STREAM = f"{LOGS}.*"
KIBANA_READ = "space_read"
"""Kibana's own privilege for looking at everything in a space and changing nothing; the same name in 8.19 and 9.x."""


def access(logs: LogPlan, meta: Mapping[str, str], *, watched: bool) -> Iterator[Stored]:
    """Roles, and the bodies of the keys of programs: the pipeline's, and the exporter's where the engine is watched."""
    yield Stored(kind="roles", name=WRITER, body=writer(logs) | {"metadata": dict(meta)})
    yield Stored(kind="roles", name=READER, body=reader() | {"metadata": dict(meta)})
    yield Stored(kind="roles", name=APPLIER, body=applier(logs) | {"metadata": dict(meta)})
    yield from _key(WRITER, writer(logs), meta)
    if watched:
        yield Stored(kind="roles", name=WATCHER, body=watcher() | {"metadata": dict(meta)})
        yield from _key(WATCHER, watcher(), meta)


def _key(name: str, role: Json, meta: Mapping[str, str]) -> Iterator[Stored]:
    body = {"name": name, "role_descriptors": {name: role}, "metadata": dict(meta)}
    yield Stored(kind="api-keys", name=name, body=body)


def writer(logs: LogPlan) -> Json:
    """May add documents to our streams by name and let the first one create its stream; neither read nor overwrite."""
    names = sorted(stream.name for stream in logs.streams)
    return {"cluster": [], "indices": [{"names": names, "privileges": ["auto_configure", "create_doc"]}]}


def reader() -> Json:
    """May read every stream and what the mapping refused, and look at it in Kibana."""
    privileges = ["read", "read_failure_store", "view_index_metadata"]
    kibana = {"application": "kibana-.kibana", "privileges": [KIBANA_READ], "resources": ["space:default"]}
    return {
        "cluster": [],
        "indices": [{"names": [EVERY_STREAM], "privileges": privileges}],
        "applications": [kibana],
    }


def watcher() -> Json:
    """May ask how cluster, nodes, lifecycles and snapshots are, and which indices are blocked; reads no line."""
    return {"cluster": ["monitor", "read_slm"], "indices": [{"names": ["*"], "privileges": ["monitor"]}]}


def applier(logs: LogPlan) -> Json:
    """May put what this folder holds, and see no document."""
    cluster = ["manage_ilm", "manage_index_templates", "manage_ingest_pipelines", "manage_security", "monitor"]
    snapshots = ["manage_slm"] if logs.logging.elasticsearch.snapshots else []
    return {"cluster": sorted(cluster + snapshots), "indices": []}
