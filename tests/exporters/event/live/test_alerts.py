"""Every alert of the event bus fires under a real fault and ends after it, as a receiver hears it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from obs import library
from obs.model.plan import Plan
from obs.model.platform import AlertOverride
from obs.resolve import resolve
from obs.spec import load
from tests.engines.alertmanagers import eventually
from tests.exporters.event.live.faults import FAULTS, Fault
from tests.exporters.event.live.stage import LATE, Stage, stage

pytestmark = [
    pytest.mark.engine("rabbitmq-server", "prometheus", "alertmanager"),
    pytest.mark.xdist_group("event-alerts"),
]
SPEC = Path(__file__).parents[4] / "examples" / "opendax.yaml"
SECONDS = 40
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


@dataclass(frozen=True, kw_only=True)
class Played:
    """What became of one fault: alerts that fired before, under it, and after it."""

    before: set[str]
    under: set[str]
    after: set[str]
    seconds: float


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
    found = {}
    with stage(plan, tmp_path_factory.mktemp("event-stage")) as set_up:
        time.sleep(SETTLING)
        set_up.becomes_quiet(SECONDS)
        for fault in FAULTS:
            found[fault.title] = play(set_up, fault)
        margin = LATE[0]
        if not eventually(lambda: margin not in set_up.heard.now(), seconds=SECONDS):
            found = {title: replace(each, after={*each.after, margin}) for title, each in found.items()}
    return found


def play(on: Stage, fault: Fault) -> Played:
    """Let a fault happen until its alerts fire, end it, wait until they do not."""
    before, started, under = on.quiet(), time.monotonic(), set[str]()

    def every() -> bool:
        under.update(on.heard.now())
        return set(fault.fires) <= under

    with fault.lasts(on):
        eventually(every, seconds=SECONDS)
    on.becomes_quiet(SECONDS)
    return Played(before=before, under=under, after=on.quiet(), seconds=time.monotonic() - started)


CASES = [pytest.param(fault, name, id=name) for fault in FAULTS for name in fault.fires]


@pytest.mark.parametrize(("fault", "name"), CASES)
def test_the_alert_fires_under_its_fault_and_ends_after_it(played: dict[str, Played], fault: Fault, name: str) -> None:
    found = played[fault.title]
    assert name not in found.before
    assert name in found.under, f"{fault.title}: fires {sorted(found.under)}"
    assert name not in found.after


def test_no_alert_of_the_event_bus_is_left_out(
    plan: Plan, played: dict[str, Played], record_property: Callable[[str, object], None]
) -> None:
    every = {alert.name for alert in plan.alerts if alert.component == "event_api"}
    proven = {name.split(" ")[0] for fault in FAULTS for name in fault.fires}
    told = ", ".join(f"{title} {each.seconds:.0f} s" for title, each in played.items())
    record_property("said", f"alerts of event_api under real faults: {len(proven)} ({told})")
    assert every - proven == set()
