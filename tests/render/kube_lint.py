"""Rules of kube-linter, polaris and kubescape (NSA) that judge files, told anew.

A rule gets every object and names the offenders; an object may carry a linter's own annotation for an exception.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.render.kube_objects import Object, container, of_kind, place, selects, template, workloads

Offenders = Callable[[list[Object]], Iterable[Object]]
SENSITIVE = ("/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: its names with each linter, the offenders, and what turns one right object into an offender."""

    names: tuple[str, ...]
    offenders: Offenders
    spoil: Callable[[list[Object]], object]


def findings(rule: Rule, found: list[Object]) -> list[str]:
    """The places that break a rule without an exception."""
    return [place(one) for one in rule.offenders(found) if not exempt(rule, one)]


def exempt(rule: Rule, one: Object) -> bool:
    """Whether every linter that knows the rule finds its annotation on the object; kubescape knows no annotations."""
    notes = one["metadata"].get("annotations", {})
    asked = [name for name in rule.names if not name.startswith("C-")]
    return bool(asked) and all(_noted(name, notes) for name in asked)


def _noted(name: str, notes: Object) -> bool:
    return f"ignore-check.kube-linter.io/{name}" in notes or f"polaris.fairwinds.com/{name}-exempt" in notes


def in_pod(broken: Callable[[Object], object]) -> Offenders:
    """Offenders among workloads, by their pod specification."""
    return lambda found: [one for one in workloads(found) if broken(template(one)["spec"])]


def in_container(broken: Callable[[Object], object]) -> Offenders:
    """Offenders among workloads, by their container."""
    return lambda found: [one for one in workloads(found) if broken(container(one))]


def first_pod(change: Callable[[Object], object]) -> Callable[[list[Object]], object]:
    """Spoil the first Deployment's pod specification."""
    return lambda found: change(template(of_kind(found, "Deployment")[0])["spec"])


def first_container(change: Callable[[Object], object]) -> Callable[[list[Object]], object]:
    """Spoil the first Deployment's container."""
    return first_pod(lambda spec: change(spec["containers"][0]))


def security(key: str, right: object) -> Callable[[Object], object]:
    """Whether a container's security context has another value than the right one."""
    return lambda told: told["securityContext"].get(key) != right


def without(found: list[Object], kind: str, key: str) -> list[Object]:
    """Workloads for which no object of a kind selects their pods; `key` is where that kind keeps its selector."""
    pickers = of_kind(found, kind)
    return [one for one in workloads(found) if not any(_picks(picker, key, one) for picker in pickers)]


def _picks(picker: Object, key: str, workload: Object) -> bool:
    same = picker["metadata"]["namespace"] == workload["metadata"]["namespace"]
    chosen = picker["spec"].get(key) or {"matchLabels": {"nobody": "here"}}
    return same and selects(chosen, template(workload)["metadata"]["labels"])


def unpicked_services(found: list[Object]) -> Iterator[Object]:
    """Services that select no pod of the bundle, or name a port no such pod has."""
    for service in of_kind(found, "Service"):
        picked = [one for one in workloads(found) if _picks(service, "selector", one)]
        ports = {port["name"] for one in picked for port in container(one)["ports"]}
        if not picked or not {port["targetPort"] for port in service["spec"]["ports"]} <= ports:
            yield service


def host_mounts(spec: Object) -> bool:
    """Whether a pod mounts a folder of its node that says much about it."""
    return any(volume.get("hostPath", {}).get("path") in SENSITIVE for volume in spec["volumes"])


def root(spec: Object) -> bool:
    """Whether a pod runs as root, or does not rule it out."""
    return not (spec["securityContext"].get("runAsNonRoot") and spec["securityContext"]["runAsUser"])


def unsized(resource: str) -> Callable[[Object], bool]:
    """Whether a container lacks a request or a limit."""
    return lambda told: any(resource not in told["resources"].get(kind, {}) for kind in ("limits", "requests"))


def with_account(found: list[Object], workload: Object) -> bool:
    """Whether a workload runs under an account of the bundle."""
    spec = template(workload)["spec"]
    names = {one["metadata"]["name"] for one in of_kind(found, "ServiceAccount")}
    return spec.get("serviceAccountName") in names and "serviceAccount" not in spec


def probe_ports(told: Object) -> bool:
    """Whether a probe asks a port the container does not have, or is missing."""
    names = {port["name"] for port in told["ports"]}
    probes = [told.get(kind, {}) for kind in ("livenessProbe", "readinessProbe", "startupProbe")]
    return any((probe.get("httpGet") or probe.get("tcpSocket") or {}).get("port") not in names for probe in probes)


def secret_in_environment(told: Object) -> bool:
    """Whether an environment variable is a secret, by its source or by its name."""
    entries = told.get("env", [])
    names = any(re.search("password|secret|token|api.?key", entry["name"], re.IGNORECASE) for entry in entries)
    return names or any("secretKeyRef" in entry.get("valueFrom", {}) for entry in entries)


def lonely(one: Object) -> bool:
    """Whether several replicas may all land on one node."""
    return one["spec"].get("replicas", 1) > 1 and "podAntiAffinity" not in template(one)["spec"]["affinity"]


def stuck(one: Object) -> bool:
    """Whether a disruption budget can hold up a drain."""
    spec = one["spec"]
    return spec.get("maxUnavailable") == 0 or "minAvailable" in spec or "unhealthyPodEvictionPolicy" not in spec


def powerful(role: Object) -> bool:
    """Whether a role reaches for secrets, programs in pods, new pods, or everything."""
    dangerous = {"*", "secrets", "pods/exec", "pods/attach", "nodes/proxy"}
    return any(dangerous & {*rule["resources"], *rule["verbs"]} or "create" in rule["verbs"] for rule in role["rules"])
