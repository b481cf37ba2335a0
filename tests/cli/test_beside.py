"""Two processes make one bundle: the same files, the same findings, and errors that get through."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from obs import bundle as pipeline
from obs.commands import beside
from obs.model.artifact import Artifact
from obs.model.plan import Plan
from tests.small import small_bundle

LEAK = "token: hvs.CAESIJ3k2mQ9wXr8Tn5vB7yL0pZ\n"
AHEAD = ("obs.render", "obs.check", "obs.mixin", "obs.prove")
"""What is read when it is needed, by the process that needs it."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return small_bundle().plan


def _with(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Let one renderer print one more file."""
    renderers = {known: pipeline.renderer(known) for known in pipeline.RENDERERS}

    def more(plan: Plan) -> Iterator[Artifact]:
        yield from renderers[name](plan)
        yield Artifact(path=f"alerts/more-{name}.yaml", text=text)

    monkeypatch.setattr(pipeline, "renderer", lambda known: more if known == name else renderers[known])


def test_two_processes_make_the_bundle_that_one_makes(plan: Plan) -> None:
    made, findings = beside.checked(plan)
    assert list(made.artifacts.items()) == list(pipeline.render(plan).artifacts.items())
    assert findings == []


def test_one_process_makes_it_where_processes_cannot_fork(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    made, findings = beside.checked(plan)
    assert (dict(made.artifacts), findings) == (dict(pipeline.render(plan).artifacts), [])


@pytest.mark.parametrize("name", ["promtool", "grafana"])
def test_what_either_process_prints_is_checked(plan: Plan, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    _with(monkeypatch, name, LEAK)
    _, findings = beside.checked(plan)
    assert [(f.place, f.rule) for f in findings] == [(f"alerts/more-{name}.yaml:1", "no-secrets")]


def test_the_parent_does_what_its_child_could_not(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    parent, artifacts = os.getpid(), pipeline.artifacts
    monkeypatch.setattr(pipeline, "artifacts", lambda *asked: artifacts(*asked) if os.getpid() == parent else 1 / 0)
    assert dict(beside.render(plan).artifacts) == dict(pipeline.render(plan).artifacts)


def test_a_file_the_child_prints_twice_is_told(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        _with(monkeypatch, "promtool", LEAK)
    with pytest.raises(pipeline.Collision, match="rendered twice"):
        beside.render(plan)


def test_nothing_is_read_before_it_is_needed() -> None:
    asked = "import sys, obs.commands.build; print(*(m for m in sys.modules if m.startswith('obs.')))"
    read = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "obs.resolve" in read
    assert [name for name in read if name.startswith(AHEAD)] == []


def test_the_command_line_itself_reads_no_yaml() -> None:
    asked = "import sys, obs.cli; print('yaml' in sys.modules, 'click' in sys.modules)"
    read = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert read == ["False", "True"]
