"""The bundle the cluster is given: on disk as `obs build` leaves it, and read back as objects."""

from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import yaml

from obs.model.plan import Plan
from obs.model.platform import Mode
from tests.engines.cluster import Cluster
from tests.render.kube_shelf import plan_of, rendered, write

DRY = ("--server-side", "--dry-run=server", "--validate=strict")
ORDER = ("alerts", "exporters/deploy", "dashboards")
"""As the READMEs say: alerts/ first, because it owns the namespaces."""
OPERATORS = "observability"
"""In operator mode the stack's namespace is somebody else's; another name keeps the two modes apart on one cluster."""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A bundle on disk, its plan, and what the server said to a dry run before any object existed."""

    folder: Path
    plan: Plan
    dry: dict[str, CompletedProcess[str]] = field(default_factory=dict)

    def objects(self, cluster: Cluster, folder: str) -> list[dict[str, Any]]:
        """What `kubectl apply -k` sends for a folder."""
        done = cluster.kubectl("kustomize", str(self.folder / folder))
        assert done.returncode == 0, done.stderr
        return list(yaml.safe_load_all(done.stdout))

    def watched(self) -> tuple[str, ...]:
        """Namespaces of the platform, which exist before the stack does."""
        stack = self.plan.platform.stack
        own = (stack.namespace, stack.agents_namespace)
        return tuple(name for name in self.plan.platform.namespaces if name not in own)


def shelf(mode: Mode, folder: Path) -> Shelf:
    """The reference platform's bundle in one mode, written into `folder`."""
    made = plan_of("opendax", mode, namespace=OPERATORS if mode == "operator" else "monitoring")
    return Shelf(folder=write(rendered(made), folder), plan=made)
