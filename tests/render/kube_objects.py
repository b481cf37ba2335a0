"""Rendered Kubernetes objects, read back: by kind, with their pods, as a cluster would see them."""

from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from obs.model.artifact import Artifact

Object = dict[str, Any]
WORKLOADS = ("DaemonSet", "Deployment", "StatefulSet")
MANIFESTS = (
    *("alerts/manifests/", "alerts/operator/", "dashboards/manifests/", "exporters/deploy/"),
    *("fluentd/manifests/", "kibana/manifests/"),
)


def objects(artifacts: Iterable[Artifact]) -> list[Object]:
    """Every object of the manifest files; kustomizations and files that become ConfigMaps are none."""
    found: list[Object] = []
    for artifact in artifacts:
        beside = artifact.path.endswith(("kustomization.yaml", ".md", ".sql", ".json")) or "/config/" in artifact.path
        if artifact.path.startswith(MANIFESTS) and not beside:
            found += list(yaml.safe_load_all(artifact.text))
    return found


def kustomizations(artifacts: Iterable[Artifact]) -> dict[str, Object]:
    """Folder -> its kustomization."""
    files = {a.path: a.text for a in artifacts if a.path.endswith("/kustomization.yaml")}
    return {path.removesuffix("/kustomization.yaml"): yaml.safe_load(text) for path, text in files.items()}


def of_kind(found: Iterable[Object], *kinds: str) -> list[Object]:
    """The objects of these kinds."""
    return [one for one in found if one["kind"] in kinds]


def named(found: Iterable[Object], kind: str, name: str, namespace: str = "") -> Object:
    """The one object of that name; StopIteration if there is none."""
    return next(
        one
        for one in of_kind(found, kind)
        if one["metadata"]["name"] == name and namespace in ("", one["metadata"].get("namespace", ""))
    )


def workloads(found: Iterable[Object]) -> list[Object]:
    """Every workload."""
    return of_kind(found, *WORKLOADS)


def template(workload: Object) -> Object:
    """A workload's pod template."""
    made: Object = workload["spec"]["template"]
    return made


def container(workload: Object) -> Object:
    """A workload's only container."""
    (only,) = template(workload)["spec"]["containers"]
    return dict(only)


def place(one: Object) -> str:
    """What a person calls the object: `Deployment monitoring/grafana`."""
    return f"{one['kind']} {one['metadata'].get('namespace', '-')}/{one['metadata']['name']}"


def selects(selector: Object, labels: Object) -> bool:
    """Whether matchLabels (or a Service's selector) picks these labels; the empty selector picks all."""
    wanted = selector.get("matchLabels", selector)
    return all(labels.get(key) == value for key, value in wanted.items())


def mounted_config_maps(workload: Object) -> Iterator[tuple[str, str]]:
    """(ConfigMap, key) of every generated file a workload mounts; the cluster's own CA is nobody's to generate."""
    for volume in template(workload)["spec"]["volumes"]:
        for source in volume.get("projected", {}).get("sources", []):
            name = source.get("configMap", {}).get("name", "")
            if name and name != "kube-root-ca.crt":
                yield from ((name, item["key"]) for item in source["configMap"]["items"])


def mounted_secrets(workload: Object) -> Iterator[tuple[str, str]]:
    """(Secret, key) of every secret file a workload mounts."""
    for volume in template(workload)["spec"]["volumes"]:
        for source in volume.get("projected", {}).get("sources", []):
            if "secret" in source:
                yield from ((source["secret"]["name"], item["key"]) for item in source["secret"]["items"])
