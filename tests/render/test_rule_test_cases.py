"""The cases behind the generated rule tests: what they play, when they ask, what they leave out."""

from dataclasses import replace

from obs.model.fault import Behaviour, Boundary, Line, Series
from obs.render.acting import Segment
from obs.render.play import Phase, Theatre
from obs.render.promtool_boundaries import DECOY, cases_of
from obs.render.promtool_drive import Drive, drive
from obs.render.promtool_notation import Case
from obs.render.promtool_scope import overridden, reached, touched, whole
from obs.render.promtool_together import together
from tests.small import small_plan

THEATRE = Theatre(small_plan())
PART = THEATRE.plan.parts[0]


def driven(name: str) -> Drive:
    boundary = next(b for b in PART.faults.boundaries if b.alert == name)
    return drive(THEATRE, PART, boundary, next(a for a in PART.alerts if a.name == name))


def case(drive: Drive, which: str) -> Case:
    return next(c for c in cases_of(drive) if c.name.endswith(which))


def test_just_short_and_just_past_lie_two_per_cent_beside_the_threshold() -> None:
    timeouts = driven("EnvoyRouteTimeouts")
    assert (round(timeouts.short, 6), round(timeouts.past, 6)) == (0.196, 0.204)


def test_an_alert_below_a_threshold_is_driven_from_above() -> None:
    live = driven("EnvoyNoInstanceLive")
    assert live.past < live.alert.threshold < live.short


def test_a_rate_crosses_when_its_window_is_as_full_as_the_threshold_wants() -> None:
    timeouts = driven("EnvoyRouteTimeouts")
    crossing = timeouts.crossing()
    assert crossing is not None
    assert 0.97 * timeouts.reach < crossing < timeouts.reach


def test_a_present_value_crosses_at_once() -> None:
    assert driven("EnvoyNoInstanceLive").crossing() == 0.0


def test_a_quantile_has_no_crossing_that_proportion_tells() -> None:
    timeouts = driven("EnvoyRouteTimeouts")
    slow = next(a for a in PART.alerts if a.name == "EnvoyEdgeSlow")
    series = Series(
        metric="envoy_http_downstream_rq_time",
        behaviour=Behaviour(kind="rate", number=Line(slope=1.0)),
    )
    assert replace(timeouts, alert=slow, boundary=Boundary(alert=slow.name, series=(series,))).crossing() is None


def test_the_quiet_case_is_played_beside_a_job_at_its_worst() -> None:
    quiet = case(driven("EnvoyRouteTimeouts"), "just short")
    jobs = {dict(t.labels)["job"] for t in quiet.tracks}
    assert jobs == {"envoy", DECOY}
    assert all(not check.samples for check in quiet.checks if "ALERTS" in check.expr)


def test_the_firing_case_asks_before_the_window_the_hold_and_the_end() -> None:
    past = case(driven("EnvoyRouteTimeouts"), "just past")
    states = [("pending" in c.expr, "firing" in c.expr, bool(c.samples)) for c in past.checks]
    assert (True, False, True) in states, "it is pending first"
    assert (False, True, False) in states, "it does not fire before its hold"
    assert (False, True, True) in states, "it fires after it"
    assert not past.checks[-1].samples, "it is over at the end"


def test_a_story_plays_only_what_the_rules_it_touches_read() -> None:
    story = next(s for s in PART.faults.stories if "EnvoyNoInstanceLive" in s.fires and not s.targets)
    scope = touched(THEATRE, PART, story)
    assert "EnvoyNoInstanceLive" in {a.name for a in scope.alerts}
    assert len(scope.alerts) < len(whole(THEATRE, PART).alerts)
    assert {a.name for a in scope.alerts} <= {a.name for a in reached(THEATRE, PART, story).alerts}


def test_a_story_of_silent_targets_asks_for_every_alert() -> None:
    story = next(s for s in PART.faults.stories if s.targets)
    assert touched(THEATRE, PART, story) == whole(THEATRE, PART)


def test_stories_leave_out_alerts_whose_limit_the_spec_overrides() -> None:
    theatre = Theatre(small_plan("overrides: {EnvoyEdgeSlow: {threshold: 4}, EnvoyRouteErrors: {severity: info}}\n"))
    part = theatre.plan.parts[0]
    assert {a.name for a in part.alerts if overridden(theatre, part, a)} == {"EnvoyEdgeSlow"}
    assert "EnvoyEdgeSlow" not in {a.name for a in whole(theatre, part).alerts}


def test_cases_that_share_no_series_run_together_and_others_do_not() -> None:
    first, second = case(driven("EnvoyRouteTimeouts"), "just past"), case(driven("EnvoyNoInstanceLive"), "just past")
    other = case(driven("EnvoyRouteTimeouts"), "just short")
    names = [c.name for c in together([first, second, other])]
    assert sorted(len(name.split(", ")) for name in names) == [1, 2]
    assert not any(first.name in name and other.name in name for name in names)


def test_a_case_that_reads_what_another_adds_stays_alone() -> None:
    adds = case(driven("EnvoyRouteTimeouts"), "just past")
    reader = replace(adds, name="reader", tracks=(), reads={adds.tracks[0].name: frozenset()})
    assert len(list(together([adds, reader]))) == 2


def test_only_some_services_play_when_a_platform_has_many() -> None:
    plan = small_plan()
    many = tuple(replace(PART.services[0], name=f"edge-{n}") for n in range(5))
    jobs = tuple(replace(PART.jobs[0], name=s.name, service=s) for s in many)
    crowded = replace(plan, parts=(replace(PART, services=many, jobs=jobs),))
    theatre = Theatre(crowded, services=3)
    assert theatre.partial(crowded.parts[0])
    assert len({i.job.name for i in theatre.cast}) == 3
    assert not any(a.name.endswith("TargetMissing") for a in whole(theatre, crowded.parts[0]).alerts)


def test_segments_know_their_value_at_any_moment() -> None:
    track = THEATRE.play((Phase(seconds=60),))[0]
    assert track.at(60) is None
    assert Segment(start=10, end=20, value=5, slope=2).at(15) == 15
