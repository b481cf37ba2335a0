"""Kubernetes objects of the stack: one module per program, and the parts they are built from."""

from collections.abc import Iterator

from obs.model.artifact import Artifact
from obs.model.plan import Plan
from obs.render.kube import shelves


def render(plan: Plan) -> Iterator[Artifact]:
    """Manifests, kustomizations and READMEs of every shelf folder."""
    return shelves.render(plan)
