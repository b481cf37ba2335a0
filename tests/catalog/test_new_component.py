"""A component made with `obs new component` grows in one folder; the tests name each missing part until it is whole."""

import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import obs.catalog
from obs import bundle, library
from obs.check import run_checks
from obs.check.component import missing_parts
from obs.cli import cli, run
from obs.model.plan import Knowledge
from obs.runbooks import read_runbook
from obs.spec import load_text
from obs.spec.faults import read_faults

NAME = "object_store"
FILLED = Path(__file__).parent / "filled" / NAME
SPEC = """
name: small
services:
  - {component: object_store, namespace: storage}
notify:
  receivers:
    - {name: on-call, type: slack}
"""


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that counts as part of the catalogue."""
    folder = tmp_path / "catalog"
    folder.mkdir()
    monkeypatch.setattr(obs.catalog, "__path__", [str(folder)])
    yield folder
    _forget()


def _forget() -> None:
    for module in [m for m in sys.modules if m.startswith(f"obs.catalog.{NAME}")]:
        del sys.modules[module]


def _scaffold(catalog: Path) -> int:
    arguments = ["new", "component", NAME, "--catalog", str(catalog)]
    return run(lambda: cli.main(args=arguments, standalone_mode=False))


def _knowledge(catalog: Path) -> Knowledge:
    _forget()
    importlib.invalidate_caches()
    component = importlib.import_module(f"obs.catalog.{NAME}").COMPONENT
    folder = catalog / NAME
    return Knowledge(
        component=component,
        runbook=read_runbook((folder / "runbook.md").read_text(encoding="utf-8"), NAME),
        faults=read_faults((folder / "faults.yaml").read_text(encoding="utf-8"), "faults.yaml", component),
    )


def _named(catalog: Path) -> set[str]:
    """The files in which something is missing."""
    return {finding.place.rsplit("/", 1)[1] for finding in missing_parts(_knowledge(catalog))}


def _fill(catalog: Path, *names: str) -> None:
    for name in names:
        shutil.copy(FILLED / name, catalog / NAME / name)


def test_each_missing_part_is_named_until_the_folder_is_whole(catalog: Path) -> None:
    assert _scaffold(catalog) == 0
    empty = {"__init__.py", "metrics.py", "signals.py", "alerts.py", "runbook.md", "faults.yaml"}
    assert _named(catalog) == empty
    init = catalog / NAME / "__init__.py"
    init.write_text(init.read_text(encoding="utf-8").replace('summary=""', 'summary="Documents."'), encoding="utf-8")
    assert _named(catalog) == empty - {"__init__.py"}
    _fill(catalog, "metrics.py")
    assert _named(catalog) == {"signals.py", "alerts.py", "runbook.md", "faults.yaml"}
    _fill(catalog, "signals.py")
    assert _named(catalog) == {"alerts.py", "runbook.md", "faults.yaml"}
    _fill(catalog, "alerts.py")
    assert _named(catalog) == {"runbook.md", "faults.yaml"}
    _fill(catalog, "runbook.md")
    assert _named(catalog) == {"faults.yaml"}
    _fill(catalog, "faults.yaml")
    assert _named(catalog) == set()


def test_a_whole_folder_needs_nothing_else_for_a_checked_bundle(catalog: Path) -> None:
    _scaffold(catalog)
    _fill(catalog, *(p.name for p in FILLED.iterdir() if p.is_file()))
    knowledge = _knowledge(catalog)
    platform = load_text(SPEC, "small.yaml", {NAME: knowledge.component})
    made = bundle.build(platform, {NAME: knowledge})
    assert [str(f) for f in run_checks(made) if "object_store" in f.place or "object-store" in f.place] == []
    assert "dashboards/obs-object-store.json" in made.artifacts
    assert "ObjectStoreErrors" in made.artifacts["alerts/rules/object-store.yaml"]
    assert "object_store" in {p.name for p in catalog.iterdir()}


def test_a_name_that_is_taken_is_refused(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _scaffold(catalog) == 0
    assert _scaffold(catalog) == 1
    assert 'there is a component "object_store" already' in capsys.readouterr().err


@pytest.mark.parametrize("name", ["Minio", "object-store", "2fast", "a b"])
def test_a_name_that_is_none_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(lambda: cli.main(args=["new", "component", name], standalone_mode=False)) == 1
    assert "is no component name" in capsys.readouterr().err


def test_the_catalogue_itself_is_untouched() -> None:
    assert NAME not in library.names()
