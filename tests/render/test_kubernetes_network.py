"""Services and NetworkPolicies: what reaches what, derived once and compared with what each job needs."""

from collections.abc import Iterator

import pytest

from obs.model.plan import Job
from obs.render import kube
from tests.render.kube_objects import Object, container, named, objects, of_kind, place, selects, template, workloads
from tests.render.kube_plans import plan

PLAN = plan()
FOUND = objects(kube.render(PLAN))
WORKLOADS = workloads(FOUND)
SERVICES = of_kind(FOUND, "Service")
NAME = "kubernetes.io/metadata.name"
SCRAPED = [job for job in PLAN.jobs if job.scraped]


def policies_of(workload: Object) -> list[Object]:
    """The policies, other than the default refusal, that pick a workload's pods."""
    return [
        one
        for one in of_kind(FOUND, "NetworkPolicy")
        if one["metadata"]["namespace"] == workload["metadata"]["namespace"]
        and one["spec"]["podSelector"]
        and selects(one["spec"]["podSelector"], template(workload)["metadata"]["labels"])
    ]


def allowed(workload: str, direction: str) -> Iterator[tuple[Object, object]]:
    """(peer, port) of every rule of a program's policy; direction is `ingress` or `egress`."""
    policy = named(FOUND, "NetworkPolicy", workload)
    for rule in policy["spec"].get(direction, []):
        for peer in rule["from" if direction == "ingress" else "to"]:
            yield from ((peer, port["port"]) for port in rule["ports"])


@pytest.mark.parametrize("service", SERVICES, ids=place)
def test_a_service_picks_pods_that_have_its_ports(service: Object) -> None:
    picked = [
        one
        for one in WORKLOADS
        if one["metadata"]["namespace"] == service["metadata"]["namespace"]
        and selects(service["spec"]["selector"], template(one)["metadata"]["labels"])
    ]
    assert len(picked) == 1
    declared = {(p["name"], p["containerPort"], p["protocol"]) for p in container(picked[0])["ports"]}
    assert {(p["targetPort"], p["port"], p["protocol"]) for p in service["spec"]["ports"]} == declared


def test_no_service_is_open_to_the_outside() -> None:
    assert {service["spec"].get("type", "headless") for service in SERVICES} == {"ClusterIP", "headless"}


def test_stateful_pods_are_named_by_a_headless_service() -> None:
    for one in of_kind(WORKLOADS, "StatefulSet"):
        service = named(SERVICES, "Service", one["spec"]["serviceName"])
        assert service["spec"]["clusterIP"] == "None"
        assert service["spec"]["publishNotReadyAddresses"] is True


def test_both_namespaces_refuse_everything_by_default() -> None:
    refusing = [one for one in of_kind(FOUND, "NetworkPolicy") if one["metadata"]["name"] == "default-deny"]
    assert {one["metadata"]["namespace"] for one in refusing} == {"monitoring", "monitoring-nodes"}
    for one in refusing:
        assert one["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("workload", WORKLOADS, ids=place)
def test_one_policy_says_what_a_program_may_do(workload: Object) -> None:
    (policy,) = policies_of(workload)
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]


@pytest.mark.parametrize("workload", WORKLOADS, ids=place)
def test_ingress_is_to_ports_the_container_declares_and_from_named_pods(workload: Object) -> None:
    declared = {port["name"] for port in container(workload)["ports"]}
    declared |= {port["containerPort"] for port in container(workload)["ports"]}
    (policy,) = policies_of(workload)
    for rule in policy["spec"]["ingress"]:
        assert {port["port"] for port in rule["ports"]} <= declared
        assert all(peer.get("podSelector") or peer.get("namespaceSelector") for peer in rule["from"])


def test_every_rule_names_its_peers_and_its_ports() -> None:
    rules = [
        r for one in of_kind(FOUND, "NetworkPolicy") for d in ("ingress", "egress") for r in one["spec"].get(d, [])
    ]
    assert all(rule["ports"] and (rule.get("from") or rule.get("to")) for rule in rules)


@pytest.mark.parametrize("job", [j for j in SCRAPED if j.kind in ("pods", "node")], ids=lambda j: j.name)
def test_prometheus_reaches_the_pods_of_every_job(job: Job) -> None:
    port: object = int(job.port) if job.port.isdigit() else job.port
    wanted = {"namespaceSelector": {"matchLabels": {NAME: job.namespace}}}
    wanted |= {"podSelector": {"matchLabels": dict(job.selector)}}
    assert (wanted, port) in list(allowed("prometheus", "egress"))


def test_prometheus_reaches_the_exporter_behind_a_probe_and_the_kubelets() -> None:
    found = list(allowed("prometheus", "egress"))
    exporter = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "obs-db-exporter"}}}
    exporter |= {"namespaceSelector": {"matchLabels": {NAME: "monitoring"}}}
    assert (exporter, "metrics") in found
    assert ({"ipBlock": {"cidr": "0.0.0.0/0"}}, 10250) in found


def test_prometheus_reaches_its_remote_store_on_the_stores_port() -> None:
    assert ({"ipBlock": {"cidr": "0.0.0.0/0"}}, 8443) in list(allowed("prometheus", "egress"))


WITHIN = [j for j in SCRAPED if j.namespace.startswith("monitoring") and j.kind in ("pods", "node", "probe")]


@pytest.mark.parametrize("job", WITHIN, ids=lambda j: j.name)
def test_a_job_within_the_stack_finds_a_pod_with_its_port(job: Job) -> None:
    found = [
        one
        for one in WORKLOADS
        if one["metadata"]["namespace"] == job.namespace
        and selects(dict(job.selector), template(one)["metadata"]["labels"])
    ]
    assert job.port in {port["name"] for one in found for port in container(one)["ports"]}


@pytest.mark.parametrize("workload", WORKLOADS, ids=place)
def test_prometheus_is_let_in_by_whatever_it_scrapes(workload: Object) -> None:
    name = workload["metadata"]["name"]
    peers = [peer for peer, _ in allowed(name, "ingress")]
    assert any("prometheus" in str(peer.get("podSelector")) for peer in peers)


def test_alertmanagers_gossip_among_themselves_over_both_protocols() -> None:
    policy = named(FOUND, "NetworkPolicy", "alertmanager")
    gossip = [{"port": 9094, "protocol": "TCP"}, {"port": 9094, "protocol": "UDP"}]
    assert gossip in [rule["ports"] for rule in policy["spec"]["ingress"]]
    assert gossip in [rule["ports"] for rule in policy["spec"]["egress"]]


def test_alertmanager_reaches_https_and_the_mail_relay_and_nothing_else_outside() -> None:
    outside = {port for peer, port in allowed("alertmanager", "egress") if peer == {"ipBlock": {"cidr": "0.0.0.0/0"}}}
    assert outside == {443, 587}


def test_grafana_reaches_only_its_data_sources_and_dns() -> None:
    found = list(allowed("grafana", "egress"))
    assert not [peer for peer, _ in found if peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0"]
    assert {port for _, port in found} == {53, "http"}


def test_people_come_in_through_the_ingress_namespace_and_only_to_grafana() -> None:
    gates = [
        one["metadata"]["name"]
        for one in of_kind(FOUND, "NetworkPolicy")
        for rule in one["spec"].get("ingress", [])
        if {"namespaceSelector": {"matchLabels": {NAME: "ingress"}}} in rule["from"]
    ]
    assert gates == ["grafana"]


def test_the_node_agent_talks_to_nobody_and_hears_only_prometheus() -> None:
    assert list(allowed("node-exporter", "egress")) == []
    ((peer, port),) = allowed("node-exporter", "ingress")
    assert peer["namespaceSelector"]["matchLabels"] == {NAME: "monitoring"}
    assert port == "metrics"


def test_an_exporter_reaches_its_target_and_dns_only() -> None:
    found = list(allowed("obs-db-exporter", "egress"))
    target = {"namespaceSelector": {"matchLabels": {NAME: "core-app"}}}
    target |= {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "shop-db"}}}
    assert (target, 3306) in found
    assert {port for _, port in found} == {53, 3306}


def test_no_policy_lies_in_a_namespace_of_the_platform() -> None:
    """One there would cut off the very pods it meant to open: a pod that any policy picks is closed to all others."""
    assert {one["metadata"]["namespace"] for one in of_kind(FOUND, "NetworkPolicy")} == {
        "monitoring",
        "monitoring-nodes",
    }
