"""What the catalogue reads of Elasticsearch is what exporters tell; real faults raise its alerts, which then end."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from obs import library
from obs.model.metric import Metric
from obs.model.plan import Plan
from obs.model.platform import ObjectiveOverride
from obs.render.kube.search_exporter import COMPONENT
from obs.resolve import resolve
from obs.spec.defaults import IMAGES
from tests.engines import families as pages
from tests.engines.families import Family
from tests.engines.processes import engine_path, missing_reason
from tests.engines.servers.rest import Rest
from tests.engines.servers.search_exporter import NAME, Version, version, watcher
from tests.exporters.live.play import Fault, Played, becomes_quiet, cases, judge, play_all, told, unproven
from tests.search.families import families, key, recorded
from tests.search.stand_in import standing_in
from tests.search.test_exporter import shop
from tests.search.watching import FAULTS, SINCE, Stage, of_today, raised, stage

TODAY = list(FAULTS) if missing_reason(NAME) else [of_today(fault) for fault in FAULTS if raised(fault)]
"""What the exporter at hand can raise; where there is none, the tests say so themselves."""
SECONDS = 60
"""How long alerts may take to come or to go; most need five."""
READ = tuple(library.components()[COMPONENT].sources[0].metrics)
LIMITS = frozenset({"elasticsearch_jvm_memory_pool_max_bytes"})
"""Told as a counter, and a limit all the same."""
NEW: dict[str, Version] = {
    "elasticsearch_clustersettings_allocation_watermark": (1, 7),
    "elasticsearch_health_report": (1, 10),
    "elasticsearch_indexing_pressure": (1, 8),
}
"""Beginnings of names, and the versions of the exporter that began to tell them."""
ELSEWHERE = ("elasticsearch_health_report", "elasticsearch_slm_stats")
"""What OpenSearch lacks."""
DIFFERENT_OF_BYTES = "elasticsearch_clustersettings_allocation_watermark_flood_stage_bytes"
UNPROVEN = {
    "ElasticsearchNodeMissing": "the tests' cluster is one node",
    "ElasticsearchRejecting": "a queue of ten thousand writes is not filled in seconds",
    "ElasticsearchIndexingPressure": "nor is a tenth of the heap",
    "ElasticsearchHeapHigh": "a full heap would take the node from other tests",
    "ElasticsearchSearchSlow": "a node that holds a dozen documents is quick",
    "ElasticsearchMasterBusy": "a single node publishes to itself",
    "ElasticsearchSnapshotFailed": "three hours are three minutes here, before it is quiet again",
    "ElasticsearchTargetMissing": "told for every component alike",
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A platform with one node, without the objective, whose windows outlast the play."""
    platform = shop("{nodes: 1}").platform
    off = {f"{COMPONENT}.serving": ObjectiveOverride(off=True)}
    return resolve(replace(platform, objectives=off), library.load())


@pytest.fixture(scope="module")
def played(
    plan: Plan, elasticsearch_node: Rest, engine: Callable[[str], object], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Played]:
    """Every fault on one stage, by title."""
    engine(NAME)
    with stage(plan, elasticsearch_node, key(elasticsearch_node), tmp_path_factory.mktemp("stage")) as on:
        becomes_quiet(on, SECONDS)
        return play_all(on, TODAY, seconds=SECONDS)


def different(metric: Metric, page: Mapping[str, Family]) -> str:
    """What a page says differently from the declaration; "" when they agree."""
    return pages.different(metric, page, kind="counter" if metric.name in LIMITS else "")


@pytest.mark.parametrize("metric", READ, ids=lambda metric: str(metric.name))
def test_every_metric_the_catalogue_reads_was_told_by_the_versions_recorded(metric: Metric) -> None:
    lacking = metric.name.startswith(ELSEWHERE)
    pages = {of: page for of, page in recorded().items() if not (lacking and "OpenSearch" in of)}
    assert {of: different(metric, page) for of, page in pages.items()} == dict.fromkeys(pages, "")


def test_the_version_that_is_deployed_is_among_those_recorded() -> None:
    deployed = IMAGES["elasticsearch-exporter"].tag.removeprefix("v")
    assert {of.partition(" ")[0] for of in recorded()} >= {deployed}


def test_opensearch_lacks_what_is_said_to_be_lacking() -> None:
    [page] = [page for of, page in recorded().items() if of.startswith("1.11") and "OpenSearch" in of]
    assert [name for name in page if name.startswith(ELSEWHERE)] == []


@pytest.mark.xdist_group("search")
@pytest.mark.engine("elasticsearch-node", NAME)
def test_the_exporter_at_hand_tells_what_its_version_can(
    elasticsearch_node: Rest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with standing_in(elasticsearch_node) as (_, url):
        with watcher(url, key(elasticsearch_node), tmp_path_factory.mktemp("exporter")) as exporter:
            page = families(exporter.page())
    mine = version(engine_path(NAME))
    young = tuple(beginning for beginning, since in NEW.items() if mine < since)
    asked = [m for m in READ if not m.name.startswith(young or (" ",)) and m.name != DIFFERENT_OF_BYTES]
    assert [said for metric in asked if (said := different(metric, page))] == []
    assert len(asked) > len(READ) / 2


@pytest.mark.xdist_group("search")
@pytest.mark.engine("elasticsearch-node", NAME, "prometheus", "alertmanager")
@pytest.mark.parametrize(("fault", "name"), cases(TODAY))
def test_a_real_fault_raises_the_alert_and_its_end_ends_it(
    played: dict[str, Played], fault: Fault[Stage], name: str
) -> None:
    judge(played, fault, name)


def test_every_other_alert_is_left_out_for_a_reason(plan: Plan) -> None:
    assert unproven(plan, (COMPONENT,), FAULTS) == set(UNPROVEN)


@pytest.mark.xdist_group("search")
@pytest.mark.engine("elasticsearch-node", NAME, "prometheus", "alertmanager")
def test_the_faults_are_told(played: dict[str, Played], record_property: Callable[[str, object], None]) -> None:
    younger = sorted(
        {name for fault in FAULTS for name in fault.fires} - {name for fault in TODAY for name in fault.fires}
    )
    here = ".".join(map(str, version(engine_path(NAME))))
    without = f"; exporter {here} is too old for {', '.join(younger)}" if younger else ""
    record_property("said", told("Elasticsearch", played, TODAY) + without)
    assert set(played) == {fault.title for fault in TODAY}
    assert set(younger) <= set(SINCE)
