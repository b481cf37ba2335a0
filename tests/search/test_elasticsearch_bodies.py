"""A real Elasticsearch takes what the bundle brings, and it does what it is for."""

import json
from typing import Any

import pytest

from obs.model.plan import Plan
from obs.render.elasticsearch import bodies
from tests.engines.servers.rest import Rest
from tests.search.bodies import plan_with_logs, put_all
from tests.small import small_plan

pytestmark = [pytest.mark.xdist_group("search"), pytest.mark.engine("elasticsearch-node")]

STREAM = "logs-obs.trading-one"
NOW = "2026-11-25T10:00:00.123Z"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_with_logs()


@pytest.fixture(scope="module")
def node(elasticsearch_node: Rest, plan: Plan) -> Rest:
    """The node with every body in place."""
    said = {path: answer.reason for path, answer in put_all(elasticsearch_node, plan).items()}
    assert set(said.values()) == {""}, said
    planned = elasticsearch_node.ask("POST", f"_index_template/_simulate_index/{STREAM}").body["template"]
    assert planned["settings"]["index"]["mode"] == "logsdb"
    return elasticsearch_node


@pytest.fixture(scope="module")
def writer(node: Rest, plan: Plan) -> Rest:
    """Whoever holds the pipeline's key."""
    [key] = [stored for stored in bodies(plan) if stored.kind == "api-keys"]
    made = node.ask("POST", "_security/api_key", key.body)
    assert made.status == 200, made.reason
    return node.as_key(made.body["encoded"])


def lines(*documents: dict[str, Any], operation: str = "create", stream: str = STREAM) -> str:
    """A bulk body."""
    pairs = ((json.dumps({operation: {"_index": stream}}), json.dumps({"@timestamp": NOW} | d)) for d in documents)
    return "".join(f"{action}\n{document}\n" for action, document in pairs)


def statuses(node: Rest, body: str) -> list[int]:
    """The status of each item of a bulk request."""
    answer = node.ask("POST", "_bulk?refresh=true", body)
    return [status for item in answer.body["items"] for status in [next(iter(item.values()))["status"]]]


def member(node: Rest, role: str) -> Rest:
    """A new user with one role."""
    body = {"password": "a-password-of-tests", "roles": [role]}
    assert node.ask("PUT", f"_security/user/{role}-member", body).status == 200
    return Rest(url=node.url, user=f"{role}-member", password="a-password-of-tests")


def test_a_stream_gets_its_template_and_its_policy(node: Rest) -> None:
    made = node.ask("POST", f"_index_template/_simulate_index/{STREAM}").body["template"]
    index = made["settings"]["index"]
    assert (index["lifecycle"]["name"], index["number_of_shards"]) == ("obs-logs-trading", "1")
    assert made["data_stream_options"]["failure_store"]["enabled"] is True


def test_a_policy_keeps_what_was_written(node: Rest) -> None:
    phases = node.ask("GET", "_ilm/policy/obs-logs-trading").body["obs-logs-trading"]["policy"]["phases"]
    assert {name: phase["min_age"] for name, phase in phases.items()} == {
        **{"hot": "0ms", "warm": "9d", "cold": "30d", "delete": "90d"}
    }


def test_the_writer_creates_documents_and_the_stream_with_the_first(writer: Rest) -> None:
    assert statuses(writer, lines({"message": "one"}, {"message": "two", "service": {"name": "gateway"}})) == [201, 201]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{STREAM}/_search", None),
        ("DELETE", f"_data_stream/{STREAM}", None),
        ("POST", f"{STREAM}/_delete_by_query", {"query": {"match_all": {}}}),
        ("PUT", "_index_template/obs-logs-trading", {"index_patterns": ["logs-obs.trading-*"]}),
        ("GET", "_security/role", None),
    ],
)
def test_the_writer_may_do_nothing_else(writer: Rest, method: str, path: str, body: Any) -> None:
    assert writer.ask(method, path, body).status in (400, 403, 405)


def test_the_writer_cannot_overwrite_or_write_elsewhere(writer: Rest) -> None:
    assert statuses(writer, lines({"message": "x"}, stream="logs-nginx.access-default")) == [403]
    index = next(iter(statuses(writer, lines({"message": "x"}, operation="index"))))
    assert index in (400, 403)


def test_unknown_keys_and_odd_values_lose_no_document_and_make_no_field(node: Rest, writer: Rest) -> None:
    wild = {f"key_{n}": n for n in range(1500)}
    odd = {"event": {"duration": "soon"}, "log": {"level": "x" * 40_000}, "app": wild, "unheard_of": wild}
    assert statuses(writer, lines(odd)) == [201]
    mapped = node.ask("GET", f"{STREAM}/_mapping").body
    [index] = mapped.values()
    assert "unheard_of" not in index["mappings"]["properties"]
    assert index["mappings"]["properties"]["app"]["type"] == "flattened"


@pytest.fixture(scope="module")
def found(node: Rest, writer: Rest) -> Rest:
    """The node with one document that is easily found."""
    assert statuses(writer, lines({"message": "needle", "app": {"order": {"id": "42"}}})) == [201]
    return node


def test_a_key_of_an_unknown_object_is_found_by_its_path(found: Rest) -> None:
    answer = found.ask("POST", f"{STREAM}/_search", {"query": {"term": {"app.order.id": "42"}}})
    assert answer.body["hits"]["total"]["value"] == 1


def test_a_document_comes_back_whole_but_for_the_id_it_is_kept_under(node: Rest, writer: Rest) -> None:
    said = {"message": "whole", "event.hash": "0a1b", "unheard_of": {"key": [1, 2]}, "source.ip": "10.0.0.9"}
    assert statuses(writer, lines(said)) == [201]
    answer = node.ask("POST", f"{STREAM}/_search", {"query": {"match": {"message": "whole"}}})
    [hit] = answer.body["hits"]["hits"]
    kept = {"message": "whole", "unheard_of": {"key": [1, 2]}, "source": {"ip": "10.0.0.9"}, "@timestamp": NOW}
    assert hit["_source"] == kept


def test_places_are_found_within_a_circle(node: Rest, writer: Rest) -> None:
    assert statuses(writer, lines({"message": "from London", "source.ip": "81.2.69.142"})) == [201]
    circle = {"geo_distance": {"distance": "50km", "source.geo.location": {"lat": 51.4, "lon": 0}}}
    found = node.ask("POST", f"{STREAM}/_search", {"query": circle}).body["hits"]["hits"]
    assert [hit["_source"]["message"] for hit in found] == ["from London"]


def test_the_reader_reads_and_does_not_write(found: Rest) -> None:
    reader = member(found, "obs-log-reader")
    answer = reader.ask("POST", f"{STREAM}/_search", {"query": {"match": {"message": "needle"}}})
    assert answer.body["hits"]["total"]["value"] == 1
    assert reader.ask("POST", "_bulk", lines({"message": "x"})).status == 403


def test_the_applier_puts_everything_and_reads_no_document(found: Rest, plan: Plan) -> None:
    applier = member(found, "obs-bundle-applier")
    answers = {path: answer.status for path, answer in put_all(applier, plan).items()}
    assert set(answers.values()) == {200}, answers
    assert applier.ask("POST", f"{STREAM}/_search").status == 403


def test_the_same_bodies_suit_an_older_cluster_without_logsdb(elasticsearch_node: Rest) -> None:
    plan = small_plan('logging:\n  elasticsearch: {version: "8.19", logsdb: false, nodes: 1}\n')
    answers = {path: answer.reason for path, answer in put_all(elasticsearch_node, plan).items()}
    assert set(answers.values()) == {""}
    put_all(elasticsearch_node, plan_with_logs())
