"""The play: what every series does over time, and how promtool is told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.model.fault import Behaviour, Faults, Line, Series
from obs.model.plan import Plan
from obs.render.acting import Segment
from obs.render.lookback import kept_labels, ranges_of, reach, reads, shortest_range
from obs.render.play import Phase, Theatre, Track
from obs.render.promtool_notation import values
from tests.small import small_plan

EDGE = (("envoy_http_conn_manager_prefix", "ingress_http"),)


def steady(metric: str, kind: str, number: float, **more: object) -> Series:
    behaviour = Behaviour(kind=kind, number=Line(base=number), **more)  # type: ignore[arg-type]
    return Series(metric=metric, behaviour=behaviour, labels=EDGE if "_http_" in metric else ())


def platform(*baseline: Series) -> Plan:
    """The small platform with nothing but these series on two gateway instances."""
    plan = small_plan()
    faults = Faults(instances={"envoy": 2}, baseline=baseline)
    return replace(plan, parts=(replace(plan.parts[0], faults=faults),))


def played(plan: Plan, *phases: Phase, epoch: float = 0.0) -> dict[tuple[str, str], Track]:
    """(series name, instance) -> track."""
    tracks = Theatre(plan).play(phases, epoch=epoch)
    return {(t.name + dict(t.own).get("le", ""), t.instance.address): t for t in tracks}


def change(series: Series, **phase: float) -> Phase:
    return Phase(seconds=phase.get("seconds", 60.0), changes=(("envoy", series),), x=phase.get("x", 0.0))


def test_a_counter_goes_on_from_where_it_was_when_its_rate_changes() -> None:
    plan = platform(steady("envoy_http_downstream_rq_completed", "rate", 2))
    faster = steady("envoy_http_downstream_rq_completed", "rate", 5)
    track = played(plan, Phase(seconds=60), change(faster), Phase(seconds=60))[
        "envoy_http_downstream_rq_completed", "envoy-0"
    ]
    start = track.at(0.0) or 0.0
    assert [(track.at(m) or 0.0) - start for m in (60, 120, 179)] == [120, 420, 538]


def test_a_counter_counts_on_unseen_while_its_target_is_down() -> None:
    plan = platform(steady("envoy_http_downstream_rq_completed", "rate", 2))
    out = Phase(seconds=60, targets=(("envoy", "envoy", 0, "down"),))
    tracks = played(plan, Phase(seconds=60), out, Phase(seconds=60))
    track = tracks["envoy_http_downstream_rq_completed", "envoy-0"]
    assert track.at(90) is None
    assert (track.at(120) or 0) - (track.at(0) or 0) == 240
    assert [tracks["up", "envoy-0"].at(m) for m in (0, 90, 120)] == [1, 0, 1]
    assert tracks["up", "envoy-1"].at(90) == 1


def test_a_target_that_is_gone_has_no_up_either() -> None:
    plan = platform(steady("envoy_server_live", "value", 1))
    tracks = played(plan, Phase(seconds=60), Phase(seconds=60, targets=(("envoy", "envoy", None, "gone"),)))
    assert tracks["up", "envoy-0"].at(59) == 1
    assert tracks["up", "envoy-0"].at(60) is None


def test_a_histogram_becomes_its_buckets_sum_and_count() -> None:
    series = steady("envoy_http_downstream_rq_time", "rate", 10, buckets=(("25", 0.8), ("100", 1.0)), mean=20.0)
    tracks = played(platform(series), Phase(seconds=60))
    slopes = {name: track.segments[0].slope for (name, instance), track in tracks.items() if instance == "envoy-0"}
    assert slopes == {
        "envoy_http_downstream_rq_time_bucket25.0": 8,
        "envoy_http_downstream_rq_time_bucket100.0": 10,
        "envoy_http_downstream_rq_time_bucket+Inf": 10,
        "envoy_http_downstream_rq_time_count": 10,
        "envoy_http_downstream_rq_time_sum": 200,
        "up": 0,
    }


def test_a_change_of_a_single_bucket_leaves_the_others() -> None:
    series = steady("envoy_http_downstream_rq_time", "rate", 10, buckets=(("25", 0.8),), mean=20.0)
    bucket = replace(steady("envoy_http_downstream_rq_time_bucket", "rate", 1), labels=(("le", "25"),))
    tracks = played(platform(series), change(bucket))
    assert tracks["envoy_http_downstream_rq_time_bucket25.0", "envoy-0"].segments[0].slope == 1
    assert tracks["envoy_http_downstream_rq_time_bucket+Inf", "envoy-0"].segments[0].slope == 10


def test_a_change_that_matches_nothing_adds_a_series_from_then_on() -> None:
    new = steady("envoy_server_live", "value", 3)
    tracks = played(platform(), Phase(seconds=60), change(new))
    assert (tracks["envoy_server_live", "envoy-1"].at(30), tracks["envoy_server_live", "envoy-1"].at(60)) == (None, 3)


def test_timestamps_move_with_the_clock_or_stand_still_from_the_change_on() -> None:
    plan = platform(steady("envoy_server_uptime", "age", 5))
    fixed = steady("envoy_server_uptime", "at", -1)
    track = played(plan, Phase(seconds=60), change(fixed), epoch=1000.0)["envoy_server_uptime", "envoy-0"]
    assert [track.at(m) for m in (0, 59, 60, 119)] == [995, 1054, 1059, 1059]


def test_boundary_lines_take_the_value_of_x_and_rates_are_never_negative() -> None:
    line = Series(
        metric="envoy_http_downstream_rq_completed",
        behaviour=Behaviour(kind="rate", number=Line(base=1, slope=-2)),
        labels=EDGE,
    )
    plan = platform(steady("envoy_http_downstream_rq_completed", "rate", 9))
    for x, rate in ((0.25, 0.5), (3.0, 0.0)):
        tracks = played(plan, change(line, x=x))
        assert tracks["envoy_http_downstream_rq_completed", "envoy-0"].segments[0].slope == rate


def test_notation_marks_the_end_of_a_series_as_a_scrape_would() -> None:
    segments = [
        Segment(start=60, end=180, value=10, slope=0.5),
        Segment(start=300, end=360, value=7, slope=0),
    ]
    assert values(segments, 60) == "_x1 10+30x1 stale _x1 7"


@given(st.lists(st.tuples(st.integers(1, 9), st.one_of(st.none(), st.integers(-50, 50))), min_size=1, max_size=8))
def test_notation_expands_to_the_samples_of_the_segments(pieces: list[tuple[int, int | None]]) -> None:
    segments, expected, position = [], [], 0
    for length, value in pieces:
        if value is not None:
            segments.append(Segment(start=15.0 * position, end=15.0 * (position + length), value=value, slope=0.2))
        expected += [None if value is None else value + 3.0 * n for n in range(length)]
        position += length
    assert _expanded(values(segments, 15.0), len(expected)) == pytest.approx(expected)


def _expanded(text: str, length: int) -> list[float | None]:
    """What promtool makes of the notation: _ and stale are missing samples."""
    found: list[float | None] = []
    for word in text.split():
        if word.startswith(("_", "stale")):
            found += [None] * int(word.partition("x")[2] or 1)
            continue
        value, _, count = word.partition("x")
        start, _, step = value.replace("e+", "e").rpartition("+") if count else (value, "", "0")
        found += [float(start) + float(step) * n for n in range(int(count or 0) + 1)]
    return found + [None] * (length - len(found))


def test_what_a_rule_reads_and_how_far_back() -> None:
    expr = 'sum by (job, le) (rate(a_bucket{job="x", le=~"1{2}"}[5m])) / on (job) b{job=~"y|z"} offset 10m > max(c)'
    wanted = reads([expr])
    assert (wanted["a_bucket"], wanted["b"], wanted["c"]) == (frozenset({"x"}), frozenset({"y", "z"}), frozenset())
    assert (reach(expr), shortest_range([expr])) == (900, 300)
    assert (ranges_of(expr, "a"), ranges_of(expr, "c")) == (frozenset({300.0}), frozenset({0.0}))
    assert kept_labels(expr) == frozenset({"job"})
    assert kept_labels("a / b") is None
