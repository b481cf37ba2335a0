"""Objectives: factors for every period, budgets counted in events, and no number where there is none."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from obs.conventions import seconds
from obs.model.plan import RuleGroup
from obs.printer import to_yaml
from obs.resolve.objectives import BURNS, WINDOWS
from tests.engines.processes import engine_path
from tests.small import small_plan

PERIODS = ("7d", "28d", "30d", "90d")
INSTANCES = ("a", "b")
LABELS = 'cluster="one", namespace="web", job="envoy"'


def _objective(extra: str = "") -> RuleGroup:
    return next(g for g in small_plan(extra).parts[0].groups if g.name == "envoy-availability-objective")


def test_the_factors_of_thirty_days_are_the_workbook_s() -> None:
    assert [round(b.factor("30d"), 9) for b in BURNS] == [14.4, 6, 3, 1]


@pytest.mark.parametrize("period", PERIODS)
def test_every_burn_rate_spends_its_share_of_the_budget_within_its_long_window(period: str) -> None:
    for burn in BURNS:
        spent = burn.factor(period) * seconds(burn.long) / seconds(period)
        assert spent == pytest.approx(burn.share)


@pytest.mark.parametrize("period", PERIODS)
def test_thresholds_follow_target_and_period(period: str) -> None:
    plan = small_plan(f"objectives:\n  envoy.availability: {{target: 0.995, period: {period}}}\n")
    burns = [a for a in plan.parts[0].alerts if a.objective]
    assert [a.threshold for a in burns] == pytest.approx([b.factor(period) * 0.005 for b in BURNS])
    assert all("0.00500000000" not in a.expr for a in burns), "float noise reached a rule"


def _recorded(window: str) -> str:
    """The recorded ratio without its name, as promtool compares labels."""
    return f"sum by (cluster, namespace, job) (job:envoy_availability_error:ratio_rate{window})"


def _values(values: list[float]) -> str:
    return " ".join(f"{v:g}" for v in values)


def _unit_test(
    group: RuleGroup, folder: Path, series: dict[str, list[float]], asked: list[tuple[str, list[float]]]
) -> str:
    """What promtool says of the group's derived rules over recorded event rates; "" when all expressions agree."""
    rules = [
        {"record": r.record, "expr": r.expr} for r in group.rules if r.record and not r.record.startswith("instance:")
    ]
    (folder / "rules.yaml").write_text(to_yaml({"groups": [{"name": "objective", "rules": rules}]}), encoding="utf-8")
    length = max(len(v) for v in series.values()) - 1
    cases = [
        {
            "expr": expr,
            "eval_time": f"{length}m",
            "exp_samples": [{"labels": f"{{{LABELS}}}", "value": v} for v in values],
        }
        for expr, values in asked
    ]
    inputs = [{"series": name, "values": _values(values)} for name, values in series.items()]
    test = {"interval": "1m", "input_series": inputs, "promql_expr_test": cases}
    data = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "fuzzy_compare": True, "tests": [test]}
    (folder / "test.yaml").write_text(json.dumps(data), encoding="utf-8")
    command = [str(engine_path("promtool")), "test", "rules", "test.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _series(rates: dict[str, list[tuple[float, float]]]) -> dict[str, list[float]]:
    found = {}
    for instance, pairs in rates.items():
        for position, what in enumerate(("events", "errors")):
            name = f'instance:envoy_availability_{what}:rate5m{{{LABELS}, instance="{instance}"}}'
            found[name] = [pair[position] for pair in pairs]
    return found


def _brute_force(rates: dict[str, list[tuple[float, float]]], window: str) -> list[float]:
    """Errors over events, each summed by hand over the samples of the window (left open, as in Prometheus 3)."""
    count = 1 if window == "5m" else round(seconds(window) / 60)
    inside = [pair for pairs in rates.values() for pair in pairs[-count:]]
    events = sum(pair[0] for pair in inside)
    return [sum(pair[1] for pair in inside) / events] if events else []


_PAIR = st.tuples(st.integers(0, 500), st.integers(0, 100)).map(lambda p: (float(p[0] + p[1]), float(p[1])))
_DAYS = st.lists(_PAIR, min_size=90, max_size=90)


@pytest.mark.engine("promtool")
@settings(max_examples=20, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(first=_DAYS, second=_DAYS)
def test_ratios_weigh_every_event_the_same(
    tmp_path: Path, first: list[tuple[float, float]], second: list[tuple[float, float]]
) -> None:
    rates = dict(zip(INSTANCES, (first, second), strict=True))
    group = _objective()
    asked = [(_recorded(w), _brute_force(rates, w)) for w in ("5m", "30m", "1h")]
    assert _unit_test(group, tmp_path, _series(rates), asked) == ""


@pytest.mark.engine("promtool")
def test_no_events_give_no_number_instead_of_nan(tmp_path: Path) -> None:
    rates = {name: [(0.0, 0.0)] * 90 for name in INSTANCES}
    asked: list[tuple[str, list[float]]] = [(f"job:envoy_availability_error:ratio_rate{w}", []) for w in WINDOWS]
    asked.append(("job:envoy_availability_budget_left:ratio", []))
    assert _unit_test(_objective(), tmp_path, _series(rates), asked) == ""


@pytest.mark.engine("promtool")
def test_the_brute_force_comparison_can_fail(tmp_path: Path) -> None:
    rates = {name: [(100.0, 1.0)] * 90 for name in INSTANCES}
    wrong = [(_recorded("1h"), [0.02])]
    assert "exp: {cluster" in _unit_test(_objective(), tmp_path, _series(rates), wrong)


@pytest.mark.engine("promtool")
def test_a_quiet_night_does_not_outvote_a_busy_day(tmp_path: Path) -> None:
    busy = [(1000.0, 0.0)] * 30
    quiet = [(1.0, 1.0)] * 30
    rates = {"a": [*busy, *quiet, *[(0.0, 0.0)] * 1]}
    expected = _brute_force(rates, "1h")
    assert expected[0] < 0.002, "the average of ratios would be about a half"
    assert _unit_test(_objective(), tmp_path, _series(rates), [(_recorded("1h"), expected)]) == ""


def test_a_burn_rate_is_drawn_with_the_limit_of_its_window() -> None:
    drawn = [p for d in small_plan().dashboards for row in d.rows for p in row.panels if p.title.endswith("burn rate")]
    limits = ["over 1h, limit 14.4", "over 6h, limit 6", "over 1d, limit 3", "over 3d, limit 1"]
    assert [[target.legend for target in panel.targets] for panel in drawn] == [limits]
