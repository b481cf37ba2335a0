"""The exporter tells what the catalogue reads of Elasticsearch; real faults raise the alerts, which end with them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from obs import library
from obs.model.metric import Metric
from obs.render.kube.search_exporter import COMPONENT
from obs.spec.defaults import IMAGES
from tests.engines import families as pages
from tests.engines.families import Family
from tests.engines.recipes import ELASTICSEARCH_EXPORTER
from tests.engines.servers.rest import Rest
from tests.engines.servers.search_exporter import NAME
from tests.exporters.live.play import Fault, Played, becomes_quiet, cases, judge, play_all, told, unproven
from tests.search.families import key, recorded, told_of
from tests.search.faults import FAULTS
from tests.search.watching import Stage, stage, watched

SECONDS = 60
"""How long alerts may take to come or to go; most need five."""
READ = tuple(library.components()[COMPONENT].sources[0].metrics)
LIMITS = frozenset({"elasticsearch_jvm_memory_pool_max_bytes"})
"""Told as a counter, and a limit all the same."""
ELSEWHERE = ("elasticsearch_health_report", "elasticsearch_slm_stats")
"""What OpenSearch lacks."""
UNPROVEN = {"ElasticsearchNodeMissing": "the tests' cluster is one node"}


@pytest.fixture(scope="module")
def played(
    elasticsearch_node: Rest, engine: Callable[[str], object], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Played]:
    """Every fault on one stage, by title."""
    engine(NAME)
    judged = [name for fault in FAULTS for name in fault.fires]
    with stage(elasticsearch_node, key(elasticsearch_node), judged, tmp_path_factory.mktemp("stage")) as on:
        assert becomes_quiet(on, SECONDS), on.quiet()
        return play_all(on, FAULTS, seconds=SECONDS)


def different(metric: Metric, page: Mapping[str, Family]) -> str:
    """What a page says differently from the declaration; "" when they agree."""
    return pages.different(metric, page, kind="counter" if metric.name in LIMITS else "")


def test_the_version_that_is_deployed_is_the_one_of_the_tests() -> None:
    assert IMAGES["elasticsearch-exporter"].tag == f"v{ELASTICSEARCH_EXPORTER}"


@pytest.mark.xdist_group("search")
@pytest.mark.engine("elasticsearch-node", NAME)
def test_every_metric_the_catalogue_reads_is_told(elasticsearch_node: Rest, tmp_path: Path) -> None:
    page = told_of(elasticsearch_node, tmp_path)
    assert [said for metric in READ if (said := different(metric, page))] == []


@pytest.mark.xdist_group("search")
@pytest.mark.engine("opensearch-distribution", NAME)
def test_of_opensearch_all_is_told_but_what_that_lacks(opensearch_node: Rest, tmp_path: Path) -> None:
    page = told_of(opensearch_node, tmp_path)
    lacking = [f"no {metric.name}" for metric in READ if metric.name.startswith(ELSEWHERE)]
    assert [said for metric in READ if (said := different(metric, page))] == lacking


@pytest.mark.parametrize("of", recorded())
def test_the_version_before_told_the_same(of: str) -> None:
    lacking = [f"no {metric.name}" for metric in READ if metric.name.startswith(ELSEWHERE) and "OpenSearch" in of]
    assert [said for metric in READ if (said := different(metric, recorded()[of]))] == lacking


@pytest.mark.xdist_group("search")
@pytest.mark.engine("elasticsearch-node", NAME, "prometheus", "alertmanager")
@pytest.mark.parametrize(("fault", "name"), cases(FAULTS))
def test_a_real_fault_raises_the_alert_and_its_end_ends_it(
    played: dict[str, Played], fault: Fault[Stage], name: str
) -> None:
    judge(played, fault, name)


def test_every_other_alert_is_left_out_for_a_reason() -> None:
    assert unproven(watched(0.5), (COMPONENT,), FAULTS) == set(UNPROVEN)


@pytest.mark.xdist_group("search")
@pytest.mark.engine("elasticsearch-node", NAME, "prometheus", "alertmanager")
def test_the_faults_are_told(played: dict[str, Played], record_property: Callable[[str, object], None]) -> None:
    record_property("said", told("Elasticsearch", played, FAULTS))
    assert set(played) == {fault.title for fault in FAULTS}
