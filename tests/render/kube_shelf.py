"""The shelf folders on disk, as `obs build` leaves them, for kustomize, kubeconform and a cluster to read."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from obs import library
from obs.model.logging import Aggregator, Placement
from obs.model.plan import Plan
from obs.model.platform import Mode
from obs.render import alertmanager, fluentd, grafana, kibana_shelf, kube, prometheus
from obs.resolve import resolve
from obs.spec.loader import load
from tests.render.kube_objects import Object, objects
from tests.render.kube_plans import plan

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDERS = ("alerts", "dashboards", "exporters/deploy", "fluentd", "kibana")
MODES: tuple[Mode, ...] = ("standalone", "operator")
APPLIED = (alertmanager.render, fluentd.render, grafana.render, kibana_shelf.render, kube.render, prometheus.render)
MANIFESTS = (fluentd.render, kibana_shelf.render, kube.render)
PLATFORMS = ("minimal", "opendax", "opendax with aggregators and TLS", "made by hand")


@cache
def plan_of(platform: str, mode: Mode, *, namespace: str = "monitoring") -> Plan:
    """An example of the repository, or the hand-made platform, in one mode and with the stack in one namespace."""
    if platform == "made by hand":
        return plan(mode)
    name, _, more = platform.partition(" with ")
    spec = load(EXAMPLES / f"{name}.yaml", library.components())
    logging = spec.logging
    if logging:
        placement: Placement = "eck" if mode == "operator" else "cluster"  # as the spec's own mode would have it
        logging = replace(logging, elasticsearch=replace(logging.elasticsearch, placement=placement))
        logging = replace(logging, aggregator=Aggregator(enabled="aggregators" in more))
    stack = replace(spec.stack, mode=mode, namespace=namespace, exporters_tls="TLS" in more)
    return resolve(replace(spec, stack=stack, logging=logging), library.load())


@cache
def texts(platform: str, mode: Mode) -> Mapping[str, str]:
    """Path -> text of what reaches a cluster of a platform's bundle."""
    return rendered(plan_of(platform, mode))


@cache
def manifests(platform: str, mode: Mode) -> list[Object]:
    """The objects a platform's manifests hold; generated ConfigMaps are not among them."""
    made = plan_of(platform, mode)
    return objects(artifact for render in MANIFESTS for artifact in render(made))


def rendered(made: Plan) -> Mapping[str, str]:
    """The artifacts of the renderers whose files the kustomizations read; rule tests and runbooks stay on the shelf."""
    return {a.path: a.text for render in APPLIED for a in render(made)}


def applied(folder: Path) -> tuple[Path, ...]:
    """Folders of a bundle on disk that `kubectl apply -k` takes: without a logging half, two have nothing to apply."""
    return tuple(folder / name for name in FOLDERS if (folder / name / "kustomization.yaml").is_file())


def write(found: Mapping[str, str], folder: Path) -> Path:
    """The bundle in a folder; returns the folder."""
    for path, text in found.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
