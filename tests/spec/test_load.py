"""What a good spec becomes: defaults, environments, and every part of the platform."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from obs.model.component import Component
from obs.model.platform import Image, MuteTiming, Place, Platform, RemoteWrite, Scrape, Workload
from obs.spec import SIZE_LIMIT, SpecError, load, load_text
from obs.spec.keys import platform_record
from tests.spec.fake_library import LIBRARY

ROOT = Path(__file__).parents[2]
MINIMAL = """\
name: webshop
services:
  - component: barong_authz
  - component: envoy
notify:
  receivers:
    - {name: on-call, type: slack}
"""


def read(text: str, *, environment: str = "", library: Mapping[str, Component] = LIBRARY) -> Platform:
    """The platform of a text named spec.yaml."""
    return load_text(text, "folder/spec.yaml", library, environment=environment)


def with_(extra: str) -> Platform:
    """The minimal platform with more said at its end."""
    return read(MINIMAL + extra)


def complaint(text: str, *, environment: str = "") -> str:
    """What is wrong with a text."""
    with pytest.raises(SpecError) as caught:
        read(text, environment=environment)
    return str(caught.value)


def test_a_service_needs_nothing_but_its_component() -> None:
    first = read(MINIMAL).services[0]
    assert (first.name, first.component, first.namespace) == ("barong-authz", "barong_authz", "default")
    assert first.selector == (("app.kubernetes.io/name", "barong-authz"),)
    assert first.replicas == 2
    assert first.place == Place(file="folder/spec.yaml", line=3, column=5)


def test_the_port_of_a_service_is_that_of_its_first_source_unless_an_exporter_serves_that() -> None:
    authz, envoy = read(MINIMAL).services[:2]
    assert (authz.port, envoy.port) == ("", "metrics")


def test_the_platform_supplies_namespace_team_and_label_key() -> None:
    platform = with_("namespace: shop\nteam: web\nlabel_key: app\n")
    assert {(s.namespace, s.team) for s in platform.services[:2]} == {("shop", "web")}
    assert platform.services[0].selector == (("app", "barong-authz"),)
    assert platform.stack.label_key == "app"


def test_implied_components_join_in_the_namespace_of_the_stack_under_the_name_of_their_job() -> None:
    joined = with_("stack: {namespace: watch}\n").services[2:]
    assert [(s.component, s.name, s.namespace) for s in joined] == [
        ("kubernetes", "kube-state-metrics", "watch"),
        ("monitoring", "prometheus", "watch"),
    ]


def test_an_implied_component_can_be_left_out() -> None:
    assert [s.component for s in with_("without: kubernetes\n").services] == ["barong_authz", "envoy", "monitoring"]


def test_an_implied_component_can_be_described_instead() -> None:
    text = MINIMAL.replace("  - component: envoy\n", "  - component: envoy\n  - {component: kubernetes, replicas: 3}\n")
    described = [s for s in read(text).services if s.component == "kubernetes"]
    assert [(s.name, s.namespace, s.replicas) for s in described] == [("kubernetes", "monitoring", 3)]
    assert described[0].selector == (("app.kubernetes.io/name", "kube-state-metrics"),)


def test_a_service_switched_off_is_no_part_of_the_platform() -> None:
    text = MINIMAL.replace("notify:", "  - {component: redis, enabled: false}\nnotify:")
    assert "redis" not in [s.component for s in read(text).services]


def test_options_keep_only_what_was_said_with_the_type_of_the_default() -> None:
    said = "    options: {stat_prefix: edge, weight: 0, ratio: 1, strict: true, routes: peatio, protocol: grpc}\n"
    options = read(MINIMAL.replace("notify:", said + "notify:")).services[1].options
    assert options == {
        "stat_prefix": "edge",
        "weight": 0,
        "ratio": 1,
        "strict": True,
        "routes": ("peatio",),
        "protocol": "grpc",
    }


def test_sources_say_how_each_job_is_scraped() -> None:
    said = "{job: edge, port: 9901, path: /stats, scheme: https, selector: {b: x, a: z}, scrape: false}"
    text = MINIMAL.replace("notify:", f"    sources: {{envoy: {said}}}\nnotify:")
    sources = read(text).services[1].sources
    expected = Scrape(
        job="edge", port="9901", path="/stats", scheme="https", selector=(("a", "z"), ("b", "x")), enabled=False
    )
    assert sources == {"envoy": expected}


def test_cluster_and_title_default_to_the_name_and_the_environment() -> None:
    text = MINIMAL + "environments: {staging: {team: web}}\n"
    assert (read(text).cluster, read(text).title) == ("webshop", "webshop")
    assert read(text, environment="staging").cluster == "webshop-staging"


def test_overrides_objectives_and_panels_are_taken_over() -> None:
    platform = with_(
        "overrides:\n"
        "  EnvoyEdgeSlow: {threshold: 2, hold: 10m, severity: info}\n"
        "  EnvoyRequestsShed: {enabled: false}\n"
        "  EnvoyTargetMissing: {severity: warning}\n"
        "objectives: {envoy.availability: {target: 0.99, period: 7d}}\n"
        "panels_off: [envoy/Load by node]\n"
    )
    slow, shed = platform.overrides["EnvoyEdgeSlow"], platform.overrides["EnvoyRequestsShed"]
    assert (slow.threshold, slow.hold, slow.severity, slow.off) == (2, "10m", "info", False)
    assert (shed.threshold, shed.off, shed.place.line) == (None, True, 10)
    assert platform.overrides["EnvoyTargetMissing"].severity == "warning"
    assert (platform.objectives["envoy.availability"].target, platform.objectives["envoy.availability"].period) == (
        0.99,
        "7d",
    )
    assert platform.panels_off == ("envoy/Load by node",)


def test_a_mixin_brings_its_own_overrides_and_can_be_routed_as_a_component() -> None:
    platform = with_(
        "  routes: [{component: kafka, receivers: on-call}]\n"
        "mixins:\n"
        "  - {name: kafka, path: mixins/kafka.libsonnet, config: '{a: 1}', overrides: {KafkaDown: {severity: info}}}\n"
    )
    (mixin,) = platform.mixins
    assert (mixin.name, mixin.path, mixin.config) == ("kafka", "mixins/kafka.libsonnet", "{a: 1}")
    assert mixin.overrides["KafkaDown"].severity == "info"
    assert platform.notify.routes[0].component == ("kafka",)


def test_receivers_of_every_type_keep_their_target_and_the_key_of_their_secret() -> None:
    text = MINIMAL.replace(
        "    - {name: on-call, type: slack}\n",
        "    - {name: a, type: pagerduty}\n"
        '    - {name: b, type: slack, channel: "#ops", secret: slack-url}\n'
        "    - {name: c, type: msteams, send_resolved: false}\n"
        "    - {name: d, type: email, to: [x@example.com, y@example.com]}\n"
        "    - {name: e, type: webhook}\n"
        "    - {name: f, type: telegram, chat: -100123}\n"
        "  smtp: {host: smtp.example.com:587, from: a@example.com}\n",
    )
    notify = read(text).notify
    assert [(r.kind, r.channel, r.secret) for r in notify.receivers] == [
        ("pagerduty", "", "a"),
        ("slack", "#ops", "slack-url"),
        ("msteams", "", "c"),
        ("email", "x@example.com, y@example.com", ""),
        ("webhook", "", "e"),
        ("telegram", "-100123", "f"),
    ]
    assert [r.name for r in notify.receivers if not r.send_resolved] == ["c"]
    assert notify.default == "a"
    assert (notify.smtp_host, notify.smtp_from, notify.smtp_user) == ("smtp.example.com:587", "a@example.com", "")


def test_a_mail_receiver_has_a_password_once_the_server_wants_a_user() -> None:
    text = MINIMAL.replace("type: slack}", "type: email, to: x@example.com}")
    text += "  smtp: {host: smtp.example.com:587, from: a@example.com, user: alerts}\n"
    assert read(text).notify.receivers[0].secret == "on-call"


def test_routes_take_one_name_or_a_list_of_them() -> None:
    platform = with_(
        "  routes:\n"
        "    - {receivers: on-call, severity: critical, component: [envoy], alert: EnvoyEdgeSlow, continue: true}\n"
        "    - {receivers: [on-call], severity: [warning, info], mute: nights, repeat: 12h}\n"
        '  mute_timings: [{name: nights, times: "00:00-06:00", weekdays: "monday:friday", days_of_month: "1:5"}]\n'
    )
    first, second = platform.notify.routes
    assert (first.receivers, first.severity, first.component) == (("on-call",), ("critical",), ("envoy",))
    assert (first.alert, first.carry_on, first.mute) == (("EnvoyEdgeSlow",), True, ())
    assert (second.severity, second.mute, second.repeat) == (("warning", "info"), ("nights",), "12h")
    assert platform.notify.mute_timings == (
        MuteTiming(
            name="nights",
            times=(("00:00", "06:00"),),
            weekdays=("monday:friday",),
            days_of_month=("1:5",),
            place=Place(file="folder/spec.yaml", line=11, column=18),
        ),
    )


def test_the_stack_merges_what_is_said_into_its_defaults() -> None:
    stack = with_(
        "stack:\n"
        "  mode: operator\n"
        "  images: {grafana: registry.example.com:5000/grafana/grafana:13.1.0}\n"
        "  workloads: {prometheus: {storage: 10Gi, resources: {requests: {cpu: 2}, limits: {memory: 8Gi}}}}\n"
        "  operator_labels: {team: b, release: a}\n"
        "  remote_write: [{url: https://metrics.example.com/api/v1/write, username: obs, password_file: mimir}]\n"
    ).stack
    assert stack.images["grafana"] == Image(repository="registry.example.com:5000/grafana/grafana", tag="13.1.0")
    assert str(stack.images["prometheus"]).startswith("quay.io/prometheus/prometheus:v3.")
    assert stack.workloads["prometheus"] == Workload(
        replicas=2, cpu_request="2", cpu_limit="2", memory_request="2Gi", memory_limit="8Gi", storage="10Gi"
    )
    assert stack.operator_labels == (("release", "a"), ("team", "b"))
    assert stack.remote_write == (
        RemoteWrite(url="https://metrics.example.com/api/v1/write", username="obs", password_file="mimir"),
    )
    assert (stack.mode, stack.retention) == ("operator", "35d")


def test_links_say_only_what_differs() -> None:
    links = with_("links: {grafana: https://g.example.org/grafana}\n").links
    assert (links.grafana, links.kibana) == ("https://g.example.org/grafana", "https://kibana.example.com")


def test_an_environment_is_merged_by_key_and_services_by_name() -> None:
    text = MINIMAL + (
        "stack: {retention: 90d, scrape_interval: 15s}\n"
        "environments:\n"
        "  staging:\n"
        "    services:\n"
        "      - {name: envoy, replicas: 1}\n"
        "      - {component: redis}\n"
        "      - {component: barong_authz, port: 8080}\n"
        "    stack: {retention: 7d}\n"
    )
    staging = read(text, environment="staging")
    assert [(s.name, s.replicas, s.port) for s in staging.services[:3]] == [
        ("barong-authz", 2, "8080"),
        ("envoy", 1, "metrics"),
        ("redis", 2, "metrics"),
    ]
    assert (staging.stack.retention, staging.stack.scrape_interval) == ("7d", "15s")
    assert staging.environment == "staging"
    assert read(text).stack.retention == "90d"


def test_lists_without_names_are_replaced_by_an_environment() -> None:
    text = MINIMAL + (
        "  routes: [{receivers: on-call, severity: critical}, {receivers: on-call, severity: info}]\n"
        "environments: {staging: {notify: {routes: [{receivers: on-call, repeat: 1d}]}}}\n"
    )
    assert [route.repeat for route in read(text, environment="staging").notify.routes] == ["1d"]


def test_a_base_may_lack_what_every_environment_supplies() -> None:
    text = "name: webshop\nnotify: {receivers: [{name: a, type: slack}]}\n"
    text += "environments: {live: {services: [{component: redis}]}}\n"
    assert read(text, environment="live").services[0].name == "redis"
    assert "services: missing" in complaint(text)


def test_every_environment_is_judged_whichever_is_built() -> None:
    text = MINIMAL + "environments: {staging: {team: web}, live: {team: -}}\n"
    assert "environments.live.team" in complaint(text, environment="staging")
    assert "environments.live.team" in complaint(text)


def test_a_mistake_in_the_base_is_told_once_for_all_environments() -> None:
    text = MINIMAL.replace("webshop", "Webshop") + "environments: {staging: {team: web}, live: {team: web}}\n"
    assert len(complaint(text).splitlines()) == 1


def test_anchors_and_merge_keys_save_typing() -> None:
    text = MINIMAL.replace(
        "  - component: barong_authz\n  - component: envoy\n",
        "  - &edge {component: envoy, team: edge, replicas: 3}\n  - {<<: *edge, name: inner, replicas: 2}\n",
    )
    assert [(s.name, s.team, s.replicas) for s in read(text).services[:2]] == [
        ("envoy", "edge", 3),
        ("inner", "edge", 2),
    ]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    windows = "\ufeff" + MINIMAL.replace("\n", "\r\n")
    assert load_text(windows.encode(), "folder/spec.yaml", LIBRARY) == read(MINIMAL)


def test_text_and_bytes_read_the_same() -> None:
    assert load_text(MINIMAL.encode(), "folder/spec.yaml", LIBRARY) == read(MINIMAL)


def test_findings_carry_place_path_and_what_to_write() -> None:
    with pytest.raises(SpecError) as caught:
        read(MINIMAL.replace("component: envoy", "component: envoi"))
    finding = next(f for f in caught.value.findings if "envoi" in f.what)
    assert finding.place == "folder/spec.yaml:4:16"
    assert finding.what == 'services[1].component: no component "envoi"'
    assert finding.fix == 'did you mean "envoy"?'


def test_a_file_is_read_from_its_path_and_named_by_it_only_in_messages(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(MINIMAL, encoding="utf-8")
    platform = load(file, LIBRARY)
    assert platform.spec_name == "spec.yaml"
    assert platform.services[0].place.file == "spec.yaml"
    file.write_text(MINIMAL + "colour: blue\n", encoding="utf-8")
    with pytest.raises(SpecError, match=f"^{file}:8:1: colour: unknown key"):
        load(file, LIBRARY)


@pytest.mark.parametrize("name", ["missing.yaml", "folder"])
def test_a_path_that_is_no_file_is_told_like_any_mistake(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(SpecError) as caught:
        load(tmp_path / name, LIBRARY)
    (finding,) = caught.value.findings
    assert finding.place == str(tmp_path / name)
    assert finding.what.startswith("cannot be read")
    assert finding.fix


def test_a_file_of_100_megabytes_is_refused_without_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as huge:
        huge.truncate(100 * 2**20)
    monkeypatch.setattr("obs.spec.loader.load_text", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(SpecError, match=f"huge.yaml: is larger than {SIZE_LIMIT // 2**20} MiB; name a spec"):
        load(file, LIBRARY)


def test_a_stream_without_a_size_is_read_no_further_than_the_limit() -> None:
    with pytest.raises(SpecError, match="is larger than"):
        load(Path("/dev/zero"), LIBRARY)


def test_ten_thousand_services_fit_under_the_size_limit() -> None:
    service = "  - {component: envoy, name: service-00000, namespace: core-app, replicas: 12, team: identity}\n"
    assert len(service) * 10_000 < SIZE_LIMIT


@pytest.mark.parametrize("environment", ["", "staging", "production"])
def test_the_reference_platform_loads_in_every_environment(environment: str) -> None:
    platform = load(ROOT / "examples" / "opendax.yaml", LIBRARY, environment=environment)
    names = [s.name for s in platform.services]
    assert names[:6] == ["gateway", "barong-authz", "event-api", "rabbitmq", "peatio-db", "barong-db"]
    assert {r.kind for r in platform.notify.receivers} == {
        "pagerduty",
        "slack",
        "msteams",
        "email",
        "webhook",
        "telegram",
    }


def test_the_minimal_spec_is_ten_lines_and_knows_no_exchange() -> None:
    text = (ROOT / "examples" / "minimal.yaml").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 10
    platform = load(ROOT / "examples" / "minimal.yaml", LIBRARY)
    assert [s.component for s in platform.services[:2]] == ["postgresql", "rabbitmq"]
    assert "opendax" not in repr(platform).lower()


def test_every_field_of_the_platform_can_be_said_in_a_spec() -> None:
    keys = {key.name for key in platform_record(LIBRARY).keys}
    assert {field.name for field in fields(Platform)} - {"environment", "spec_name"} <= keys
