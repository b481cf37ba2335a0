"""Every search and chart finds exactly the documents it is for, on a real OpenSearch, in Kibana's own translation."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs.model.search import Chart, Measure
from obs.render.elasticsearch_pipelines import PIPELINE
from obs.render.elasticsearch_pipelines import pipeline as pipeline_of
from obs.render.elasticsearch_templates import mappings
from tests.engines.servers.rest import Rest
from tests.search.documents import Document, documents
from tests.search.kibana import translate
from tests.search.opensearch import properties
from tests.search.questions import Question, questions, reference_plan

pytestmark = [pytest.mark.xdist_group("search"), pytest.mark.engine("kibana-libraries", "opensearch-distribution")]

HITS = Path(__file__).with_name("hits.yaml")
STREAM = "logs-obs.trading-opendax_production"
ASKED = questions()


@pytest.fixture(scope="module")
def node(opensearch_node: Rest) -> Rest:
    """OpenSearch with the bundle's mapping and every document in one data stream."""
    logs = reference_plan().logs
    assert logs is not None
    mapped = mappings(logs.fields)
    pipeline = pipeline_of(logs.logging.elasticsearch, {})
    pipeline.pop("_meta")  # unknown to OpenSearch
    assert opensearch_node.ask("PUT", f"_ingest/pipeline/{PIPELINE}", pipeline).status == 200
    made = {
        "settings": {"index": {"default_pipeline": PIPELINE}},
        "mappings": mapped | {"properties": properties(mapped["properties"])},
    }
    template = {"index_patterns": ["logs-obs.*"], "data_stream": {}, "template": made}
    assert opensearch_node.ask("PUT", "_index_template/obs-logs", template).status == 200
    answer = opensearch_node.ask("POST", f"{STREAM}/_bulk?refresh=true", bulk())
    refused = [item["create"] for item in answer.body["items"] if item["create"]["status"] != 201]
    assert refused == []
    return opensearch_node


def bulk() -> str:
    """Every document under its own name, with dots in the keys as Fluentd sends them."""
    pairs = ((json.dumps({"create": {"_id": name}}), json.dumps(d)) for name, d in documents().items())
    return "".join(f"{action}\n{document}\n" for action, document in pairs)


@pytest.fixture(scope="module")
def translated() -> dict[str, dict[str, Any]]:
    """Question -> query DSL, as Kibana would send it."""
    logs = reference_plan().logs
    assert logs is not None
    answers = translate([question.queries for question in ASKED], logs.fields)
    errors = {q.name: a["error"] for q, a in zip(ASKED, answers, strict=True) if "error" in a}
    assert errors == {}
    return {question.name: answer["query"] for question, answer in zip(ASKED, answers, strict=True)}


@pytest.fixture(scope="module")
def expected() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load(HITS.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("question", ASKED, ids=lambda q: q.name)
def test_a_question_finds_exactly_its_documents(
    node: Rest, translated: dict[str, dict[str, Any]], expected: dict[str, list[str]], question: Question
) -> None:
    body = {"query": translated[question.name], "size": 1000, "_source": False} | aggregations(question)
    answer = node.ask("POST", f"{STREAM}/_search", body)
    assert answer.status == 200, answer.reason
    found = sorted(hit["_id"] for hit in answer.body["hits"]["hits"])
    broad = BROAD.get(question.name)
    told = [name for name, d in documents().items() if broad(d)] if broad else expected[question.name]
    assert found == sorted(told)
    for name, values in answer.body.get("aggregations", {}).items():
        assert values["buckets"], f"no document has a value in {name}"


def delivered(document: Document) -> bool:
    return bool(document["event.kind"] != "pipeline_error")


def failing(document: Document) -> bool:
    return document.get("log.level") in ("error", "fatal") and delivered(document)


def unparsed(document: Document) -> bool:
    return "unparsed" in document.get("tags", ())


def quiet(document: Document) -> bool:
    return document.get("log.level") not in ("trace", "debug") and "healthz" not in document["message"]


def of(field: str, value: str) -> Callable[[Document], bool]:
    """Documents with this value."""
    return lambda document: document.get(field) == value


BROAD: dict[str, Callable[[Document], bool]] = {
    "query errors": failing,
    "query no-noise": quiet,
    "overview search errors": failing,
    "overview search pod": lambda document: True,
    "overview chart lines": delivered,
    "overview chart services": delivered,
    "overview chart by-level": delivered,
    "overview chart by-service": delivered,
    "overview chart last-seen": delivered,
    "overview chart errors": failing,
    "overview chart errors-by-service": failing,
    "overview chart unknown": unparsed,
    "pipeline search unparsed": unparsed,
    "pipeline chart unparsed": unparsed,
    "gateway chart requests": of("event.dataset", "envoy.access"),
    "gateway chart by-status": of("event.dataset", "envoy.access"),
    "gateway chart countries": of("event.dataset", "envoy.access"),
    "gateway chart duration": of("event.dataset", "envoy.access"),
    "gateway chart clients": of("event.dataset", "envoy.access"),
    "rabbitmq chart by-level": of("event.module", "rabbitmq"),
    "redis chart by-level": of("event.module", "redis"),
    "redis chart by-role": of("event.module", "redis"),
    "streaming chart by-level": of("event.module", "rango"),
    "mysql chart errors": of("event.dataset", "mysql.error"),
}
"""Questions whose answer is said shorter than listed."""


def test_every_question_is_told_what_it_finds_and_no_other_is(expected: dict[str, list[str]]) -> None:
    assert {*expected, *BROAD} == {question.name for question in ASKED}
    assert not {*expected} & {*BROAD}


def test_every_question_finds_something_and_passes_something_over(expected: dict[str, list[str]]) -> None:
    total = len(documents())
    broad = {name: [d for d in documents().values() if rule(d)] for name, rule in BROAD.items()}
    assert [name for name, found in (*expected.items(), *broad.items()) if not found] == []
    assert [name for name, found in expected.items() if len(found) > total / 4] == []


def aggregations(question: Question) -> dict[str, Any]:
    """The buckets a chart asks for, each with its measures."""
    if question.chart is None:
        return {}
    measures = {f"value{n}": found for n, m in enumerate(question.chart.values) if (found := metric(m))}
    return {
        "aggs": {
            field: _buckets(question.chart, field) | {"aggs": measures}
            for field in question.chart.by
        }
    }


def _buckets(chart: Chart, field: str) -> dict[str, Any]:
    if chart.kind == "map":
        return {"geotile_grid": {"field": field, "precision": 8}}
    return {"terms": {"field": field, "size": chart.size}}


def metric(measure: Measure) -> dict[str, Any]:
    """A measure as Elasticsearch computes it; {} for the count of documents, which every bucket has."""
    match measure.operation:
        case "count":
            return {}
        case "unique_count":
            return {"cardinality": {"field": measure.field}}
        case "average":
            return {"avg": {"field": measure.field}}
        case "percentile" | "median":
            percent = measure.percentile if measure.operation == "percentile" else 50
            return {"percentiles": {"field": measure.field, "percents": [percent]}}
        case _:
            return {measure.operation: {"field": measure.field}}
