"""What the programs stand on: namespaces with their Pod Security level, the default refusal, the priority class."""

from collections.abc import Iterator

from obs.model.plan import Plan
from obs.render.kube.labels import common
from obs.render.kube.network import default_deny
from obs.render.kube.program import Manifest, home
from obs.render.kube.stack import scraped

PRIORITY = 1_000_000
"""Above the default of 0, so that a full node evicts the monitoring last; the system's own begin at 2,000,000,000."""


def manifests(plan: Plan) -> Iterator[Manifest]:
    """The stack's namespace under the restricted standard; the agents' own one, which allows what agents need."""
    stack, part_of = plan.platform.stack, plan.platform.name
    yield namespace(stack.namespace, level="restricted", part_of=part_of)
    yield default_deny(stack.namespace, part_of=part_of)
    if any(job.kind == "node" for job in scraped(plan)):
        yield namespace(stack.agents_namespace, level="privileged", part_of=part_of)
        yield default_deny(stack.agents_namespace, part_of=part_of)
    yield priority_class(plan)


def namespace(name: str, *, level: str, part_of: str) -> Manifest:
    """A namespace that refuses pods above a Pod Security level, and warns of what the strictest would refuse."""
    levels = {"enforce": level, "audit": "restricted", "warn": level}
    security = {f"pod-security.kubernetes.io/{mode}": value for mode, value in levels.items()}
    labels = common(part_of=part_of, component="namespace") | security
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def priority_class(plan: Plan) -> Manifest:
    """First in the queue, last to be evicted, but never at the cost of a pod of the exchange that already runs."""
    told = home(plan)
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {
            "name": told.priority_class,
            "labels": common(part_of=told.part_of, component="scheduling"),
        },
        "description": "The monitoring stack: evicted after the programs it watches, never in place of them.",
        "preemptionPolicy": "Never",
        "value": PRIORITY,
    }
