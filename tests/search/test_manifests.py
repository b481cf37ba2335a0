"""The kibana folder as a cluster would get it: strict schemas, the linters' rules, and what must fit together."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from obs.model.logging import Placement
from obs.model.plan import Plan
from obs.model.platform import Image, Mode
from obs.render import fluentd, kibana_shelf
from obs.render.kube.search import CLIENTS
from obs.render.kube.search_exporter import NAME
from tests.render import kube_lint_objects, kube_lint_pods
from tests.render.kube_lint import findings
from tests.render.kube_objects import Object, of_kind, template
from tests.render.kube_schemas import locations
from tests.render.kube_shelf import plan_of, write
from tests.search.bodies import plan_with_logs

RULES = (*kube_lint_pods.RULES, *kube_lint_objects.RULES)
Engine = Callable[[str], Path]


@cache
def shelf(mode: Mode = "standalone") -> dict[str, str]:
    """Path -> text of the reference platform's folder."""
    return {artifact.path: artifact.text for artifact in kibana_shelf.render(plan_of("opendax", mode))}


def objects(texts: dict[str, str]) -> list[Object]:
    """Every object of the manifests."""
    return [one for path, text in texts.items() if "/manifests/" in path for one in yaml.safe_load_all(text)]


def engine_alone(mode: Mode = "standalone") -> list[Object]:
    """Every object of Elasticsearch and Kibana, without those of what watches them."""
    return objects({path: text for path, text in shelf(mode).items() if NAME not in path})


def rendered(plan: Plan) -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in kibana_shelf.render(plan)}


@pytest.mark.engine("kustomize", "kubeconform", "kubernetes-schemas", "operator-crds")
@pytest.mark.parametrize("mode", ["standalone", "operator"])
def test_the_folder_builds_into_objects_that_fit_the_strict_schemas(mode: Mode, engine: Engine, tmp_path: Path) -> None:
    folder = write(shelf(mode), tmp_path) / "kibana"
    built = subprocess.run([engine("kustomize"), "build", folder], capture_output=True, text=True, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    command = [str(engine("kubeconform")), "-strict", *locations(tmp_path)]
    judged = subprocess.run(command, input=built.stdout, capture_output=True, text=True, check=False)
    assert (judged.returncode, judged.stdout) == (0, "")


def test_no_rule_of_the_linters_is_broken() -> None:
    found = objects(shelf())
    assert {rule.names[0]: findings(rule, found) for rule in RULES if findings(rule, found)} == {}


def test_the_first_container_has_no_more_rights_than_the_program() -> None:
    for workload in (*of_kind(engine_alone(), "StatefulSet"), *of_kind(engine_alone(), "Deployment")):
        pod = template(workload)["spec"]
        [first], [main] = pod["initContainers"], pod["containers"]
        assert first["securityContext"] == main["securityContext"]
        assert first["image"] == main["image"]


def test_secrets_reach_the_first_container_only() -> None:
    for workload in (*of_kind(engine_alone(), "StatefulSet"), *of_kind(engine_alone(), "Deployment")):
        pod = template(workload)["spec"]
        secret = {v["name"] for v in pod["volumes"] if "secret" in str(v.get("projected"))}
        assert secret & {m["name"] for m in pod["initContainers"][0]["volumeMounts"]} == secret
        assert not secret & {m["name"] for m in pod["containers"][0]["volumeMounts"]}


def test_every_key_that_is_mounted_is_asked_for_in_the_readme() -> None:
    mounted = set()
    for workload in (*of_kind(objects(shelf()), "StatefulSet"), *of_kind(objects(shelf()), "Deployment")):
        for volume in template(workload)["spec"]["volumes"]:
            for source in volume.get("projected", {}).get("sources", []):
                mounted |= {(source["secret"]["name"], i["key"]) for i in source.get("secret", {}).get("items", [])}
        for variable in template(workload)["spec"]["containers"][0].get("env", []):
            wanted = variable.get("valueFrom", {}).get("secretKeyRef", {})
            mounted |= {(wanted["name"], wanted["key"])} if wanted else set()
    told = {(CLIENTS, "ca.crt")}  # of Fluentd's secret, which the README of its own folder asks for
    for line in shelf()["kibana/README.md"].splitlines():
        if found := re.search(r"create secret generic (\S+)", line):
            told |= {(found[1], key) for key in re.findall(r"--from-file=(\S+)", line)}
    assert mounted == told


def test_nodes_find_each_other_and_choose_a_leader_among_all_of_them() -> None:
    told = yaml.safe_load(shelf()["kibana/config/elasticsearch.yml"])
    [nodes] = of_kind(objects(shelf()), "StatefulSet")
    names = [f"{nodes['metadata']['name']}-{number}" for number in range(nodes["spec"]["replicas"])]
    assert told["cluster.initial_master_nodes"] == names
    assert told["discovery.seed_hosts"] == [nodes["spec"]["serviceName"]]


def test_nothing_speaks_without_tls() -> None:
    told = yaml.safe_load(shelf()["kibana/config/elasticsearch.yml"])
    kibana = yaml.safe_load(shelf()["kibana/config/kibana.yml"])
    assert [told[f"xpack.security.{side}.ssl.enabled"] for side in ("http", "transport")] == [True, True]
    assert told["xpack.security.transport.ssl.client_authentication"] == "required"
    assert kibana["elasticsearch.hosts"] == ["https://elasticsearch.logging.svc:9200"]
    assert kibana["elasticsearch.ssl.verificationMode"] == "full"


def test_what_is_left_to_elastics_operator_is_two_objects_and_who_may_reach_their_pods() -> None:
    found = engine_alone("operator")
    kinds = ["Elasticsearch", "Kibana", "NetworkPolicy", "NetworkPolicy", "PodDisruptionBudget"]
    assert sorted(one["kind"] for one in found) == kinds


def test_the_operators_own_image_is_used_unless_the_spec_names_one() -> None:
    made = plan_of("opendax", "operator")
    mine = Image(repository="registry.example/elasticsearch", tag="9.4.1-plugins")
    images = {**made.platform.stack.images, "elasticsearch": mine}
    changed = replace(made, platform=replace(made.platform, stack=replace(made.platform.stack, images=images)))
    told = [of_kind(objects(rendered(one)), "Elasticsearch")[0]["spec"] for one in (made, changed)]
    assert [(spec["version"], spec.get("image")) for spec in told] == [("9.5.3", None), ("9.4.1", str(mine))]


def test_without_zones_nobody_waits_for_one() -> None:
    text = rendered(searching("operator", zones=False))["kibana/manifests/eck.yaml"]
    assert "downward-node-labels" not in text
    assert "ZONE" not in text
    assert "zones: false" not in rendered(searching("operator", zones=False))["kibana/README.md"]


@pytest.mark.parametrize("mode", ["standalone", "operator"])
@pytest.mark.parametrize("placement", ["cluster", "eck"])
def test_whoever_names_elasticsearch_names_the_service_of_who_deploys_it(mode: Mode, placement: Placement) -> None:
    made = searching(mode, placement=placement)
    service = {"cluster": "elasticsearch", "eck": "elasticsearch-es-http"}[placement]
    texts = {a.path: a.text for render in (fluentd.render, kibana_shelf.render) for a in render(made)}
    told = re.findall(r"https://(elasticsearch[a-z-]*)[.]logging[.]svc:9200", "".join(texts.values()))
    assert set(told) == {service}
    assert f"hosts https://{service}.logging.svc:9200" in texts["fluentd/node/deliver.conf"]


@pytest.mark.parametrize(("placement", "kinds"), [("cluster", {"StatefulSet"}), ("eck", {"Elasticsearch"})])
@pytest.mark.parametrize("mode", ["standalone", "operator"])
def test_who_deploys_elasticsearch_is_said_apart_from_who_deploys_prometheus(
    mode: Mode, placement: Placement, kinds: set[str]
) -> None:
    found = objects(rendered(searching(mode, placement=placement)))
    assert {one["kind"] for one in of_kind(found, "StatefulSet", "Elasticsearch")} == kinds


@pytest.mark.parametrize("placement", ["cluster", "eck"])
def test_secure_settings_are_asked_for_and_read(placement: Placement) -> None:
    texts = rendered(searching("standalone", placement=placement, keystore=("s3.client.default.access_key",)))
    assert " --from-file=s3.client.default.access_key" in texts["kibana/README.md"]
    text = "".join(text for path, text in texts.items() if "/manifests/" in path)
    assert "- key: s3.client.default.access_key" in text


def test_the_priority_class_is_brought_where_no_other_folder_does() -> None:
    made = plan_of("opendax", "operator")
    alone = replace(made, parts=())
    brought = [one["metadata"]["name"] for one in of_kind(objects(rendered(alone)), "PriorityClass")]
    assert (brought, of_kind(objects(rendered(made)), "PriorityClass")) == (["monitoring-stack"], [])


def searching(mode: Mode, **said: object) -> Plan:
    """The reference platform with other words about Elasticsearch."""
    made = plan_of("opendax", mode)
    assert made.logs is not None
    wanted = replace(made.logs.logging.elasticsearch, **said)  # type: ignore[arg-type]
    return replace(made, logs=replace(made.logs, logging=replace(made.logs.logging, elasticsearch=wanted)))


def test_the_older_version_is_deployed_when_the_spec_says_so() -> None:
    plan = plan_with_logs()
    assert plan.logs is not None
    older = replace(plan.logs.logging.elasticsearch, version="8.19")
    logs = replace(plan.logs, logging=replace(plan.logs.logging, elasticsearch=older))
    images = re.findall(r"image: \S+:(\S+)", "".join(rendered(replace(plan, logs=logs)).values()))
    assert set(images) == {"8.19.21"}


def test_places_of_addresses_open_the_way_to_where_they_come_from_and_nothing_else_does() -> None:
    plan = plan_with_logs()
    assert plan.logs is not None
    ports = []
    for geoip in (False, True):
        found = replace(plan.logs.logging.elasticsearch, snapshots="", geoip=geoip)
        logs = replace(plan.logs, logging=replace(plan.logs.logging, elasticsearch=found))
        texts = rendered(replace(plan, logs=logs))
        policies = {one["metadata"]["name"]: one for one in of_kind(objects(texts), "NetworkPolicy")}
        ports.append([p["port"] for rule in policies["elasticsearch"]["spec"]["egress"] for p in rule["ports"]])
    assert (443 in ports[0], 443 in ports[1]) == (False, True)


def test_an_external_elasticsearch_is_deployed_by_nobody() -> None:
    plan = plan_with_logs()
    assert plan.logs is not None
    other = replace(plan.logs.logging.elasticsearch, placement="external", url="https://search.example.com")
    logs = replace(plan.logs, logging=replace(plan.logs.logging, elasticsearch=other))
    texts = rendered(replace(plan, logs=logs))
    assert list(texts) == ["kibana/README.md"]
    assert "https://search.example.com" in texts["kibana/README.md"]


def test_a_platform_without_logs_has_no_folder_of_ours() -> None:
    assert rendered(plan_of("minimal", "standalone")) == {}
