"""NetworkPolicies: everything is refused, then each program is allowed what it is for."""

from collections.abc import Iterable, Mapping

from obs.render.kube.labels import common, metadata, selector
from obs.render.kube.program import Manifest, Program

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label Kubernetes itself puts on every namespace."""
ANYWHERE = {"ipBlock": {"cidr": "0.0.0.0/0"}}
ANYWHERE_V6 = {"ipBlock": {"cidr": "::/0"}}
NODE_LOCAL_DNS = {"ipBlock": {"cidr": "169.254.20.10/32"}}
"""Where the NodeLocal DNSCache of the Kubernetes documentation listens, on clusters that run it."""
API_PORTS = ("443", "6443")
"""The API server is no pod, and its address is the cluster's own business: only its ports can be named."""


def default_deny(namespace: str, *, part_of: str) -> Manifest:
    """Nothing goes in or out of the namespace unless another policy says so."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": "default-deny",
            "namespace": namespace,
            "labels": common(part_of=part_of, component="network"),
        },
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }


def policy(program: Program, *, ingress: list[Manifest], egress: list[Manifest]) -> Manifest:
    """What may reach the program's pods, and what they may reach."""
    picked = {"podSelector": {"matchLabels": selector(program)}, "policyTypes": ["Ingress", "Egress"]}
    rules = {"egress": egress, "ingress": ingress}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(program),
        "spec": picked | {direction: found for direction, found in rules.items() if found},
    }


def pods(labels: Mapping[str, str], *, namespace: str = "") -> Manifest:
    """Pods with these labels, in the policy's own namespace or in another one."""
    chosen: Manifest = {"podSelector": {"matchLabels": dict(labels)}}
    return (namespace_pods(namespace) if namespace else {}) | chosen


def namespace_pods(namespace: str) -> Manifest:
    """Every pod of a namespace."""
    return {"namespaceSelector": {"matchLabels": {NAMESPACE_NAME: namespace}}}


def coming_from(peers: Iterable[Manifest], *, ports: Iterable[str], protocol: str = "TCP") -> Manifest:
    """An ingress rule. Ports are numbers or names, as text."""
    return {"from": list(peers), "ports": _ports(ports, protocol)}


def going_to(peers: Iterable[Manifest], *, ports: Iterable[str], protocol: str = "TCP") -> Manifest:
    """An egress rule. Ports are numbers or names, as text."""
    return {"ports": _ports(ports, protocol), "to": list(peers)}


def dns() -> Manifest:
    """The cluster's name servers."""
    servers = pods({"k8s-app": "kube-dns"}, namespace="kube-system")
    return {"ports": _ports(["53"], "UDP") + _ports(["53"], "TCP"), "to": [servers, NODE_LOCAL_DNS]}


def outside(*ports: str) -> Manifest:
    """Any address, on these ports only."""
    return going_to([ANYWHERE, ANYWHERE_V6], ports=ports)


def api_server() -> Manifest:
    """The API server, wherever the cluster keeps it."""
    return outside(*API_PORTS)


def _ports(ports: Iterable[str], protocol: str) -> list[Manifest]:
    return [{"port": int(p) if p.isdigit() else p, "protocol": protocol} for p in ports]
