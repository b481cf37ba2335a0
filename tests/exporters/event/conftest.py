"""One broker for all tests of the folder, one cluster for those of a cluster; every test begins without queues."""

from collections.abc import Iterator

import pytest

from tests.engines.servers.rabbitmq import Broker, rabbitmq
from tests.exporters.event.watching import PASSWORD, USER


@pytest.fixture(scope="package")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One node and the exporter's user."""
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as broker:
        broker.user(USER, PASSWORD)
        yield broker


@pytest.fixture
def broker(started: Broker) -> Broker:
    """The node, without queues."""
    started.forget_queues()
    return started


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Three nodes and the exporter's user."""
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq-cluster"), nodes=3) as broker:
        broker.user(USER, PASSWORD)
        yield broker
