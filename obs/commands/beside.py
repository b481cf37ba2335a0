"""Rendering on two cores: the rule tests, the largest part, in a process of their own beside the rest."""

import marshal
import os
from collections.abc import Callable
from typing import TypeVar

from obs import bundle as pipeline
from obs.model.artifact import Artifact
from obs.model.bundle import Bundle
from obs.model.finding import Finding
from obs.model.plan import Plan

BESIDE = "promtool"
"""The renderer that takes about as long as all others together."""
T = TypeVar("T")


def render(plan: Plan) -> Bundle:
    """The same bundle as `bundle.render`, sooner where processes can fork."""
    return _meanwhile(plan, lambda _: None)[0]


def checked(plan: Plan) -> tuple[Bundle, list[Finding]]:
    """The bundle and every finding, as `run_checks` sorts them."""
    made, early = _meanwhile(plan, _early)
    return made, sorted({*early, *_late(made)})


def _early(others: Bundle) -> list[Finding]:
    """What the checks find that can run by now. They are imported here, where the other process is at work already."""
    from obs.check import EARLY, run_checks

    return run_checks(others, EARLY)


def _late(made: Bundle) -> list[Finding]:
    from obs.check import LATE, run_checks

    return run_checks(made, LATE)


def _meanwhile(plan: Plan, judge: Callable[[Bundle], T]) -> tuple[Bundle, T]:
    """The whole bundle, and what `judge` says of all but the rule tests while those are still being made."""
    collect = _start(plan) if hasattr(os, "fork") else lambda: _tests(plan)
    others = pipeline.artifacts(plan, (name for name in pipeline.RENDERERS if name != BESIDE))
    said = judge(pipeline.bundle(plan, others))
    return pipeline.bundle(plan, [*others, *collect()]), said


def _tests(plan: Plan) -> list[Artifact]:
    return pipeline.artifacts(plan, (BESIDE,))


def _start(plan: Plan) -> Callable[[], list[Artifact]]:
    """Begin in a child; the result collects what it made, or makes it here when the child failed, to see why."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _hand_over(plan, writer)
    os.close(writer)

    def collect() -> list[Artifact]:
        with os.fdopen(reader, "rb") as pipe:
            told = pipe.read()
        if os.waitpid(child, 0)[1]:
            return _tests(plan)
        return [Artifact(path=path, text=text) for path, text in marshal.loads(told)]

    return collect


def _hand_over(plan: Plan, writer: int) -> None:
    """In the child: render, hand over, and leave without touching what belongs to the parent."""
    code = 1
    try:
        texts = [(artifact.path, artifact.text) for artifact in _tests(plan)]
        with os.fdopen(writer, "wb") as pipe:
            marshal.dump(texts, pipe)
        code = 0
    finally:
        os._exit(code)
