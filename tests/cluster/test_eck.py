"""Elastic's operator takes our objects, in both versions, and makes of them what the rest of the bundle names.

It runs against the API server. Nobody runs the pods it asks for: what is judged are the objects it makes.
"""

import base64
import json
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from obs.model.logging import ElasticsearchVersion
from obs.model.plan import Plan
from obs.render import fluentd, kibana_shelf, runbook_words
from obs.render.kube import elasticsearch, kibana
from obs.render.kube.base import priority_class
from obs.render.kube.program import Program
from obs.render.kube.search import TAGS
from tests.cluster.shelf import DRY
from tests.engines.cluster import Cluster
from tests.engines.eck import HOME, running_operator, wait_for
from tests.render.kube_objects import Object, named, objects, of_kind, selects, template
from tests.render.kube_shelf import plan_of, write

pytestmark = [pytest.mark.cluster, pytest.mark.upstream, pytest.mark.engine("elastic-operator", "operator-crds")]

VERSIONS: tuple[ElasticsearchVersion, ...] = ("8.19", "9")
SETTING = "s3.client.default.access_key"
WRONG = "eck-wrong"
WAITED = ("statefulset/elasticsearch-es-default", "pdb/elasticsearch-es-default", "deployment/kibana-kb")
UNCONNECTED = "Association backend for elasticsearch is not configured"
MADE = "statefulsets,deployments,services,secrets,poddisruptionbudgets"


@dataclass(frozen=True, kw_only=True)
class Operated:
    """A bundle whose search engine the operator deploys: ours, and what it made."""

    plan: Plan
    folder: Path
    ours: list[Object]
    made: list[Object]

    @property
    def namespace(self) -> str:
        assert self.plan.logs is not None
        return self.plan.logs.logging.namespace

    def pods(self, name: str) -> Object:
        """The pod template of a workload the operator made."""
        return template(next(one for one in of_kind(self.made, "StatefulSet", "Deployment") if name in place(one)))

    def secret(self, name: str) -> dict[str, bytes]:
        """What the operator keeps in a secret."""
        return {k: base64.b64decode(v) for k, v in named(self.made, "Secret", name)["data"].items()}


def place(one: Object) -> str:
    return str(one["metadata"]["name"])


def plan(version: ElasticsearchVersion) -> Plan:
    """The reference platform in operator mode, with a namespace for each version and a secure setting."""
    made = plan_of("opendax", "operator")
    assert made.logs is not None
    wanted = replace(made.logs.logging.elasticsearch, version=version, keystore=(SETTING,))
    namespace = f"eck-{version.partition('.')[0]}"
    return replace(
        made, logs=replace(made.logs, logging=replace(made.logs.logging, namespace=namespace, elasticsearch=wanted))
    )


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the operator says while it works."""
    return tmp_path_factory.mktemp("operator") / "eck.log"


@pytest.fixture(scope="module")
def everyone(
    cluster: Cluster, operator_crds: None, log: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Operated]:
    """Both versions, applied to namespaces as strict as can be, and the operator's work on them."""
    plans = {version: plan(version) for version in VERSIONS}
    before = [namespace(HOME), priority_class(plans["9"]), namespace(WRONG)]
    for one in before:
        cluster.kubectl("apply", "-f", "-", text=json.dumps(one))
    folders = {version: brought(cluster, made, tmp_path_factory) for version, made in plans.items()}
    assert cluster.kubectl("apply", "-f", "-", text=json.dumps(refused())).returncode == 0
    homes = {version: made.logs.logging.namespace for version, made in plans.items() if made.logs}
    with running_operator(cluster, [*homes.values(), WRONG], log):
        for home in homes.values():
            wait_for(cluster, home, WAITED)
    return {v: worked(cluster, plans[v], folders[v]) for v in VERSIONS}


@pytest.fixture(params=VERSIONS)
def operated(request: pytest.FixtureRequest, everyone: dict[str, Operated]) -> Operated:
    """The bundle of each version in turn."""
    found: Operated = everyone[request.param]
    return found


def brought(cluster: Cluster, made: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kibana folder of a plan, applied as its README says, after a strict dry run."""
    assert made.logs is not None
    home = made.logs.logging.namespace
    folder = write({a.path: a.text for a in kibana_shelf.render(made)}, tmp_path_factory.mktemp(home)) / "kibana"
    assert cluster.kubectl("apply", "-f", "-", text=json.dumps(namespace(home))).returncode == 0
    secret = ("create", "secret", "generic", elasticsearch.SECRET, f"--from-literal={SETTING}=value")
    assert cluster.kubectl("-n", home, *secret).returncode == 0
    for further in (DRY, ()):
        done = cluster.kubectl("apply", *further, "-k", str(folder))
        assert (done.returncode, done.stderr) == (0, "")
    return folder


def worked(cluster: Cluster, made: Plan, folder: Path) -> Operated:
    """What we applied for a plan, and what the operator made of it."""
    assert made.logs is not None
    found = json.loads(cluster.kubectl("-n", made.logs.logging.namespace, "get", MADE, "-o", "json").stdout)["items"]
    ours = objects(artifact for render in (kibana_shelf.render, fluentd.render) for artifact in render(made))
    return Operated(plan=made, folder=folder, ours=ours, made=found)


def namespace(name: str) -> Object:
    """As strict as can be."""
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def refused() -> Object:
    """Elasticsearch that wants to know of its nodes what the operator does not let pods know."""
    spoilt = named(objects(kibana_shelf.render(plan("9"))), "Elasticsearch", "elasticsearch")
    notes = {"eck.k8s.elastic.co/downward-node-labels": "example.com/rack"}
    return spoilt | {"metadata": spoilt["metadata"] | {"namespace": WRONG, "annotations": notes}}


def warnings(cluster: Cluster, home: str) -> list[str]:
    """What the operator complains of in a namespace, but for Kibana's account, which it makes a moment later."""
    found = json.loads(cluster.kubectl("-n", home, "get", "events", "-o", "json").stdout)["items"]
    return [one["message"] for one in found if one["type"] != "Normal" and one["message"] != UNCONNECTED]


def test_nothing_is_left_to_apply_when_the_operator_has_worked(operated: Operated, cluster: Cluster) -> None:
    difference = cluster.kubectl("diff", "-k", str(operated.folder))
    assert (difference.returncode, difference.stdout) == (0, "")


def test_the_operator_complains_of_nothing(operated: Operated, cluster: Cluster, log: Path) -> None:
    assert warnings(cluster, operated.namespace) == []
    said = [line for line in log.read_text(encoding="utf-8").splitlines() if f'"{operated.namespace}"' in line]
    assert said
    assert [line for line in said if '"log.level":"error"' in line] == []


def test_and_would_complain_of_a_label_it_does_not_let_pods_know(everyone: object, cluster: Cluster) -> None:
    assert "example.com/rack" in " ".join(warnings(cluster, WRONG))


def test_fluentd_asks_a_service_that_the_operator_made(operated: Operated) -> None:
    assert operated.plan.logs is not None
    host, _, port = operated.plan.logs.logging.endpoint.removeprefix("https://").partition(":")
    service = named(operated.made, "Service", host.partition(".")[0])
    assert [str(one["port"]) for one in service["spec"]["ports"]] == [port]
    assert selects(service["spec"]["selector"], operated.pods("elasticsearch")["metadata"]["labels"])


def test_fluentd_trusts_the_authority_that_the_operator_made(operated: Operated, tmp_path: Path) -> None:
    [pipeline] = of_kind(operated.ours, "DaemonSet")
    volumes = {volume["name"]: volume for volume in template(pipeline)["spec"]["volumes"]}
    [source] = volumes["certificates"]["projected"]["sources"]
    assert [item["key"] for item in source["secret"]["items"]] == ["ca.crt"]
    assert operated.plan.logs is not None
    host = operated.plan.logs.logging.endpoint.removeprefix("https://").partition(":")[0]
    assert verified(operated.secret(source["secret"]["name"]), host, tmp_path) == "tls.crt: OK\n"


def test_runbooks_find_that_authority_in_the_pod_they_name(operated: Operated, tmp_path: Path) -> None:
    words = dict(runbook_words.words(operated.plan, operated.plan.parts[0]))
    [nodes] = of_kind(operated.made, "StatefulSet")
    assert words["search-pod"] == f"{place(nodes)}-0"
    spec = operated.pods("elasticsearch")["spec"]
    [main] = (one for one in spec["containers"] if one["name"] == "elasticsearch")
    folder, _, file = words["search-ca"].rpartition("/")
    [mount] = (one["name"] for one in main["volumeMounts"] if one["mountPath"] == f"{elasticsearch.HOME}/{folder}")
    [secret] = (one["secret"]["secretName"] for one in spec["volumes"] if one["name"] == mount)
    assert file in operated.secret(secret)
    host = words["search-url"].removeprefix("https://").partition(":")[0]
    assert verified(operated.secret(secret), host, tmp_path) == "tls.crt: OK\n"
    for name in re.findall(r"secret `(\S+)`", words["search-password"]):
        assert list(operated.secret(name)) == ["elastic"]


def verified(given: Mapping[str, bytes], host: str, folder: Path) -> str:
    """What openssl says of a certificate for a host under an authority."""
    for name in ("ca.crt", "tls.crt"):
        (folder / name).write_bytes(given[name])
    command = ["openssl", "verify", "-CAfile", "ca.crt", "-verify_hostname", host, "tls.crt"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout or done.stderr


@pytest.mark.parametrize("name", ["elasticsearch", "kibana"])
def test_policies_find_the_pods_and_ports_of_the_operator(name: str, operated: Operated) -> None:
    pods = operated.pods(name)
    policy = named(operated.ours, "NetworkPolicy", name)["spec"]
    assert selects(policy["podSelector"], pods["metadata"]["labels"])
    ports = {p[key] for p in pods["spec"]["containers"][0]["ports"] for key in ("name", "containerPort")}
    assert {p["port"] for rule in policy["ingress"] for p in rule["ports"]} <= ports


@pytest.mark.parametrize("client", ["fluentd", "kibana"])
def test_whoever_asks_elasticsearch_may_reach_the_pods_of_the_operator(client: str, operated: Operated) -> None:
    rules = named(operated.ours, "NetworkPolicy", client)["spec"]["egress"]
    [peer] = (rule["to"][0] for rule in rules if rule["ports"][0]["port"] == 9200)
    assert selects(peer["podSelector"], operated.pods("elasticsearch")["metadata"]["labels"])


def test_the_operator_itself_may_reach_elasticsearch(operated: Operated) -> None:
    rules = named(operated.ours, "NetworkPolicy", "elasticsearch")["spec"]["ingress"]
    peers = [peer for rule in rules for peer in rule["from"] if "namespaceSelector" in peer]
    assert [peer["namespaceSelector"]["matchLabels"] for peer in peers] == [{"kubernetes.io/metadata.name": HOME}]


def test_both_have_a_disruption_budget(operated: Operated) -> None:
    budgets = of_kind(operated.made, "PodDisruptionBudget")
    for name in ("elasticsearch", "kibana"):
        labels = operated.pods(name)["metadata"]["labels"]
        assert [place(one) for one in budgets if selects(one["spec"]["selector"], labels)] == [
            {"elasticsearch": "elasticsearch-es-default", "kibana": "kibana"}[name]
        ]


@pytest.mark.parametrize("name", ["elasticsearch", "kibana"])
def test_the_strictest_pod_security_level_admits_the_pods_of_the_operator(
    name: str, operated: Operated, cluster: Cluster
) -> None:
    told = operated.pods(name)
    about = told["metadata"] | {"generateName": "try-", "namespace": operated.namespace}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": told["spec"]}
    done = cluster.kubectl("create", "--dry-run=server", "-f", "-", text=json.dumps(pod))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("program", [elasticsearch.program, kibana.program])
def test_pods_of_the_operator_are_as_large_and_as_far_apart_as_ours(
    program: Callable[..., Program], operated: Operated
) -> None:
    ours = program(operated.plan, operated.plan.logs)
    spec = operated.pods(ours.name)["spec"]
    [main] = (one for one in spec["containers"] if one["name"] == ours.name)
    assert main["resources"]["limits"] == {"cpu": ours.size.cpu_limit, "memory": ours.size.memory_limit}
    assert "podAntiAffinity" in spec["affinity"]
    assert [one["topologyKey"] for one in spec["topologySpreadConstraints"]] == ["topology.kubernetes.io/zone"]
    assert spec["priorityClassName"] == "monitoring-stack"


def test_the_release_is_that_of_the_version(operated: Operated) -> None:
    assert operated.plan.logs is not None
    tag = TAGS[operated.plan.logs.logging.elasticsearch.version]
    images = [operated.pods(name)["spec"]["containers"][0]["image"] for name in ("elasticsearch", "kibana")]
    assert images == [f"docker.elastic.co/{name}/{name}:{tag}" for name in ("elasticsearch", "kibana")]


def test_nodes_keep_copies_in_different_zones_and_their_volumes(operated: Operated) -> None:
    told = yaml.safe_load(operated.secret("elasticsearch-es-default-es-config")["elasticsearch.yml"])
    assert told["node"]["attr"]["zone"] == "${ZONE}"
    assert told["cluster"]["routing"]["allocation"]["awareness"]["attributes"] == "k8s_node_name,zone"
    [nodes] = of_kind(operated.made, "StatefulSet")
    [claim] = nodes["spec"]["volumeClaimTemplates"]
    assert (nodes["spec"]["replicas"], claim["spec"]["resources"]["requests"]["storage"]) == (3, "1Ti")


def test_secure_settings_reach_the_keystore(operated: Operated) -> None:
    assert operated.secret("elasticsearch-es-secure-settings") == {SETTING: b"value"}
    first = [one["name"] for one in operated.pods("elasticsearch")["spec"]["initContainers"]]
    assert "elastic-internal-init-keystore" in first
