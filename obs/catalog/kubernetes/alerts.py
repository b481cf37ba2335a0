"""Every alert of the cluster."""

from obs.catalog.kubernetes.alerts_limits import LIMITS
from obs.catalog.kubernetes.alerts_nodes import NODES
from obs.catalog.kubernetes.alerts_workloads import UP_AND_FAILING

ALERTS = (*UP_AND_FAILING, *LIMITS, *NODES)
