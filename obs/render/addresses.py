"""Where a service of the platform answers inside the cluster."""

from obs.conventions import STACK_LABEL
from obs.model.platform import Service

PORTS = {"barong_authz": "8080", "event_api": "15672", "mysql": "3306", "postgresql": "5432"}
"""Ports of services whose spec names none: Barong's by Openware's guides, the others by their documentation."""


def address(service: Service) -> str:
    """The Service called like the pods it selects, as charts name both alike."""
    labels = dict(service.selector)
    return f"{labels.get(STACK_LABEL) or labels.get('app') or service.name}.{service.namespace}.svc"


def port(service: Service) -> str:
    """The port of the service by number; 80 for a component we know no port of."""
    return service.port if service.port.isdigit() else PORTS.get(service.component, "80")
