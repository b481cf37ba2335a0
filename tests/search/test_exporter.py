"""What watches Elasticsearch: where a platform has it, what it is told, whom it reaches, and what its key may do."""

import json
import re

import pytest
import yaml

from obs import library
from obs.model.plan import Plan
from obs.model.platform import Mode
from obs.model.search_store import Stored
from obs.render import grafana, inhibitions, kibana_shelf
from obs.render.elasticsearch import bodies
from obs.render.kube import operator
from obs.render.kube.search_exporter import COMPONENT, NAME, PORT
from obs.render.scrape import scrape_config
from obs.resolve import resolve
from obs.spec import SpecError, load_text
from tests.engines.servers.rest import Rest
from tests.render.kube_objects import Object, of_kind, template
from tests.render.kube_shelf import plan_of

SPEC = """
name: shop
services:
  - {component: rabbitmq, namespace: web}
EXTRA
notify:
  receivers:
    - {name: on-call, type: slack}
stack: {mode: MODE}
logging:
  elasticsearch: ENGINE
"""
EXTERNAL = '{placement: external, url: "https://search.example.com:9243"}'


def shop(engine: str = "{}", extra: str = "", mode: Mode = "standalone") -> Plan:
    """A platform with a broker and these words about Elasticsearch."""
    text = SPEC.replace("ENGINE", engine).replace("EXTRA", extra).replace("MODE", mode)
    return resolve(load_text(text, "shop.yaml", library.components()), library.load())


def shelf(plan: Plan) -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in kibana_shelf.render(plan)}


def objects(plan: Plan) -> list[Object]:
    text = shelf(plan)[f"kibana/manifests/{NAME}.yaml"]
    return list(yaml.safe_load_all(text))


def keys(plan: Plan) -> dict[str, Stored]:
    return {stored.name: stored for stored in bodies(plan) if stored.kind == "api-keys"}


@pytest.mark.parametrize("mode", ["standalone", "operator"])
def test_an_elasticsearch_on_the_cluster_is_watched_whoever_deploys_it(mode: Mode) -> None:
    plan = shop(mode=mode)
    [deployment] = of_kind(objects(plan), "Deployment")
    assert deployment["metadata"]["namespace"] == "logging"
    told = yaml.safe_load(shelf(plan)["kibana/kustomization.yaml"])
    assert f"manifests/{NAME}.yaml" in told["resources"]


def test_an_external_one_is_watched_where_the_spec_says_so() -> None:
    assert not shop(EXTERNAL).platform.of(COMPONENT)
    plan = shop(EXTERNAL, extra="  - {component: elasticsearch, options: {nodes: 5}}")
    assert set(shelf(plan)) == {
        *("kibana/README.md", "kibana/kustomization.yaml", f"kibana/manifests/{NAME}.yaml"),
    }
    [policy] = of_kind(objects(plan), "NetworkPolicy")
    assert [port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]] == [53, 53, 9243]


@pytest.mark.parametrize(
    ("plan", "nodes"),
    [
        (shop(), 3),
        (shop("{nodes: 5}"), 5),
        (shop("{nodes: 5}", extra="  - {component: elasticsearch, team: search}"), 5),
        (shop("{nodes: 5}", extra="  - {component: elasticsearch, options: {nodes: 4}}"), 4),
        (shop(EXTERNAL, extra="  - {component: elasticsearch}"), 3),
    ],
    ids=["by default", "as deployed", "as deployed, listed", "as the service says", "of somebody else's"],
)
def test_the_nodes_there_should_be_are_those_that_are_deployed(plan: Plan, nodes: int) -> None:
    [alert] = [alert for alert in plan.alerts if alert.name == "ElasticsearchNodeMissing"]
    assert alert.threshold == nodes


def test_it_is_watched_through_the_logging_half_only() -> None:
    text = SPEC.partition("logging:")[0].replace("EXTRA", "  - component: elasticsearch").replace("MODE", "standalone")
    with pytest.raises(SpecError, match='"elasticsearch" watches a part of the logging half'):
        load_text(text, "shop.yaml", library.components())


def test_its_key_is_a_variable_from_a_secret_and_stands_in_no_argument() -> None:
    [deployment] = of_kind(objects(shop()), "Deployment")
    [container] = template(deployment)["spec"]["containers"]
    secret = {"name": "elasticsearch-exporter", "key": "api-key"}
    assert container["env"] == [{"name": "ES_API_KEY", "valueFrom": {"secretKeyRef": secret}}]
    assert "--es.uri=https://elasticsearch.logging.svc:9200" in container["args"]
    assert not [said for said in container["args"] if "@" in said or "skip-verify" in said]


def test_its_image_is_pinned_and_may_be_the_specs_own() -> None:
    [deployment] = of_kind(objects(shop()), "Deployment")
    image = template(deployment)["spec"]["containers"][0]["image"]
    assert re.fullmatch(r"quay\.io/prometheuscommunity/elasticsearch-exporter:v\d+\.\d+\.\d+", image)


@pytest.mark.parametrize("mode", ["standalone", "operator"])
def test_prometheus_finds_it_and_is_let_in(mode: Mode) -> None:
    plan = shop(mode=mode)
    [job] = [job for job in plan.jobs if job.name == NAME]
    labels = template(of_kind(objects(plan), "Deployment")[0])["metadata"]["labels"]
    assert dict(job.selector).items() <= labels.items()
    [rule] = of_kind(objects(plan), "NetworkPolicy")[0]["spec"]["ingress"]
    assert rule["ports"] == [{"port": "metrics", "protocol": "TCP"}]
    if mode == "operator":
        spec = operator.monitor(plan, job)["spec"]
        assert spec["namespaceSelector"]["matchNames"] == ["logging"]
        assert spec["podMetricsEndpoints"][0]["port"] == "metrics"
    else:
        [found] = scrape_config(plan, job)["kubernetes_sd_configs"]
        assert found["namespaces"]["names"] == ["logging"]
        assert found["selectors"][0]["label"] == f"app.kubernetes.io/name={NAME}"
    assert of_kind(objects(plan), "Service")[0]["spec"]["ports"][0]["port"] == PORT


def test_elasticsearch_lets_it_in() -> None:
    texts = shelf(plan_of("opendax", "standalone"))
    found = list(yaml.safe_load_all(texts["kibana/manifests/elasticsearch.yaml"]))
    [policy] = of_kind(found, "NetworkPolicy")
    peers = [peer["podSelector"]["matchLabels"] for rule in policy["spec"]["ingress"] for peer in rule["from"]]
    assert {"app.kubernetes.io/name": NAME} in peers


def test_what_is_not_watched_has_no_key() -> None:
    assert (set(keys(shop())), set(keys(shop(EXTERNAL)))) == (
        *({"obs-log-writer", "obs-metrics-reader"}, {"obs-log-writer"}),
    )


@pytest.mark.xdist_group("search")
@pytest.mark.engine("elasticsearch-node")
def test_its_key_asks_how_the_engine_is_and_reads_and_changes_nothing(elasticsearch_node: Rest) -> None:
    made = elasticsearch_node.ask("POST", "_security/api_key", keys(shop())["obs-metrics-reader"].body)
    assert made.status == 200, made.reason
    asked = elasticsearch_node.as_key(made.body["encoded"])
    elasticsearch_node.ask("PUT", "watched/_doc/1?refresh=true", {"message": "a line"})
    try:
        may = ("_cluster/health", "_nodes/stats", "_cluster/settings", "_all/_settings", "_health_report")
        assert {path: asked.ask("GET", path).status for path in may} == dict.fromkeys(may, 200)
        denied = ("watched/_search", "watched/_doc/1", "watched/_mapping", "_security/user", "_snapshot")
        assert {path: asked.ask("GET", path).status for path in denied} == dict.fromkeys(denied, 403)
        assert asked.ask("PUT", "watched/_doc/2", {"message": "another"}).status == 403
        setting = {"persistent": {"cluster.max_shards_per_node": 2000}}
        assert asked.ask("PUT", "_cluster/settings", setting).status == 403
    finally:
        elasticsearch_node.ask("DELETE", "watched")


@pytest.mark.parametrize(("engine", "led"), [("{}", ["Elasticsearch"]), (EXTERNAL, [])], ids=["watched", "not watched"])
def test_the_log_pipelines_dashboard_leads_to_elasticsearchs_at_the_same_time(engine: str, led: list[str]) -> None:
    [text] = [a.text for a in grafana.render(shop(engine)) if a.path == "dashboards/obs-fluentd.json"]
    found = [link for link in json.loads(text)["links"] if link["url"] == "/d/obs-elasticsearch"]
    assert [link["title"] for link in found] == led
    assert all(link["keepTime"] and not link["includeVars"] for link in found)


@pytest.mark.parametrize(
    ("source", "target", "quiet"),
    [
        ("ElasticsearchUnreachable", "FluentdDeliveryFailing", True),
        ("ElasticsearchReadOnly", "FluentdSlowWrites", True),
        ("ElasticsearchRed", "FluentdDeliveryFailing", True),
        ("ElasticsearchShardsUnassigned", "FluentdDeliveryFailing", False),
        ("ElasticsearchUnreachable", "FluentdBufferFilling", False),
        ("ElasticsearchUnreachable", "FluentdGivingUp", False),
    ],
)
def test_an_engine_that_is_away_explains_writes_that_fail_and_no_buffer_that_fills(
    source: str, target: str, quiet: bool
) -> None:
    plan = shop()
    severities = {alert.name: alert.severity for alert in plan.alerts}
    one, other = (
        {"alertname": name, "cluster": "shop", "severity": severities[name], "component": component}
        for name, component in ((source, "elasticsearch"), (target, "fluentd"))
    )
    assert any(rule.silences(one, other) for rule in inhibitions.rules(plan)) is quiet
