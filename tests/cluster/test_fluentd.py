"""A real API server takes the log pipeline, twice without a change; its account may read pods and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from obs.render import fluentd
from tests.cluster.shelf import DRY
from tests.engines.cluster import Cluster
from tests.render.kube_shelf import plan_of, write

pytestmark = pytest.mark.cluster

APPLY = ("apply", "--server-side")
HOME = "logs"
"""Another namespace than the reference platform's, which Elasticsearch's test holds to a stricter level."""
ACCOUNT = f"system:serviceaccount:{HOME}:fluentd"
FORBIDDEN = (
    ("list", "pods"),
    ("watch", "pods"),
    ("get", "pods/log"),
    ("create", "pods"),
    ("create", "pods/exec"),
    ("get", "secrets"),
    ("list", "secrets"),
    ("get", "configmaps"),
    ("get", "nodes/proxy"),
    ("create", "serviceaccounts/token"),
)


@pytest.fixture(scope="module")
def folder(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference platform's fluentd folder, applied once the strict dry run took its own namespace."""
    made = plan_of("opendax", "standalone")
    assert made.logs is not None
    moved = replace(made, logs=replace(made.logs, logging=replace(made.logs.logging, namespace=HOME)))
    texts = {artifact.path: artifact.text for artifact in fluentd.render(moved)}
    found = write(texts, tmp_path_factory.mktemp("shelf")) / "fluentd"
    based = cluster.kubectl(*APPLY, "-f", str(found / "manifests" / "base.yaml"))
    assert (based.returncode, based.stderr) == (0, "")
    return found


def test_the_folder_is_taken_by_a_strict_dry_run_and_for_good_once(folder: Path, cluster: Cluster) -> None:
    dry = cluster.kubectl("apply", *DRY, "-k", str(folder))
    assert (dry.returncode, dry.stderr) == (0, "")
    applied = cluster.kubectl(*APPLY, "-k", str(folder))
    assert (applied.returncode, applied.stderr) == (0, "")
    difference = cluster.kubectl("diff", "--server-side", "-k", str(folder))
    assert (difference.returncode, difference.stdout) == (0, "")


def test_the_pipelines_account_may_read_a_pod(folder: Path, cluster: Cluster) -> None:
    assert cluster.kubectl(*APPLY, "-k", str(folder)).returncode == 0
    done = cluster.kubectl("auth", "can-i", "get", "pods", "--all-namespaces", "--as", ACCOUNT)
    assert done.stdout.strip() == "yes"


@pytest.mark.parametrize(("verb", "resource"), FORBIDDEN)
def test_and_nothing_else(folder: Path, cluster: Cluster, verb: str, resource: str) -> None:
    name, _, part = resource.partition("/")
    done = cluster.kubectl(
        "auth", "can-i", verb, name, f"--subresource={part}", "--all-namespaces", "--as", ACCOUNT
    )
    assert done.stdout.strip() == "no"
