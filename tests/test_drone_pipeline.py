"""`.drone.yml` is a valid pipeline, calls only targets that exist, and promotes the whole shelf."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((ROOT / "tests/drone_pipeline.schema.json").read_text(encoding="utf-8"))
PIPELINES: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / ".drone.yml").read_text(encoding="utf-8")))
PROMOTION = "promote"


def _commands(pipeline: dict[str, Any]) -> Iterator[str]:
    for step in pipeline["steps"]:
        yield from step["commands"]


def _events(pipeline: dict[str, Any]) -> list[str]:
    events: list[str] = pipeline["trigger"]["event"]
    return events


def _targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def _called() -> set[str]:
    commands = [command for pipeline in PIPELINES for command in _commands(pipeline)]
    return {target for command in commands for target in re.findall(r"\bmake ([a-z-]+)", command)}


@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda each: each["name"])
def test_a_pipeline_has_only_the_fields_that_drone_reads(pipeline: dict[str, Any]) -> None:
    jsonschema.validate(pipeline, SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["stepz"], []),
        (["kind"], "pipelines"),
        (["trigger", "events"], ["push"]),
        (["trigger", "event"], ["pushes"]),
        (["steps", 0, "command"], "make test"),
        (["steps", 0, "image"], "golang:latest"),
        (["steps", 0, "image"], "golang"),
        (["steps", 0, "environment"], {"TOKEN": {"secret": "token"}}),
    ],
)
def test_the_schema_refuses_what_drone_would_ignore_or_reject(path: list[Any], value: object) -> None:
    broken = copy.deepcopy(PIPELINES[0])
    place: Any = broken
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_names_are_unique_within_a_pipeline_and_across_them() -> None:
    names = [pipeline["name"] for pipeline in PIPELINES]
    steps = [(pipeline["name"], step["name"]) for pipeline in PIPELINES for step in pipeline["steps"]]
    assert len(names) == len(set(names))
    assert len(steps) == len(set(steps))


def test_every_make_target_that_a_step_calls_exists() -> None:
    assert _called() - _targets() == set()


def test_the_pipeline_runs_all_that_a_change_must_pass() -> None:
    assert {"bundle", "test", "test-cluster", "wheel"} <= _called()


def test_a_step_fails_when_the_shelf_is_stale() -> None:
    commands = [command for pipeline in PIPELINES if "push" in _events(pipeline) for command in _commands(pipeline)]
    assert commands.index("make bundle") < commands.index("git diff --exit-code")


def test_tests_run_with_missing_engines_counted_as_failures() -> None:
    steps = [step for pipeline in PIPELINES for step in pipeline["steps"]]
    testing = [step for step in steps if any(re.search(r"make test", command) for command in step["commands"])]
    assert testing
    assert [step["name"] for step in testing if step.get("environment", {}).get("CI") != "true"] == []


def test_only_a_promotion_touches_a_cluster_and_only_a_promotion_has_secrets() -> None:
    others = [pipeline for pipeline in PIPELINES if _events(pipeline) != [PROMOTION]]
    assert len(others) < len(PIPELINES)
    assert [command for pipeline in others for command in _commands(pipeline) if "kubectl" in command] == []
    assert "from_secret" not in json.dumps(others)


def test_the_promotion_applies_every_shelf_folder_that_can_be_applied() -> None:
    [promotion] = [pipeline for pipeline in PIPELINES if _events(pipeline) == [PROMOTION]]
    applied = re.findall(r"kubectl apply .*-k (\S+)", "\n".join(_commands(promotion)))
    shelf = [*ROOT.glob("*/kustomization.yaml"), *ROOT.glob("exporters/*/kustomization.yaml")]
    assert sorted(applied) == sorted(path.parent.relative_to(ROOT).as_posix() for path in shelf)
    assert applied[0] == "alerts", "alerts/ owns the namespaces"
