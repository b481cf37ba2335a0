"""What a good spec becomes: defaults, and every part of the platform."""

from dataclasses import replace

import pytest

from obs.model.platform import Image, MuteTiming, Place, RemoteWrite, Scrape, Workload
from obs.spec import SpecError
from tests.spec.fake_library import LIBRARY, component
from tests.spec.reading import MINIMAL, read, with_

PIPELINE = replace(component("fluentd", implied=True, requires=("kubernetes",)), half="logging")
BOTH_HALVES = LIBRARY | {"fluentd": PIPELINE}


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


@pytest.mark.parametrize(
    ("said", "joined"),
    [
        ("logging: {}\n", [("fluentd", "logging")]),
        ("logging: {namespace: logs}\n", [("fluentd", "logs")]),
        ("logging: {enabled: false}\n", []),
        ("logging: {}\nwithout: fluentd\n", []),
        ("", []),
    ],
)
def test_what_watches_the_log_pipeline_joins_where_there_is_one_in_its_namespace(
    said: str, joined: list[tuple[str, str]]
) -> None:
    services = read(MINIMAL + said, library=BOTH_HALVES).services
    assert [(s.name, s.namespace) for s in services if s.component == "fluentd"] == joined


def test_what_joins_by_itself_keeps_what_it_reads_from_being_left_out() -> None:
    with pytest.raises(SpecError) as caught:
        read(MINIMAL + "logging: {}\nwithout: kubernetes\n", library=BOTH_HALVES)
    told = 'leaves out "kubernetes", whose metrics fluentd reads; keep it, or leave out "fluentd" as well'
    assert told in str(caught.value)


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
