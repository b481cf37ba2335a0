"""diff, explain, list, schema, export, completion and help: what a person reads."""

import json
import subprocess
from pathlib import Path

import click
import pytest

from obs.cli import cli
from obs.review import review
from tests.cli.conftest import Type
from tests.small import small_bundle


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    asked = click.Context(group)
    for name in group.list_commands(asked):
        command = group.get_command(asked, name)
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += _commands(command, (*path, name))
    return found


@pytest.mark.parametrize("words", _commands(cli), ids=" ".join)
def test_every_command_has_help(typed: Type, words: tuple[str, ...]) -> None:
    said = typed(*words, "--help")
    assert said.code == 0
    assert len(said.out.splitlines()) > 4


def test_help_and_errors_carry_no_colour_off_a_terminal(typed: Type, spec: Path) -> None:
    assert "\x1b" not in typed("--help").out + typed("check", spec.parent / "none").err


@pytest.mark.parametrize("variable", ["NO_COLOR", "OTHER"])
def test_colour_is_kept_away_by_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv(variable, "1")
    with click.Context(cli) as context:
        context.invoke(cli.callback or pytest.fail)
        assert context.color is (False if variable == "NO_COLOR" else None)


def test_the_issue_s_verbs_are_all_there() -> None:
    verbs = {" ".join(words) for words in _commands(cli)}
    wanted = {
        "build",
        "check",
        "diff",
        "list",
        "explain",
        "new component",
        "schema",
        "export mixin",
        "version",
        "simulate",
    }
    assert wanted <= verbs


def test_explain_walks_from_the_alert_to_its_runbook(typed: Type, spec: Path) -> None:
    said = typed("explain", "EnvoyEdgeErrors", spec)
    assert said.code == 0, said.err
    for word in (
        "small.yaml:",
        "edge_error_ratio",
        "alerts/rules/envoy.yaml",
        "alerts/tests/",
        "on-call",
        "obs-envoy",
        "#envoyedgeerrors",
    ):
        assert word in said.out


def test_explain_knows_what_was_meant(typed: Type, spec: Path) -> None:
    said = typed("explain", "EnvoyEdgeError", spec)
    assert said.code == 1
    assert 'did you mean "EnvoyEdgeErrors"?' in said.err


def test_explain_says_why_a_known_alert_is_not_there(typed: Type, spec: Path) -> None:
    assert 'it belongs to mysql: add a service with "component: mysql"' in typed("explain", "MysqlDown", spec).err
    off = "overrides: {EnvoyEdgeErrors: {enabled: false}}\n"
    spec.write_text(spec.read_text(encoding="utf-8") + off, encoding="utf-8")
    assert "it is switched off in small.yaml:" in typed("explain", "EnvoyEdgeErrors", spec).err


def test_explain_wants_a_spec_where_there_is_no_reference_platform(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = typed("explain", "EnvoyEdgeErrors")
    assert said.code == 2
    assert "obs explain EnvoyEdgeErrors SPEC" in said.err


def test_an_environment_without_a_spec_is_wrong_usage(typed: Type) -> None:
    said = typed("list", "alerts", "--environment", "staging")
    assert said.code == 2
    assert "obs list alerts SPEC --environment staging" in said.err


def test_explain_gives_links_a_person_can_open_and_says_where_services_come_from(typed: Type, spec: Path) -> None:
    facts = json.loads(typed("explain", "EnvoyEdgeErrors", spec, "--json").out)[0]
    assert "{{" not in facts["dashboard"] + facts["runbook"]
    assert facts["services"] == "envoy (small.yaml:5:5)"
    assert "()" not in "".join(facts.values())


@pytest.mark.parametrize("kind", ["components", "alerts", "dashboards", "services", "rules", "files"])
def test_list_prints_rows_and_json(typed: Type, spec: Path, kind: str) -> None:
    lines = typed("list", kind, spec).out.splitlines()
    rows = json.loads(typed("list", kind, spec, "--json").out)
    assert [line.split()[0] for line in lines] == [next(iter(row.values())) for row in rows]
    assert all(row.keys() == rows[0].keys() for row in rows)


def test_what_only_a_platform_has_is_listed_for_a_spec(typed: Type) -> None:
    said = typed("list", "dashboards")
    assert said.code == 2
    assert "obs list dashboards SPEC" in said.err


def test_the_list_of_commands_cuts_no_sentence_short(typed: Type) -> None:
    assert "..." not in typed("--help").out.partition("Commands:")[2]


def test_the_schema_is_json(typed: Type) -> None:
    assert json.loads(typed("schema").out)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_program(typed: Type, shell: str) -> None:
    assert "obs" in typed("completion", shell).out


OVERRIDE = "overrides:\n  EnvoyEdgeErrors: {threshold: 0.1}\n"


def test_one_threshold_changes_one_rule_one_panel_line_and_its_tests() -> None:
    lines = review(small_bundle().artifacts, small_bundle(OVERRIDE).artifacts)
    told = [line for line in lines if not line.startswith(" ")]
    assert "~ alert EnvoyEdgeErrors" in told
    assert [line for line in told if " alert " in line or " rule " in line] == ["~ alert EnvoyEdgeErrors"]
    panels = [line for line in told if " panel " in line]
    assert {line.split(" / ")[1].removeprefix("Envoy gateway: ").removesuffix(", over time") for line in panels} == {
        "Edge error ratio"
    }
    assert any("0.05" in line and "0.1" in line for line in lines)


def test_diff_reads_like_a_review(typed: Type, spec: Path, tmp_path: Path) -> None:
    typed("build", spec, "--out", tmp_path / "out")
    assert typed("diff", spec, "--against", tmp_path / "out").out == "no difference\n"
    spec.write_text(spec.read_text(encoding="utf-8") + OVERRIDE, encoding="utf-8")
    said = typed("diff", spec, "--against", tmp_path / "out", "--exit-code")
    assert said.code == 1
    assert "~ alert EnvoyEdgeErrors" in said.out


def test_diff_compares_with_a_git_revision(typed: Type, spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    typed("build", spec, "--out", out)
    git = ["git", "-C", str(out), "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "built"]):
        subprocess.run([*git, *words], check=True)
    spec.write_text(spec.read_text(encoding="utf-8") + OVERRIDE, encoding="utf-8")
    assert "~ alert EnvoyEdgeErrors" in typed("diff", spec, "--against", out, "--revision", "HEAD").out
    wrong = typed("diff", spec, "--against", out, "--revision", "nowhere")
    assert wrong.code == 1
    assert wrong.err.startswith("no build at nowhere: ")


def test_diff_without_an_earlier_build_says_what_to_do(typed: Type, spec: Path, tmp_path: Path) -> None:
    said = typed("diff", spec, "--against", tmp_path / "empty")
    assert said.code == 1
    assert "build with --out first" in said.err
