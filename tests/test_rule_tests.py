"""The generated rule tests: every alert fires, is quiet and recovers in them, and the real promtool passes them."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from obs import library
from obs.model.plan import Plan
from obs.render import prometheus, promtool
from obs.render.play import Theatre
from obs.render.promtool_notation import Case, Check
from obs.render.promtool_scope import switch
from obs.resolve import resolve
from obs.spec import load

ROOT = Path(__file__).resolve().parents[1]
SPECS = {name: ROOT / "examples" / f"{name}.yaml" for name in ("opendax", "minimal")}
COMPONENTS = library.names()
PLANS: dict[str, Plan] = {}
LEAN = {"GOMAXPROCS": "1", "GOGC": "800"}
"""Tests run side by side: one thread each, and a lazy collector saves a fifth of the processor's time."""


def plan_of(spec: str) -> Plan:
    """The plan of an example, resolved once."""
    if spec not in PLANS:
        PLANS[spec] = resolve(load(SPECS[spec], library.components()), library.load())
    return PLANS[spec]


def _shelf(plan: Plan, folder: Path) -> Path:
    """The folder of a platform's rule tests, written with the rules beside it."""
    for renderer in (prometheus.render, promtool.render):
        for artifact in renderer(plan):
            file = folder / artifact.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(artifact.text, encoding="utf-8")
    return folder / "alerts" / "tests"


def _run(promtool_path: Path, files: list[Path]) -> str:
    """What promtool finds wrong; empty when every test passes."""
    assert files
    command: list[str | Path] = [promtool_path, "test", "rules", *files]
    done = subprocess.run(command, env=os.environ | LEAN, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.engine("promtool")
@pytest.mark.parametrize("component", COMPONENTS)
def test_promtool_passes_every_rule_test(component: str, tmp_path: Path, engine: Callable[[str], Path]) -> None:
    files = sorted(_shelf(plan_of("opendax"), tmp_path).glob(f"{component.replace('_', '-')}-*.yaml"))
    assert _run(engine("promtool"), files) == ""


@pytest.mark.engine("promtool")
def test_promtool_passes_the_rule_tests_of_another_platform(tmp_path: Path, engine: Callable[[str], Path]) -> None:
    folder = _shelf(plan_of("minimal"), tmp_path)
    files = sorted({*folder.glob("*-healthy.yaml"), *folder.glob("rabbitmq-*.yaml")})
    assert _run(engine("promtool"), files) == ""


@pytest.mark.engine("promtool")
def test_promtool_passes_the_stories_of_overridden_alerts_at_the_catalogue_s_own_limits(
    tmp_path: Path, engine: Callable[[str], Path]
) -> None:
    platform = load(SPECS["opendax"], library.components())
    overridden = {name for name in platform.overrides if name.startswith("Envoy")}
    assert overridden, "the reference platform overrides alerts of the gateway"
    plan = resolve(replace(platform, overrides={}, objectives={}), library.load())
    assert _run(engine("promtool"), [_shelf(plan, tmp_path) / "envoy-stories.yaml"]) == ""


def _cases(component: str) -> tuple[Case, ...]:
    plan = plan_of("opendax")
    theatre = Theatre(plan)
    part = next(p for p in plan.parts if p.component.name == component)
    return tuple(case for _, cases in promtool.topics(theatre, part) for case in cases)


def _fires(check: Check, alert: str) -> bool:
    return 'alertstate="firing"' in check.expr and any(f'alertname="{alert}"' in labels for labels, _ in check.samples)


def _quiet(check: Check, alert: str) -> bool:
    """Whether a check speaks of an alert's firing and finds it not there."""
    if 'alertstate="pending"' in check.expr or any(f'alertname="{alert}"' in labels for labels, _ in check.samples):
        return False
    named = [name for _, text in re.findall(r'alertname(=~|=)"([^"]*)"', check.expr) for name in text.split("|")]
    return "ALERTS" in check.expr and alert in named


def _recovers(case: Case, alert: str) -> bool:
    fired = [check.moment for check in case.checks if _fires(check, alert)]
    return bool(fired) and any(check.moment > min(fired) and _quiet(check, alert) for check in case.checks)


def _untested(component: str) -> Iterator[str]:
    cases = _cases(component)
    for alert in next(p for p in plan_of("opendax").parts if p.component.name == component).alerts:
        if not any(_fires(check, alert.name) for case in cases for check in case.checks):
            yield f"{alert.name} never fires"
        if switch(alert):
            continue
        if not any(_quiet(check, alert.name) for case in cases for check in case.checks):
            yield f"{alert.name} is never quiet"
        if not any(_recovers(case, alert.name) for case in cases):
            yield f"{alert.name} never recovers"


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_alert_fires_is_quiet_and_recovers_in_its_tests(component: str) -> None:
    assert sorted(set(_untested(component))) == []


def test_the_tests_of_an_override_stand_on_its_threshold() -> None:
    from tests.small import small_plan

    plan = small_plan("overrides: {EnvoyRouteTimeouts: {threshold: 7, hold: 3m}}\n")
    cases = [case for _, cases in promtool.topics(Theatre(plan), plan.parts[0]) for case in cases]
    past = next(case for case in cases if "EnvoyRouteTimeouts just past" in case.name)
    slopes = [s.slope for t in past.tracks if t.name.endswith("_rq_timeout") for s in t.segments]
    assert any(slope == pytest.approx(7 * 1.02 / 2) for slope in slopes), (
        "two instances share the rate past the threshold"
    )
