"""The exporters' image: what its Dockerfile copies, installs and runs as, without Docker."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.exporters.core.test_generated import DEPLOY, EXPORTERS, PACKAGES, ROOT, TAILER

pytestmark = pytest.mark.xdist_group("generated")


def test_the_image_holds_the_packages_the_wheel_holds() -> None:
    copied = re.findall(r"^COPY exporters/(\w+) /packages/(\w+)$", _dockerfile(), re.MULTILINE)
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    packages = [Path(one).name for one in wheel["wheel"]["packages"] if one.startswith("exporters/")]
    assert sorted(copied) == sorted((name, name) for name in packages)
    assert sorted(packages) == sorted(PACKAGES)


def test_the_image_is_made_from_what_it_copies_and_nothing_else_is_sent() -> None:
    ignored = _lines("exporters/Dockerfile.dockerignore")
    assert ignored == ["*", "!exporters/requirements.lock", "!exporters/obs_*", "**/__pycache__"]
    copied = re.findall(r"^COPY (exporters/\S+)", _dockerfile(), re.MULTILINE)
    assert all(one == "exporters/requirements.lock" or one.startswith("exporters/obs_") for one in copied)


def test_both_stages_stand_on_one_base_that_a_build_may_pin() -> None:
    assert re.findall(r"^FROM (\S+)", _dockerfile(), re.MULTILINE) == ["${BASE}", "${BASE}"]
    assert len(re.findall(r"^ARG BASE=\S+$", _dockerfile(), re.MULTILINE)) == 1


def test_the_image_runs_as_the_user_of_the_manifests_and_needs_no_writable_root() -> None:
    assert "\nUSER 65532:65532\n" in _dockerfile()
    assert "PYTHONDONTWRITEBYTECODE=1" in _dockerfile()
    assert "--require-hashes" in _dockerfile()
    deployment = next(
        one
        for one in yaml.safe_load_all((DEPLOY / "obs-event-exporter.yaml").read_text(encoding="utf-8"))
        if one["kind"] == "Deployment"
    )
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    assert deployment["spec"]["template"]["spec"]["securityContext"]["runAsUser"] == 65532
    assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_image_installs_what_the_exporters_import_in_the_locked_versions() -> None:
    wanted = {_module(line) for line in _lines("exporters/requirements.in")}
    assert wanted - {"cryptography"} <= set(_imported()) <= wanted | {"pamqp", "yarl"}, "see exporters/requirements.in"
    ours, all_of_them = (_pins(f"{folder}requirements.lock") for folder in ("exporters/", ""))
    assert ours.items() <= all_of_them.items()


def test_every_exporter_starts_from_what_the_image_holds(tmp_path: Path) -> None:
    """The Dockerfile's own steps, without Docker: an isolated Python sees nothing but the folder it fills."""
    packages = tmp_path / "packages"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    lock = ROOT / "exporters" / "requirements.lock"
    subprocess.run([*pip, "--target", packages, "--requirement", lock], check=True, capture_output=True)
    for package in PACKAGES:
        (packages / package).symlink_to(ROOT / "exporters" / package)
    configs = {package: str(DEPLOY / "config" / f"{package.replace('_', '-')}.yaml") for package in EXPORTERS}
    starts = {package: ["--check", "--config", file] for package, file in configs.items()}
    for package, arguments in (starts | {TAILER: ["--help"]}).items():
        told = [package, *arguments]
        start = f"import sys, runpy; sys.path.insert(0, {str(packages)!r}); sys.argv = {told!r}"
        run = f"{start}; runpy.run_module({package!r}, run_name='__main__')"
        done = subprocess.run([sys.executable, "-ISc", run], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def _dockerfile() -> str:
    return (ROOT / "exporters" / "Dockerfile").read_text(encoding="utf-8")


def _lines(path: str) -> list[str]:
    return [line for line in (ROOT / path).read_text(encoding="utf-8").splitlines() if line and line[0] not in "# "]


def _module(requirement: str) -> str:
    name = requirement.partition("[")[0]
    return {"prometheus-client": "prometheus_client", "pyyaml": "yaml", "pyjwt": "jwt"}.get(name, name)


def _imported() -> set[str]:
    """Third-party modules that the exporters import anywhere."""
    files = [file for name in PACKAGES for file in (ROOT / "exporters" / name).glob("*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - set(PACKAGES)


def _pins(path: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))
