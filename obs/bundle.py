"""The whole pipeline on one screen: platform -> plan -> artifacts."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from obs.model.artifact import Artifact
from obs.model.bundle import Bundle
from obs.model.plan import Library, Plan
from obs.model.platform import Platform
from obs.resolve import resolve

Renderer = Callable[[Plan], Iterator[Artifact]]

RENDERERS = (
    "grafana",
    "prometheus",
    "promtool",
    "alertmanager",
    "elasticsearch",
    "kibana",
    "kibana_code",
    "kibana_shelf",
    "kube",
    "fluentd",
    "envoy",
    "runbooks",
    "mixin_runbooks",
)
"""Modules of obs.render, each with a `render(plan)`. They are imported when they are run, since reading them is a tenth
of a build: where two processes render, each reads its own."""


class Collision(ValueError):
    """Two renderers wrote the same path."""


def build(platform: Platform, library: Library) -> Bundle:
    """Every file of the platform's bundle. Pure: the same platform gives the same bytes."""
    return render(resolve(platform, library))


def render(plan: Plan) -> Bundle:
    """The bundle of a plan: every renderer in turn."""
    return bundle(plan, artifacts(plan, RENDERERS))


def artifacts(plan: Plan, renderers: Iterable[str]) -> list[Artifact]:
    """What these renderers print."""
    return [artifact for name in renderers for artifact in renderer(name)(plan)]


def renderer(name: str) -> Renderer:
    """The renderer of that name."""
    found: Renderer = import_module(f"obs.render.{name}").render
    return found


def bundle(plan: Plan, printed: Iterable[Artifact]) -> Bundle:
    """Files by path, sorted; an empty bundle or a path written twice is an error."""
    texts: dict[str, str] = {}
    for artifact in printed:
        if artifact.path in texts:
            raise Collision(f"{artifact.path} is rendered twice")
        texts[artifact.path] = artifact.text
    if not texts:
        raise Collision("nothing was rendered: the platform has no part")
    return Bundle(plan=plan, artifacts=dict(sorted(texts.items())))
