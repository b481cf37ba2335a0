"""kustomization.yaml of each shelf folder: which objects, and which files become ConfigMaps."""

from collections.abc import Iterable

from obs.render.kube.labels import common
from obs.render.kube.program import Manifest


def kustomization(resources: Iterable[str], *, generators: Iterable[Manifest] = ()) -> Manifest:
    """A Kustomization; objects keep the order given, generated ConfigMaps follow."""
    made: Manifest = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    return (
        made | {"resources": list(resources)} | ({"configMapGenerator": found} if (found := list(generators)) else {})
    )


def generator(
    name: str, file: str, *, namespace: str, part_of: str, component: str, more: Manifest | None = None
) -> Manifest:
    """A ConfigMap made of one file, under the file's own name.

    Kustomize ends the name in a hash of the content and puts it wherever the name is used: new content is a new map, so
    pods are replaced one by one, and a pod that refuses its new configuration stops the roll while the others serve on.
    """
    labels = common(part_of=part_of, component=component) | (more or {})
    return {
        "name": name,
        "namespace": namespace,
        "files": [file],
        "options": {"immutable": True, "labels": labels},
    }
