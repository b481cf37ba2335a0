"""Every alert of AuthZ and of the gateway fires under a real fault and ends after it, as a receiver hears it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from obs import library
from obs.model.plan import Plan
from obs.model.platform import AlertOverride
from obs.resolve import resolve
from obs.spec import load
from tests.engines.alertmanagers import eventually
from tests.exporters.authz.conftest import SPEC
from tests.exporters.authz.live.faults import FAULTS
from tests.exporters.authz.live.panels import empty
from tests.exporters.authz.live.stage import Stage, stage
from tests.exporters.authz.live.truth import compared
from tests.exporters.live.play import Fault, Played, becomes_quiet, cases, judge, play_all, told, unproven
from tests.exporters.live.watch import WATCHED

pytestmark = [
    pytest.mark.engine("envoy", "prometheus", "alertmanager"),
    pytest.mark.xdist_group("authz-alerts"),
]
SECONDS = 90
"""How long an alert may take to come or to go; most need five to ten."""
SETTLING = 5.0
"""Seconds until targets have been scraped and traffic flows."""
OVERRIDES = {"BarongAuthzProbeStale": AlertOverride(threshold=4), "EnvoyRestarting": AlertOverride(threshold=20)}
"""Limits that are moments, not windows: an hour is a minute here, and so five minutes are five seconds."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The reference platform with a gateway that runs the generated configuration: AuthZ's failures are 503 there."""
    platform = load(SPEC, library.components())
    services = tuple(
        replace(s, options={**s.options, "authz_error_weight": 0}) if s.component == "envoy" else s
        for s in platform.services
    )
    changed = replace(platform, services=services, overrides=OVERRIDES, objectives={})
    return resolve(changed, library.load())


@pytest.fixture(scope="module")
def set_up(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage, on an ordinary day."""
    with stage(plan, tmp_path_factory.mktemp("stage")) as found:
        time.sleep(SETTLING)
        becomes_quiet(found, SECONDS)
        yield found


@pytest.fixture(scope="module")
def played(set_up: Stage) -> dict[str, Played]:
    """Every fault, one after the other, by title."""
    found = play_all(set_up, FAULTS, seconds=SECONDS)
    restarted = eventually(lambda: "EnvoyRestarting" not in set_up.heard.now(), seconds=SECONDS)
    left = set() if restarted else {"EnvoyRestarting"}
    return {title: replace(each, after=each.after | left) for title, each in found.items()}


@pytest.mark.parametrize(("fault", "name"), cases(FAULTS))
def test_the_alert_fires_under_its_fault_and_ends_after_it(
    played: dict[str, Played], fault: Fault[Stage], name: str
) -> None:
    judge(played, fault, name)


def test_no_alert_of_the_two_components_is_left_out(
    plan: Plan, played: dict[str, Played], record_property: Callable[[str, object], None]
) -> None:
    record_property("said", told("envoy and barong_authz", played, FAULTS))
    assert unproven(plan, WATCHED, FAULTS) == set()


def test_the_rules_say_in_seconds_what_envoy_counted_and_wrote_down(plan: Plan, set_up: Stage) -> None:
    found = compared(plan, set_up)
    told = {name: f"{rule:.3f} and {envoy:.3f}" for name, (rule, envoy) in found.items()}
    wrong = [name for name, (rule, envoy) in found.items() if rule != pytest.approx(envoy, abs=0.06)]
    assert wrong == [], told
    assert found["timeout_ratio"][1] > 0.15, "the traffic has timeouts, which Envoy's own histogram leaves out"


def test_every_panel_of_both_dashboards_shows_what_real_servers_said(
    plan: Plan, set_up: Stage, played: dict[str, Played]
) -> None:
    assert len(played) == len(FAULTS)
    assert empty(plan, set_up.prometheus) == []
