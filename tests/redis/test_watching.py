"""Every alert on Redis is raised by a fault of a real one, heard by a receiver, and ends."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from obs import library
from obs.model.plan import Plan
from obs.model.platform import AlertOverride
from obs.resolve import resolve
from obs.spec import load_text
from tests.engines.servers.redis import EXPORTER, SERVER
from tests.exporters.live.play import Fault, Played, becomes_quiet, cases, judge, play_all, told, unproven
from tests.redis.faults import FAULTS
from tests.redis.stage import COMPONENT, Stage, stage

pytestmark = [
    pytest.mark.engine(SERVER, EXPORTER, "prometheus", "alertmanager"),
    pytest.mark.xdist_group("redis-alerts"),
]
SECONDS = 60
"""How long alerts may take to come or to go; most need five."""
SPEC = """
name: shop
services:
  - {name: redis, component: redis, namespace: web, replicas: 2}
notify:
  receivers:
    - {name: on-call, type: slack}
"""
OVERRIDES = {
    "RedisBusy": AlertOverride(threshold=0.05),
    "RedisJobsPileUp": AlertOverride(threshold=100),
    "RedisKeysWithoutExpiry": AlertOverride(threshold=500),
    "RedisReplicaLagging": AlertOverride(threshold=3),
    "RedisRestarted": AlertOverride(threshold=7),
}
"""Limits that are moments or amounts, not windows.

A twentieth of a CPU is far more than Redis takes when it is idle, and less than it gets beside other tests.
"""
UNPROVEN = {
    "RedisForkSlow": "the fork of a small process takes a thousandth of a second",
    "RedisTargetMissing": "told for every component alike",
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    platform = load_text(SPEC, "shop.yaml", library.components())
    return resolve(replace(platform, overrides=OVERRIDES), library.load())


@pytest.fixture(scope="module")
def played(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Every fault on one stage, by title."""
    with stage(plan, tmp_path_factory.mktemp("stage")) as on:
        becomes_quiet(on, SECONDS)
        return play_all(on, FAULTS, seconds=SECONDS)


@pytest.mark.parametrize(("fault", "name"), cases(FAULTS))
def test_a_real_fault_raises_the_alert_and_its_end_ends_it(
    played: dict[str, Played], fault: Fault[Stage], name: str
) -> None:
    judge(played, fault, name)


def test_every_other_alert_is_left_out_for_a_reason(plan: Plan) -> None:
    assert unproven(plan, (COMPONENT,), FAULTS) == set(UNPROVEN)


def test_the_faults_are_told(played: dict[str, Played], record_property: Callable[[str, object], None]) -> None:
    record_property("said", told("Redis", played, FAULTS))
    assert set(played) == {fault.title for fault in FAULTS}
