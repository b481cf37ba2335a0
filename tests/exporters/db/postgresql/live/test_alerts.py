"""Every alert on PostgreSQL is raised by a fault of real servers, heard by a receiver, and ends.

Thresholds are the catalogue's own, except those that take time or mass: minutes become seconds, billions thousands
(`SPEC`), through the overrides and options every user of the bundle has.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from obs import library
from obs.model.plan import Plan
from obs.resolve import resolve
from obs.spec import load_text
from tests.engines.alertmanagers import eventually
from tests.exporters.authz.live.panels import empty
from tests.exporters.db.postgresql.live.acts import ACTS
from tests.exporters.db.postgresql.live.faults import FOOTPRINT
from tests.exporters.db.postgresql.live.stage import COMPONENT, SLOWLY, Stage, stage
from tests.exporters.live.play import Fault, Played, becomes_quiet, cases, judge, play_all, told, unproven

pytestmark = [
    pytest.mark.engine("postgres", "prometheus", "alertmanager"),
    pytest.mark.xdist_group("postgresql-alerts"),
]
SECONDS = 90
"""How long alerts may take to come or to go; most need five to ten."""
LONGEST = 90
"""The same for those whose window is an hour, a minute here."""
SPEC = f"""
name: bank
cluster: bank
services:
  - name: ledger
    component: postgresql
    replicas: 2
    options: {{targets: [primary, standby], slot_retained_bytes: 1000000, size_limit_bytes: {FOOTPRINT}}}
notify:
  receivers: [{{name: on-call, type: slack}}]
overrides:
  PostgresqlCollectorStale: {{threshold: 5}}
  PostgresqlHeartbeatStopped: {{threshold: 5}}
  PostgresqlIdleInTransaction: {{threshold: 3}}
  PostgresqlLockQueue: {{threshold: 3}}
  PostgresqlLongTransaction: {{threshold: 3}}
  PostgresqlMxidAge: {{threshold: 10}}
  PostgresqlReplicaFarBehind: {{threshold: 5}}
  PostgresqlReplicaLagging: {{threshold: 3}}
  PostgresqlRestarted: {{threshold: 15}}
  PostgresqlTempFiles: {{threshold: 1000}}
  PostgresqlXidAge: {{threshold: 2500}}
  PostgresqlXidWraparound: {{threshold: 2500}}
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return resolve(load_text(SPEC, "platform.yaml", library.components()), library.load())


@pytest.fixture(scope="module")
def set_up(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage, with all well; new servers count as restarted for a while."""
    with stage(plan, tmp_path_factory.mktemp("stage")) as found:
        time.sleep(6)
        becomes_quiet(found, SECONDS)
        yield found


@pytest.fixture(scope="module")
def played(set_up: Stage) -> dict[str, Played]:
    """Every act, one after the other, by title."""
    found = play_all(set_up, ACTS, seconds=SECONDS)
    eventually(lambda: not lasting(set_up), seconds=LONGEST)
    return {title: replace(each, after=each.after | lasting(set_up)) for title, each in found.items()}


def lasting(on: Stage) -> set[str]:
    """What fires still, but for burn alerts whose windows are longer than the play."""
    return {name.partition(" ")[0] for name in on.heard.now() if not name.endswith((" 6h", " 1d", " 3d"))}


@pytest.mark.parametrize(("act", "name"), cases(ACTS))
def test_the_alert_fires_under_its_fault_and_ends_after_it(
    played: dict[str, Played], act: Fault[Stage], name: str
) -> None:
    judge(played, act, name)


def test_every_alert_of_the_component_is_raised(
    plan: Plan, played: dict[str, Played], record_property: Callable[[str, object], None]
) -> None:
    record_property("said", told(COMPONENT, played, ACTS))
    assert unproven(plan, (COMPONENT,), ACTS) == set()
    assert {name for act in ACTS for name in act.fires} >= set(SLOWLY)


def test_every_panel_of_the_dashboard_shows_what_the_servers_said(
    plan: Plan, set_up: Stage, played: dict[str, Played]
) -> None:
    assert len(played) == len(ACTS)
    assert empty(plan, set_up.prometheus, (COMPONENT,)) == []


def test_prometheus_had_nothing_to_say_against_the_pages(set_up: Stage, played: dict[str, Played]) -> None:
    assert len(played) == len(ACTS)
    said = (set_up.folder / "prometheus.log").read_text(encoding="utf-8").splitlines()
    assert [line for line in said if "out of order" in line or "duplicate" in line or "parse" in line] == []
