"""The kibana folder: settings, manifests, kustomization, and how to apply all of it. Nothing without a logging half."""

from collections.abc import Iterator
from typing import Any

from obs.conventions import GENERATED, KIBANA_OBJECTS
from obs.model.artifact import Artifact
from obs.model.logging import LogPlan
from obs.model.plan import Plan
from obs.printer import to_yaml, to_yaml_documents
from obs.render.kibana_readme import readme
from obs.render.kube import base, eck, elasticsearch, kibana, search_exporter
from obs.render.kube.kustomization import generator, kustomization
from obs.render.kube.program import Manifest
from obs.render.kube.stack import exporters

FOLDER = KIBANA_OBJECTS.partition("/")[0]


def render(plan: Plan) -> Iterator[Artifact]:
    """Everything beside the objects for Elasticsearch and Kibana themselves."""
    logs = plan.logs
    if logs is None:
        return
    header = GENERATED.format(spec=plan.platform.spec_name)
    if logs.logging.elasticsearch.placement != "external" or search_exporter.wanted(plan):
        yield from _cluster(plan, logs, header)
    yield Artifact(path=f"{FOLDER}/README.md", text=readme(plan, logs, header))


def _cluster(plan: Plan, logs: LogPlan, header: str) -> Iterator[Artifact]:
    """What is applied: the search engine where it runs on this cluster, and what watches it."""
    groups, files = _engine(plan, logs)
    groups |= _priority(plan)
    if search_exporter.wanted(plan):
        groups[search_exporter.NAME] = search_exporter.manifests(plan, logs)
    made = list(_manifests(groups, header))
    for file, settings in files.values():
        yield Artifact(path=f"{FOLDER}/config/{file}", text=to_yaml(settings, header=header))
    yield from made
    generators = [_generator(plan, logs, name, file) for name, (file, _) in files.items()]
    resources = sorted(artifact.path.removeprefix(f"{FOLDER}/") for artifact in made)
    told = kustomization(resources, generators=generators)
    yield Artifact(path=f"{FOLDER}/kustomization.yaml", text=to_yaml(told, header=header))


def _engine(plan: Plan, logs: LogPlan) -> tuple[dict[str, Iterator[Manifest]], dict[str, tuple[str, Manifest]]]:
    """Manifests by file, and settings by the ConfigMap made of them."""
    if logs.logging.elasticsearch.placement == "external":
        return {}, {}
    if logs.logging.elasticsearch.placement == "eck":
        return {"eck": eck.manifests(plan, logs)}, {}
    groups = {"elasticsearch": elasticsearch.manifests(plan, logs), "kibana": kibana.manifests(plan, logs)}
    return groups, {
        elasticsearch.CONFIG_MAP: (elasticsearch.FILE, elasticsearch.settings(logs)),
        kibana.CONFIG_MAP: (kibana.FILE, kibana.settings(plan, logs)),
    }


def _priority(plan: Plan) -> dict[str, Iterator[Manifest]]:
    """The stack's priority class, where neither alerts/ nor exporters/ brings it."""
    alone = plan.platform.stack.mode == "operator" and not any(exporters(plan))
    return {"priority-class": iter([base.priority_class(plan)])} if alone else {}


def _manifests(groups: dict[str, Iterator[Manifest]], header: str) -> Iterator[Artifact]:
    for name, objects in groups.items():
        documents: list[object] = [_sorted(one) for one in objects]
        yield Artifact(path=f"{FOLDER}/manifests/{name}.yaml", text=to_yaml_documents(documents, header=header))


def _generator(plan: Plan, logs: LogPlan, name: str, file: str) -> Manifest:
    namespace, part_of = logs.logging.namespace, plan.platform.name
    return generator(name, f"config/{file}", namespace=namespace, part_of=part_of, component=f"{FOLDER}-files")


def _sorted(node: Any) -> Any:
    """The same data with every mapping's keys in order, as kubectl prints them."""
    if isinstance(node, dict):
        return {key: _sorted(node[key]) for key in sorted(node)}
    return [_sorted(item) for item in node] if isinstance(node, list) else node
