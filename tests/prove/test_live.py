"""A healthy platform fills every panel and fires nothing; every story fires exactly its alerts; on real engines."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from obs import library
from obs.conventions import seconds
from obs.model.plan import Part, Plan
from obs.render import grafana
from obs.render.play import Theatre
from obs.render.promtool_scope import Scope, reached, switch
from obs.resolve import resolve
from obs.spec import load
from tests.prove.laboratory import Laboratory, laboratory, quickened, until
from tests.prove.stage import Stages

pytestmark = [pytest.mark.engine("prometheus", "promtool", "alertmanager")]
SPEC = Path(__file__).resolve().parents[2] / "examples" / "opendax.yaml"
PARTS = library.names()


@pytest.fixture(scope="module")
def reference() -> Plan:
    """The reference platform as it is."""
    return resolve(load(SPEC, library.components()), library.load())


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The reference platform with the catalogue's own limits, for which the stories were written."""
    platform = load(SPEC, library.components())
    return resolve(replace(platform, overrides={}, objectives={}), library.load())


def by_design(plan: Plan) -> set[str]:
    """Alerts that always fire."""
    return {alert.name for alert in plan.alerts if switch(alert)}


@pytest.mark.xdist_group("live-healthy")
def test_a_healthy_platform_fills_every_panel_and_fires_nothing(
    reference: Plan, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    plan = reference
    stages = Stages(Theatre(plan), {"": 0.0})
    rules = quickened(plan, {})
    with laboratory(tmp_path, stages, rules, backfill=True) as lab:
        assert until(60, lambda: _evaluated(lab)), "not every rule group was evaluated within a minute"
        unwell = [
            (r["name"], r["lastError"]) for g in lab.get("rules")["groups"] for r in g["rules"] if r["health"] != "ok"
        ]
        assert not unwell
        time.sleep(20)
        panels = list(_panels(plan))
        empty = [where for where, panel in panels if not _filled(lab, panel)]
        record_property("said", f"panels with data: {len(panels) - len(empty)} of {len(panels)}")
        fired = sorted({a["labels"]["alertname"] for a in lab.alerts()} - by_design(plan))
    assert not empty
    assert not fired


def _evaluated(lab: Laboratory) -> bool:
    found = lab.get("rules")["groups"]
    return bool(found) and all(r["health"] != "unknown" for g in found for r in g["rules"])


def _panels(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every panel of every dashboard that asks Prometheus, as classic JSON has it."""
    for artifact in grafana.render(plan):
        if re.fullmatch(r"dashboards/[^/]+\.json", artifact.path):
            board = json.loads(artifact.text)
            for panel in (p for row in board["panels"] for p in (row, *row.get("panels", ()))):
                if panel["type"] != "row" and panel.get("targets"):
                    yield f"{board['title']} / {panel['title']}", panel


VARIABLES = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "1h"}


def _filled(lab: Laboratory, panel: dict[str, Any]) -> bool:
    """Whether a panel shows something on a healthy platform: data from every query, or its own word for none."""
    if panel["fieldConfig"]["defaults"].get("noValue", "").startswith("none"):
        return True
    return all(_answers(lab, target["expr"]) for target in panel["targets"])


def _answers(lab: Laboratory, expr: str) -> bool:
    for name, value in VARIABLES.items():
        expr = expr.replace(name, value).replace("${" + name[1:] + "}", value)
    expr = re.sub(r"\$\{?([a-z_]\w*)(?::\w+)?\}?", ".+", expr)  # $1 is a group of label_replace
    now = time.time()
    found = lab.get("query_range", query=expr, start=f"{now - 600}", end=f"{now}", step="60")["result"]
    return any(value != "NaN" for series in found for _, value in series["values"])


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a laboratory saw of its stories."""

    wrong: dict[str, str]
    """Story -> what fires too much or too little."""
    odd: list[str]


@pytest.fixture(scope="module")
def verdict_on(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Verdict]:
    """Plays every story of a shard's components in one laboratory, once."""

    @cache
    def judged(shard: int) -> Verdict:
        return _judged(plan, [part for part in plan.parts if _shard(part.component.name) == shard], tmp_path_factory)

    return judged


def _judged(plan: Plan, parts: list[Part], folders: pytest.TempPathFactory) -> Verdict:
    theatre = Theatre(plan)
    stories = {story.name: story for part in parts for story in part.faults.stories}
    scopes = {story.name: reached(theatre, part, story) for part in parts for story in part.faults.stories}
    stages = Stages(theatre, {name: _joined(seconds(story.lasts)) for name, story in stories.items()}, scopes)
    expected = {name: set(story.fires) - by_design(plan) for name, story in stories.items()}
    with laboratory(folders.mktemp("stories"), stages, quickened(plan, scopes), backfill=True) as lab:
        wrong = _watched(lab, expected, scopes)
        odd = [text for alert in lab.alerts() for text in _odd(alert, plan)]
    return Verdict(wrong=wrong, odd=odd)


def _joined(lasts: float) -> float:
    """How far a story is told when it is joined: one of few minutes half way, as its alert may end by itself."""
    return lasts if lasts > 300 else lasts / 2


STEADY, PATIENCE = 25.0, 150.0
"""Seconds that a story's alerts must stand together, and that all stories have for it."""


def _watched(lab: Laboratory, expected: dict[str, set[str]], scopes: dict[str, Scope]) -> dict[str, str]:
    """Story -> what was wrong: its alerts did not stand together for STEADY seconds, or others fire in the end.

    An alert that ends by itself (a restart is news for five minutes) may be gone by the end.
    """
    since: dict[str, float] = {}
    settled: set[str] = set()
    deadline = time.monotonic() + PATIENCE
    while True:
        found, now = _differences(lab, expected, scopes), time.monotonic()
        for name in expected:
            if name in found:
                since.pop(name, None)
            elif now - since.setdefault(name, now) >= STEADY:
                settled.add(name)
        if settled == set(expected) or now > deadline:
            break
        time.sleep(3)
    late = dict.fromkeys(set(expected) - settled, "its alerts did not stand together for long enough")
    seen = {name: f"fires {more} too, {less} not" for name, (more, less) in found.items() if more or name in late}
    return late | seen


SHARDS = 3
"""Laboratories for all components: each costs a minute of starting and waiting, and plays sixty stories at ease."""


def _shard(component: str) -> int:
    return PARTS.index(component) % SHARDS


def _sharded(component: str) -> Any:
    return pytest.param(component, marks=pytest.mark.xdist_group(f"stories-{_shard(component)}"))


@pytest.mark.parametrize("component", [_sharded(name) for name in PARTS])
def test_every_story_fires_exactly_its_alerts(
    component: str,
    plan: Plan,
    verdict_on: Callable[[int], Verdict],
    record_property: Callable[[str, object], None],
) -> None:
    part = next(p for p in plan.parts if p.component.name == component)
    stories = {story.name for story in part.faults.stories}
    verdict = verdict_on(_shard(component))
    wrong = {name: text for name, text in verdict.wrong.items() if name in stories}
    record_property(
        "said", f"{component}: {len(stories) - len(wrong)} of {len(stories)} stories fire exactly their alerts"
    )
    assert not wrong, "\n".join(f"{name}: {text}" for name, text in wrong.items())
    assert not verdict.odd


def _differences(
    lab: Laboratory, expected: dict[str, set[str]], scopes: dict[str, Scope]
) -> dict[str, tuple[list[str], list[str]]]:
    """Story -> what fires too much and too little among the alerts that read anything the story changes."""
    fired: dict[str, set[str]] = {name: set() for name in expected}
    for alert in lab.alerts():
        if alert["labels"].get("cluster") in fired:
            fired[alert["labels"]["cluster"]].add(alert["labels"]["alertname"])
    able = {name: {alert.name for alert in scopes[name].alerts} for name in expected}
    told = {
        name: (sorted(fired[name] & able[name] - names), sorted(names - fired[name]))
        for name, names in expected.items()
    }
    return {name: (more, less) for name, (more, less) in told.items() if more or less}


def _odd(alert: dict[str, Any], plan: Plan) -> Iterator[str]:
    """What is wrong with an alert's annotations: unrendered values, links that are none."""
    name, texts = alert["labels"]["alertname"], alert["annotations"]
    for key, text in texts.items():
        if "<no value>" in text or "error expanding" in text or "{{" in text or "%!" in text:
            yield f"{name}: {key} is {text}"
    for key, base in (("dashboard_url", plan.platform.links.grafana), ("runbook_url", plan.platform.links.runbooks)):
        link = texts.get(key, "")
        parts = urlsplit(link)
        if not link.startswith(base) or " " in link or re.search(r"var-\w+=(&|$)", parts.query):
            yield f"{name}: {key} is {link}"
