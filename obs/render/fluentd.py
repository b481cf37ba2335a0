"""The fluentd folder: configuration, manifests, image, and how to apply them. Nothing without a logging half."""

from collections.abc import Iterable, Iterator
from typing import Any

from obs.conventions import GENERATED
from obs.model.artifact import Artifact
from obs.model.logging import LogPlan
from obs.model.plan import Plan
from obs.printer import to_yaml, to_yaml_documents
from obs.render import fluentd_image
from obs.render.fluentd_config import aggregator_files, node_files, texts
from obs.render.fluentd_readme import readme
from obs.render.kube import event_tailer
from obs.render.kube import fluentd as kube
from obs.render.kube.kustomization import generator, kustomization
from obs.render.kube.program import Manifest

FOLDER = "fluentd"
NODE, AGGREGATOR = "node", "aggregator"


def render(plan: Plan) -> Iterator[Artifact]:
    """Every file of the folder."""
    logs = plan.logs
    if logs is None:
        return
    header = GENERATED.format(spec=plan.platform.spec_name)
    maps = {kube.CONFIG: [*_config(NODE, texts(node_files(logs), logs, header))]}
    if logs.logging.aggregator.enabled:
        maps[kube.AGGREGATOR_CONFIG] = [*_config(AGGREGATOR, texts(aggregator_files(logs), logs, header))]
    for found in maps.values():
        yield from found
    made = list(_manifests(plan, logs, header))
    yield from made
    generators = [_generator(plan, logs, name, found) for name, found in maps.items()]
    resources = sorted(artifact.path.removeprefix(f"{FOLDER}/") for artifact in made)
    told = kustomization(resources, generators=generators)
    yield Artifact(path=f"{FOLDER}/kustomization.yaml", text=to_yaml(told, header=header))
    image = str(plan.platform.stack.images["fluentd"])
    for name, text in fluentd_image.files(logs.logging.elasticsearch.version, image, header):
        yield Artifact(path=f"{FOLDER}/image/{name}", text=text)
    yield Artifact(path=f"{FOLDER}/README.md", text=readme(plan, logs, header))


def _config(folder: str, found: Iterable[tuple[str, str]]) -> Iterator[Artifact]:
    for name, text in found:
        yield Artifact(path=f"{FOLDER}/{folder}/{name}", text=text)


def _manifests(plan: Plan, logs: LogPlan, header: str) -> Iterator[Artifact]:
    groups: dict[str, Iterable[Manifest]] = {
        "base": kube.base(plan, logs),
        "fluentd": kube.manifests(plan, logs),
        "fluentd-access": kube.access(plan, logs),
        "aggregator": kube.aggregator(plan, logs),
        "event-tailer": event_tailer.manifests(plan, logs),
        "event-tailer-access": event_tailer.access(plan, logs),
    }
    for name, objects in groups.items():
        documents: list[object] = [_sorted(one) for one in objects]
        if documents:
            text = to_yaml_documents(documents, header=header)
            yield Artifact(path=f"{FOLDER}/manifests/{name}.yaml", text=text)


def _generator(plan: Plan, logs: LogPlan, name: str, files: Iterable[Artifact]) -> Manifest:
    """One map of all files of a Fluentd: they are read together and change together."""
    paths = sorted(artifact.path.removeprefix(f"{FOLDER}/") for artifact in files)
    told = generator(
        name,
        paths[0],
        namespace=logs.logging.namespace,
        part_of=plan.platform.name,
        component=f"{FOLDER}-files",
    )
    return told | {"files": paths}


def _sorted(node: Any) -> Any:
    """The same data with every mapping's keys in order, as kubectl prints them."""
    if isinstance(node, dict):
        return {key: _sorted(node[key]) for key in sorted(node)}
    return [_sorted(item) for item in node] if isinstance(node, list) else node
