"""The cases that stand exactly on a line: bursts, guards, divisors of zero, strangers, minima of objectives."""

import math

import pytest

from obs.render import promtool_bursts, promtool_divisors, promtool_targets
from obs.render.acting import Segment
from obs.render.play import Theatre
from obs.render.promtool_boundaries import cases_of
from obs.render.promtool_budget_limits import cases as limits
from obs.render.promtool_drive import Drive, drive
from obs.render.promtool_notation import Case, values
from obs.render.promtool_strangers import STRANGER
from obs.render.selectors import Matcher, selectors
from tests.small import small_plan

THEATRE = Theatre(small_plan())
PART = THEATRE.plan.parts[0]
RATE = "sum by (job) (rate(errors_total[5m])) > 0.1"


def driven(name: str, theatre: Theatre = THEATRE) -> Drive:
    part = theatre.plan.parts[0]
    boundary = next(b for b in part.faults.boundaries if b.alert == name)
    return drive(theatre, part, boundary, next(a for a in part.alerts if a.name == name))


def named(drive: Drive, words: str) -> list[Case]:
    return [case for case in cases_of(drive) if words in case.name]


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2, 1.0, 6.4, 12.8, 100.0])
def test_a_jump_gives_its_rate_to_the_last_bit(rate: float) -> None:
    size = promtool_bursts.jump(RATE, "errors_total", rate)
    assert size is not None
    assert size * (1 / 300.0) == rate


def test_an_increase_is_the_jump_itself() -> None:
    assert promtool_bursts.jump("increase(restarts_total[1h]) > 3", "restarts_total", 3 / 3600) == 3.0


def test_a_rate_that_no_jump_gives_is_not_claimed() -> None:
    rates = (math.nextafter(0.1, 1.0) + n * 1e-3 for n in range(200))
    found = [(rate, promtool_bursts.jump(RATE, "errors_total", rate)) for rate in rates]
    assert all(size is None or size * (1 / 300.0) == rate for rate, size in found)


def test_the_very_threshold_is_met_by_one_jump_and_quiet() -> None:
    met = named(driven("EnvoyConnectFailures"), "at the very threshold")
    assert len(met) == 1
    moving = [t for t in met[0].tracks if t.name.endswith("connect_fail")]
    jumps = [t for t in moving if dict(t.labels)["envoy_cluster_name"] == "api"]
    assert all(t.segments[0].value == 0.0 and t.segments[-1].slope == 0.0 for t in jumps)
    assert sum(t.segments[-1].value for t in jumps) == pytest.approx(0.1 * 300)
    assert [check.samples for check in met[0].checks] == [()]


def test_a_threshold_of_the_spec_s_own_is_not_met_exactly() -> None:
    theatre = Theatre(small_plan("overrides: {EnvoyConnectFailures: {threshold: 0.37}}\n"))
    assert not named(driven("EnvoyConnectFailures", theatre), "at the very threshold")


def test_a_burst_lasts_as_long_as_its_window() -> None:
    lasting = named(driven("EnvoyRouteTimeouts"), "for the length of its window")[0]
    seen, over = lasting.checks[:2]
    assert seen.samples
    assert not over.samples
    assert over.moment - seen.moment == 3 * lasting.interval


def test_a_guard_lets_its_alert_speak_only_past_its_limit() -> None:
    beside = named(driven("EnvoyEdgeErrors"), "beside its guard")[0]
    assert [bool(check.samples) for check in beside.checks] == [False, True]
    at = named(driven("EnvoyEdgeErrors"), "at its guard's very limit")[0]
    assert [check.samples for check in at.checks] == [()]


def test_guarded_divisors_are_found_with_and_without_matching() -> None:
    plain = 'a{x="1"} / (sum by (job) (b{job="y"}) > 0) > 0.5'
    joined = 'a / on (node) group_left () (max by (node) (b{job="y"}) > 0\n) > 0.5'
    for expr in (plain, joined):
        assert [s.name for s in promtool_divisors.divisors(expr)] == ["b"]
    assert promtool_divisors.divisors('a and on (job) (b{job="y"} > 0)') == ()


def test_a_divisor_of_zero_is_played_while_the_dividend_is_at_its_worst() -> None:
    quiet = named(driven("EnvoyRouteErrors"), "just short")[0]
    divisors = [t for t in quiet.tracks if t.name.endswith("rq_completed")]
    ends = [t.segments[-1] for t in divisors if {"api", "envoy"} <= {v for _, v in t.labels}]
    assert ends
    assert all(segment.slope == 0.0 for segment in ends)


def test_strangers_break_one_matcher_each() -> None:
    quiet = named(driven("EnvoyRouteErrors"), "just short")[0]
    strange = [dict(t.labels) for t in quiet.tracks if STRANGER in dict(t.labels).values()]
    assert {one["envoy_response_code_class"] for one in strange} == {STRANGER}
    assert {one["job"] for one in strange} == {"envoy"}


def test_a_matcher_takes_what_promql_takes() -> None:
    assert Matcher("a", "=~", "x|y").takes("y")
    assert not Matcher("a", "=~", "x").takes("xx")
    assert Matcher("a", "!=", "").takes("x")
    assert not Matcher("a", "!~", "5..").takes("503")
    told = selectors('m{q=~"a[.]b|c\\\\.d", x!=""}')[0].matchers
    assert told == (Matcher("q", "=~", "a[.]b|c\\.d"), Matcher("x", "!=", ""))


def test_objectives_stand_on_each_window_s_limit_and_on_the_minimum_of_events() -> None:
    found = list(limits(THEATRE, PART))
    burns = [a for a in PART.alerts if a.objective and a.threshold < 0.98]
    assert len([c for c in found if "the long one at its very limit" in c.name]) == len(burns)
    assert len([c for c in found if "the short one at its very limit" in c.name]) == len(burns)
    assert len([c for c in found if "exactly the minimum" in c.name]) == len(burns)
    assert not any(check.samples for case in found for check in case.checks)


def test_numbers_of_bursts_are_printed_with_every_digit() -> None:
    segment = Segment(start=0.0, end=60.0, value=0.1 + 0.2, slope=0.0)
    assert values([segment], 15.0) == "0.3+0x3"
    assert values([segment._replace(exact=True)], 15.0) == "0.30000000000000004+0x3"


def test_no_component_counts_alerts_but_the_monitoring() -> None:
    assert not list(promtool_targets.counted(PART))
