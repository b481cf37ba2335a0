"""`obs build` and `obs check`: everything or nothing, the same bytes everywhere, exit codes that mean something."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Type

ROOT = Path(__file__).resolve().parents[2]


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_build_writes_the_shelf_and_says_what_it_holds(typed: Type, spec: Path, tmp_path: Path) -> None:
    said = typed("build", spec, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    words = {line.split()[0] for line in said.out.splitlines()}
    assert {"components", "dashboards", "panels", "alerts", "rules", "objects", "findings", "seconds"} <= words
    names = _files(tmp_path / "out")
    assert {"dashboards/obs-envoy.json", "alerts/rules/envoy.yaml", "alerts/alertmanager.yaml"} <= set(names)


def test_building_twice_changes_nothing(typed: Type, spec: Path, tmp_path: Path) -> None:
    typed("build", spec, "--out", tmp_path / "out")
    before = _files(tmp_path / "out")
    said = typed("build", spec, "--out", tmp_path / "out", "--json")
    assert json.loads(said.out)["files"] == {"added": 0, "changed": 0, "removed": 0, "unchanged": len(before)}
    assert _files(tmp_path / "out") == before


def test_files_of_a_component_that_left_the_spec_are_removed(typed: Type, spec: Path, tmp_path: Path) -> None:
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace("services:", "services:\n  - {component: rabbitmq}"), encoding="utf-8")
    assert typed("build", spec, "--out", tmp_path / "out").code == 0
    (tmp_path / "out" / "alerts" / "mine.yaml").write_text("kept: true\n", encoding="utf-8")
    spec.write_text(text, encoding="utf-8")
    assert typed("build", spec, "--out", tmp_path / "out").code == 0
    names = _files(tmp_path / "out")
    assert "alerts/rules/rabbitmq.yaml" not in names
    assert "alerts/mine.yaml" in names


def test_a_wrong_spec_writes_nothing_and_tells_every_mistake(typed: Type, spec: Path, tmp_path: Path) -> None:
    text = spec.read_text(encoding="utf-8").replace("component: envoy", "component: envoi, replicas: -1")
    spec.write_text(text, encoding="utf-8")
    said = typed("build", spec, "--out", tmp_path / "out")
    assert said.code == 1
    assert 'no component "envoi"; did you mean "envoy"?' in said.err
    assert "replicas" in said.err
    assert not (tmp_path / "out").exists()


def test_check_writes_nothing(typed: Type, spec: Path) -> None:
    before = _files(spec.parent)
    said = typed("check", spec)
    assert said.code == 0, said.err
    assert _files(spec.parent) == before


def test_check_tells_programs_the_mistakes_of_a_spec(typed: Type, spec: Path) -> None:
    spec.write_text("name: small\n", encoding="utf-8")
    said = typed("check", spec, "--json")
    assert (said.code, said.err) == (1, "")
    assert [finding["what"] for finding in json.loads(said.out)["findings"]] == ["notify: missing", "services: missing"]


def test_links_that_lead_nowhere_are_named(typed: Type, spec: Path) -> None:
    told = "links of alerts and dashboards to grafana, prometheus, alertmanager, runbooks end at example.com"
    assert told in typed("check", spec).out
    links = ", ".join(f"{name}: https://{name}.example.org" for name in ("grafana", "prometheus", "alertmanager"))
    text = spec.read_text(encoding="utf-8") + f"links: {{{links}, runbooks: https://git.example.org/runbooks}}\n"
    spec.write_text(text, encoding="utf-8")
    assert "end at example.com" not in typed("check", spec).out


def test_a_missing_file_is_the_caller_s_mistake(typed: Type, tmp_path: Path) -> None:
    said = typed("check", tmp_path / "nothing.yaml")
    assert said.code == 1
    assert "nothing.yaml" in said.err
    assert "Traceback" not in said.err


def test_wrong_usage_exits_with_2(typed: Type) -> None:
    assert typed("build").code == 2
    assert typed("nonsense").code == 2


def test_our_own_fault_exits_with_3_and_keeps_the_details_in_a_log(
    typed: Type, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr("obs.commands.common.resolve", broken)
    said = typed("check", spec)
    assert said.code == 3
    assert "Traceback" not in said.err
    log = Path(said.err.strip().rsplit(" ", 1)[1])
    assert "a fault of ours" in log.read_text(encoding="utf-8")
    log.unlink()


def test_an_interruption_exits_with_130(typed: Type, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("obs.commands.common.resolve", interrupted)
    assert typed("check", spec).code == 130


SETTINGS = (
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "4242", "PYTHONUTF8": "0"},
)


def test_the_same_spec_gives_the_same_bytes_in_another_place_and_time_zone(spec: Path, tmp_path: Path) -> None:
    made = []
    for number, environment in enumerate(SETTINGS):
        folder = tmp_path / f"place {number}"
        folder.mkdir()
        command = [sys.executable, "-m", "obs", "build", str(spec), "--out", str(folder / "out")]
        env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        made.append(_files(folder / "out"))
    assert made[0] == made[1]
