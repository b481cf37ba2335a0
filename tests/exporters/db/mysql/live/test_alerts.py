"""Every alert on MySQL is raised by a fault of a real MariaDB, heard by a receiver, and ends."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from obs import library
from obs.model.plan import Plan
from obs.model.platform import AlertOverride
from obs.resolve import resolve
from obs.spec import load
from tests.engines.alertmanagers import eventually
from tests.exporters.authz.conftest import SPEC
from tests.exporters.db.mysql.live.acts import ACTS, Act
from tests.exporters.db.mysql.live.faults import FOOTPRINT
from tests.exporters.db.mysql.live.stage import COMPONENT, SLOWLY, Stage, stage

pytestmark = [
    pytest.mark.engine("mariadbd", "prometheus", "alertmanager"),
    pytest.mark.xdist_group("mysql-alerts"),
]
SECONDS = 45
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


@dataclass(frozen=True, kw_only=True)
class Played:
    """What became of one act: alerts that fired before, under and after it."""

    before: set[str]
    under: set[str]
    after: set[str]
    seconds: float


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
        set_up.becomes_quiet(SECONDS)
        return {act.title: play(set_up, act) for act in ACTS}


def furnish(on: Stage) -> None:
    """What clients work with: a few rows all want, and more pages than the buffer pool holds."""
    on.primary.sql(
        "CREATE DATABASE shop",
        "USE shop",
        "CREATE TABLE shop.stock (id INT PRIMARY KEY, n INT)",
        "INSERT INTO shop.stock SELECT seq, 0 FROM seq_1_to_10",
        "CREATE TABLE shop.pages (id INT PRIMARY KEY, text VARCHAR(6000))",
        "INSERT INTO shop.pages SELECT seq, repeat('x', 6000) FROM seq_1_to_12000",
        "CREATE USER shop@'127.0.0.1' IDENTIFIED BY 'today'",
    )


def play(on: Stage, act: Act) -> Played:
    """Let an act last until its alerts fire, end it, wait until they do not."""
    before, started, under = on.quiet(), time.monotonic(), set[str]()

    def every() -> bool:
        under.update(name.split(" ")[0] for name in on.heard.now())
        return set(act.fires) <= under

    with act.lasts(on):
        eventually(every, seconds=SECONDS)
    on.becomes_quiet(SECONDS)
    return Played(before=before, under=under, after=on.quiet(), seconds=time.monotonic() - started)


CASES = [pytest.param(act, name, id=name) for act in ACTS for name in act.fires]


@pytest.mark.parametrize(("act", "name"), CASES)
def test_the_alert_fires_under_its_fault_and_ends_after_it(played: dict[str, Played], act: Act, name: str) -> None:
    found = played[act.title]
    assert name not in found.before
    assert name in found.under, f"{act.title}: fires {sorted(found.under)}"
    assert name not in found.after


def test_every_alert_of_the_component_is_raised(
    plan: Plan, played: dict[str, Played], record_property: Callable[[str, object], None]
) -> None:
    every = {alert.name for alert in plan.alerts if alert.component == COMPONENT}
    proven = {name for act in ACTS for name in act.fires}
    told = ", ".join(f"{title} {each.seconds:.0f} s" for title, each in played.items())
    record_property("said", f"alerts of mysql under real faults: {len(proven)} of {len(every)} ({told})")
    assert proven == every
    assert set(SLOWLY) <= proven
