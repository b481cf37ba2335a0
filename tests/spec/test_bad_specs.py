"""One file per mistake, with the exact message it gets."""

import re
from pathlib import Path

import pytest

from obs.spec import SpecError, load
from tests.spec.fake_library import LIBRARY

BAD = Path(__file__).parent / "bad"
SPECS = sorted(BAD.glob("*.yaml"))


def message(spec: Path) -> str:
    """What the user is told, with places as in the spec's own folder; "" when the spec is accepted."""
    asked = re.match(rb"# environment: (\S+)", spec.read_bytes())
    try:
        load(spec, LIBRARY, environment=asked.group(1).decode() if asked else "")
    except SpecError as error:
        return str(error).replace(f"{BAD}/", "") + "\n"
    return ""


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_each_mistake_gets_its_exact_message(spec: Path) -> None:
    assert message(spec) == spec.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_message_file_belongs_to_a_spec() -> None:
    assert {path.stem for path in BAD.glob("*.txt")} == {spec.stem for spec in SPECS}


def test_eight_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    lines = [int(line.split(":")[1]) for line in message(BAD / "eight_errors.yaml").splitlines()]
    assert len(lines) == 8
    assert lines == sorted(lines)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_no_message_repeats_a_secret(spec: Path) -> None:
    assert "hunter2" not in message(spec)
    assert "0123456789abcdef" not in message(spec)
