"""What `obs build` writes for the exporters: configuration they accept, access that is enough and no more."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs import __version__, library
from obs.bundle import build
from obs.spec.loader import load_text
from obs_exporter import __version__ as exporters_version
from obs_exporter.config import load
from obs_exporter.program import Exporter

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "exporters" / "deploy"
EXPORTERS = ("obs_authz_exporter", "obs_db_exporter", "obs_event_exporter")
TAILER = "obs_event_tailer"
PACKAGES = ("obs_exporter", TAILER, *EXPORTERS)
pytestmark = pytest.mark.xdist_group("generated")  # the bundle is made once

WHOLE = """
name: shop
namespace: shop
services:
  - {component: envoy}
  - component: barong_authz
    options: {timeout_ms: 400}
  - component: event_api
    options:
      vhost: trade
      nodes_name: mq-nodes
      tap_events: [peatio.events.model/deposit.created, peatio.events.model/order.created, barong.events.system/otp]
      declare_queues: [peatio.trade.new, peatio.matching]
  - {component: rabbitmq}
  - component: postgresql
    options:
      {tls: require, managed: rds, heartbeat_table: watch.beat, peatio_database: p, barong_database: b, database: p}
  - component: mysql
    options: {tls: disable, heartbeat_table: ""}
notify:
  receivers:
    - {name: on-call, type: slack}
"""


def exporter(package: str) -> Exporter:
    found: Exporter = import_module(f"{package}.__main__").EXPORTER
    return found


@pytest.fixture(scope="module")
def bundle() -> dict[str, str]:
    """Files of a platform whose spec says everything an exporter can be told."""
    platform = load_text(WHOLE, "shop.yaml", library.components())
    return dict(build(platform, library.load()).artifacts)


def config(bundle: dict[str, str], package: str) -> dict[str, Any]:
    text = bundle[f"exporters/deploy/config/{package.replace('_', '-')}.yaml"]
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@pytest.mark.parametrize("package", EXPORTERS)
def test_the_shelf_s_configuration_passes_the_exporter_s_own_check(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", package, "--check", "--config", DEPLOY / f"config/{package.replace('_', '-')}.yaml"],
        cwd=ROOT / "exporters",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("package", EXPORTERS)
def test_every_option_of_the_spec_becomes_a_configuration_the_exporter_accepts(
    package: str, bundle: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(bundle[f"exporters/deploy/config/{package.replace('_', '-')}.yaml"], encoding="utf-8")
    assert load(file, exporter(package).document_schema)["targets"]


def test_the_broker_is_read_on_every_node_through_its_headless_service(bundle: dict[str, str]) -> None:
    [target] = config(bundle, "obs_event_exporter")["targets"]
    assert (target["host"], target["port"], target["metrics_port"]) == ("mq-nodes.shop.svc", 15672, 15692)
    assert "peatio.matching" in target["vhosts"]["trade"]
    assert target["tap"]["events"] == {
        "peatio.events.model": ["deposit.created", "order.created"],
        "barong.events.system": ["otp"],
    }
    assert target["declare"]["queues"] == ["peatio.trade.new", "peatio.matching"]


def test_a_database_is_told_what_the_spec_says(bundle: dict[str, str]) -> None:
    postgresql, mysql = (
        next(one for one in config(bundle, "obs_db_exporter")["targets"] if one["component"] == component)
        for component in ("postgresql", "mysql")
    )
    assert postgresql["tls"] == {"mode": "require"}
    assert (postgresql["managed"], postgresql["heartbeat_table"], postgresql["database"]) == ("rds", "watch.beat", "p")
    assert postgresql["business"] == {"peatio": "p", "barong": "b"}
    assert mysql["tls"] == {"mode": "disable"}
    assert "heartbeat_table" not in mysql


def test_the_network_lets_each_exporter_reach_its_targets_ports_and_no_other(bundle: dict[str, str]) -> None:
    ports = {package: sorted(_egress(bundle, package)) for package in EXPORTERS}
    assert ports == {
        "obs_authz_exporter": [53, 53, 8080, 10000],
        "obs_db_exporter": [53, 53, 3306, 5432],
        "obs_event_exporter": [53, 53, 5672, 15672, 15692],
    }


def test_two_brokers_have_an_exporter_each_and_prometheus_finds_the_right_one(tmp_path: Path) -> None:
    two = WHOLE.replace("component: event_api", "{component: event_api, name: blue}\n  - component: event_api", 1)
    made = build(load_text(two, "shop.yaml", library.components()), library.load()).artifacts
    jobs = yaml.safe_load(made["alerts/prometheus.yaml"])["scrape_configs"]
    for service in ("blue", "event-api"):
        name = f"obs-event-exporter-{service}"
        file = tmp_path / f"{service}.yaml"
        file.write_text(made[f"exporters/deploy/config/{name}.yaml"], encoding="utf-8")
        [target] = load(file, exporter("obs_event_exporter").document_schema)["targets"]
        assert target["name"] == service
        [job] = [one for one in jobs if one["job_name"] == service]
        [selector] = job["kubernetes_sd_configs"][0]["selectors"]
        deployment = next(
            one for one in yaml.safe_load_all(made[f"exporters/deploy/{name}.yaml"]) if one["kind"] == "Deployment"
        )
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert dict(pair.split("=") for pair in selector["label"].split(",")).items() <= labels.items()
        assert name in selector["label"]


def test_every_secret_a_configuration_names_is_mounted_and_nothing_else(bundle: dict[str, str]) -> None:
    for package in EXPORTERS:
        name = package.replace("_", "-")
        named = set(re.findall(r"/etc/obs/secrets/(\S+)", bundle[f"exporters/deploy/config/{name}.yaml"]))
        mounted = {item["path"].removeprefix("secrets/") for item in _secret_items(bundle, name)}
        assert named == mounted
        assert all(f"--from-file={key}" in bundle["exporters/deploy/README.md"] for key in named)


def test_the_broker_s_users_may_look_at_everything_and_touch_nothing(bundle: dict[str, str]) -> None:
    told = json.loads(bundle["exporters/deploy/rabbitmq/event-api.json"])
    rights = {one["user"]: one for one in told["permissions"]}
    looking, tapping = rights["obs-exporter"], rights["obs-tap"]
    assert {looking[right] for right in ("configure", "write", "read")} == {"^$"}
    tags = {"obs-exporter": ["monitoring"], "obs-tap": [], "obs-declare": []}
    assert {user["name"]: user["tags"] for user in told["users"]} == tags
    assert {user["password_hash"] for user in told["users"]} == {""}
    assert tapping["configure"] == tapping["write"] == r"^obs\.tap\."
    may_read = re.compile(tapping["read"])
    assert may_read.search("peatio.events.model")
    assert may_read.search("obs.tap.1f")
    assert not may_read.search("peatio.matching")
    assert not may_read.search("x.peatio.events.model")


def test_who_declares_passively_may_write_to_the_listed_queues_that_are_no_exchange_s_namesake(
    bundle: dict[str, str],
) -> None:
    told = json.loads(bundle["exporters/deploy/rabbitmq/event-api.json"])
    [declaring] = [one for one in told["permissions"] if one["user"] == "obs-declare"]
    assert (declaring["configure"], declaring["read"], declaring["vhost"]) == ("^$", "^$", "trade")
    may_write = re.compile(declaring["write"])
    assert may_write.search("peatio.trade.new")
    assert not may_write.search("peatio.matching"), "an exchange has that name, too: orders go through it"
    assert not may_write.search("peatio-trade.new")


@pytest.mark.parametrize("option", ["tap_events: [peatio.events.model/order.created]", "declare_queues: [mail]"])
def test_without_tap_and_declares_there_is_no_way_and_no_user_for_amqp(option: str) -> None:
    spec = "name: s\nservices: [{component: event_api, options: {OPTION}}]\n" + WHOLE[WHOLE.index("notify:") :]
    without, with_it = (
        build(load_text(spec.replace("OPTION", said), "s.yaml", library.components()), library.load()).artifacts
        for said in ("vhost: /", option)
    )
    assert 5672 not in list(_egress(dict(without), "obs_event_exporter"))
    assert 5672 in list(_egress(dict(with_it), "obs_event_exporter"))
    users = [len(json.loads(made["exporters/deploy/rabbitmq/event-api.json"])["users"]) for made in (without, with_it)]
    assert users == [1, 2]


def test_grants_are_ready_to_run_but_for_the_password(bundle: dict[str, str]) -> None:
    files = {path: text for path, text in bundle.items() if path.startswith("exporters/deploy/grants/")}
    assert len(files) >= 10
    for path, text in files.items():
        code = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
        assert set(re.findall(r"<\w+>", code)) <= {"<password>"}, path
    assert "watch.beat" in files["exporters/deploy/grants/postgresql/postgresql-16.sql"]
    assert "obs.heartbeat" in files["exporters/deploy/grants/mysql/mysql-8.sql"]


def test_grants_read_no_table_of_a_platform_that_has_nothing_counted() -> None:
    text = "name: s\nservices:\n  - {component: mysql}\nnotify:\n  receivers: [{name: on-call, type: slack}]\n"
    made = build(load_text(text, "s.yaml", library.components()), library.load()).artifacts
    grants = {path: one for path, one in made.items() if "/grants/" in path}
    assert grants
    assert [path for path, one in grants.items() if re.search("peatio|barong", path + one)] == []


def test_exporters_and_generator_are_one_version() -> None:
    assert exporters_version == __version__


def _egress(bundle: dict[str, str], package: str) -> Iterator[int]:
    text = bundle[f"exporters/deploy/{package.replace('_', '-')}.yaml"]
    [policy] = [one for one in yaml.safe_load_all(text) if one["kind"] == "NetworkPolicy"]
    yield from (port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"])


def _secret_items(bundle: dict[str, str], name: str) -> list[dict[str, str]]:
    manifests = yaml.safe_load_all(bundle[f"exporters/deploy/{name}.yaml"])
    [deployment] = [one for one in manifests if one["kind"] == "Deployment"]
    sources = deployment["spec"]["template"]["spec"]["volumes"][0]["projected"]["sources"]
    found: list[dict[str, str]] = [item for source in sources for item in source.get("secret", {}).get("items", [])]
    return found
