"""Every alert on MySQL is raised by a fault of a real server, heard by a receiver, and ends."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from obs import library
from obs.model.plan import Plan
from obs.model.platform import AlertOverride
from obs.resolve import resolve
from obs.spec import load
from tests.engines.servers.mysql import seq
from tests.exporters.authz.conftest import SPEC
from tests.exporters.db.mysql.live.acts import ACTS, UNTOLD
from tests.exporters.db.mysql.live.faults import COUNT, FOOTPRINT
from tests.exporters.db.mysql.live.stage import COMPONENT, SLOWLY, Stage, stage
from tests.exporters.live.play import Fault, Played, becomes_quiet, cases, judge, play_all, told, unproven

pytestmark = [
    pytest.mark.engine("mariadbd", "prometheus", "alertmanager"),
    pytest.mark.xdist_group("mysql-alerts"),
]
SECONDS = 90
"""How long alerts may take to come or to go; most need five to ten."""
OVERRIDES = {
    "MysqlReplicaLagging": AlertOverride(threshold=2),
    "MysqlReplicaFarBehind": AlertOverride(threshold=3),
    "MysqlHeartbeatStopped": AlertOverride(threshold=3),
    "MysqlLockQueue": AlertOverride(threshold=0.5),
    "MysqlLongTransaction": AlertOverride(threshold=10),
    "MysqlCollectorStale": AlertOverride(threshold=15),
    "MysqlRestarted": AlertOverride(threshold=15),
    "MysqlConnectSlow": AlertOverride(threshold=0.2),
    "MysqlSizeLimit": AlertOverride(threshold=FOOTPRINT),
    "MysqlUndoHistoryLong": AlertOverride(threshold=5000),
}
"""Limits that are moments, not windows: an hour is a minute here, and a second the least. A volume is 300 MiB."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    platform = load(SPEC, library.components())
    return resolve(replace(platform, overrides=OVERRIDES, objectives={}), library.load())


@pytest.fixture(scope="module")
def played(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Every act on one stage, by title."""
    with stage(plan, tmp_path_factory.mktemp("stage")) as set_up:
        furnish(set_up)
        time.sleep(5)
        becomes_quiet(set_up, SECONDS)
        return play_all(set_up, ACTS, seconds=SECONDS)


def furnish(on: Stage) -> None:
    """What clients work with: a few rows all want, and more pages than the buffer pool holds."""
    on.primary.sql(
        "CREATE DATABASE shop",
        "USE shop",
        "CREATE TABLE shop.stock (id INT PRIMARY KEY, n INT)",
        f"INSERT INTO shop.stock SELECT seq, 0 FROM {seq(10)}",
        "CREATE TABLE shop.pages (id INT PRIMARY KEY, text VARCHAR(6000))",
        f"INSERT INTO shop.pages SELECT seq, repeat('x', 6000) FROM {seq(12_000)}",
        f"CREATE PROCEDURE shop.many() BEGIN DECLARE i INT DEFAULT 0; WHILE i < 1000 DO {COUNT}; END WHILE; END",
        "CREATE USER shop@'127.0.0.1' IDENTIFIED BY 'today'",
    )


@pytest.mark.parametrize(("act", "name"), cases(ACTS))
def test_the_alert_fires_under_its_fault_and_ends_after_it(
    played: dict[str, Played], act: Fault[Stage], name: str
) -> None:
    judge(played, act, name)


def test_every_alert_of_the_component_is_raised(
    plan: Plan, played: dict[str, Played], record_property: Callable[[str, object], None]
) -> None:
    record_property("said", told(COMPONENT, played, ACTS))
    assert unproven(plan, (COMPONENT,), ACTS) == UNTOLD
    assert {name for act in ACTS for name in act.fires} >= set(SLOWLY)
