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


def test_what_is_not_done_says_so_with_its_reason() -> None:
    undone = [said for said in ROWS.values() if "not done" in said]
    assert all(":" in said for said in undone)
    assert len(undone) == 1
