"""Rule files: readable, valid for promtool's every lint, and saying exactly what the plan says."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import promql_parser
import pytest
import yaml

from obs import library
from obs.model.plan import Plan, Rule, RuleGroup
from obs.model.platform import Platform, Service
from obs.render.expressions import laid_out
from obs.render.prometheus import render, rule_file
from obs.resolve import resolve

LONG = (
    'sum by (cluster, namespace, job) (rate(shop_errors_total{job="shop", path="/a or b"}[5m]))'
    ' / (sum by (cluster, namespace, job) (rate(shop_requests_total{job="shop"}[5m])) > 0) > 0.05'
    ' and on (cluster, namespace, job) sum by (cluster, namespace, job) (rate(shop_requests_total{job="shop"}[5m])) > 1'
    ' or absent(shop_requests_total{job="shop"})'
)


@pytest.fixture(scope="module")
def catalogue() -> Plan:
    """The whole catalogue, one service per component."""
    known = library.load()
    services = tuple(Service(name=name.replace("_", "-"), component=name, namespace="shop") for name in known)
    return resolve(Platform(name="shop", cluster="home", services=services, spec_name="shop.yaml"), known)


def parsed(expr: str) -> str:
    return str(promql_parser.parse(expr))


def test_a_short_expression_stays_on_its_line() -> None:
    assert laid_out("up == 0") == "up == 0"


def test_an_expression_with_lines_of_its_own_keeps_them() -> None:
    assert laid_out(f"{LONG}\n  or vector(1)\n") == f"{LONG}\n  or vector(1)"


def test_a_long_line_is_broken_before_its_loosest_operators() -> None:
    lines = laid_out(LONG).split("\n")
    assert [line.split("(")[0] for line in lines] == [
        "sum by ",
        "  / ",
        "  > 0.05",
        "  and on ",
        "    > 1",
        "  or absent",
    ]


def test_layout_changes_no_meaning() -> None:
    assert parsed(laid_out(LONG)) == parsed(LONG)


def test_an_operator_within_a_string_or_a_bracket_is_no_place_to_break() -> None:
    inner = f'sum(rate(x{{a="{"b or c " * 20}"}}[5m]))'
    assert laid_out(inner) == inner


def test_every_expression_of_the_catalogue_means_the_same_on_the_shelf(catalogue: Plan) -> None:
    rules = [rule for part in catalogue.parts for group in part.groups for rule in group.rules]
    changed = [r.alert or r.record for r in rules if parsed(laid_out(r.expr)) != parsed(r.expr)]
    assert rules
    assert not changed


def test_a_rule_says_what_the_plan_says() -> None:
    alert = Rule(alert="A", expr="up == 0", hold="5m", labels=(("severity", "info"),), annotations=(("summary", "S."),))
    record = Rule(record="a:b:c", expr="up", hold="0s")
    made = rule_file((RuleGroup(name="g", rules=(alert, record), interval="1m"),))
    assert made["groups"] == [
        {
            "name": "g",
            "interval": "1m",
            "rules": [
                {
                    "alert": "A",
                    "expr": "up == 0",
                    "for": "5m",
                    "labels": {"severity": "info"},
                    "annotations": {"summary": "S."},
                },
                {"record": "a:b:c", "expr": "up"},
            ],
        }
    ]


def test_each_component_has_a_file_of_its_own(catalogue: Plan) -> None:
    paths = {artifact.path for artifact in render(catalogue)}
    assert {f"alerts/rules/{p.component.name.replace('_', '-')}.yaml" for p in catalogue.parts} <= paths


def test_an_expression_of_several_lines_is_a_literal_block(catalogue: Plan) -> None:
    text = next(a.text for a in render(catalogue) if a.path == "alerts/rules/envoy.yaml")
    assert "    expr: |-\n      (\n" in text
    assert yaml.safe_load(text)["groups"]


def test_promtool_finds_nothing_in_any_rule_file(
    catalogue: Plan, engine: Callable[[str], Path], tmp_path: Path
) -> None:
    files: list[str] = []
    for artifact in render(catalogue):
        if artifact.path.startswith("alerts/rules/"):
            file = tmp_path / Path(artifact.path).name
            file.write_text(artifact.text, encoding="utf-8")
            files.append(str(file))
    command = [str(engine("promtool")), "check", "rules", "--lint=all", "--lint-fatal", *files]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
