"""Pages are, byte for byte, what prometheus_client writes, and never hold a value nobody knows."""

import math
import time
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as some
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from obs_exporter.exposition import Format
from obs_exporter.page import Page
from obs_exporter.row import Row
from obs_exporter.runtime import Runtime

DEPTH = Row(name="bus_messages", type="gauge", labels=("vhost", "queue"), help='Waits for a "consumer".\nOr a \\ does.')
SPENT = Row(name="bus_busy_seconds_total", type="counter", unit="seconds", labels=("queue",), help="Time at work.")
UP = Row(name="bus_up", type="gauge", help="Whether it is there.")
AGE = Row(name="bus_age_seconds", type="histogram", unit="seconds", labels=("queue",), help="Age.", buckets=(0.5, 30.0))
NAMES = some.text(some.characters(codec="utf-8"), max_size=8)
NUMBERS = some.floats(allow_nan=False) | some.integers(-(10**12), 10**18)
COUNTS = some.tuples(*[some.integers(0, 10**9)] * 3)


class Said(Collector):
    """The client's own registry gets these families."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def by_the_client(families: list[Metric], form: Format) -> bytes:
    """The page as prometheus_client writes it."""
    registry = CollectorRegistry()
    registry.register(Said(families))
    if form is Format.TEXT:
        return generate_latest(registry)
    return bytes(generate_openmetrics(registry))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("form", list(Format))
@given(some.dictionaries(some.tuples(NAMES, NAMES), NUMBERS, min_size=1, max_size=4))
def test_gauges_with_any_label_value_are_written_as_the_client_does(
    form: Format, samples: dict[tuple[str, str], float]
) -> None:
    page, family = Page(), GaugeMetricFamily(DEPTH.name, DEPTH.help, labels=DEPTH.labels)
    for labels, value in samples.items():
        page.set(DEPTH, value, *labels)
        family.add_metric(labels, value + 0.0)  # no minus before a zero
    assert page.render(form) == by_the_client([family], form)


@pytest.mark.parametrize("form", list(Format))
@given(some.floats(min_value=0, allow_nan=False), NAMES)
def test_a_counter_is_written_as_the_client_does(form: Format, value: float, queue: str) -> None:
    page = Page()
    page.set(SPENT, value, queue)
    name = "bus_busy_seconds"
    unit = "seconds" if form is Format.OPENMETRICS else ""
    family = CounterMetricFamily(name, SPENT.help, labels=SPENT.labels, unit=unit)
    family.add_metric([queue], value)
    assert page.render(form) == by_the_client([family], form)


@pytest.mark.parametrize("form", list(Format))
@given(COUNTS, some.floats(min_value=0, max_value=1e15), NAMES)
def test_a_histogram_is_written_as_the_client_does(
    form: Format, counts: tuple[int, int, int], total: float, queue: str
) -> None:
    page = Page()
    page.histogram(AGE, counts, total, queue)
    family = HistogramMetricFamily(AGE.name, AGE.help, labels=AGE.labels, unit=AGE.unit)
    buckets = [("0.5", counts[0]), ("30.0", counts[0] + counts[1]), ("+Inf", sum(counts))]
    family.add_metric([queue], buckets=buckets, sum_value=total)
    assert page.render(form) == by_the_client([family], form)


def test_families_stand_by_name_and_their_samples_in_the_order_they_came() -> None:
    page = Page()
    page.set(UP, 1)
    page.set(DEPTH, 2, "/", "b")
    page.set(DEPTH, 1, "/", "a")
    lines = [line for line in page.render(Format.TEXT).decode().splitlines() if not line.startswith("#")]
    assert lines == ['bus_messages{queue="b",vhost="/"} 2.0', 'bus_messages{queue="a",vhost="/"} 1.0', "bus_up 1.0"]


def test_the_strict_parser_reads_the_whole_page_back() -> None:
    page = Page()
    page.set(DEPTH, math.inf, 'a"b\\c\nd', "é\u2028")
    page.set(SPENT, 3, "q")
    page.histogram(AGE, (1, 2, 3), 100.0, "q")
    text = page.render(Format.OPENMETRICS).decode()
    families = {each.name: each for each in text_string_to_metric_families(text)}  # type: ignore[no-untyped-call]
    assert families["bus_messages"].samples[0].labels == {"vhost": 'a"b\\c\nd', "queue": "é\u2028"}
    assert (families["bus_busy_seconds"].unit, families["bus_age_seconds"].type) == ("seconds", "histogram")


@pytest.mark.parametrize("value", [None, math.nan])
def test_a_sample_without_a_value_is_refused(value: float | None) -> None:
    with pytest.raises(ValueError, match="left out"):
        Page().set(UP, value)


def test_a_sample_needs_a_value_for_each_label() -> None:
    with pytest.raises(ValueError, match="got 1 values"):
        Page().set(DEPTH, 1, "/")


def test_a_histogram_needs_a_count_for_each_bucket_and_infinity() -> None:
    with pytest.raises(ValueError, match="2 buckets"):
        Page().histogram(AGE, (1, 2), 3.0, "q")


def test_a_family_beyond_its_limit_keeps_the_same_series_each_time_and_says_how_many_are_missing() -> None:
    kept = []
    for order in (range(9), reversed(range(9))):
        page = Page(limit=3)
        for number in order:
            page.set(SPENT, number, f"q{number}")
        lines = page.render(Format.TEXT).decode().splitlines()
        kept.append(sorted(line for line in lines if not line.startswith("#")))
        assert page.dropped() == {SPENT.name: 6}
    assert kept[0] == kept[1] == [f'bus_busy_seconds_total{{queue="q{number}"}} {number}.0' for number in range(3)]


def test_one_label_set_is_one_sample_however_often_it_is_written() -> None:
    page = Page()
    page.set(UP, 0)
    page.set(UP, 1)
    assert page.render(Format.TEXT).decode().count("bus_up ") == 3


def test_a_hundred_thousand_series_are_rendered_and_compressed_within_half_a_second() -> None:
    """The bench says how fast it really is; this only notices when that is lost altogether, on a busy machine too."""
    page = Page(limit=100_000)
    rows = [Row(name=f"bus_{number}", type="gauge", labels=("vhost", "queue"), help="Help.") for number in range(5)]
    for row in rows:
        for number in range(20_000):
            page.set(row, number, "/", f"queue.{number}")
    spent = []
    for _ in range(3):
        started = time.process_time()
        zlib.compress(page.render(Format.OPENMETRICS), 1)
        spent.append(time.process_time() - started)
    assert min(spent) < 0.5


@pytest.mark.parametrize("form", list(Format))
def test_what_the_client_measures_is_on_our_page_as_the_client_writes_it(form: Format) -> None:
    busy, info = (
        CounterMetricFamily("cpu_seconds", "Time at work.", unit="seconds"),
        GaugeMetricFamily("python_info", 'The "language".', labels=("version", "implementation")),
    )
    busy.add_metric([], 1.25)
    info.add_metric(["3.13", "CPython"], 1)
    page = Page()
    Runtime(Said([busy, info])).tell(page)
    assert page.render(form) == by_the_client([busy, info], form)
