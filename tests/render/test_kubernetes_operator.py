"""Operator mode: an object per component and per job, with the labels standalone mode gives."""

import pytest

from obs.model.plan import Job
from obs.render import kube
from obs.render.prometheus import rule_file
from obs.render.scrape import scrape_config
from tests.render.kube_objects import Object, kustomizations, named, objects, of_kind, place, workloads
from tests.render.kube_plans import plan
from tests.render.kube_shelf import plan_of

PLAN = plan("operator")
ARTIFACTS = list(kube.render(PLAN))
FOUND = objects(ARTIFACTS)
MONITORS = of_kind(FOUND, "PodMonitor", "ServiceMonitor", "Probe")
BY_JOB = {one["metadata"]["name"].removeprefix("obs-"): one for one in MONITORS}


def relabelings(monitor: Object) -> list[Object]:
    """The steps that make a monitor's target labels."""
    spec = monitor["spec"]
    if monitor["kind"] == "Probe":
        return list(spec["targets"]["staticConfig"]["relabelingConfigs"])
    (endpoint,) = spec.get("podMetricsEndpoints") or spec["endpoints"]
    return list(endpoint["relabelings"])


def fixed(monitor: Object) -> dict[str, str]:
    """Labels a monitor sets to a constant."""
    return {
        s["targetLabel"]: s["replacement"]
        for s in relabelings(monitor)
        if "sourceLabels" not in s and "targetLabel" in s
    }


def test_an_operators_stack_is_found_by_the_label_its_charts_set_whatever_the_platforms_own_key() -> None:
    made = plan_of("opendax", "operator")
    keys = {job.name: {key for key, _ in job.selector} for job in made.jobs if job.kind in ("pods", "node")}
    assert made.platform.stack.label_key == "app"
    assert {name for name, found in keys.items() if found == {"app"}} == {"gateway", "rabbitmq", "redis"}
    others = {name for name, found in keys.items() if found == {"app.kubernetes.io/name"}}
    assert others == set(keys) - {"gateway", "rabbitmq", "redis"}
    assert {"prometheus", "alertmanager", "grafana", "kube-state-metrics", "node-exporter", "event-api"} <= others


def test_nothing_is_deployed_that_the_operators_stack_already_has() -> None:
    assert {one["metadata"]["name"] for one in workloads(FOUND)} == {
        "obs-authz-exporter",
        "obs-db-exporter",
        "obs-event-exporter",
    }
    assert not of_kind(FOUND, "Namespace", "ClusterRole", "Role")


def test_each_component_has_its_rules_as_the_rule_file_has_them() -> None:
    for part in PLAN.parts:
        rule = named(FOUND, "PrometheusRule", f"obs-{part.component.name.replace('_', '-')}")
        assert rule["spec"] == rule_file(part.groups)


def test_each_scraped_job_has_one_monitor() -> None:
    assert sorted(BY_JOB) == sorted(job.name for job in PLAN.jobs if job.scraped)


@pytest.mark.parametrize("one", [*MONITORS, *of_kind(FOUND, "PrometheusRule")], ids=place)
def test_the_operators_selectors_find_every_object(one: Object) -> None:
    assert dict(PLAN.platform.stack.operator_labels).items() <= one["metadata"]["labels"].items()


@pytest.mark.parametrize("job", PLAN.jobs, ids=lambda j: j.name)
def test_targets_carry_the_platforms_cluster_and_job(job: Job) -> None:
    monitor = BY_JOB[job.name]
    assert fixed(monitor)["cluster"] == "home"
    assert monitor["spec"].get("jobName", fixed(monitor).get("job")) == job.name


@pytest.mark.parametrize("job", [j for j in PLAN.jobs if j.kind in ("pods", "node")], ids=lambda j: j.name)
def test_a_pod_monitor_makes_the_same_labels_as_standalone_mode(job: Job) -> None:
    wanted = {step["target_label"] for step in scrape_config(PLAN, job)["relabel_configs"] if "target_label" in step}
    made = {step["targetLabel"] for step in relabelings(BY_JOB[job.name]) if "targetLabel" in step}
    assert made == wanted | {"job"}


@pytest.mark.parametrize("job", [j for j in PLAN.jobs if j.kind in ("pods", "node")], ids=lambda j: j.name)
def test_a_pod_monitor_looks_where_the_job_says(job: Job) -> None:
    spec = BY_JOB[job.name]["spec"]
    assert spec["selector"]["matchLabels"] == dict(job.selector)
    assert spec["namespaceSelector"]["matchNames"] == [job.namespace]
    assert spec["podMetricsEndpoints"][0].get("port", job.port) == job.port


def test_parameters_in_a_path_become_parameters() -> None:
    (endpoint,) = BY_JOB["gate"]["spec"]["podMetricsEndpoints"]
    assert endpoint["path"] == "/stats"
    assert endpoint["params"] == {"usedonly": ["1"]}


def test_an_https_job_is_verified_against_the_platforms_authority() -> None:
    (endpoint,) = BY_JOB["secure"]["spec"]["podMetricsEndpoints"]
    assert endpoint["tlsConfig"]["ca"] == {"secret": {"name": "prometheus-secrets", "key": "ca.crt"}}
    assert endpoint["tlsConfig"]["serverName"] == "secure.core-app.svc"


def test_a_probe_asks_the_exporter_by_the_targets_name() -> None:
    spec = BY_JOB["shop-db"]["spec"]
    assert spec["prober"]["url"] == "obs-db-exporter.monitoring.svc:8080"
    assert spec["targets"]["staticConfig"]["static"] == ["shop-db"]
    assert not [s for s in relabelings(BY_JOB["shop-db"]) if s.get("targetLabel", "").startswith("__")]


def test_a_kubelet_is_known_by_its_node_whichever_discovery_the_operator_uses() -> None:
    steps = [s for s in relabelings(BY_JOB["kubelet"]) if s.get("targetLabel") == "instance"]
    assert [step["sourceLabels"] for step in steps] == [
        ["__meta_kubernetes_endpoint_address_target_name", "__meta_kubernetes_endpointslice_address_target_name"]
    ]


def test_dashboards_keep_their_names_and_carry_the_sidecars_label() -> None:
    generators = kustomizations(ARTIFACTS)["dashboards"]["configMapGenerator"]
    assert len(generators) == len(PLAN.dashboards)
    for one in generators:
        assert one["options"]["labels"]["grafana_dashboard"] == "1"
        assert one["options"]["disableNameSuffixHash"] is True


def test_the_kustomization_applies_the_operators_objects() -> None:
    resources = kustomizations(ARTIFACTS)["alerts"]["resources"]
    assert resources
    assert all(path.startswith("operator/") for path in resources)
