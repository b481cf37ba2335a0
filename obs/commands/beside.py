"""Rendering on two cores: the rule tests, the largest part, in a process of their own beside the rest."""

import marshal
import os
from collections.abc import Callable
from contextlib import suppress

from obs import bundle as pipeline
from obs.model.artifact import Artifact
from obs.model.bundle import Bundle
from obs.model.finding import Finding
from obs.model.plan import Plan

BESIDE = "promtool"
"""The renderer that takes about as long as all others together."""
Half = tuple[list[Artifact], list[Finding]]
"""What one process printed, and what it has to say of it."""
Judge = Callable[[Bundle], list[Finding]]


def render(plan: Plan) -> Bundle:
    """The same bundle as `bundle.render`, sooner where processes can fork."""
    return _both(plan, _unjudged, _unjudged)[0]


def checked(plan: Plan) -> tuple[Bundle, list[Finding]]:
    """The bundle and every finding, as `run_checks` sorts them."""
    return _both(plan, _judge_tests, _judge_others)


def _both(plan: Plan, judge_tests: Judge, judge_others: Judge) -> tuple[Bundle, list[Finding]]:
    def tests() -> Half:
        return _half(plan, (BESIDE,), judge_tests)

    collect = _start(tests) if hasattr(os, "fork") else tests
    others, found = _half(plan, tuple(name for name in pipeline.RENDERERS if name != BESIDE), judge_others)
    printed, further = collect()
    return pipeline.bundle(plan, [*others, *printed]), sorted({*found, *further})


def _half(plan: Plan, renderers: tuple[str, ...], judge: Judge) -> Half:
    """What these renderers print, judged by itself."""
    printed = pipeline.artifacts(plan, renderers)
    return printed, judge(Bundle(plan=plan, artifacts=dict(sorted((a.path, a.text) for a in printed))))


def _unjudged(_: Bundle) -> list[Finding]:
    return []


def _judge_tests(part: Bundle) -> list[Finding]:
    """Checks are imported where they run: by then both processes are at work."""
    from obs.check import OF_TESTS, run_checks

    return run_checks(part, OF_TESTS)


def _judge_others(part: Bundle) -> list[Finding]:
    from obs.check import OF_OTHERS, run_checks

    return run_checks(part, OF_OTHERS)


def _start(half: Callable[[], Half]) -> Callable[[], Half]:
    """Begin in a child; the result collects what it made, or makes it here when the child failed, to see why."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _hand_over(half, writer)
    os.close(writer)

    def collect() -> Half:
        with os.fdopen(reader, "rb") as pipe, suppress(EOFError):
            texts, found = marshal.load(pipe)
        if os.waitpid(child, 0)[1]:
            return half()
        printed = [Artifact(path=path, text=text) for path, text in texts]
        return printed, [Finding(place=place, rule=rule, what=what, fix=fix) for place, rule, what, fix in found]

    return collect


def _hand_over(half: Callable[[], Half], writer: int) -> None:
    """In the child: make it, hand it over, and leave without touching what belongs to the parent."""
    code = 1
    try:
        printed, found = half()
        texts = [(artifact.path, artifact.text) for artifact in printed]
        with os.fdopen(writer, "wb") as pipe:
            marshal.dump((texts, [(f.place, f.rule, f.what, f.fix) for f in found]), pipe)
        code = 0
    finally:
        os._exit(code)
