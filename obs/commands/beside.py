"""Rendering on two cores: the rule tests, the largest part, in a process of their own."""

import marshal
import os
from collections.abc import Iterable

from obs import bundle as pipeline
from obs.model.artifact import Artifact
from obs.model.bundle import Bundle
from obs.model.plan import Plan

BESIDE = "promtool"
"""The renderer that takes about as long as all others together."""


def render(plan: Plan) -> Bundle:
    """The same bundle as `bundle.render`, in half the time where there is a second core and processes can fork."""
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return pipeline.render(plan)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _print(plan, writer)
    os.close(writer)
    others = {name: renderer for name, renderer in pipeline.RENDERERS.items() if name != BESIDE}
    artifacts = pipeline.artifacts(plan, others)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    if os.waitpid(child, 0)[1]:
        return pipeline.render(plan)
    return pipeline.bundle(plan, artifacts + [Artifact(path=path, text=text) for path, text in marshal.loads(told)])


def _print(plan: Plan, writer: int) -> None:
    """In the child: render, hand over, and leave without touching what belongs to the parent."""
    code = 1
    try:
        made: Iterable[Artifact] = pipeline.RENDERERS[BESIDE](plan)
        with os.fdopen(writer, "wb") as pipe:
            marshal.dump([(artifact.path, artifact.text) for artifact in made], pipe)
        code = 0
    finally:
        os._exit(code)
