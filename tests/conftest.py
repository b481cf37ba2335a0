"""Engines first on PATH; a test whose engine is missing is skipped with the reason, or fails with CI=true."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.engines import cluster as clusters
from tests.engines.processes import FOLDER, engine_path, missing_reason
from tests.engines.servers.elasticsearch import elasticsearch
from tests.engines.servers.opensearch import opensearch
from tests.engines.servers.rest import Rest

hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")
"""An example may take long while engines have the processor; what must be quick has a test of its own."""
os.environ["PATH"] = os.pathsep.join([str(FOLDER / "bin"), os.environ.get("PATH", "")])


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("engine"):
        for name in marker.args:
            _require(name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as `said`: figures that belong beside the count of tests."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == "said":
                terminalreporter.write_line(str(text))


@pytest.fixture(scope="session")
def engine() -> Callable[[str], Path]:
    """`engine("promtool")` is its path; where it cannot be had, the test is skipped with the reason."""

    def path(name: str) -> Path:
        _require(name)
        return engine_path(name)

    return path


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[clusters.Cluster]:
    """One empty Kubernetes API server for all tests of a run; each test brings its own namespaces."""
    for name in clusters.ENGINES:
        _require(name)
    with clusters.running_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture(scope="session")
def elasticsearch_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    """One empty Elasticsearch for all tests of a run, asked as its administrator."""
    _require("elasticsearch-node")
    with elasticsearch(tmp_path_factory.mktemp("elasticsearch")) as asked:
        yield asked


@pytest.fixture(scope="session")
def opensearch_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    """One empty OpenSearch for all tests of a run."""
    _require("opensearch-distribution")
    with opensearch(tmp_path_factory.mktemp("opensearch")) as asked:
        yield asked


def _require(name: str) -> None:
    reason = missing_reason(name)
    if not reason:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"engine {name} is missing: {reason}", pytrace=False)
    pytest.skip(f"engine {name} is missing: {reason}")
