"""Every pod of the stack: probes, sizes, security, identity, spread. Judged over all workloads at once."""

import re

import pytest

from obs.render import kube
from tests.render.kube_objects import (
    Object,
    container,
    mounted_secrets,
    named,
    objects,
    of_kind,
    place,
    selects,
    template,
    workloads,
)
from tests.render.kube_plans import plan

FOUND = objects(kube.render(plan())) + [
    one for one in objects(kube.render(plan("operator"))) if one["kind"] == "PriorityClass"
]
WORKLOADS = workloads(FOUND)
EVERY = pytest.mark.parametrize("workload", WORKLOADS, ids=place)
REPLICATED = [one for one in WORKLOADS if one["kind"] != "DaemonSet"]
SHARES_MEANING = {"app.kubernetes.io/component", "app.kubernetes.io/managed-by", "app.kubernetes.io/part-of"}


def test_the_whole_stack_is_there() -> None:
    assert {place(one) for one in WORKLOADS} == {
        "DaemonSet monitoring-nodes/node-exporter",
        "Deployment monitoring/grafana",
        "Deployment monitoring/kube-state-metrics",
        "Deployment monitoring/kube-state-metrics-cluster",
        "Deployment monitoring/obs-authz-exporter",
        "Deployment monitoring/obs-db-exporter",
        "Deployment monitoring/obs-event-exporter",
        "StatefulSet monitoring/alertmanager",
        "StatefulSet monitoring/prometheus",
    }


@EVERY
def test_all_three_probes_ask_a_port_the_container_declares(workload: Object) -> None:
    told = container(workload)
    asked = {told[f"{kind}Probe"]["httpGet"]["port"] for kind in ("startup", "liveness", "readiness")}
    assert asked <= {port["name"] for port in told["ports"]}


@EVERY
def test_a_pod_has_requests_and_limits_for_cpu_and_memory(workload: Object) -> None:
    sizes = container(workload)["resources"]
    assert {kind: sorted(sizes[kind]) for kind in sizes} == {
        "limits": ["cpu", "memory"],
        "requests": ["cpu", "memory"],
    }


@EVERY
def test_a_container_has_no_right_it_does_not_need(workload: Object) -> None:
    assert container(workload)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


@EVERY
def test_a_pod_runs_as_a_fixed_unprivileged_user(workload: Object) -> None:
    security = template(workload)["spec"]["securityContext"]
    assert security["runAsNonRoot"] is True
    assert security["runAsUser"] > 0
    assert security["runAsGroup"] > 0


@EVERY
def test_a_pod_shares_nothing_with_its_node(workload: Object) -> None:
    assert not {"hostNetwork", "hostPID", "hostIPC"} & template(workload)["spec"].keys()


def test_only_the_node_agent_mounts_the_host_and_only_to_read() -> None:
    mounting = [one for one in WORKLOADS if any("hostPath" in v for v in template(one)["spec"]["volumes"])]
    assert [one["metadata"]["name"] for one in mounting] == ["node-exporter"]
    assert all(mount.get("readOnly") for mount in container(mounting[0])["volumeMounts"])


@EVERY
def test_every_mount_has_its_volume_and_every_volume_its_mount(workload: Object) -> None:
    claims = {claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", [])}
    volumes = {volume["name"] for volume in template(workload)["spec"]["volumes"]} | claims
    assert {mount["name"] for mount in container(workload)["volumeMounts"]} == volumes


@EVERY
def test_a_scratch_folder_has_a_limit(workload: Object) -> None:
    folders = [v["emptyDir"] for v in template(workload)["spec"]["volumes"] if "emptyDir" in v]
    assert all(folder.get("sizeLimit") for folder in folders)


@EVERY
def test_an_image_is_pinned_and_always_checked(workload: Object) -> None:
    told = container(workload)
    assert re.fullmatch(r".+:v\d+\.\d+\.\d+", told["image"])
    assert told["imagePullPolicy"] == "Always"


@EVERY
def test_a_pod_uses_an_account_of_its_own_that_exists(workload: Object) -> None:
    account = template(workload)["spec"]["serviceAccountName"]
    assert account == workload["metadata"]["name"]
    assert named(FOUND, "ServiceAccount", account, workload["metadata"]["namespace"])


def test_no_token_is_mounted_unasked() -> None:
    accounts = of_kind(FOUND, "ServiceAccount")
    assert all(account["automountServiceAccountToken"] is False for account in accounts)
    assert all(template(one)["spec"]["automountServiceAccountToken"] is False for one in WORKLOADS)


def test_only_programs_that_read_the_api_hold_a_token() -> None:
    holding = [one["metadata"]["name"] for one in WORKLOADS if "serviceAccountToken" in str(template(one))]
    assert sorted(holding) == ["kube-state-metrics", "kube-state-metrics-cluster", "prometheus"]


@EVERY
def test_a_selector_picks_its_own_pods_and_no_others(workload: Object) -> None:
    picked = [
        place(other)
        for other in WORKLOADS
        if other["metadata"]["namespace"] == workload["metadata"]["namespace"]
        and selects(workload["spec"]["selector"], template(other)["metadata"]["labels"])
    ]
    assert picked == [place(workload)]


@EVERY
def test_the_priority_class_exists(workload: Object) -> None:
    assert named(FOUND, "PriorityClass", template(workload)["spec"]["priorityClassName"])


@pytest.mark.parametrize("workload", REPLICATED, ids=place)
def test_exactly_one_disruption_budget_covers_a_pod(workload: Object) -> None:
    labels = template(workload)["metadata"]["labels"]
    found = [one for one in of_kind(FOUND, "PodDisruptionBudget") if selects(one["spec"]["selector"], labels)]
    assert [one["spec"]["maxUnavailable"] for one in found] == [1]
    assert found[0]["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


@pytest.mark.parametrize("workload", REPLICATED, ids=place)
def test_pods_spread_over_zones(workload: Object) -> None:
    (constraint,) = template(workload)["spec"]["topologySpreadConstraints"]
    assert constraint["topologyKey"] == "topology.kubernetes.io/zone"
    assert selects(constraint["labelSelector"], template(workload)["metadata"]["labels"])


@pytest.mark.parametrize("workload", REPLICATED, ids=place)
def test_replicas_never_share_a_node_and_a_single_pod_may_go_anywhere(workload: Object) -> None:
    apart = template(workload)["spec"]["affinity"].get("podAntiAffinity")
    assert bool(apart) is (workload["spec"]["replicas"] > 1)


def test_the_replicated_programs_are_those_that_must_not_be_missed() -> None:
    several = {one["metadata"]["name"]: one["spec"]["replicas"] for one in REPLICATED if one["spec"]["replicas"] > 1}
    assert several == {"prometheus": 2, "alertmanager": 3}


@EVERY
def test_objects_of_a_program_carry_the_recommended_labels(workload: Object) -> None:
    name = workload["metadata"]["name"]
    of_program = [one for one in FOUND if one["metadata"].get("labels", {}).get("app.kubernetes.io/instance") == name]
    assert len(of_program) > 2
    for one in of_program:
        labels = one["metadata"]["labels"]
        assert SHARES_MEANING | {"app.kubernetes.io/name", "app.kubernetes.io/version"} <= labels.keys()


@EVERY
def test_what_a_label_may_change_is_in_no_selector_and_no_claim(workload: Object) -> None:
    fixed = [workload["spec"]["selector"]["matchLabels"]]
    fixed += [claim["metadata"]["labels"] for claim in workload["spec"].get("volumeClaimTemplates", [])]
    assert not any("app.kubernetes.io/version" in labels for labels in fixed)


def test_no_secret_value_and_no_secret_in_an_environment() -> None:
    assert not of_kind(FOUND, "Secret")
    sources = [entry.get("valueFrom", {}) for one in WORKLOADS for entry in container(one).get("env", [])]
    assert all(set(source) <= {"fieldRef"} for source in sources)
    assert not any("envFrom" in container(one) for one in WORKLOADS)


def test_secrets_are_mounted_as_files_of_named_keys() -> None:
    keys = {pair for one in WORKLOADS for pair in mounted_secrets(one)}
    assert keys == {
        ("alertmanager-secrets", "pagerduty-key"),
        ("grafana-admin", "admin-password"),
        ("grafana-admin", "admin-user"),
        ("grafana-admin", "secret-key"),
        ("obs-authz-exporter-secrets", "authz-api-key-id"),
        ("obs-authz-exporter-secrets", "authz-api-key-secret"),
        ("obs-authz-exporter-secrets", "authz-jwt-public-key"),
        ("obs-db-exporter-secrets", "shop-db-password"),
        ("obs-db-exporter-secrets", "shop-db-username"),
        ("obs-event-exporter-secrets", "events-password"),
        ("obs-event-exporter-secrets", "events-username"),
        ("prometheus-secrets", "ca.crt"),
        ("prometheus-secrets", "store-password"),
    }


def test_names_are_dns_labels() -> None:
    names = [one["metadata"]["name"] for one in FOUND]
    assert not [name for name in names if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name)]


def test_no_two_objects_have_the_same_name() -> None:
    places = [place(one) for one in FOUND if one["kind"] != "PriorityClass"]
    assert sorted(set(places)) == sorted(places)


def test_pods_also_carry_the_label_key_the_platform_selects_by() -> None:
    found = workloads(objects(kube.render(plan(label_key="app"))))
    labels = {one["metadata"]["name"]: template(one)["metadata"]["labels"]["app"] for one in found}
    assert labels["prometheus"] == "prometheus"
    assert labels["kube-state-metrics-cluster"] == "kube-state-metrics"


def test_mapping_keys_stand_in_order() -> None:
    for artifact in kube.render(plan()):
        if "/manifests/" in artifact.path and artifact.path.endswith(".yaml"):
            for one in objects([artifact]):
                assert _in_order(one), place(one)


def _in_order(node: object) -> bool:
    if isinstance(node, dict):
        return list(node) == sorted(node) and all(map(_in_order, node.values()))
    return all(map(_in_order, node)) if isinstance(node, list) else True
