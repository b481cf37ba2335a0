"""One way to break each promise about what Elasticsearch is given, on a bundle that keeps them all."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from obs.model.bundle import Bundle
from obs.model.logs import Field

Break = Callable[[Bundle], Bundle]
Change = Callable[[Any], object]
POLICY = "kibana/elasticsearch/lifecycle-policies/obs-logs-web.json"
TEMPLATE = "kibana/elasticsearch/index-templates/obs-logs-web.json"
MAPPINGS = "kibana/elasticsearch/component-templates/obs-logs@mappings.json"
SETTINGS = "kibana/elasticsearch/component-templates/obs-logs@settings.json"
PIPELINE = "kibana/elasticsearch/ingest-pipelines/obs-logs.json"
WRITER = "kibana/elasticsearch/roles/obs-log-writer.json"


def body(path: str, change: Change) -> Break:
    """One request body changed in place."""

    def changed(bundle: Bundle) -> Bundle:
        data = json.loads(bundle.artifacts[path])
        change(data)
        return replace(bundle, artifacts={**bundle.artifacts, path: json.dumps(data)})

    return changed


def waiting(data: Any) -> None:
    """Deleting waits for snapshots nobody takes."""
    data["policy"]["phases"]["delete"]["actions"]["wait_for_snapshot"] = {"policy": "nightly"}


def declared(field: Field) -> Break:
    """One more field is declared, and nobody maps it."""

    def change(bundle: Bundle) -> Bundle:
        logs = bundle.plan.logs
        assert logs is not None
        return replace(bundle, plan=replace(bundle.plan, logs=replace(logs, fields=(*logs.fields, field))))

    return change


def below_a_field(data: Any) -> None:
    """`message` is text and a group at once."""
    data["template"]["mappings"]["properties"]["message"]["properties"] = {"inner": {"type": "keyword"}}


BREAKS_OF_STORE: dict[str, tuple[Break, ...]] = {
    "store-keys": (
        body(POLICY, lambda data: data["policy"]["phases"]["hot"]["actions"].update(rolover={})),
        body(POLICY, lambda data: data["policy"]["phases"]["hot"]["actions"]["rollover"].update(max_agee="1d")),
        body(TEMPLATE, lambda data: data.update(index_paterns=[])),
        body(WRITER, lambda data: data["indices"][0].update(privilege=["read"])),
        body(PIPELINE, lambda data: data["processors"][0]["script"].update(sorce="")),
        body(PIPELINE, lambda data: data["processors"].append({"geopi": {"field": "source.ip"}})),
        lambda bundle: replace(bundle, artifacts={**bundle.artifacts, POLICY: "[]"}),
    ),
    "store-mappings": (
        body(MAPPINGS, lambda data: data["template"]["mappings"]["properties"]["tags"].update(type="keywrod")),
        body(MAPPINGS, lambda data: data["template"]["mappings"]["properties"]["tags"].update(analyzer="standard")),
        body(MAPPINGS, lambda data: data["template"]["mappings"].update(dynamic=True)),
    ),
    "store-fields": (
        declared(Field(name="new.field", type="keyword", help="New.")),
        body(MAPPINGS, lambda data: data["template"]["mappings"]["properties"]["tags"].update(type="long")),
        body(MAPPINGS, below_a_field),
    ),
    "store-references": (
        body(TEMPLATE, lambda data: data["composed_of"].append("obs-logs@nothing")),
        body(TEMPLATE, lambda data: data["template"]["settings"]["index"]["lifecycle"].update(name="nobody")),
        body(POLICY, waiting),
        body(SETTINGS, lambda data: data["template"]["settings"]["index"].update(default_pipeline="nobody")),
    ),
    "streams-covered": (
        body(TEMPLATE, lambda data: data.update(priority=100)),
        body(TEMPLATE, lambda data: data.update(index_patterns=["other-*"])),
        body(TEMPLATE, lambda data: data.update(index_patterns=["logs-obs.*"])),
        body(TEMPLATE, lambda data: data.pop("data_stream")),
    ),
    "retention-kept": (
        body(POLICY, lambda data: data["policy"]["phases"]["delete"].update(min_age="400d")),
        body(POLICY, lambda data: data["policy"]["phases"].pop("delete")),
        body(POLICY, lambda data: data["policy"]["phases"]["warm"].update(min_age="80d")),
    ),
    "store-privileges": (
        body(WRITER, lambda data: data["indices"][0]["privileges"].append("delete")),
        body(WRITER, lambda data: data["indices"][0]["names"].append("logs-*")),
        body(WRITER, lambda data: data["indices"][0]["privileges"].append("create_docs")),
    ),
}
