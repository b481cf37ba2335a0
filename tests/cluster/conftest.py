"""The ground the bundle is applied to: the platform's namespaces, and the operator's kinds."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.shelf import DRY, OPERATORS, ORDER, Shelf, shelf
from tests.engines.cluster import Cluster


@pytest.fixture(scope="session")
def standalone(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The bundle of standalone mode, applied to a cluster that has the platform's namespaces and nothing else."""
    made = shelf("standalone", tmp_path_factory.mktemp("standalone"))
    create(cluster, [namespace(name) for name in made.watched()])
    create(cluster, [one for one in made.objects(cluster, "alerts") if one["kind"] == "Namespace"])
    return applied(cluster, dry_run(cluster, made))


@pytest.fixture(scope="session")
def operator_crds(cluster: Cluster, engine: Callable[[str], Path]) -> None:
    """The kinds of the Prometheus operator and of Elastic's, as these ship them.

    Created, not applied: their own size would not fit the annotation in which `kubectl apply` keeps what it was given.
    """
    done = cluster.kubectl("create", "-f", str(engine("operator-crds")))
    assert done.returncode == 0, done.stderr
    established = cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    assert established.returncode == 0, established.stderr


@pytest.fixture(scope="session")
def operator(
    cluster: Cluster, standalone: Shelf, operator_crds: None, tmp_path_factory: pytest.TempPathFactory
) -> Shelf:
    """The bundle of operator mode, applied to a cluster that knows the operator's kinds and has its namespace."""
    made = shelf("operator", tmp_path_factory.mktemp("operator"))
    create(cluster, [namespace(OPERATORS)])
    return applied(cluster, dry_run(cluster, made))


def dry_run(cluster: Cluster, made: Shelf) -> Shelf:
    """The server's verdict on every folder while it still holds none of the objects."""
    return replace(made, dry={f: cluster.kubectl("apply", "-k", str(made.folder / f), *DRY) for f in ORDER})


def applied(cluster: Cluster, made: Shelf) -> Shelf:
    """Every folder applied for good, in the order of the READMEs."""
    for folder in ORDER:
        done = cluster.kubectl("apply", "-k", str(made.folder / folder))
        assert done.returncode == 0, done.stderr
    return made


def namespace(name: str) -> dict[str, Any]:
    """A namespace as somebody else would have made it."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def create(cluster: Cluster, objects: list[dict[str, Any]]) -> None:
    """Create the objects; a refusal is a failure."""
    everything = {"apiVersion": "v1", "kind": "List", "items": objects}
    done = cluster.kubectl("create", "-f", "-", text=json.dumps(everything))
    assert done.returncode == 0, done.stderr
