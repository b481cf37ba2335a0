"""The kibana folder as a cluster would get it: strict schemas, the linters' rules, and what must fit together."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from obs.model.plan import Plan
from obs.model.platform import Mode
from obs.render import kibana_shelf
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
    for workload in (*of_kind(objects(shelf()), "StatefulSet"), *of_kind(objects(shelf()), "Deployment")):
        pod = template(workload)["spec"]
        [first], [main] = pod["initContainers"], pod["containers"]
        assert first["securityContext"] == main["securityContext"]
        assert first["image"] == main["image"]


def test_secrets_reach_the_first_container_only() -> None:
    for workload in (*of_kind(objects(shelf()), "StatefulSet"), *of_kind(objects(shelf()), "Deployment")):
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
    told = set()
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


def test_operator_mode_hands_both_to_the_operator_under_the_same_address() -> None:
    found = objects(shelf("operator"))
    assert sorted(one["kind"] for one in found) == ["Elasticsearch", "Kibana", "Service"]
    [told], [service] = of_kind(found, "Elasticsearch"), of_kind(found, "Service")
    dns = {"dns": f"{service['metadata']['name']}.logging.svc"}
    assert dns in told["spec"]["http"]["tls"]["selfSignedCertificate"]["subjectAltNames"]


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
