"""The ingest pipeline at work in a real OpenSearch, which brings the GeoLite2 database that Elasticsearch downloads."""

from typing import Any

import pytest

from obs.model.logging import Elasticsearch
from obs.render.elasticsearch_pipelines import FAILED, pipeline
from tests.engines.servers.rest import Rest

pytestmark = [pytest.mark.xdist_group("search"), pytest.mark.engine("opensearch-distribution")]

LONDON = "81.2.69.142"
"""The address by which MaxMind shows what its databases know."""


def through(node: Rest, document: dict[str, Any], *, geoip: bool = True) -> dict[str, Any]:
    """What the pipeline makes of a document as Fluentd sends it."""
    told = pipeline(Elasticsearch(geoip=geoip), {})
    told.pop("_meta")  # unknown to OpenSearch
    answer = node.ask("POST", "_ingest/pipeline/_simulate", {"pipeline": told, "docs": [{"_source": document}]})
    assert answer.status == 200, answer.reason
    made: dict[str, Any] = answer.body["docs"][0]["doc"]["_source"]
    return made


def test_the_id_is_not_kept_twice(opensearch_node: Rest) -> None:
    assert through(opensearch_node, {"event.hash": "x", "event.kind": "event"}) == {"event.kind": "event"}


def test_a_public_address_gets_its_place(opensearch_node: Rest) -> None:
    place = through(opensearch_node, {"source.ip": LONDON})["source"]["geo"]
    assert (place["country_iso_code"], place["continent_name"]) == ("GB", "Europe")
    assert set(place["location"]) == {"lat", "lon"}


@pytest.mark.parametrize("address", ["10.2.0.8", "192.168.1.1", "203.0.113.9", "fe80::1", "::1"])
def test_an_address_of_no_place_stays_as_it_is(opensearch_node: Rest, address: str) -> None:
    assert through(opensearch_node, {"source.ip": address}) == {"source": {"ip": address}}


def test_a_document_without_an_address_passes(opensearch_node: Rest) -> None:
    assert through(opensearch_node, {"message": "hello"}) == {"message": "hello"}


def test_what_is_no_address_is_tagged_and_kept(opensearch_node: Rest) -> None:
    made = through(opensearch_node, {"source.ip": "nobody", "tags": ["unparsed"], "message": "hello"})
    assert (made["tags"], made["message"]) == (["unparsed", FAILED], "hello")


def test_without_geoip_addresses_are_left_alone(opensearch_node: Rest) -> None:
    assert through(opensearch_node, {"source.ip": LONDON}, geoip=False) == {"source.ip": LONDON}
