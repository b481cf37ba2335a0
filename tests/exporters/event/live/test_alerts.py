"""Every alert of the event bus fires under a real fault and ends after it, as a receiver hears it."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from obs import library
from obs.model.plan import Plan
from obs.model.platform import AlertOverride
from obs.resolve import resolve
from obs.spec import load
from tests.engines.alertmanagers import eventually
from tests.exporters.event.live.faults import FAULTS
from tests.exporters.event.live.stage import LATE, Stage, stage
from tests.exporters.live.play import Fault, Played, becomes_quiet, cases, judge, play_all, told, unproven

pytestmark = [
    pytest.mark.engine("rabbitmq-server", "prometheus", "alertmanager"),
    pytest.mark.xdist_group("event-alerts"),
]
SPEC = Path(__file__).parents[4] / "examples" / "opendax.yaml"
SECONDS = 90
"""How long an alert may take to come or to go; most need five to ten."""
SETTLING = 8.0
"""Seconds until targets have been scraped and traffic flows."""
OVERRIDES = {
    "EventApiDataStale": AlertOverride(threshold=4),
    "EventApiMailAging": AlertOverride(threshold=3),
    "EventApiTradingLag": AlertOverride(threshold=4),
    "EventApiMoneyStuck": AlertOverride(threshold=5),
    "EventApiQueueStalled": AlertOverride(threshold=4),
    "EventApiMatchingRestarted": AlertOverride(threshold=8),
}
"""Limits that are ages, not windows: what takes minutes by the catalogue takes seconds here."""
LIFETIME = 5
"""Seconds an event lives here, where a minute is a second."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    platform = load(SPEC, library.components())
    quick = {"event_lifetime": LIFETIME}
    services = tuple(
        replace(one, options={**one.options, **quick}) if one.component == "event_api" else one
        for one in platform.services
    )
    return resolve(replace(platform, overrides=OVERRIDES, objectives={}, services=services), library.load())


@pytest.fixture(scope="module")
def played(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Every fault played on one stage, by title."""
    with stage(plan, tmp_path_factory.mktemp("event-stage")) as set_up:
        time.sleep(SETTLING)
        becomes_quiet(set_up, SECONDS)
        found = play_all(set_up, FAULTS, seconds=SECONDS)
        margin = LATE[0]
        if not eventually(lambda: margin not in set_up.heard.now(), seconds=SECONDS):
            found = {title: replace(each, after={*each.after, margin}) for title, each in found.items()}
    return found


@pytest.mark.parametrize(("fault", "name"), cases(FAULTS))
def test_the_alert_fires_under_its_fault_and_ends_after_it(
    played: dict[str, Played], fault: Fault[Stage], name: str
) -> None:
    judge(played, fault, name)


def test_no_alert_of_the_event_bus_is_left_out(
    plan: Plan, played: dict[str, Played], record_property: Callable[[str, object], None]
) -> None:
    record_property("said", told("event_api", played, FAULTS))
    assert unproven(plan, ("event_api",), FAULTS) == set()
