"""A cluster of its own, whose nodes and pods are what the tests say they are."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from obs.model.plan import Plan
from tests.engines.cluster import ENGINES, running_cluster
from tests.engines.servers.kubelet import NAME as KUBELET
from tests.engines.servers.kubelet import Kubelet, hollow
from tests.engines.servers.kubernetes_api import Api
from tests.engines.servers.state_metrics import NAME, Told, granted, telling
from tests.render.kube_shelf import plan_of
from tests.upstream.objects import everything, healthy
from tests.upstream.reads import reads


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The reference platform."""
    return plan_of("opendax", "standalone")


@pytest.fixture(scope="session")
def api(plan: Plan, engine: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A platform that is well, in a namespace of the spec."""
    for name in ENGINES:
        engine(name)
    with running_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        granted(cluster, plan)
        made = Api(cluster=cluster, namespace=plan.platform.namespaces[0])
        healthy(made)
        yield made


@pytest.fixture(scope="session")
def told(
    api: Api, plan: Plan, engine: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """The programs of kube-state-metrics, as they are deployed."""
    engine(NAME)
    with telling(api.cluster, plan, tmp_path_factory.mktemp("state-metrics")) as programs:
        yield programs


@pytest.fixture(scope="session")
def kubelet(
    api: Api, engine: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kubelet]:
    """A node of its own, with one pod."""
    engine(KUBELET)
    with hollow(api, tmp_path_factory.mktemp("kubelet")) as running:
        yield running


@pytest.fixture(scope="session")
def page(api: Api, told: Told) -> str:
    """What they tell when a container was killed and waits, and a Job has failed: some families exist only then."""
    with everything(api):
        return told.page_with(*(metric.name for metric in reads("kube-state-metrics")))
