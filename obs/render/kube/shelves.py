"""The shelf folders: which objects stand in which file, and the kustomization that applies them."""

from collections.abc import Iterable, Iterator
from typing import Any

from obs.conventions import GENERATED, GRAFANA_FOLDER
from obs.model.artifact import Artifact
from obs.model.plan import Plan
from obs.printer import to_yaml, to_yaml_documents
from obs.render.kube import (
    alertmanager,
    base,
    exporter_access,
    exporter_config,
    exporters,
    grafana,
    node_exporter,
    operator,
    prometheus,
    readme,
    state_metrics,
)
from obs.render.kube.kustomization import generator, kustomization
from obs.render.kube.program import Manifest
from obs.render.kube.stack import exporters as needed_exporters

ALERTS = "alerts"
DASHBOARDS = "dashboards"
EXPORTERS = "exporters/deploy"
LATER = ("fluentd", "kibana")
"""Shelf folders that may hold nothing: no kustomization then, because kubectl refuses to apply an empty one."""


def render(plan: Plan) -> Iterator[Artifact]:
    """Every folder's manifests and kustomization, and a README beside the manifests on how to apply them."""
    standalone = plan.platform.stack.mode == "standalone"
    yield from _alerts(plan) if standalone else _alerts_for_operator(plan)
    yield from _dashboards(plan) if standalone else _dashboards_for_operator(plan)
    yield from _exporters(plan, standalone=standalone)
    for folder in LATER if plan.logs is None else ():
        yield Artifact(path=f"{folder}/README.md", text=readme.later(plan, folder))


def _alerts(plan: Plan) -> Iterator[Artifact]:
    groups: dict[str, Iterable[Manifest]] = {
        "base": base.manifests(plan),
        "alertmanager": alertmanager.manifests(plan),
        "kube-state-metrics": state_metrics.manifests(plan),
        "kube-state-metrics-access": state_metrics.access(plan),
        "node-exporter": node_exporter.manifests(plan),
        "prometheus": prometheus.manifests(plan),
        "prometheus-access": prometheus.access(plan),
    }
    made = [m for name, objects in groups.items() for m in _manifests(plan, f"{ALERTS}/manifests/{name}.yaml", objects)]
    yield from made
    maps = (*prometheus.config_maps(plan), *alertmanager.config_maps())
    yield _kustomization(plan, ALERTS, made, maps)
    yield Artifact(path=f"{ALERTS}/manifests/README.md", text=readme.manifests(plan))


def _alerts_for_operator(plan: Plan) -> Iterator[Artifact]:
    found = operator.manifests(plan)
    made = [m for name, one in found for m in _manifests(plan, f"{ALERTS}/operator/{name}", [one])]
    yield from made
    yield _kustomization(plan, ALERTS, made)
    yield Artifact(path=f"{ALERTS}/operator/README.md", text=readme.operator(plan))


def _dashboards(plan: Plan) -> Iterator[Artifact]:
    made = list(_manifests(plan, f"{DASHBOARDS}/manifests/grafana.yaml", grafana.manifests(plan)))
    yield from made
    yield Artifact(path=f"{DASHBOARDS}/{grafana.SETTINGS}", text=grafana.settings(plan))
    yield _kustomization(plan, DASHBOARDS, made, grafana.config_maps(plan))
    yield Artifact(path=f"{DASHBOARDS}/manifests/README.md", text=readme.dashboards(plan))


def _dashboards_for_operator(plan: Plan) -> Iterator[Artifact]:
    """ConfigMaps by a stable name and label: the sidecar beside the operator's Grafana loads whatever carries it."""
    found = []
    for name, file in grafana.dashboard_maps(plan):
        one = _generator(plan, DASHBOARDS, name, file, more={"grafana_dashboard": "1"})
        one["options"] |= {"annotations": {"grafana_folder": GRAFANA_FOLDER}, "disableNameSuffixHash": True}
        one["options"].pop("immutable")
        found.append(one)
    yield _printed(plan, f"{DASHBOARDS}/kustomization.yaml", kustomization([], generators=found))


def _exporters(plan: Plan, *, standalone: bool) -> Iterator[Artifact]:
    made = [
        m for name, objects in exporters.manifests(plan) for m in _manifests(plan, f"{EXPORTERS}/{name}.yaml", objects)
    ]
    if made and not standalone:
        made += _manifests(plan, f"{EXPORTERS}/priority-class.yaml", [base.priority_class(plan)])
    yield from made
    maps = []
    tls = plan.platform.stack.exporters_tls
    for name, jobs in needed_exporters(plan):
        maps.append((f"{name}-config", f"config.yaml=config/{name}.yaml"))
        maps += [(f"{name}-web", f"{exporter_config.WEB}=config/{exporter_config.WEB}")] if tls else []
        yield Artifact(path=f"{EXPORTERS}/config/{name}.yaml", text=exporter_config.config(plan, jobs))
    if tls and made:
        yield Artifact(path=f"{EXPORTERS}/config/{exporter_config.WEB}", text=exporter_config.web_config(plan))
    yield _kustomization(plan, EXPORTERS, made, maps)
    yield from exporter_access.access(plan, EXPORTERS)
    yield Artifact(path=f"{EXPORTERS}/README.md", text=readme.exporter_folder(plan))


def _manifests(plan: Plan, path: str, objects: Iterable[Manifest]) -> Iterator[Artifact]:
    """One file of objects, keys sorted; no file for no objects."""
    documents: list[object] = [_sorted(one) for one in objects]
    if documents:
        header = GENERATED.format(spec=plan.platform.spec_name)
        yield Artifact(path=path, text=to_yaml_documents(documents, header=header))


def _kustomization(plan: Plan, folder: str, made: Iterable[Artifact], maps: Iterable[tuple[str, str]] = ()) -> Artifact:
    generators = [_generator(plan, folder, name, file) for name, file in maps]
    resources = sorted(artifact.path.removeprefix(f"{folder}/") for artifact in made)
    return _printed(plan, f"{folder}/kustomization.yaml", kustomization(resources, generators=generators))


def _generator(plan: Plan, folder: str, name: str, file: str, *, more: Manifest | None = None) -> Manifest:
    """The generated maps carry their folder as a label, so that those of an earlier bundle can be found and pruned."""
    platform = plan.platform
    component = f"{folder.split('/', maxsplit=1)[0]}-files"
    return generator(
        name, file, namespace=platform.stack.namespace, part_of=platform.name, component=component, more=more
    )


def _printed(plan: Plan, path: str, data: Manifest) -> Artifact:
    return Artifact(path=path, text=to_yaml(data, header=GENERATED.format(spec=plan.platform.spec_name)))


def _sorted(node: Any) -> Any:
    """The same data with every mapping's keys in order, as kubectl prints them."""
    if isinstance(node, dict):
        return {key: _sorted(node[key]) for key in sorted(node)}
    return [_sorted(item) for item in node] if isinstance(node, list) else node
