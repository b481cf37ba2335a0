"""An upstream-style mixin goes in, is checked like our own content, can be overridden, and comes out again."""

import json
import re
import shutil
from pathlib import Path

import _gojsonnet
import pytest

from obs.mixin import evaluate
from obs.model.platform import Mixin
from tests.cli.conftest import Type, spec, typed

KAFKA = Path(__file__).parent / "kafka"
__all__ = ["spec", "typed"]


def _with_mixin(spec: Path, extra: str = "") -> None:
    shutil.copytree(KAFKA, spec.parent / "kafka", dirs_exist_ok=True)
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text + f"mixins:\n  - name: kafka\n    path: kafka/mixin.libsonnet\n{extra}", encoding="utf-8")


def _bundle(typed: Type, spec: Path, tmp_path: Path) -> Path:
    said = typed("build", spec, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    return tmp_path / "out"


def test_explain_says_where_a_mixin_s_alert_stands(typed: Type, spec: Path) -> None:
    _with_mixin(spec)
    said = typed("explain", "KafkaConsumerLag", spec)
    assert said.code == 1
    assert "it is a mixin's: its rule stands in alerts/rules/kafka.yaml" in said.err


def test_rules_and_dashboards_of_a_mixin_join_the_bundle(typed: Type, spec: Path, tmp_path: Path) -> None:
    _with_mixin(spec)
    out = _bundle(typed, spec, tmp_path)
    rules = (out / "alerts/rules/kafka.yaml").read_text(encoding="utf-8")
    for word in ("KafkaConsumerLag", "KafkaNoController", "job:kafka_messages_in:rate5m", "component: kafka"):
        assert word in rules
    board = json.loads((out / "dashboards/obs-kafka-kafka-topics.json").read_text(encoding="utf-8"))
    assert (board["title"], board["schemaVersion"], board["editable"]) == ("Kafka topics", 42, False)
    assert (out / "dashboards/v2/obs-kafka-kafka-topics.json").is_file()


def test_every_runbook_link_of_a_mixin_leads_to_a_section(typed: Type, spec: Path, tmp_path: Path) -> None:
    _with_mixin(spec)
    page = (_bundle(typed, spec, tmp_path) / "docs/runbooks/kafka.md").read_text(encoding="utf-8")
    assert "## KafkaConsumerLag" in page
    assert "## KafkaNoController" in page


def test_a_mixin_s_alert_can_be_changed_or_switched_off(typed: Type, spec: Path, tmp_path: Path) -> None:
    _with_mixin(
        spec,
        "    overrides:\n"
        "      KafkaConsumerLag: {threshold: 5000, hold: 20m, severity: critical}\n"
        "      KafkaNoController: {enabled: false}\n",
    )
    rules = (_bundle(typed, spec, tmp_path) / "alerts/rules/kafka.yaml").read_text(encoding="utf-8")
    assert "> 5000" in rules
    assert "for: 20m" in rules
    assert "severity: critical" in rules
    assert "KafkaNoController" not in rules


def test_the_mixin_s_own_config_is_merged(typed: Type, spec: Path, tmp_path: Path) -> None:
    _with_mixin(spec, '    config: "{ lagLimit: 7 }"\n')
    assert "> 7" in (_bundle(typed, spec, tmp_path) / "alerts/rules/kafka.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ("    overrides: {KafkaLag: {hold: 5m}}\n", 'mixin "kafka" has no alert "KafkaLag"'),
        ('    config: "{ selector: "\n', 'mixin "kafka" at kafka/mixin.libsonnet cannot be evaluated'),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(
    typed: Type, spec: Path, tmp_path: Path, extra: str, told: str
) -> None:
    _with_mixin(spec, extra)
    said = typed("build", spec, "--out", tmp_path / "out")
    assert said.code == 1
    assert told in said.err
    assert "small.yaml:" in said.err
    assert not (tmp_path / "out").exists()


def test_a_mixin_that_breaks_a_promise_is_found(typed: Type, spec: Path, tmp_path: Path) -> None:
    _with_mixin(spec)
    alerts = spec.parent / "kafka/alerts.libsonnet"
    text = alerts.read_text(encoding="utf-8").replace("'A consumer group falls behind.'", "'consumers behind'")
    alerts.write_text(
        text.replace("sum %s (kafka_controller_active{%s}) < 1", "sum %s (kafka_controller_active{%s}"),
        encoding="utf-8",
    )
    said = typed("build", spec, "--out", tmp_path / "out")
    assert said.code == 1
    assert "[annotations]" in said.err
    assert "[query-syntax]" in said.err
    places = [line for line in said.err.splitlines() if "alerts/rules/kafka.yaml" in line]
    assert places
    assert all(re.match(r".*small\.yaml:\d+:\d+: mixin kafka: alerts/rules/kafka\.yaml: ", line) for line in places)
    assert not (tmp_path / "out").exists()


def test_our_bundle_comes_out_as_a_mixin_that_goes_in_again(typed: Type, spec: Path, tmp_path: Path) -> None:
    said = typed("export", "mixin", spec)
    assert said.code == 0, said.err
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "mixin.libsonnet").write_text(said.out, encoding="utf-8")
    content = evaluate(Mixin(name="ours", path="ours/mixin.libsonnet"), tmp_path)
    alerts = {rule["alert"] for group in content["groups"] for rule in group["rules"] if "alert" in rule}
    records = {rule["record"] for group in content["groups"] for rule in group["rules"] if "record" in rule}
    assert {"EnvoyEdgeErrors", "EnvoyAvailabilityBudgetBurn"} <= alerts
    assert "instance:envoy_availability_events:rate5m" in records
    assert "obs-envoy.json" in content["dashboards"]


def test_the_exported_mixin_can_be_extended_in_jsonnet(typed: Type, spec: Path) -> None:
    ours = f"local m = {typed('export', 'mixin', spec).out};\n"
    counted = "std.length(m.prometheusRules.groups)"
    extended = "std.length((m + { prometheusRules+:: { groups+: [{}] } }).prometheusRules.groups)"
    before, after = (json.loads(_gojsonnet.evaluate_snippet("x", ours + asked)) for asked in (counted, extended))
    assert after == before + 1
