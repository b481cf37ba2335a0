"""Placeholders of signals: which labels narrow which metric, on a dashboard and in an alert."""

import pytest

from obs import library
from obs.model.plan import Plan
from obs.resolve import resolve
from obs.resolve.queries import Filler, scope_of
from obs.spec import load_text

SPEC = """
name: shop
cluster: one
services:
  - {component: envoy, namespace: web}
notify:
  receivers:
    - {name: on-call, type: slack}
"""
OWN = ("envoy", "kubernetes", "monitoring")


@pytest.fixture(scope="module")
def plan() -> Plan:
    known = {name: library.knowledge(library.components()[name]) for name in OWN}
    without = sorted(n for n, c in library.components().items() if c.implied and n not in OWN)
    extra = f"without: [{', '.join(without)}]\n" if without else ""
    return resolve(load_text(SPEC + extra, "shop.yaml", library.components()), known)


def _filler(component: str) -> Filler:
    known = library.components()[component]
    selectors = {source.name: f'job="{source.name}"' for source in known.sources}
    return Filler(component=known, selectors=selectors, options={}, namespaces=("web",), jobs=("a", "b"))


def test_what_every_platform_has_keeps_its_job_names(plan: Plan) -> None:
    jobs = {job.name for job in plan.jobs if job.component in ("kubernetes", "monitoring")}
    assert jobs == {
        "kube-state-metrics",
        "kubelet",
        "cadvisor",
        "node-exporter",
        "prometheus",
        "alertmanager",
        "grafana",
    }


def test_a_job_keeps_its_name_when_the_spec_describes_the_component() -> None:
    text = SPEC.replace("notify:", "  - {component: kubernetes, name: cluster}\nnotify:")
    platform = load_text(text, "shop.yaml", library.components())
    known = {name: library.knowledge(library.components()[name]) for name in OWN}
    names = {job.name for job in resolve(platform, known).jobs}
    assert "kube-state-metrics" in names
    assert "cluster" not in names


def test_metrics_without_a_namespace_are_not_narrowed_by_it() -> None:
    source = library.components()["kubernetes"].sources[0]
    assert "namespace" in scope_of(source, "kube_pod_info")
    assert "namespace" not in scope_of(source, "kube_node_status_condition")


def test_buckets_are_narrowed_like_their_histogram() -> None:
    source = next(s for s in library.components()["kubernetes"].sources if s.name == "kubelet")
    assert "namespace" not in scope_of(source, "kubelet_pleg_relist_duration_seconds_bucket")


def test_any_job_is_one_matcher_in_an_alert_and_the_variables_on_a_panel() -> None:
    filler = _filler("monitoring")
    assert filler.fill("up{<jobs>}", window="5m") == 'up{job=~"a|b"}'
    shown = filler.fill("up{<jobs>}", window="5m", panel=True)
    assert shown == 'up{cluster=~"$cluster", job=~"$job", instance=~"$instance", job=~"a|b"}'


def test_the_table_of_firing_alerts_reads_what_is_recorded(plan: Plan) -> None:
    panels = [p for d in plan.dashboards for row in d.rows for p in row.panels if p.title == "Alerts that fire"]
    assert [d.uid for d in plan.dashboards if any(p in panels for row in d.rows for p in row.panels)] == [
        "obs-overview",
        "obs-monitoring",
    ]
    assert all(p.targets[0].expr.startswith("instance:alerts_firing:count{") for p in panels)


def test_an_objective_is_counted_on_the_jobs_of_its_own_source(plan: Plan) -> None:
    monitoring = next(part for part in plan.parts if part.component.name == "monitoring")
    burns = {a.name: a.expr for a in monitoring.alerts if a.objective}
    assert 'job="prometheus"' in burns["MonitoringRulesBudgetBurn"]
    assert 'job="alertmanager"' in burns["MonitoringNotificationsBudgetBurn"]
    assert 'job="alertmanager"' not in burns["MonitoringRulesBudgetBurn"]


def test_the_watchdog_has_no_condition_and_its_link_no_labels(plan: Plan) -> None:
    watchdog = next(a for a in plan.alerts if a.name == "Watchdog")
    assert watchdog.expr == "vector(1) > 0"
    assert "$labels" not in dict(watchdog.rule.annotations)["dashboard_url"]
