"""From metrics to programs: which collectors and which kinds of object the platform's queries make the stack read."""

from dataclasses import replace

import pytest

from obs import library
from obs.model.metric import Source
from obs.model.plan import Plan
from obs.render import kube
from obs.render.kube.node_exporter import OF_NETWORK, collector
from obs.render.kube.state_metrics import KINDS
from tests.render.kube_objects import Object, container, named, objects, of_kind, template
from tests.render.kube_plans import gauge, plan

SOURCES = [(c.name, source) for c in library.components().values() for source in c.sources]


def with_node_metrics(*names: str) -> Plan:
    """The hand-made platform, reading these metrics of its nodes."""
    made = plan()
    parts = []
    for part in made.parts:
        sources = tuple(
            _reading(source, names) if source.kind == "node" else source for source in part.component.sources
        )
        parts.append(replace(part, component=replace(part.component, sources=sources)))
    return replace(made, parts=tuple(parts))


def _reading(source: Source, names: tuple[str, ...]) -> Source:
    return replace(source, metrics=tuple(gauge(name) for name in names))


def agent(made: Plan) -> Object:
    """The node agent of a platform."""
    return named(objects(kube.render(made)), "DaemonSet", "node-exporter")


def test_a_collector_of_the_nodes_network_runs_on_the_nodes_network_and_says_why() -> None:
    one = agent(with_node_metrics("node_network_receive_packets_total"))
    assert "--collector.netdev" in container(one)["args"]
    assert any(argument.startswith("--collector.netdev.device-exclude=") for argument in container(one)["args"])
    assert template(one)["spec"]["hostNetwork"] is True
    notes = one["metadata"]["annotations"]
    assert "ignore-check.kube-linter.io/host-network" in notes
    assert notes["polaris.fairwinds.com/hostNetworkSet-exempt"] == "true"


def test_prometheus_reaches_an_agent_that_has_the_nodes_address() -> None:
    policy = named(objects(kube.render(with_node_metrics("node_nf_conntrack_entries"))), "NetworkPolicy", "prometheus")
    anywhere = [rule for rule in policy["spec"]["egress"] if {"ipBlock": {"cidr": "0.0.0.0/0"}} in rule["to"]]
    assert 9100 in {port["port"] for rule in anywhere for port in rule["ports"]}


def test_without_network_metrics_the_agent_stays_behind_its_policy() -> None:
    one = agent(with_node_metrics("node_cpu_seconds_total"))
    assert "hostNetwork" not in template(one)["spec"]
    assert "ignore-check.kube-linter.io/host-network" not in one["metadata"]["annotations"]


def test_a_host_mount_is_a_reasoned_exception_for_both_linters() -> None:
    notes = agent(plan())["metadata"]["annotations"]
    assert len(notes["ignore-check.kube-linter.io/sensitive-host-mounts"]) > 40
    assert notes["polaris.fairwinds.com/hostPathSet-exempt"] == "true"


def test_an_unknown_node_metric_is_an_error_and_no_silent_gap() -> None:
    with pytest.raises(KeyError, match="node_dmi_info"):
        list(kube.render(with_node_metrics("node_dmi_info")))


@pytest.mark.parametrize(("name", "expected"), [("node_exporter_build_info", ""), ("go_goroutines", "")])
def test_what_the_agent_says_of_itself_needs_no_collector(name: str, expected: str) -> None:
    assert collector(name) == expected


def test_collectors_of_the_network_are_known_collectors() -> None:
    known = {
        collector(name) for name in ("node_network_up", "node_netstat_Tcp", "node_sockstat_x", "node_nf_conntrack_x")
    }
    assert known | {"netdev"} == set(OF_NETWORK)


@pytest.mark.parametrize(("component", "source"), [s for s in SOURCES if s[1].kind == "node"])
def test_every_node_metric_of_the_catalogue_has_a_collector(component: str, source: Source) -> None:
    assert all(collector(metric.name) for metric in source.metrics if metric.name.startswith("node_"))


@pytest.mark.parametrize(("component", "source"), SOURCES, ids=lambda value: getattr(value, "name", value))
def test_every_state_metric_of_the_catalogue_is_of_a_kind_we_may_watch(component: str, source: Source) -> None:
    words = {metric.name.split("_")[1] for metric in source.metrics if metric.name.startswith("kube_")}
    assert words <= KINDS.keys() | {"state"}


def test_secrets_and_config_maps_are_of_no_kind_we_watch() -> None:
    assert not {"secrets", "configmaps"} & {kind.resource for kind in KINDS.values()}


def test_roles_hold_no_wildcard_no_write_and_no_secret() -> None:
    rules = [rule for role in of_kind(objects(kube.render(plan())), "Role", "ClusterRole") for rule in role["rules"]]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list", "watch"}
    assert not {"*", "secrets", "configmaps"} & {resource for rule in rules for resource in rule["resources"]}


def test_every_binding_binds_a_role_that_exists_to_an_account_that_exists() -> None:
    found = objects(kube.render(plan()))
    for binding in of_kind(found, "RoleBinding", "ClusterRoleBinding"):
        role = binding["roleRef"]
        assert named(found, role["kind"], role["name"], binding["metadata"].get("namespace", ""))
        (subject,) = binding["subjects"]
        assert named(found, "ServiceAccount", subject["name"], subject["namespace"])
