"""pyproject.toml, docs/dependencies.md and requirements.lock name the same packages."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement)[0].lower().replace("_", "-")


def _declared() -> list[str]:
    return [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]


def _justified() -> dict[str, str]:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8").split("## Engines")[0]
    return {_name(name): why for name, why in re.findall(r"^\| `([^`]+)` \| (.+) \|$", page, re.MULTILINE)}


def test_every_dependency_is_justified_in_one_line_and_no_line_is_left_over() -> None:
    assert sorted(_justified()) == sorted(_name(each) for each in _declared())


def test_every_dependency_is_pinned_in_the_lock_in_a_version_the_project_allows() -> None:
    pinned = {_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE)}
    exact = {_name(each): each.split("==")[1] for each in _declared() if "==" in each}
    assert set(map(_name, _declared())) <= set(pinned)
    assert {name: pinned[name] for name in exact} == exact


def test_every_line_of_the_lock_has_hashes_and_no_address_of_an_index() -> None:
    packages = re.findall(r"^[\w.-]+==.*$", LOCK, re.MULTILINE)
    assert [line for line in packages if not line.endswith("\\")] == []
    assert "://" not in LOCK
    assert "--index" not in LOCK
