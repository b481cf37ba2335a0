"""Pod templates: restricted security, explicit resources, spread over nodes and zones."""

from collections.abc import Iterator

from obs.render.kube.labels import pod_labels, selector
from obs.render.kube.probes import probes
from obs.render.kube.program import Manifest, Program, Volume
from obs.render.kube.volumes import token_volume

LINUX = {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}
ZONE = "topology.kubernetes.io/zone"
NODE = "kubernetes.io/hostname"


def pod_template(program: Program) -> Manifest:
    """Metadata and specification of the program's pods."""
    notes = {"kubectl.kubernetes.io/default-container": program.name}
    return {"metadata": {"labels": pod_labels(program), "annotations": notes}, "spec": pod_spec(program)}


def pod_spec(program: Program) -> Manifest:
    """One container, as little rights as the `restricted` Pod Security Standard asks for, or less."""
    return {
        "affinity": affinity(program),
        "automountServiceAccountToken": False,  # who needs a token mounts a short-lived one (volumes.token_volume)
        "containers": [container(program)],
        # Names with two dots are complete in this stack; the default of five costs external names four lookups.
        "dnsConfig": {"options": [{"name": "ndots", "value": "2"}]},
        "enableServiceLinks": False,
        "priorityClassName": program.home.priority_class,
        "restartPolicy": "Always",
        "securityContext": pod_security(program.uid),
        "serviceAccountName": program.name,
        "terminationGracePeriodSeconds": program.grace_seconds,
        "topologySpreadConstraints": spread(program),
        "volumes": [{"name": v.name} | v.source for v in mounted(program) if v.source],
    }


def container(program: Program) -> Manifest:
    """The program's container."""
    said: Manifest = {
        "name": program.name,
        "image": str(program.image),
        "imagePullPolicy": "Always",
        "ports": [{"name": p.name, "containerPort": p.number, "protocol": p.protocol} for p in program.ports],
        "resources": resources(program),
        "securityContext": container_security(),
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [_mount(v) for v in mounted(program)],
    }
    given = {"command": list(program.command), "args": list(program.arguments), "env": list(_environment(program))}
    return said | {key: value for key, value in given.items() if value} | probes(program.probes)


def mounted(program: Program) -> tuple[Volume, ...]:
    """The program's folders, and the token folder of those who talk to the API server."""
    return program.volumes + ((token_volume(),) if program.calls_api else ())


def resources(program: Program) -> Manifest:
    """Requests and limits, as the spec's stack sizes them."""
    size = program.size
    return {
        "limits": {"cpu": size.cpu_limit, "memory": size.memory_limit},
        "requests": {"cpu": size.cpu_request, "memory": size.memory_request},
    }


def pod_security(uid: int) -> Manifest:
    """A fixed unprivileged user; volumes belong to its group, changed only when they do not yet."""
    return {
        "fsGroup": uid,
        "fsGroupChangePolicy": "OnRootMismatch",
        "runAsGroup": uid,
        "runAsNonRoot": True,
        "runAsUser": uid,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security() -> Manifest:
    """No capability, no way up, nothing written outside mounted folders."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def affinity(program: Program) -> Manifest:
    """Linux nodes; replicas never share a node, because a pair on one node is no pair."""
    nodes = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [LINUX]}]}}
    if program.size.replicas < 2:
        return {"nodeAffinity": nodes}
    apart = [{"labelSelector": {"matchLabels": selector(program)}, "topologyKey": NODE}]
    return {"nodeAffinity": nodes, "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": apart}}


def spread(program: Program) -> list[Manifest]:
    """Even over zones, but never unschedulable for it: a volume binds its pod to one zone for good."""
    matching = {"matchLabels": selector(program)}
    return [{"labelSelector": matching, "maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "ScheduleAnyway"}]


def _mount(volume: Volume) -> Manifest:
    """False and empty fields are left out: the API server drops them, and every apply would look like a change."""
    more: Manifest = {"mountPropagation": volume.propagation} if volume.propagation else {}
    return {"name": volume.name, "mountPath": volume.path} | more | ({} if volume.writable else {"readOnly": True})


def _environment(program: Program) -> Iterator[Manifest]:
    for name, value in program.environment:
        yield {"name": name, "value": value}
    for name, field in program.pod_fields:
        yield {"name": name, "valueFrom": {"fieldRef": {"fieldPath": field}}}
