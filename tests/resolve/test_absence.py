"""Alerts on what is not there, on platforms with a few and with many services of one component."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from obs import bundle, library
from obs.check import run_checks
from obs.conventions import FEW_SERVICES
from obs.model.plan import Plan
from obs.printer import to_yaml
from obs.resolve import absence, resolve
from obs.spec import load_text

HEAD = "name: shop\ncluster: c\nnotify: {receivers: [{name: a, type: slack}]}\nservices:\n"
JOBS = tuple(f"edge-{n}" for n in range(FEW_SERVICES + 2))
BARE, SILENT, UNKNOWN = JOBS[:3]
METRICS = ("a_total", "b_bytes")


def plan_of(services: int) -> Plan:
    """A platform with so many gateways and nothing else of its own."""
    rows = "".join(f"  - {{component: envoy, name: edge-{n}}}\n" for n in range(services))
    return resolve(load_text(HEAD + rows, "many.yaml", library.components()), library.load())


def expression(plan: Plan, alert: str) -> str:
    """The expression of one alert."""
    return next(a.expr for a in plan.alerts if a.name == alert)


def test_the_bundle_of_many_services_passes_every_check() -> None:
    assert run_checks(bundle.render(plan_of(60))) == []


@pytest.mark.parametrize("alert", ["EnvoyMetricsMissing", "EnvoyTargetMissing"])
def test_expressions_grow_with_services_and_not_with_services_times_metrics(alert: str) -> None:
    ten, twenty = (len(expression(plan_of(services), alert)) for services in (10, 20))
    assert twenty < 2.2 * ten
    assert expression(plan_of(20), "EnvoyMetricsMissing").count("\nor\n") == expression(
        plan_of(10), "EnvoyMetricsMissing"
    ).count("\nor\n")


@pytest.mark.engine("promtool")
@pytest.mark.parametrize("few", [True, False], ids=["few", "many"])
def test_both_forms_name_the_same_jobs_and_metrics(engine: Callable[[str], Path], tmp_path: Path, *, few: bool) -> None:
    """One job answers without its metrics, one fails its scrapes, one was never found; others are well."""
    asked = (BARE, SILENT, UNKNOWN) if few else JOBS
    needed = [(job, metric) for metric in METRICS for job in asked]
    rules = [
        {"alert": "Targets", "expr": absence.targets("c", asked, services=len(asked))},
        {"alert": "Metrics", "expr": absence.metrics("c", needed)},
    ]
    (tmp_path / "rules.yaml").write_text(to_yaml({"groups": [{"name": "g", "rules": rules}]}), encoding="utf-8")
    present = [j for j in asked if j not in (BARE, SILENT, UNKNOWN)]
    series = [(f'up{{cluster="c", job="{j}", instance="i"}}', "1+0x5") for j in (BARE, *present)]
    series += [(f'up{{cluster="c", job="{SILENT}", instance="i"}}', "0+0x5")]
    series += [
        (f'{m}{{cluster="c", job="{j}", instance="i"}}', "7+0x5") for m in ("a_total", "b_bytes") for j in present
    ]
    missing = [{"exp_labels": {"cluster": "c", "job": BARE, "metric": m}} for m in ("a_total", "b_bytes")]
    gone = [{"exp_labels": {"cluster": "c", "job": job}} for job in (SILENT, UNKNOWN)]
    case = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series],
        "alert_rule_test": [
            {"eval_time": "3m", "alertname": "Metrics", "exp_alerts": missing},
            {"eval_time": "3m", "alertname": "Targets", "exp_alerts": gone},
        ],
    }
    (tmp_path / "test.yaml").write_text(to_yaml({"rule_files": ["rules.yaml"], "tests": [case]}), encoding="utf-8")
    done = subprocess.run(
        [engine("promtool"), "test", "rules", "test.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
