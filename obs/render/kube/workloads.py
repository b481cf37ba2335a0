"""The three kinds of workload, and what stands around each: account, service, disruption budget."""

from obs.render.kube.labels import metadata, selector
from obs.render.kube.pods import pod_template
from obs.render.kube.program import Manifest, Program

SINGLE = {"polaris.fairwinds.com/deploymentMissingReplicas-exempt": "true"}
"""A second pod of these would scrape, watch or draw the same once more; nothing is lost while the one moves."""
RECREATED = {
    "ignore-check.kube-linter.io/no-rolling-update-strategy": "two at once would share a volume, or do all of it twice"
}


def deployment(program: Program, *, recreate: bool = False) -> Manifest:
    """Replicas without own storage; `recreate` where two pods cannot hold the same volume, or would do it all twice."""
    notes = (SINGLE if program.size.replicas == 1 else {}) | (RECREATED if recreate else {})
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(program, annotations=notes),
        "spec": {
            "replicas": program.size.replicas,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": selector(program)},
            "strategy": {"type": "Recreate"} if recreate else rolling,
            "template": pod_template(program),
        },
    }


def stateful_set(program: Program, *, claim: str, storage_class: str) -> Manifest:
    """Replicas with a volume each. All start at once; updates still replace one ready pod after the other."""
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(program),
        "spec": {
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
            "podManagementPolicy": "Parallel",
            "replicas": program.size.replicas,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": selector(program)},
            "serviceName": f"{program.name}-headless",
            "template": pod_template(program),
            "updateStrategy": {"type": "RollingUpdate"},
            "volumeClaimTemplates": [volume_claim(program, name=claim, storage_class=storage_class)],
        },
    }


def volume_claim(program: Program, *, name: str, storage_class: str) -> Manifest:
    """A claim of the program's size; "" is the cluster's default storage class. Its labels cannot change."""
    chosen = {"storageClassName": storage_class} if storage_class else {}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "labels": selector(program)},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": program.size.storage}},
        }
        | chosen,
    }


def service_account(program: Program) -> Manifest:
    """An identity of its own for each program; none gets a token unless its pod asks for one."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(program),
        "automountServiceAccountToken": False,
    }


def service(program: Program, *, sticky: bool = False, headless: bool = False) -> Manifest:
    """The program's ports under its own name. `sticky` keeps a client at one replica; `headless` names each pod."""
    ports = [{"name": p.name, "port": p.number, "protocol": p.protocol, "targetPort": p.name} for p in program.ports]
    spec: Manifest = {"ports": ports, "selector": selector(program)}
    if headless:
        # Members must find each other before they are ready, or a cluster would never form.
        spec |= {"clusterIP": "None", "publishNotReadyAddresses": True}
    else:
        spec |= {"type": "ClusterIP"} | ({"sessionAffinity": "ClientIP"} if sticky else {})
    name = f"{program.name}-headless" if headless else program.name
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(program, name=name), "spec": spec}


def disruption_budget(program: Program) -> Manifest:
    """One pod at a time may be moved away; a pod that is not healthy never holds up a drain."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(program),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": selector(program)},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }
