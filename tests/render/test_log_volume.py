"""The estimate of the logging half, in numbers one can check by hand."""

from math import ceil

import pytest

from obs.model.logging import LogClass
from obs.model.plan import Plan
from obs.render.log_volume import LogVolume, log_volume, per_line, shares, spoken
from tests.small import small_plan

DAY = 86400
SPEC = """
logging:
  classes:
    - {name: web, namespaces: [web], retention: 10d, share: 75}
    - {name: rest, retention: 1d}
  volume: {lines_per_second: 100, bytes_per_line: 200, nodes: 2}
  elasticsearch: {nodes: NODES, storage: SIZE}
"""


def volume(nodes: int = 1, size: str = "10Gi") -> LogVolume:
    return of(small_plan(SPEC.replace("NODES", str(nodes)).replace("SIZE", size)))


def of(plan: Plan) -> LogVolume:
    assert plan.logs is not None
    return log_volume(plan.logs)


def test_what_comes_in_is_lines_times_bytes() -> None:
    assert volume().bytes_in_day == 100 * 200 * DAY


def test_what_is_kept_is_a_day_of_the_share_for_the_retention_and_a_tenth() -> None:
    day = 100 * DAY * per_line(200, logsdb=True)
    assert volume().kept == {"web": pytest.approx(0.75 * day * 10 * 1.1), "rest": pytest.approx(0.25 * day * 1.1)}


def test_a_second_node_keeps_everything_twice() -> None:
    one, two = volume(1), volume(2)
    assert two.bytes_kept == pytest.approx(2 * one.bytes_kept)
    assert (one.shards, two.shards) == (22, 44)


def test_without_logsdb_the_same_lines_take_more() -> None:
    assert per_line(400, logsdb=False) > per_line(400, logsdb=True)


def test_classes_without_a_share_divide_what_is_left() -> None:
    classes = (LogClass(name="a", share=40), LogClass(name="b"), LogClass(name="c"))
    assert shares(classes) == {"a": 0.4, "b": 0.3, "c": 0.3}


def test_disks_that_are_too_small_are_seen() -> None:
    assert (volume().crowded, volume(size="5Gi").crowded) == (False, True)


def test_a_node_has_the_memory_that_what_is_hot_warm_and_cold_wants() -> None:
    found = of(small_plan(busy(9000, nodes=2).replace("retention: 10d", "retention: 100d")))
    # Of 100 days 10 are hot, those until a third warm, the rest cold; a day is hot until it is deleted.
    web, rest = found.kept["web"], found.kept["rest"]
    wanted = web * (10 / 30 + (100 / 3 - 10) / 160 + 200 / 3 / 300) / 100 + rest / 30
    assert found.memory == f"{ceil(wanted / 2 / 2**30)}Gi"
    assert found.heap == 2**30 * ceil(wanted / 2 / 2**30)


@pytest.mark.parametrize(("lines", "memory"), [(1, "4Gi"), (900_000, "64Gi")])
def test_memory_is_never_too_little_nor_more_than_a_heap_can_use(lines: int, memory: str) -> None:
    assert of(small_plan(busy(lines, nodes=3))).memory == memory


def busy(lines: int, *, nodes: int) -> str:
    """The spec of a platform that writes so many lines a second."""
    said = SPEC.replace("lines_per_second: 100", f"lines_per_second: {lines}")
    return said.replace("NODES", str(nodes)).replace("SIZE", "9Ti")


def test_memory_that_the_spec_says_is_taken() -> None:
    found = of(small_plan(SPEC.replace("NODES", "3, memory: 12Gi").replace("SIZE", "1Ti")))
    assert (found.memory, found.heap) == ("12Gi", 18 * 2**30)


def test_an_elasticsearch_of_somebody_elses_has_disks_nobody_knows() -> None:
    text = SPEC.replace("{nodes: NODES, storage: SIZE}", '{placement: external, url: "https://search.example.com"}')
    found = of(small_plan(text))
    assert (found.disk, found.heap, found.crowded) == (None, None, False)
    assert spoken(found)["disk"].endswith("shards")


def test_the_summary_says_two_digits_and_units() -> None:
    assert spoken(volume())["logs"] == "100 lines/s, 1.6 GiB a day, 870 MiB of it on disk"
