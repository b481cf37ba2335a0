"""The wheel, built through the sdist and installed away from the checkout, does what the checkout does."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = (ROOT, ROOT / "exporters")
EXPORTERS = ("obs_authz_exporter", "obs_db_exporter", "obs_event_exporter")
TAILER = "obs_event_tailer"
SHARED = "obs_exporter"
SPECS = ("examples/minimal.yaml", "examples/opendax.yaml")
IGNORED = {"__pycache__"}

pytestmark = pytest.mark.xdist_group("wheel")  # one worker builds and installs it, once


def _run(command: Sequence[object], *, cwd: Path) -> None:
    """Without the checkout on the module path, whatever the caller's environment says."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`python -m build` makes the wheel from the sdist it has just made; the backend comes from the lock."""
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], cwd=folder)
    [made] = folder.glob("*.whl")
    assert len(list(folder.glob("*.tar.gz"))) == 1
    return made


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The executables of an environment that holds the wheel, what it depends on in the locked versions, no more."""
    folder = tmp_path_factory.mktemp("bare")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.-]+==[^\s\\]+", lock, re.MULTILINE)
    (folder / "constraints.txt").write_text("\n".join(pins) + "\n", encoding="utf-8")
    _run([sys.executable, "-m", "venv", "--without-pip", folder / "environment"], cwd=folder)
    pip = [sys.executable, "-m", "pip", "--python", folder / "environment/bin/python", "install", "--quiet"]
    _run([*pip, "--constraint", folder / "constraints.txt", wheel], cwd=folder)
    return folder / "environment" / "bin"


def test_the_wheel_carries_every_file_of_its_packages(wheel: Path) -> None:
    expected = {
        str(file.relative_to(source))
        for source in SOURCES
        for package in ("obs", SHARED, TAILER, *EXPORTERS)
        for file in (source / package).rglob("*")
        if file.is_file() and not IGNORED & set(file.parts)
    }
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert carried == expected
    assert "obs/py.typed" in carried


def test_the_wheel_brings_one_command_and_nothing_of_the_tests(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    [entry_points] = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert archive.read(entry_points).decode().split() == ["[console_scripts]", "obs", "=", "obs.cli:main"]
    packages = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" not in name}
    assert packages == {"obs", SHARED, TAILER, *EXPORTERS}


@pytest.mark.parametrize("spec", SPECS)
def test_obs_build_away_from_the_checkout_makes_the_same_bytes(spec: str, bare: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / spec).parent.mkdir(parents=True)
    (elsewhere / spec).write_bytes((ROOT / spec).read_bytes())
    _run([bare / "obs", "build", spec, "--out", tmp_path / "from-wheel"], cwd=elsewhere)
    _run([Path(sys.executable).parent / "obs", "build", spec, "--out", tmp_path / "from-checkout"], cwd=ROOT)
    made = _tree(tmp_path / "from-wheel")
    assert made
    assert made == _tree(tmp_path / "from-checkout")


@pytest.mark.parametrize("package", EXPORTERS)
def test_each_exporter_runs_from_the_wheel(package: str, bare: Path, tmp_path: Path) -> None:
    config = ROOT / "exporters" / "deploy" / "config" / f"{package.replace('_', '-')}.yaml"
    _run([bare / "python", "-m", package, "--check", "--config", config], cwd=tmp_path)


def test_the_event_tailer_runs_from_the_wheel(bare: Path, tmp_path: Path) -> None:
    _run([bare / "python", "-m", TAILER, "--help"], cwd=tmp_path)
