"""A real API server takes Elasticsearch and Kibana, twice without a change, under the strictest Pod Security level."""

import json
from pathlib import Path

import pytest
import yaml

from obs.render import kibana_shelf
from tests.cluster.shelf import DRY
from tests.engines.cluster import Cluster
from tests.render.kube_objects import Object, place, template, workloads
from tests.render.kube_shelf import plan_of, write

pytestmark = pytest.mark.cluster

BEFORE: tuple[Object, ...] = (
    {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "logging", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
    },
    {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "monitoring-stack"},
        "value": 1_000_000,
        "preemptionPolicy": "Never",
    },
)
"""What fluentd/ and alerts/ bring: the namespace, here as strict as can be, and the priority class."""


@pytest.fixture(scope="module")
def folder(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference platform's kibana folder; what it stands on exists."""
    for one in BEFORE:
        cluster.kubectl("apply", "-f", "-", text=json.dumps(one))
    texts = {artifact.path: artifact.text for artifact in kibana_shelf.render(plan_of("opendax", "standalone"))}
    return write(texts, tmp_path_factory.mktemp("shelf")) / "kibana"


def test_the_folder_is_taken_by_a_strict_dry_run_and_for_good_once(folder: Path, cluster: Cluster) -> None:
    dry = cluster.kubectl("apply", *DRY, "-k", str(folder))
    assert (dry.returncode, dry.stderr) == (0, "")
    applied = cluster.kubectl("apply", "-k", str(folder))
    assert (applied.returncode, applied.stderr) == (0, "")
    difference = cluster.kubectl("diff", "-k", str(folder))
    assert (difference.returncode, difference.stdout) == (0, "")


def test_the_strictest_pod_security_level_admits_every_pod(folder: Path, cluster: Cluster) -> None:
    found = list(yaml.safe_load_all(cluster.kubectl("kustomize", str(folder)).stdout))
    for workload in workloads(found):
        told = template(workload)
        about = told["metadata"] | {"generateName": "try-", "namespace": "logging"}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": told["spec"]}
        pod["spec"]["volumes"] = [*pod["spec"]["volumes"], {"name": "data", "emptyDir": {}}]
        pod["spec"]["volumes"] = list({volume["name"]: volume for volume in pod["spec"]["volumes"]}.values())
        done = cluster.kubectl("create", "--dry-run=server", "-f", "-", text=json.dumps(pod))
        assert (done.returncode, done.stderr) == (0, ""), place(workload)
