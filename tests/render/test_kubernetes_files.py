"""Files that become ConfigMaps, kustomizations, READMEs, and what each program is told on its command line."""

import configparser
from collections.abc import Iterable
from dataclasses import replace

import pytest
import yaml

from obs.conventions import CONFIGMAP_LIMIT
from obs.model.artifact import Artifact
from obs.model.plan import Rule, RuleGroup
from obs.render import alertmanager, grafana_provisioning, kube, prometheus
from obs.render.kube.prometheus import retention_size
from tests.render.kube_objects import (
    Object,
    container,
    kustomizations,
    mounted_config_maps,
    mounted_secrets,
    named,
    objects,
    of_kind,
    workloads,
)
from tests.render.kube_plans import plan

PLAN = plan()
ARTIFACTS = list(kube.render(PLAN))
FOUND = objects(ARTIFACTS)
FOLDERS = kustomizations(ARTIFACTS)
OTHERS = [a for render in (alertmanager.render, grafana_provisioning.render, prometheus.render) for a in render(PLAN)]


def generators(folder: str) -> dict[str, Object]:
    """The ConfigMap generators of a folder, by name."""
    return {one["name"]: one for one in FOLDERS[folder].get("configMapGenerator", [])}


def keys_of(generator: Object) -> Iterable[str]:
    """The keys a generator gives its map: the file's name, or what stands before the equals sign."""
    return (entry.partition("=")[0].rpartition("/")[2] for entry in generator["files"])


def arguments(found: list[Object], kind: str, name: str) -> list[str]:
    """Command-line arguments of a program."""
    return list(container(named(found, kind, name))["args"])


def test_every_shelf_folder_with_objects_has_a_kustomization() -> None:
    assert {folder: told["kind"] for folder, told in FOLDERS.items()} == dict.fromkeys(
        ("alerts", "dashboards", "exporters/deploy"), "Kustomization"
    )


@pytest.mark.parametrize("folder", ["fluentd", "kibana"])
def test_a_folder_without_content_says_so_and_has_nothing_to_apply(folder: str) -> None:
    [(path, text)] = [(a.path, a.text) for a in ARTIFACTS if a.path.startswith(f"{folder}/")]
    assert path == f"{folder}/README.md"
    assert "nothing to apply" in text


def test_a_kustomization_lists_every_manifest_file_and_nothing_else() -> None:
    for folder, told in FOLDERS.items():
        beside = {a.path.removeprefix(f"{folder}/") for a in ARTIFACTS if a.path.startswith(f"{folder}/")}
        manifests = {path for path in beside if path.endswith(".yaml") and not path.startswith("config/")}
        assert set(told["resources"]) == manifests - {"kustomization.yaml"}


def test_what_a_generator_reads_exists_in_the_same_folder() -> None:
    known = {a.path for a in (*ARTIFACTS, *OTHERS)} | {f"dashboards/{d.uid}.json" for d in PLAN.dashboards}
    for folder in FOLDERS:
        files = {entry.rpartition("=")[2] for one in generators(folder).values() for entry in one["files"]}
        assert {f"{folder}/{file}" for file in files} <= known


def test_every_rule_file_and_every_dashboard_reaches_the_cluster() -> None:
    rules = {a.path for a in OTHERS if a.path.startswith("alerts/rules/")}
    mounted = {f"alerts/{file}" for one in generators("alerts").values() for file in one["files"]}
    assert rules
    assert rules <= mounted
    shown = {file for one in generators("dashboards").values() for file in one["files"]}
    assert {f"{d.uid}.json" for d in PLAN.dashboards} <= shown


def test_pods_mount_exactly_the_files_that_are_generated() -> None:
    mounted = {pair for one in workloads(FOUND) for pair in mounted_config_maps(one)}
    made = {(name, key) for folder in FOLDERS for name, one in generators(folder).items() for key in keys_of(one)}
    assert mounted == made


def test_each_config_map_holds_one_file_so_none_comes_near_the_limit() -> None:
    assert all(len(one["files"]) == 1 for folder in FOLDERS for one in generators(folder).values())
    assert max(len(a.text.encode()) for a in (*ARTIFACTS, *OTHERS)) < CONFIGMAP_LIMIT


def test_generated_maps_never_change_and_can_be_found_again() -> None:
    for folder in FOLDERS:
        for one in generators(folder).values():
            assert one["options"]["immutable"] is True
            assert one["options"]["labels"]["app.kubernetes.io/component"] == f"{folder.partition('/')[0]}-files"


def test_paths_in_the_configuration_are_those_of_the_pod() -> None:
    configuration = next(a.text for a in OTHERS if a.path == "alerts/prometheus.yaml")
    secrets = {
        f"/etc/prometheus/secrets/{key}" for _, key in mounted_secrets(named(FOUND, "StatefulSet", "prometheus"))
    }
    assert all(path in configuration for path in secrets)
    sources = named(FOUND, "StatefulSet", "prometheus")["spec"]["template"]["spec"]["volumes"][0]["projected"][
        "sources"
    ]
    paths = {item["path"] for source in sources for item in source.get("configMap", {}).get("items", [])}
    assert "prometheus.yaml" in paths
    assert "rules/gate.yaml" in paths


def test_alertmanager_mounts_every_secret_its_configuration_names() -> None:
    configuration = next(a.text for a in OTHERS if a.path == "alerts/alertmanager.yaml")
    keys = [key for _, key in mounted_secrets(named(FOUND, "StatefulSet", "alertmanager"))]
    named_there = configuration.count("/etc/alertmanager/secrets/")
    assert keys == ["pagerduty-key"]
    assert named_there == 1


def test_the_secret_commands_name_every_mounted_key() -> None:
    texts = "".join(a.text for a in ARTIFACTS if a.path.endswith("README.md"))
    for workload in workloads(FOUND):
        for secret, key in mounted_secrets(workload):
            assert f"create secret generic {secret} " in texts
            assert f"--from-file={key}" in texts


def test_a_platform_without_secrets_is_not_asked_for_any() -> None:
    bare = replace(PLAN.platform, stack=replace(PLAN.platform.stack, remote_write=()))
    parts = tuple(part for part in PLAN.parts if part.component.name == "gate")
    found = list(kube.render(replace(PLAN, platform=bare, parts=parts)))
    assert "prometheus-secrets" not in "".join(a.text for a in found)
    assert (
        yaml.safe_load(next(a.text for a in found if a.path == "exporters/deploy/kustomization.yaml"))["resources"]
        == []
    )


def test_a_platform_that_reads_no_node_gets_no_agent_and_no_namespace_for_it() -> None:
    parts = tuple(part for part in PLAN.parts if part.component.name != "kubernetes")
    found = objects(kube.render(replace(PLAN, parts=parts)))
    assert not of_kind(found, "DaemonSet")
    assert [one["metadata"]["name"] for one in of_kind(found, "Namespace")] == ["monitoring"]


def test_prometheus_keeps_its_volume_from_filling() -> None:
    told = arguments(FOUND, "StatefulSet", "prometheus")
    assert "--storage.tsdb.retention.time=35d" in told
    assert "--storage.tsdb.retention.size=43520MB" in told


@pytest.mark.parametrize(
    ("storage", "kept"), [("50Gi", "43520MB"), ("1Ti", "870GB"), ("500Mi", "435200KB"), ("1000Ki", "870400B")]
)
def test_85_per_cent_of_the_volume_holds_blocks(storage: str, kept: str) -> None:
    assert retention_size(storage) == kept


def test_prometheus_cannot_be_reloaded_or_stopped_over_http() -> None:
    told = arguments(FOUND, "StatefulSet", "prometheus")
    assert not [a for a in told if a.startswith(("--web.enable-lifecycle", "--web.enable-admin-api"))]


def test_every_alertmanager_knows_every_other() -> None:
    told = arguments(FOUND, "StatefulSet", "alertmanager")
    assert [a for a in told if a.startswith("--cluster.peer=")] == [
        f"--cluster.peer=alertmanager-{n}.alertmanager-headless:9094" for n in range(3)
    ]


def test_state_metrics_watches_what_is_read_and_where() -> None:
    inside = arguments(FOUND, "Deployment", "kube-state-metrics")
    assert "--resources=deployments,horizontalpodautoscalers,pods" in inside
    assert "--namespaces=core-app,kube-services,monitoring,monitoring-nodes" in inside
    allowed = next(a for a in inside if a.startswith("--metric-allowlist="))
    assert "kube_pod_status_ready$" in allowed
    assert "kube_node" not in allowed


def test_what_lies_in_no_namespace_is_watched_once() -> None:
    across = arguments(FOUND, "Deployment", "kube-state-metrics-cluster")
    assert "--resources=nodes" in across
    assert "--metric-labels-allowlist=nodes=[topology.kubernetes.io/zone]" in across
    assert not [a for a in across if a.startswith("--namespaces")]


def test_the_node_agent_runs_only_collectors_that_are_read() -> None:
    told = arguments(FOUND, "DaemonSet", "node-exporter")
    assert [a for a in told if a.startswith("--collector.") and "=" not in a] == [
        "--collector.disable-defaults",
        "--collector.filesystem",
        "--collector.meminfo",
    ]


def test_grafana_lets_nobody_in_unnamed_and_calls_nobody() -> None:
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string(next(a.text for a in ARTIFACTS if a.path == "dashboards/grafana.ini"))
    assert settings["auth.anonymous"]["enabled"] == "false"
    assert settings["analytics"]["reporting_enabled"] == "false"
    assert settings["plugins"]["preinstall_disabled"] == "true"
    assert settings["security"]["admin_password"] == "$__file{/etc/grafana/secrets/admin-password}"
    assert settings["dashboards"]["default_home_dashboard_path"].endswith("/obs-overview.json")


def test_grafana_with_a_volume_is_replaced_and_not_doubled() -> None:
    found = objects(kube.render(plan(storage="10Gi")))
    assert named(found, "PersistentVolumeClaim", "grafana")["spec"]["resources"]["requests"] == {"storage": "10Gi"}
    assert named(found, "Deployment", "grafana")["spec"]["strategy"] == {"type": "Recreate"}


def test_state_metrics_tells_what_only_a_mixin_reads() -> None:
    rule = Rule(record="x:y:z", expr="sum(kube_statefulset_replicas) - sum(kube_secret_info) + kube_state_metrics_list")
    mixed = replace(PLAN, extra_groups={"kubernetes-mixin": (RuleGroup(name="m", rules=(rule,)),)})
    told = arguments(objects(kube.render(mixed)), "Deployment", "kube-state-metrics")
    allowed = next(a for a in told if a.startswith("--metric-allowlist=")).partition("=")[2].split(",")
    watched = next(a for a in told if a.startswith("--resources=")).partition("=")[2].split(",")
    assert "kube_statefulset_replicas$" in allowed
    assert "statefulsets" in watched
    assert not {"kube_secret_info$", "kube_state_metrics_list$"} & set(allowed)


def test_a_mixins_dashboard_keeps_its_uid_and_gets_a_name_kubernetes_takes() -> None:
    dashboards = (replace(PLAN.dashboards[0], uid="K8s_Views"), *PLAN.dashboards)
    folders = kustomizations(list(kube.render(replace(PLAN, dashboards=dashboards))))
    (one,) = (g for g in folders["dashboards"]["configMapGenerator"] if g["files"] == ["K8s_Views.json"])
    assert one["name"] == "grafana-dashboard-k8s-views"


def test_an_exporter_is_told_its_targets_and_where_their_logins_lie() -> None:
    text = next(a.text for a in ARTIFACTS if a.path == "exporters/deploy/config/obs-db-exporter.yaml")
    assert yaml.safe_load(text)["targets"] == [
        {
            "name": "shop-db",
            "component": "mysql",
            "host": "shop-db.core-app.svc",
            "port": 3306,
            "username_file": "/etc/obs/secrets/shop-db-username",
            "password_file": "/etc/obs/secrets/shop-db-password",
        }
    ]
    told = container(named(FOUND, "Deployment", "obs-db-exporter"))
    assert told["command"] == ["python", "-m", "obs_db_exporter"]
    assert told["args"] == ["--config", "/etc/obs/config.yaml"]


def test_the_same_plan_gives_the_same_bytes() -> None:
    again: list[Artifact] = list(kube.render(plan()))
    assert again == ARTIFACTS


def test_every_generated_file_says_where_it_comes_from() -> None:
    commented = [a for a in ARTIFACTS if not a.path.endswith(".json")]  # JSON has no comments
    assert [a.path for a in commented if "Generated by obs from shop.yaml" not in a.text] == []
