"""Linter rules over workloads and the objects around them."""

from tests.render.kube_lint import Rule, first_pod, lonely, powerful, stuck, unpicked_services, without
from tests.render.kube_objects import Object, of_kind, selects, template, workloads

INSTANCE = "app.kubernetes.io/instance"
CLUSTER_WIDE = ("ClusterRole", "ClusterRoleBinding", "Namespace", "PriorityClass")
ADMINISTRATOR: Object = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "administrator"},
    "rules": [{"apiGroups": [""], "resources": ["*"], "verbs": ["*"]}],
}
ADMINISTRATORS: Object = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "administrators"},
    "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [],
}


def _homeless(one: Object) -> bool:
    return one["kind"] not in CLUSTER_WIDE and one["metadata"].get("namespace", "default") == "default"


def _spread(workload: Object) -> object:
    return template(workload)["spec"].get("topologySpreadConstraints")


def _selects_itself(workload: Object) -> bool:
    return selects(workload["spec"]["selector"], template(workload)["metadata"]["labels"])


RULES = (
    Rule(
        names=("topologySpreadConstraint",),
        offenders=lambda f: [
            d for d in of_kind(f, "Deployment") if not template(d)["spec"].get("topologySpreadConstraints")
        ],
        spoil=first_pod(lambda s: s.pop("topologySpreadConstraints")),
    ),
    Rule(
        names=("no-anti-affinity",),
        offenders=lambda found: [w for w in of_kind(found, "Deployment", "StatefulSet") if lonely(w)],
        spoil=lambda found: of_kind(found, "Deployment")[0]["spec"].update(replicas=2),
    ),
    Rule(
        names=("deploymentMissingReplicas",),
        offenders=lambda found: [d for d in of_kind(found, "Deployment") if d["spec"]["replicas"] < 2],
        spoil=lambda found: of_kind(found, "Deployment")[0]["metadata"].pop("annotations"),
    ),
    Rule(
        names=("no-rolling-update-strategy",),
        offenders=lambda f: [d for d in of_kind(f, "Deployment") if d["spec"]["strategy"]["type"] != "RollingUpdate"],
        spoil=lambda found: of_kind(found, "Deployment")[0]["spec"].update(strategy={"type": "Recreate"}),
    ),
    Rule(
        names=("mismatching-selector",),
        offenders=lambda f: [w for w in workloads(f) if not _selects_itself(w)],
        spoil=lambda found: of_kind(found, "Deployment")[0]["spec"].update(selector={"matchLabels": {"a": "b"}}),
    ),
    Rule(
        names=("metadataAndInstanceMismatched",),
        offenders=lambda f: [w for w in workloads(f) if w["metadata"]["labels"][INSTANCE] != w["metadata"]["name"]],
        spoil=lambda found: of_kind(found, "Deployment")[0]["metadata"]["labels"].update({INSTANCE: "other"}),
    ),
    Rule(
        names=("dangling-service", "invalid-target-ports"),
        offenders=unpicked_services,
        spoil=lambda found: of_kind(found, "Service")[0]["spec"]["ports"][0].update(targetPort="nowhere"),
    ),
    Rule(
        names=("exposed-services",),
        offenders=lambda f: [s for s in of_kind(f, "Service") if s["spec"].get("type") in ("LoadBalancer", "NodePort")],
        spoil=lambda found: of_kind(found, "Service")[0]["spec"].update(type="NodePort"),
    ),
    Rule(
        names=("non-isolated-pod", "missingNetworkPolicy", "C-0030"),
        offenders=lambda found: without(found, "NetworkPolicy", "podSelector"),
        spoil=lambda found: found.remove(of_kind(found, "NetworkPolicy")[-1]),
    ),
    Rule(
        names=("missingPodDisruptionBudget",),
        offenders=lambda f: [w for w in without(f, "PodDisruptionBudget", "selector") if w["kind"] != "DaemonSet"],
        spoil=lambda found: found.remove(of_kind(found, "PodDisruptionBudget")[0]),
    ),
    Rule(
        names=("pdb-max-unavailable", "pdb-min-available", "pdb-unhealthy-pod-eviction-policy", "pdbDisruptionsIsZero"),
        offenders=lambda found: [one for one in of_kind(found, "PodDisruptionBudget") if stuck(one)],
        spoil=lambda found: of_kind(found, "PodDisruptionBudget")[0]["spec"].update(maxUnavailable=0),
    ),
    Rule(
        names=(
            "access-to-secrets",
            "access-to-create-pods",
            "wildcard-in-rules",
            "rolePodExecAttach",
            "C-0002",
            "C-0035",
        ),
        offenders=lambda found: [role for role in of_kind(found, "Role", "ClusterRole") if powerful(role)],
        spoil=lambda found: found.append(ADMINISTRATOR),
    ),
    Rule(
        names=("cluster-admin-role-binding", "clusterrolebindingClusterAdmin"),
        offenders=lambda f: [b for b in of_kind(f, "ClusterRoleBinding") if b["roleRef"]["name"] == "cluster-admin"],
        spoil=lambda found: found.append(ADMINISTRATORS),
    ),
    Rule(
        names=("use-namespace",),
        offenders=lambda found: [one for one in found if _homeless(one)],
        spoil=lambda found: of_kind(found, "Service")[0]["metadata"].pop("namespace"),
    ),
    Rule(
        names=("no-extensions-v1beta",),
        offenders=lambda found: [one for one in found if "beta" in one["apiVersion"]],
        spoil=lambda found: of_kind(found, "Deployment")[0].update(apiVersion="extensions/v1beta1"),
    ),
)
