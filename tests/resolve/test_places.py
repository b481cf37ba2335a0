"""Places of addresses: only where the spec asks for them, and then in mapping, pipeline and boards together."""

import json

import pytest

from obs.model.bundle import Bundle
from tests.small import small_bundle

MAPPINGS = "kibana/elasticsearch/component-templates/obs-logs@mappings.json"
PIPELINE = "kibana/elasticsearch/ingest-pipelines/obs-logs.json"
GATEWAY = "kibana/dashboards-as-code/obs-logs-gateway.json"


def bundle(extra: str = "") -> Bundle:
    return small_bundle("logging:\n  classes:\n    - {name: web, namespaces: [web]}\n" + extra)


def kinds(made: Bundle) -> set[str]:
    """Kinds of charts on the gateway's board."""
    return {panel["config"].get("type", "") for panel in json.loads(made.artifacts[GATEWAY])["panels"]}


def test_nothing_knows_of_places_unless_asked() -> None:
    made = bundle()
    assert [path for path, text in made.artifacts.items() if "source.geo" in text or "geoip" in text] == []
    assert "region_map" not in kinds(made)


def test_all_parts_know_of_places_when_asked() -> None:
    made = bundle("  elasticsearch: {geoip: true}\n")
    source = json.loads(made.artifacts[MAPPINGS])["template"]["mappings"]["properties"]["source"]["properties"]
    assert source["geo"]["properties"]["location"] == {"type": "geo_point"}
    assert [name for step in json.loads(made.artifacts[PIPELINE])["processors"] for name in step][-1] == "geoip"
    assert "region_map" in kinds(made)


@pytest.mark.parametrize("extra", ["", "  elasticsearch: {geoip: true}\n"])
def test_the_id_is_taken_out_either_way(extra: str) -> None:
    first = json.loads(bundle(extra).artifacts[PIPELINE])["processors"][0]
    assert first["script"]["source"] == "ctx.remove('event.hash')"
