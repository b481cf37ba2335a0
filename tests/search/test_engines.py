"""The search engines answer, and what of them the other tests build on works."""

import pytest

from tests.engines.servers.rest import Rest

pytestmark = pytest.mark.xdist_group("search")


@pytest.mark.engine("elasticsearch-node")
def test_elasticsearch_judges_a_lifecycle_policy(elasticsearch_node: Rest) -> None:
    policy = {"policy": {"phases": {"delete": {"min_age": "7d", "actions": {"delete": {}}}}}}
    assert elasticsearch_node.ask("PUT", "_ilm/policy/fine", policy).status == 200
    policy["policy"]["phases"]["lukewarm"] = {"actions": {}}
    assert "lukewarm" in elasticsearch_node.ask("PUT", "_ilm/policy/odd", policy).reason


@pytest.mark.engine("elasticsearch-node")
def test_elasticsearch_lets_nobody_in_without_a_login(elasticsearch_node: Rest) -> None:
    assert Rest(url=elasticsearch_node.url).ask("GET", "").status == 401


@pytest.mark.engine("opensearch-distribution")
def test_opensearch_knows_the_field_types_of_documents(opensearch_node: Rest) -> None:
    types = ("match_only_text", "wildcard", "flat_object", "ip")
    mapping = {"mappings": {"properties": {name: {"type": name} for name in types}}}
    assert opensearch_node.ask("PUT", "types", mapping).status == 200
