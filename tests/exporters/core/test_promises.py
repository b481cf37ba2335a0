"""The page about the exporters names tests that exist, so that nobody takes a promise on trust."""

import ast
import re
from pathlib import Path

from bench.exporters import PARTS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "exporters.md").read_text(encoding="utf-8")
TESTS = {
    node.name
    for file in (ROOT / "tests" / "exporters").rglob("test_*.py")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
}


def test_every_test_the_page_names_exists() -> None:
    named = set(re.findall(r"\b(test_\w+)\b(?!\.py|/)", PAGE))
    assert len(named) > 20
    assert sorted(named - TESTS) == []


def test_every_file_the_page_names_exists() -> None:
    names = set(re.findall(r"`([\w/]*test_\w+\.py)", PAGE))
    known = {file.name for file in (ROOT / "tests" / "exporters").rglob("test_*.py")}
    assert sorted(name for name in names if Path(name).name not in known) == []


def test_each_of_the_twelve_promises_has_its_row() -> None:
    table = PAGE.partition("## Twelve promises")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (\d+) ", table, re.MULTILINE) == [str(number) for number in range(1, 13)]


def test_every_part_of_the_bench_is_a_module_and_every_module_about_exporters_a_part() -> None:
    texts = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "bench").glob("*.py")}
    ours = re.compile(r"^from (tests\.exporters|obs_\w*exporter)\b", re.MULTILINE)
    assert set(PARTS) == {module for module, text in texts.items() if ours.search(text)}
