"""Every signal of the cluster."""

from obs.catalog.kubernetes.signals_limits import CONTAINERS, LIMITS, VOLUMES
from obs.catalog.kubernetes.signals_nodes import NODES
from obs.catalog.kubernetes.signals_workloads import FAILING, UP

SIGNALS = (*UP, *FAILING, *CONTAINERS, *VOLUMES, *LIMITS, *NODES)
