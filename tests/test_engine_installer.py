"""What the installer of the engines uses, builds, reports and remembers."""

import json
from pathlib import Path

import pytest

from tests.engines import install
from tests.engines.commands import NotToBeHad
from tests.engines.kinds import Engine, GoInstall

ENGINE = Engine(
    name="sample-engine",
    group="metrics",
    version="1.4.0",
    minimum="1.2.0",
    recipe=GoInstall(package="example.org/sample-engine", version="v1.4.0"),
)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installer that knows one engine, in a folder of its own, with an empty folder in front of PATH."""
    monkeypatch.setattr(install, "FOLDER", tmp_path / "engines")
    monkeypatch.setattr(install, "ENGINES", (ENGINE,))
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "path").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "path"), prepend=":")
    return tmp_path / "engines"


def _on_path(folder: Path, version: str) -> None:
    command = folder.parent / "path" / ENGINE.name
    command.write_text(f"#!/bin/sh\necho {ENGINE.name}, version {version}\n", encoding="utf-8")
    command.chmod(0o755)


def _buildable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    built: list[str] = []

    def build(engine: Engine, *, folder: Path) -> tuple[Path, str]:
        built.append(engine.version)
        (folder / engine.name).touch()
        return folder / engine.name, "built by the test"

    monkeypatch.setattr(install, "build", build)
    return built


def _status(folder: Path) -> dict[str, object]:
    record: dict[str, object] = json.loads((folder / "status.json").read_text(encoding="utf-8"))[ENGINE.name]
    return record


def test_an_engine_on_path_that_is_new_enough_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = _buildable(monkeypatch)
    _on_path(folder, "1.2.0")
    assert install.main([]) == 0
    assert _status(folder)["path"] == str(folder.parent / "path" / ENGINE.name)
    assert built == []


def test_an_engine_on_path_that_is_too_old_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = _buildable(monkeypatch)
    _on_path(folder, "1.1.9")
    assert install.main([]) == 0
    assert built == ["1.4.0"]


def test_an_installed_engine_is_kept_until_its_recipe_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = _buildable(monkeypatch)
    assert [install.main([]), install.main([])] == [0, 0]
    moved = GoInstall(package="example.org/sample-engine", version="v1.5.0")
    newer = Engine(name=ENGINE.name, group=ENGINE.group, version="1.5.0", minimum="1.2.0", recipe=moved)
    monkeypatch.setattr(install, "ENGINES", (newer,))
    assert install.main([]) == 0
    assert built == ["1.4.0", "1.5.0"]


def test_an_engine_that_cannot_be_had_is_said_with_the_reason_and_is_a_failure_only_with_ci(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(engine: Engine, *, folder: Path) -> tuple[Path, str]:
        raise NotToBeHad("no toolchain here")

    monkeypatch.setattr(install, "build", refuse)
    assert install.main([]) == 0
    assert "sample-engine            1.4.0                NOT TO BE HAD: no toolchain here" in capsys.readouterr().out
    assert _status(folder)["reason"] == "no toolchain here"
    monkeypatch.setenv("CI", "true")
    assert install.main([]) == 1
