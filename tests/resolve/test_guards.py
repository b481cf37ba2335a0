"""Signals with a guard: where their numbers mean nothing, no panel draws them and no alert speaks of them."""

from pathlib import Path

import pytest

from obs import library
from obs.model.plan import Plan, Target
from obs.resolve import resolve
from obs.spec import load

SPEC = Path(__file__).resolve().parents[2] / "examples" / "opendax.yaml"
GUARDED = sorted((c.name, s.name) for c in library.components().values() for s in c.signals if s.guard)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return resolve(load(SPEC, library.components()), library.load())


def _asked(plan: Plan, component: str, signal: str) -> list[Target]:
    boards = [d for d in plan.dashboards if d.component == component]
    panels = [panel for board in boards for row in board.rows for panel in row.panels]
    return [t for panel in panels for t in panel.targets if t.signal == signal]


def test_shares_of_next_to_nothing_have_a_guard() -> None:
    assert ("postgresql", "rollback_ratio") in GUARDED
    assert ("mysql", "plain_ratio") in GUARDED


@pytest.mark.parametrize(("component", "signal"), GUARDED)
def test_a_panel_draws_what_its_guard_lets_through(plan: Plan, component: str, signal: str) -> None:
    limit = library.components()[component].signal(signal).guard.rpartition(" > ")[2]
    exprs = [target.expr for target in _asked(plan, component, signal)]
    assert exprs
    assert all(expr.startswith("(\n") and expr.endswith(f" > {limit}\n)") for expr in exprs)
    assert all(expr.count("\nand on (") == 1 for expr in exprs)


@pytest.mark.parametrize(("component", "signal"), GUARDED)
def test_its_alerts_have_the_same_guard(plan: Plan, component: str, signal: str) -> None:
    declared = library.components()[component].signal(signal)
    part = next(part for part in plan.parts if part.component.name == component)
    alerts = [a for a in part.alerts if a.signal == signal]
    assert alerts
    assert all(a.alert is not None and a.alert.guard == declared.guard for a in alerts)
    assert all("\nand on (" in a.expr for a in alerts)


def test_no_alert_replaces_the_guard_of_its_signal() -> None:
    both = [
        alert.name
        for component in library.components().values()
        for alert in component.alerts
        if alert.guard and component.signal(alert.signal).guard
    ]
    assert both == []
