"""The whole pipeline on one screen: platform -> plan -> artifacts."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from obs.model.artifact import Artifact
from obs.model.bundle import Bundle
from obs.model.plan import Library, Plan
from obs.model.platform import Platform
from obs.render import (
    alertmanager,
    elasticsearch,
    envoy,
    fluentd,
    grafana,
    kibana,
    kibana_shelf,
    kube,
    mixin_runbooks,
    prometheus,
    promtool,
    runbooks,
)
from obs.resolve import resolve

Renderer = Callable[[Plan], Iterator[Artifact]]

RENDERERS: dict[str, Renderer] = {
    "grafana": grafana.render,
    "prometheus": prometheus.render,
    "promtool": promtool.render,
    "alertmanager": alertmanager.render,
    "elasticsearch": elasticsearch.render,
    "kibana": kibana.render,
    "kibana shelf": kibana_shelf.render,
    "kubernetes": kube.render,
    "fluentd": fluentd.render,
    "envoy": envoy.render,
    "runbooks": runbooks.render,
    "mixin runbooks": mixin_runbooks.render,
}


class Collision(ValueError):
    """Two renderers wrote the same path."""


def build(platform: Platform, library: Library) -> Bundle:
    """Every file of the platform's bundle. Pure: the same platform gives the same bytes."""
    return render(resolve(platform, library))


def render(plan: Plan) -> Bundle:
    """The bundle of a plan: every renderer in turn."""
    return bundle(plan, artifacts(plan, RENDERERS))


def artifacts(plan: Plan, renderers: Mapping[str, Renderer]) -> list[Artifact]:
    """What these renderers print."""
    return [artifact for renderer in renderers.values() for artifact in renderer(plan)]


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
