"""Every check is silent on a bundle that keeps its promise and fires on one that breaks it."""

from pathlib import Path

import pytest

from obs import bundle as pipeline
from obs import library
from obs.check import CHECKS, OF_OTHERS, OF_TESTS, run_checks
from obs.check.document import document
from obs.conventions import rule_tests_path
from obs.model.bundle import Bundle
from obs.spec import load_text
from tests.check.breaking import BREAKS as BREAKS_OF_METRICS
from tests.check.breaking import Break
from tests.check.breaking_code import BREAKS_OF_CODE
from tests.check.breaking_fluentd import BREAKS_OF_FLUENTD
from tests.check.breaking_logs import BREAKS_OF_LOGS
from tests.check.breaking_store import BREAKS_OF_STORE

SPEC = """
name: small
cluster: one
services:
  - {component: envoy, namespace: web}
notify:
  receivers:
    - {name: on-call, type: slack}
logging:
  classes:
    - {name: web, namespaces: [web], retention: 90d}
  elasticsearch: {geoip: true}
"""
BREAKS = BREAKS_OF_METRICS | BREAKS_OF_LOGS | BREAKS_OF_CODE | BREAKS_OF_STORE | BREAKS_OF_FLUENTD
CASES = [(name, number, change) for name, changes in BREAKS.items() for number, change in enumerate(changes)]


@pytest.fixture(scope="module")
def good() -> Bundle:
    implied = [name for name, c in library.components().items() if c.implied]
    spec = SPEC + f"without: [{', '.join(implied)}]\n"
    platform = load_text(spec, "small.yaml", library.components())
    return pipeline.build(platform, {"envoy": library.knowledge(library.components()["envoy"])})


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_is_silent_on_a_good_bundle(good: Bundle, name: str) -> None:
    assert [str(finding) for finding in CHECKS[name](good)] == []


@pytest.mark.parametrize(("name", "number", "change"), CASES, ids=[f"{name}-{number}" for name, number, _ in CASES])
def test_the_check_fires_on_a_broken_bundle(good: Bundle, name: str, number: int, change: Break) -> None:
    findings = list(CHECKS[name](change(good)))
    assert findings, f"{name} does not see case {number}"
    assert all(f.place and f.rule and f.what and f.fix for f in findings)


def test_every_check_has_a_way_to_break_it() -> None:
    assert set(BREAKS) == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_finds_in_the_halves_of_a_bundle_what_it_finds_in_the_whole(good: Bundle, name: str) -> None:
    broken = BREAKS[name][0](good)
    folder = rule_tests_path("envoy", "stories").rpartition("/")[0]
    assert any(path.startswith(folder) for path in good.artifacts)
    tests = {path: text for path, text in broken.artifacts.items() if path.startswith(folder)}
    others = {path: text for path, text in broken.artifacts.items() if path not in tests}
    halves = [half for half, names in ((tests, OF_TESTS), (others, OF_OTHERS)) if name in names]
    found = {f for half in halves for f in CHECKS[name](Bundle(plan=broken.plan, artifacts=half))}
    assert found == set(CHECKS[name](broken))


def test_findings_come_sorted_and_once(good: Bundle) -> None:
    findings = run_checks(BREAKS["counters-in-rates"][0](good))
    assert findings == sorted(set(findings))


def test_the_page_of_checks_is_fresh() -> None:
    page = Path(__file__).parents[2] / "docs" / "checks.md"
    assert page.read_text(encoding="utf-8") == document(), "run make pages"
