"""What the catalogue reads of one program."""

from obs import library
from obs.model.metric import Metric

UNTOLD = frozenset({"kubelet_certificate_manager_client_ttl_seconds"})
"""Told by kubelets that rotate certificates (cmd/kubelet/app/server.go of Kubernetes 1.37); hollow ones do not."""


def reads(source: str) -> tuple[Metric, ...]:
    """Every declaration of every component that reads from a source of this name."""
    sources = (one for component in library.components().values() for one in component.sources if one.name == source)
    return tuple(metric for one in sources for metric in one.metrics)
