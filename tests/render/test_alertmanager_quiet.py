"""What stays quiet: inhibition between alerts, and mute timings."""

from dataclasses import replace
from datetime import datetime

import pytest

from obs import library
from obs.model.platform import MuteTiming, Platform, Service
from obs.model.quiet import is_muted, samples
from obs.render.inhibitions import Rule, rules
from obs.render.routes import case_table, labels_of, silencers
from obs.resolve import resolve
from tests.render.alert_plans import NIGHTS, NOTIFY, WEEKENDS, plan

PLAN = plan()


def silenced(source: dict[str, str], target: dict[str, str]) -> bool:
    return any(rule.silences(source, target) for rule in rules(PLAN))


def alert(name: str, component: str, severity: str, **where: str) -> dict[str, str]:
    return {"alertname": name, "component": component, "severity": severity, "cluster": "home", **where}


def test_a_page_silences_the_tickets_of_its_component() -> None:
    down = alert("QueueLost", "queue", "critical", job="queue")
    assert silenced(down, alert("QueueWaiting", "queue", "warning", job="queue", namespace="shop"))
    assert silenced(down, alert("QueueNew", "queue", "info"))
    assert not silenced(down, alert("StoreSlow", "store", "warning"))
    assert not silenced(down, alert("QueueWaiting", "queue", "warning") | {"cluster": "away"})


def test_a_ticket_silences_nothing_and_a_page_no_page() -> None:
    assert not silenced(alert("QueueWaiting", "queue", "warning"), alert("QueueNew", "queue", "info"))
    assert not silenced(alert("QueueLost", "queue", "critical"), alert("QueueTargetMissing", "queue", "critical"))


def test_one_store_in_trouble_leaves_the_tickets_of_the_other() -> None:
    down = alert("StoreDown", "store", "critical", job="orders")
    assert silenced(down, alert("StoreSlow", "store", "warning", job="orders"))
    assert not silenced(down, alert("StoreSlow", "store", "warning", job="users"))


def test_one_node_in_trouble_leaves_the_tickets_of_the_others() -> None:
    down = alert("NodeDown", "fleet", "critical", node="a")
    assert silenced(down, alert("NodeFull", "fleet", "warning", node="a"))
    assert not silenced(down, alert("NodeFull", "fleet", "warning", node="b"))


def test_nothing_silences_the_watchdog() -> None:
    watchdog = alert("Watchdog", "fleet", "info")
    assert not any(silenced(alert(a.name, a.component, a.severity), watchdog) for a in PLAN.alerts)


def test_a_missing_target_silences_the_missing_metrics_of_the_same_job() -> None:
    gone = alert("QueueTargetMissing", "queue", "warning", job="queue")
    assert silenced(gone, alert("QueueMetricsMissing", "queue", "warning", job="queue"))
    assert not silenced(gone, alert("QueueMetricsMissing", "queue", "warning", job="queue-2"))


def test_a_component_silences_what_it_declares_without_alerts_the_platform_lacks() -> None:
    declared = [rule for rule in rules(PLAN) if rule.why == "No broker, no queue."]
    assert [str(m) for rule in declared for m in rule.target] == ['alertname="QueueWaiting"']
    assert silenced(alert("BrokerDown", "broker", "critical"), alert("QueueWaiting", "queue", "warning"))
    assert not [rule for rule in rules(PLAN) if rule.why == "Never."]


def test_an_alert_on_both_sides_of_a_rule_does_not_silence_its_like() -> None:
    matchers = rules(PLAN)[0].source
    rule = Rule(source=matchers, target=matchers, equal=(), why="")
    down = alert("QueueLost", "queue", "critical")
    assert not rule.silences(down, down)


def test_the_runbook_can_say_what_silences_an_alert() -> None:
    assert silencers(PLAN)["QueueWaiting"] == ("BrokerDown", "QueueLost")
    assert silencers(PLAN)["QueueMetricsMissing"] == ("QueueLost", "QueueTargetMissing")
    assert "Watchdog" not in silencers(PLAN)


def test_every_inhibition_that_the_catalogue_declares_can_hold() -> None:
    known = library.load()
    services = tuple(Service(name=name, component=name, namespace="shop") for name in known)
    whole = resolve(Platform(name="shop", cluster="home", services=services), known)
    declared = {inhibition.why for part in whole.parts for inhibition in part.component.inhibitions}
    assert declared <= {group["why"] for group in case_table(whole)["inhibitions"]}


def test_the_table_of_inhibitions_holds_pairs_that_agree_and_pairs_that_do_not() -> None:
    groups = {group["why"]: group["cases"] for group in case_table(PLAN)["inhibitions"]}
    cases = groups["No broker, no queue."]
    assert [case["silenced"] for case in cases] == [True, False]
    assert labels_of(cases[1]["labels"])["cluster"] == "elsewhere"
    for case in (case for cases in groups.values() for case in cases):
        assert silenced(labels_of(case["firing"]), labels_of(case["labels"])) == case["silenced"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "muted"),
    [
        ("2026-01-05 00:00", True),
        ("2026-01-05 06:59", True),
        ("2026-01-05 07:00", False),
        ("2026-01-05 21:59", False),
        ("2026-01-05 22:00", True),
        ("2026-01-05 23:59", True),
    ],
)
def test_a_window_opens_with_its_first_minute_and_is_shut_at_its_end(moment: str, muted: bool) -> None:
    assert is_muted(NIGHTS, at(moment)) is muted


@pytest.mark.parametrize(("moment", "muted"), [("2026-01-02 12:00", False), ("2026-01-03 12:00", True)])
def test_weekdays_are_told_by_name(moment: str, muted: bool) -> None:
    assert is_muted(WEEKENDS, at(moment)) is muted


@pytest.mark.parametrize(
    ("timing", "inside", "outside"),
    [
        (MuteTiming(name="m", weekdays=("monday:friday",)), "2026-01-02", "2026-01-03"),
        (MuteTiming(name="m", days_of_month=("1:5",)), "2026-02-05", "2026-02-06"),
        (MuteTiming(name="m", days_of_month=("-3:-1",)), "2026-02-26", "2026-02-25"),
        (MuteTiming(name="m", days_of_month=("-1",)), "2028-02-29", "2028-02-28"),
        (MuteTiming(name="m", days_of_month=("31",)), "2026-01-31", "2026-02-28"),
        (MuteTiming(name="m", months=("november:december", "1")), "2026-01-10", "2026-02-10"),
        (MuteTiming(name="m", months=("12",), weekdays=("friday",)), "2026-12-04", "2026-12-05"),
    ],
)
def test_days_and_months_are_told_as_alertmanager_tells_them(timing: MuteTiming, inside: str, outside: str) -> None:
    assert is_muted(timing, at(inside))
    assert not is_muted(timing, at(outside))


def test_the_samples_of_a_window_lie_on_both_sides_of_its_edges() -> None:
    assert [(f"{moment:%H:%M}", muted) for moment, muted in samples(NIGHTS)] == [
        ("00:00", True),
        ("06:59", True),
        ("07:00", False),
        ("21:59", False),
        ("22:00", True),
        ("23:59", True),
    ]
    assert [muted for _, muted in samples(WEEKENDS)] == [True, True, False]


def test_a_window_that_never_opens_has_only_samples_outside() -> None:
    never = MuteTiming(name="never", days_of_month=("31",), months=("february",))
    assert [muted for _, muted in samples(never)] == [False]


def test_the_table_tells_which_receivers_are_muted_when() -> None:
    case = next(c for c in case_table(PLAN)["alerts"] if "alertname=QueueWaiting" in c["labels"])
    assert case["muted_during"] == {"mail": ["nights", "weekends"]}
    assert case["receivers"] == ["mail", "teams"]


def test_a_platform_without_mute_timings_has_none_in_its_table() -> None:
    bare = replace(NOTIFY, routes=(), mute_timings=())
    assert case_table(plan(bare))["mute_timings"] == []
