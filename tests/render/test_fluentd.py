"""The fluentd folder: what pods may and mount, what sizes follow from the volume, what the options change."""

import json
import re
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from math import ceil
from pathlib import Path

import pytest
import yaml

from obs import library
from obs.conventions import EVENT_TAILER
from obs.model.logging import Aggregator, ExtraFilter, Logging, Volume
from obs.model.plan import Plan
from obs.render import fluentd, kube
from obs.render.fluentd_sections import Parameter, section, to_text
from obs.render.fluentd_sizes import MIB, overload, sizes
from obs.resolve import resolve
from obs.spec import load
from obs.spec.defaults import STACK
from tests.render.kube_objects import Object

ROOT = Path(__file__).parents[2]


@cache
def reference() -> Plan:
    """The reference platform."""
    return resolve(load(ROOT / "examples" / "opendax.yaml", library.components()), library.load())


def files(**changes: object) -> dict[str, str]:
    """The folder with something of the logging half changed."""
    plan = reference()
    assert plan.logs is not None
    logging: Logging = replace(plan.logs.logging, **changes)  # type: ignore[arg-type]
    changed = replace(plan, logs=replace(plan.logs, logging=logging))
    return {a.path: a.text for a in fluentd.render(changed)}


def made(kind: str, **changes: object) -> list[Object]:
    """The objects of a kind."""
    texts = [text for path, text in files(**changes).items() if "/manifests/" in path]
    found: list[Object] = [one for text in texts for one in yaml.safe_load_all(text)]
    return [one for one in found if one["kind"] == kind]


def pod(**changes: object) -> Object:
    """The pods of the daemon set."""
    (daemon_set,) = made("DaemonSet", **changes)
    spec: Object = daemon_set["spec"]["template"]["spec"]
    return spec


def test_a_platform_without_a_logging_half_has_no_such_folder() -> None:
    assert list(fluentd.render(replace(reference(), logs=None))) == []


def test_nothing_of_the_node_can_be_written_but_one_folder() -> None:
    spec = pod(audit_log="/var/log/kubernetes/audit.log")
    hosts = {v["name"]: v["hostPath"]["path"] for v in spec["volumes"] if "hostPath" in v}
    written = {m["mountPath"] for m in spec["containers"][0]["volumeMounts"] if not m.get("readOnly")}
    assert written == {"/var/lib/obs-fluentd", "/tmp"}
    assert set(hosts.values()) >= {"/var/log/pods", "/var/log/journal", "/var/log/kubernetes", "/var/lib/obs-fluentd"}


def test_root_has_no_capability_and_nothing_to_write_on() -> None:
    security = pod()["containers"][0]["securityContext"]
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False


def test_it_runs_on_every_node_whatever_its_taints() -> None:
    assert pod()["tolerations"] == [{"operator": "Exists"}]


def test_of_the_cluster_it_may_read_single_pods_only() -> None:
    (role,) = (one for one in made("ClusterRole") if one["metadata"]["name"].endswith("-fluentd"))
    assert role["rules"] == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]


def test_secrets_come_from_secrets() -> None:
    named = {e["name"]: e["valueFrom"]["secretKeyRef"]["key"] for e in pod()["containers"][0]["env"] if "Key" in str(e)}
    assert named == {"ES_API_KEY": "api-key", "PSEUDONYM_KEY": "pseudonym-key"}


def test_it_talks_to_name_servers_the_api_and_elasticsearch_only() -> None:
    policies = [p for p in made("NetworkPolicy") if p["metadata"]["name"] == "fluentd"]
    ports = {port["port"] for rule in policies[0]["spec"]["egress"] for port in rule["ports"]}
    assert ports == {53, 443, 6443, 9200}


def test_with_aggregators_nodes_know_no_key_of_elasticsearch() -> None:
    changes = {"aggregator": Aggregator(enabled=True, replicas=3)}
    env = {e["name"] for e in pod(**changes)["containers"][0]["env"]}
    assert "ES_API_KEY" not in env
    assert "ES_API_KEY" not in "".join(text for path, text in files(**changes).items() if "/node/" in path)
    (aggregators,) = made("StatefulSet", **changes)
    assert aggregators["spec"]["replicas"] == 3
    assert aggregators["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"] is True


def test_filters_of_the_spec_stand_behind_ours_and_before_delivery() -> None:
    mine = ExtraFilter(name="quiet", text="<filter **>\n  @type grep\n</filter>")
    told = files(filters=(mine,))
    assert "documents @EXTRA" in told["fluentd/node/documents.conf"]
    assert mine.text in told["fluentd/node/extra.conf"]
    assert "@include extra.conf" in told["fluentd/node/fluent.conf"]


@pytest.mark.parametrize("runtime", ["containerd", "docker", "mixed"])
def test_lines_are_read_as_the_nodes_runtime_writes_them(runtime: str) -> None:
    assert f"runtime {runtime}" in files(runtime=runtime)["fluentd/node/documents.conf"]


def test_every_container_may_write_its_class_rate_whoever_else_writes() -> None:
    sources = files()["fluentd/node/sources.conf"]
    assert f"limit {2000 * 10 * 110}" in sources


@pytest.mark.parametrize("workers", range(1, 9))
def test_every_pods_folder_has_exactly_one_worker(workers: int) -> None:
    folders = [f"/var/log/pods/ns_pod_0f{digit}/c/0.log" for digit in "0123456789abcdefxyz-"]
    text = files(workers=workers)["fluentd/node/sources.conf"]
    globs = [found.split(",")[0].replace("[^", "[!") for found in re.findall(r"^ +path (\S+),", text, re.MULTILINE)]
    assert len(globs) == workers
    assert [sum(fnmatchcase(folder, one) for one in globs) for folder in folders] == [1] * len(folders)


def test_workers_have_positions_of_their_own_and_the_first_reads_the_node() -> None:
    text = files(workers=3, audit_log="/var/log/kubernetes/audit.log")["fluentd/node/sources.conf"]
    assert re.findall(r"pos/containers(\S*)\.pos", text) == [".worker0", ".worker1", ".worker2"]
    first = text.partition("<worker 1>")[0]
    assert [first.count(f"@id {name}") for name in ("in_journal", "in_tail_audit")] == [1, 1]
    assert "workers 3" in files(workers=3)["fluentd/node/fluent.conf"]


def test_one_page_tells_the_metrics_of_all_workers() -> None:
    assert "aggregated_metrics_path /metrics" in files(workers=2)["fluentd/node/metrics.conf"]
    assert "metrics_path" not in files()["fluentd/node/metrics.conf"]


def test_workers_share_the_nodes_buffer_and_add_memory_and_cores() -> None:
    one, four = sizes(Volume(lines_per_second=5000, nodes=1)), sizes(Volume(lines_per_second=5000, nodes=1), 4)
    assert (one.cpu_limit, four.cpu_limit) == (1500, 6000)
    assert four.memory_request == 4 * one.memory_request + 80
    assert four.buffer == one.buffer
    half = ceil(sizes(Volume()).buffer / 2)
    assert f"total_limit_size {half}m" in files(workers=2, volume=Volume())["fluentd/node/deliver.conf"]


def test_one_worker_runs_without_a_supervisor() -> None:
    assert "--no-supervisor" in pod()["containers"][0]["args"]
    assert "--no-supervisor" not in pod(workers=2)["containers"][0]["args"]


def test_sizes_follow_the_volume() -> None:
    small, large = sizes(Volume(lines_per_second=10, nodes=1)), sizes(Volume(lines_per_second=2000, nodes=1))
    assert (small.cpu_request, small.chunk, small.buffer) == (50, 1, 256)
    assert large.cpu_request == 600
    assert large.buffer * MIB == pytest.approx(2000 * 2 * 400 * 1.3 * 6 * 3600, rel=0.01)
    assert large.memory_limit == 2 * large.memory_request


def test_a_node_that_cannot_keep_up_is_known_beforehand() -> None:
    assert overload(Volume(lines_per_second=1250, nodes=1, peak_ratio=4)) == 1.0


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("[JWT]", "'[JWT]'"),
        (r"\1[REDACTED]", r"\1[REDACTED]"),
        ("it's", "it's"),
        ("'quoted'", r"'\'quoted\''"),
        ("a # b", "'a # b'"),
        ("", "''"),
        (True, "true"),
        (("a", "b"), '["a", "b"]'),
        ("\"#{ENV['X']}\"", "\"#{ENV['X']}\""),
    ],
)
def test_values_are_printed_as_fluentd_reads_them(value: str | bool | tuple[str, ...], printed: str) -> None:
    text = to_text([section("system", "", Parameter("name", value))], header="x")
    assert f"  name {printed}\n" in text


def test_one_pod_prints_the_clusters_events_and_may_read_nothing_else() -> None:
    (tailer,) = (one for one in made("Deployment") if one["metadata"]["name"] == EVENT_TAILER)
    (role,) = (one for one in made("ClusterRole") if one["metadata"]["name"].endswith(EVENT_TAILER))
    assert (tailer["spec"]["replicas"], tailer["spec"]["strategy"]) == (1, {"type": "Recreate"})
    assert role["rules"] == [{"apiGroups": [""], "resources": ["events"], "verbs": ["list", "watch"]}]


def test_its_lines_are_read_as_events() -> None:
    tables = json.loads(files()["fluentd/node/tables.json"])
    (route,) = (one for one in tables["origin"]["routes"] if one["service"] == "kubernetes")
    assert route["labels"] == {"app.kubernetes.io/name": EVENT_TAILER}
    assert (route["namespace"], route["format"]) == ("logging", "kubernetes")


def test_where_events_are_switched_off_no_pod_prints_them() -> None:
    platform = load(ROOT / "examples" / "opendax.yaml", library.components())
    assert platform.logging
    quiet = replace(platform, logging=replace(platform.logging, events=False))
    texts = {a.path: a.text for a in fluentd.render(resolve(quiet, library.load()))}
    assert [path for path, text in texts.items() if EVENT_TAILER in text] == []


def test_prometheus_may_reach_both_tiers_and_looks_for_them_where_they_are() -> None:
    objects = list(yaml.safe_load_all(kube_text("alerts/manifests/prometheus.yaml")))
    (policy,) = (one for one in objects if one["kind"] == "NetworkPolicy")
    home = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "logging"}}}
    reached = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "fluentd"}}}
    wanted = {"ports": [{"port": "metrics", "protocol": "TCP"}], "to": [home | reached]}
    assert wanted in policy["spec"]["egress"]
    tiers = [*made("DaemonSet"), *made("StatefulSet", aggregator=Aggregator(enabled=True))]
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in tiers]
    assert {label["app.kubernetes.io/name"] for label in labels} == {"fluentd"}
    assert len({label["app.kubernetes.io/instance"] for label in labels}) == 2


def test_an_operator_gets_a_monitor_of_the_pipeline() -> None:
    made_for = replace(reference(), platform=replace(reference().platform, stack=replace(STACK, mode="operator")))
    texts = {a.path: a.text for a in kube.render(made_for)}
    monitor = yaml.safe_load(texts["alerts/operator/podmonitor-fluentd.yaml"])
    assert monitor["spec"]["namespaceSelector"] == {"matchNames": ["logging"]}
    assert monitor["spec"]["selector"] == {"matchLabels": {"app.kubernetes.io/name": "fluentd"}}
    assert monitor["spec"]["podMetricsEndpoints"][0]["port"] == "metrics"


def kube_text(path: str) -> str:
    """One file of the stack's own manifests."""
    return next(a.text for a in kube.render(reference()) if a.path == path)
