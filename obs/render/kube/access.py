"""RBAC: what a service account may read. Nothing in the stack may write, and nothing may see a Secret."""

from collections.abc import Iterable

from obs.render.kube.labels import labels
from obs.render.kube.program import Manifest, Program

WATCH = ("get", "list", "watch")


def rule(resources: Iterable[str], *, group: str = "", verbs: tuple[str, ...] = WATCH) -> Manifest:
    """One rule; `group` "" is the core API group."""
    return {"apiGroups": [group], "resources": sorted(resources), "verbs": list(verbs)}


def cluster_access(program: Program, rules: list[Manifest]) -> list[Manifest]:
    """A ClusterRole and its binding, for what belongs to no namespace."""
    about = {"name": cluster_name(program), "labels": labels(program)}
    return [
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": about, "rules": rules},
        _binding(program, "ClusterRole", about),
    ]


def namespace_access(program: Program, namespace: str, rules: list[Manifest]) -> list[Manifest]:
    """A Role in one namespace and its binding; the account may live in another namespace."""
    about = {"name": cluster_name(program), "namespace": namespace, "labels": labels(program)}
    return [
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": about, "rules": rules},
        _binding(program, "Role", about),
    ]


def cluster_name(program: Program) -> str:
    """A name no second stack on the same cluster would take: `monitoring-prometheus`."""
    return f"{program.namespace}-{program.name}"


def _binding(program: Program, kind: str, about: Manifest) -> Manifest:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": f"{kind}Binding",
        "metadata": about,
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": about["name"]},
        "subjects": [{"kind": "ServiceAccount", "name": program.name, "namespace": program.namespace}],
    }
