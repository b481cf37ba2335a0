"""docs/logging.md answers every row, and what it names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "logging.md").read_text(encoding="utf-8")
ROWS = {int(number): said for number, said in re.findall(r"^\| (\d+) \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE)}


def test_every_row_is_answered() -> None:
    assert sorted(ROWS) == list(range(1, 42))


@pytest.mark.parametrize("number", range(1, 42))
def test_what_a_row_names_is_there(number: int) -> None:
    named = re.findall(r"(?<![\w/-])(?:fluentd|kibana|tests)/[\w./-]+[\w/]", ROWS[number])
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_nothing_is_left_undone() -> None:
    assert [said for said in ROWS.values() if "not done" in said] == []
