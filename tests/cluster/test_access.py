"""What each service account may do, asked of the API server's own authorizer, and that it may do nothing more."""

import json

import pytest

from tests.cluster.shelf import ORDER, Shelf
from tests.engines.cluster import Cluster
from tests.render.kube_objects import container, named, of_kind

pytestmark = pytest.mark.cluster

NEEDED = (
    ("prometheus", "list", "pods", "{platform}"),
    ("prometheus", "watch", "pods", "{platform}"),
    ("prometheus", "watch", "pods", "{stack}"),
    ("prometheus", "watch", "pods", "{agents}"),
    ("prometheus", "watch", "nodes", ""),
    ("prometheus", "get", "nodes/metrics", ""),
    ("kube-state-metrics", "list", "pods", "{platform}"),
    ("kube-state-metrics", "watch", "deployments.apps", "{platform}"),
    ("kube-state-metrics", "watch", "pods", "{stack}"),
    ("kube-state-metrics-cluster", "list", "nodes", ""),
    ("kube-state-metrics-cluster", "watch", "nodes", ""),
)
FORBIDDEN = (
    ("get", "secrets"),
    ("list", "secrets"),
    ("get", "configmaps"),
    ("create", "pods"),
    ("delete", "pods"),
    ("create", "pods/exec"),
    ("get", "pods/log"),
    ("get", "nodes/proxy"),
    ("create", "serviceaccounts/token"),
    ("patch", "deployments.apps"),
    ("create", "rolebindings.rbac.authorization.k8s.io"),
    ("impersonate", "users"),
)
ACCOUNTS = (
    "alertmanager",
    "grafana",
    "kube-state-metrics",
    "kube-state-metrics-cluster",
    "node-exporter",
    "obs-authz-exporter",
    "obs-db-exporter",
    "obs-event-exporter",
    "prometheus",
)


def user(made: Shelf, account: str) -> str:
    """The account's name for the authorizer."""
    stack = made.plan.platform.stack
    home = stack.agents_namespace if account == "node-exporter" else stack.namespace
    return f"system:serviceaccount:{home}:{account}"


def may(cluster: Cluster, made: Shelf, account: str, verb: str, resource: str, namespace: str) -> bool:
    """The authorizer's answer; `namespace` "" asks for the whole cluster."""
    name, _, part = resource.partition("/")
    where = ["-n", namespace] if namespace else ["--all-namespaces"]
    subresource = [f"--subresource={part}"] if part else []
    asked = cluster.kubectl("auth", "can-i", verb, name, *subresource, *where, "--as", user(made, account))
    assert asked.stdout.strip() in ("yes", "no"), asked.stderr
    return asked.stdout.strip() == "yes"


def granted(cluster: Cluster, made: Shelf, account: str, namespace: str) -> set[tuple[str, str]]:
    """(resource, verb) of every right an account has in a namespace beyond those that every account has."""
    own = rights(cluster, user(made, account), namespace)
    return own - rights(cluster, "system:serviceaccount:default:nobody", namespace)


def rights(cluster: Cluster, name: str, namespace: str) -> set[tuple[str, str]]:
    """What the authorizer says an account may do to resources in a namespace."""
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    asked = cluster.kubectl(
        "create", "-o", "json", "--validate=false", "--as", name, "-f", "-", text=json.dumps(review)
    )
    assert asked.returncode == 0, asked.stderr
    rules = json.loads(asked.stdout)["status"]["resourceRules"]
    return {(r, verb) for rule in rules for r in rule["resources"] for verb in rule["verbs"]}


def watched_by(cluster: Cluster, made: Shelf, account: str) -> set[tuple[str, str]]:
    """List and watch on each kind that kube-state-metrics is told to expose."""
    told = container(named(made.objects(cluster, "alerts"), "Deployment", account))["args"]
    kinds = next(a for a in told if a.startswith("--resources=")).partition("=")[2].split(",")
    return {(kind, verb) for kind in kinds for verb in ("list", "watch")}


def test_the_accounts_of_the_bundle_are_those_asked_about(standalone: Shelf, cluster: Cluster) -> None:
    found = [one for folder in ORDER for one in of_kind(standalone.objects(cluster, folder), "ServiceAccount")]
    assert sorted(one["metadata"]["name"] for one in found) == sorted(ACCOUNTS)


@pytest.mark.parametrize(("account", "verb", "resource", "where"), NEEDED)
def test_an_account_can_do_what_it_needs(
    account: str, verb: str, resource: str, where: str, standalone: Shelf, cluster: Cluster
) -> None:
    stack = standalone.plan.platform.stack
    place = where.format(platform=standalone.watched()[0], stack=stack.namespace, agents=stack.agents_namespace)
    assert may(cluster, standalone, account, verb, resource, place)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_can_do_none_of_what_an_intruder_would_want(
    account: str, standalone: Shelf, cluster: Cluster
) -> None:
    namespaces = (standalone.plan.platform.stack.namespace, standalone.watched()[0])
    wishes = [(verb, resource, place) for verb, resource in FORBIDDEN for place in namespaces]
    assert [wish for wish in wishes if may(cluster, standalone, account, *wish)] == []


PODS = {("pods", verb) for verb in ("get", "list", "watch")}
NODES = {("nodes", verb) for verb in ("get", "list", "watch")} | {("nodes/metrics", "get")}


def test_prometheus_may_find_pods_where_it_scrapes_and_read_nodes_and_nothing_more(
    standalone: Shelf, cluster: Cluster
) -> None:
    scraped = {job.namespace for job in standalone.plan.jobs if job.scraped and job.kind in ("pods", "node")}
    for place in standalone.plan.platform.namespaces:
        pods = PODS if place in scraped else set()
        assert granted(cluster, standalone, "prometheus", place) == pods | NODES, place
    assert granted(cluster, standalone, "prometheus", "kube-system") == NODES


def test_state_metrics_may_watch_exactly_the_kinds_it_is_told_to_expose(standalone: Shelf, cluster: Cluster) -> None:
    wanted = watched_by(cluster, standalone, "kube-state-metrics")
    for place in standalone.plan.platform.namespaces:
        assert granted(cluster, standalone, "kube-state-metrics", place) == wanted, place
    assert granted(cluster, standalone, "kube-state-metrics", "kube-system") == set()
    across = watched_by(cluster, standalone, "kube-state-metrics-cluster")
    assert granted(cluster, standalone, "kube-state-metrics-cluster", "kube-system") == across


@pytest.mark.parametrize("account", sorted(set(ACCOUNTS) - {row[0] for row in NEEDED}))
def test_everyone_else_may_do_nothing_at_all(account: str, standalone: Shelf, cluster: Cluster) -> None:
    for place in standalone.plan.platform.namespaces:
        assert granted(cluster, standalone, account, place) == set()
