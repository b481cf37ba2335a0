"""A real API server takes the bundle: by dry run, for good, again without a change, and refuses what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.shelf import ORDER, Shelf
from tests.engines.cluster import Cluster
from tests.render.kube_objects import place, template, workloads
from tests.render.kube_shelf import texts, write

pytestmark = pytest.mark.cluster


@pytest.fixture(params=["standalone", "operator"])
def either(request: pytest.FixtureRequest) -> Shelf:
    """The bundle of each mode in turn."""
    made: Shelf = request.getfixturevalue(request.param)
    return made


@pytest.mark.parametrize("folder", ORDER)
def test_server_side_dry_run_takes_every_object(either: Shelf, folder: str, cluster: Cluster) -> None:
    done = either.dry[folder]
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(either.objects(cluster, folder))


def test_monitors_of_exporters_over_tls_are_taken_too(operator: Shelf, cluster: Cluster, tmp_path: Path) -> None:
    folder = write(texts("opendax with aggregators and TLS", "operator"), tmp_path) / "alerts"
    made = yaml.safe_load_all(cluster.kubectl("kustomize", str(folder)).stdout)
    secured = [one["spec"]["tlsConfig"] for one in made if one["kind"] == "Probe"]
    assert [told["ca"]["secret"]["key"] for told in secured] == ["ca.crt"] * 2
    done = cluster.kubectl("create", "--dry-run=server", "--validate=strict", "-k", str(folder))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("folder", ORDER)
def test_applying_twice_changes_nothing(either: Shelf, folder: str, cluster: Cluster) -> None:
    before = versions(cluster, either.folder / folder)
    again = cluster.kubectl("apply", "-k", str(either.folder / folder))
    assert (again.returncode, again.stderr) == (0, "")
    assert versions(cluster, either.folder / folder) == before


@pytest.mark.parametrize("folder", ORDER)
def test_nothing_is_left_to_apply(either: Shelf, folder: str, cluster: Cluster) -> None:
    difference = cluster.kubectl("diff", "-k", str(either.folder / folder))
    assert (difference.returncode, difference.stdout) == (0, "")


def test_pod_security_admits_every_pod_without_a_warning(standalone: Shelf, cluster: Cluster) -> None:
    found = [one for folder in ORDER for one in workloads(standalone.objects(cluster, folder))]
    for workload in found:
        done = cluster.kubectl("create", "--dry-run=server", "-f", "-", text=json.dumps(pod(workload)))
        assert (done.returncode, done.stderr) == (0, ""), place(workload)


def test_the_stacks_namespace_refuses_a_pod_that_wants_more(standalone: Shelf, cluster: Cluster) -> None:
    (agent,) = (one for one in workloads(standalone.objects(cluster, "alerts")) if one["kind"] == "DaemonSet")
    intruder = pod(agent)
    intruder["metadata"]["namespace"] = standalone.plan.platform.stack.namespace
    done = cluster.kubectl("create", "--dry-run=server", "-f", "-", text=json.dumps(intruder))
    assert done.returncode != 0
    assert "violates PodSecurity" in done.stderr
    assert 'restricted volume type "hostPath"' in done.stderr


def test_files_of_an_earlier_bundle_are_pruned_and_no_others(
    standalone: Shelf, cluster: Cluster, tmp_path: Path
) -> None:
    namespace = standalone.plan.platform.stack.namespace
    before = config_maps(cluster, namespace)
    rules = next((standalone.folder / "alerts" / "rules").glob("*.yaml"))
    text = rules.read_text(encoding="utf-8")
    try:
        rules.write_text(text + "# another bundle\n", encoding="utf-8")
        assert cluster.kubectl("apply", "-k", str(standalone.folder / "alerts")).returncode == 0
        changed = config_maps(cluster, namespace)
        assert len(changed - before) == 1
        pruned = cluster.kubectl(*prune(standalone, cluster))
        assert pruned.returncode == 0, pruned.stderr
        after = config_maps(cluster, namespace)
    finally:
        rules.write_text(text, encoding="utf-8")
        cluster.kubectl("apply", "-k", str(standalone.folder / "alerts"))
        cluster.kubectl(*prune(standalone, cluster))
    assert len(changed - after) == 1
    assert len(before - after) == 1
    assert config_maps(cluster, namespace) == before


def versions(cluster: Cluster, folder: Path) -> dict[str, str]:
    """The server's version of each object of a folder: it moves with every real change, and only then."""
    listed = cluster.kubectl("get", "-k", str(folder), "-o", "json")
    assert listed.returncode == 0, listed.stderr
    return {place(one): one["metadata"]["resourceVersion"] for one in json.loads(listed.stdout)["items"]}


def prune(made: Shelf, cluster: Cluster) -> list[str]:
    """The command of the README, as a person would paste it."""
    readme = (made.folder / "alerts" / "manifests" / "README.md").read_text(encoding="utf-8")
    (line,) = (one for one in readme.replace("\\\n", "").splitlines() if "--prune " in one)
    words = line.split()[1:]
    return [str(made.folder / "alerts") if word == "alerts/" else word for word in words]


def config_maps(cluster: Cluster, namespace: str) -> set[str]:
    """Names of the ConfigMaps in a namespace."""
    listed = cluster.kubectl("-n", namespace, "get", "configmaps", "-o", "name")
    return set(listed.stdout.split()) - {"configmap/kube-root-ca.crt"}


def pod(workload: dict[str, Any]) -> dict[str, Any]:
    """The pod a controller would make, with a plain folder where a claim would be."""
    made = template(workload)
    claims = [claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", [])]
    spec = made["spec"] | {"volumes": [*made["spec"]["volumes"], *({"name": c, "emptyDir": {}} for c in claims)]}
    about = {"name": workload["metadata"]["name"], "namespace": workload["metadata"]["namespace"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": made["metadata"] | about, "spec": spec}
