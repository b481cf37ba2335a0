"""The reference page is whole, fresh, and its links and examples hold."""

import re
from pathlib import Path

import pytest

from obs import library
from obs.spec import load_text
from obs.spec.document import document
from obs.spec.keys import platform_record
from tests.spec.fake_library import LIBRARY

ROOT = Path(__file__).parents[2]
PAGE = document(LIBRARY)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_committed_page_is_that_of_the_catalogue() -> None:
    committed = (ROOT / "docs" / "spec.md").read_text(encoding="utf-8")
    assert committed == document(library.components()), "run: python -m tests.spec.refresh"


@pytest.mark.parametrize("key", [key.name for key in platform_record(LIBRARY).keys])
def test_every_key_of_the_top_level_has_a_row(key: str) -> None:
    assert re.search(rf"^\| `{key}`\*? \|", PAGE, re.MULTILINE)


def test_every_component_is_described_with_its_options() -> None:
    assert all(f"### `{name}`:" in PAGE for name in LIBRARY)
    assert "| `weight` | a whole number | `1` | A whole number. |" in PAGE


def test_every_link_of_the_page_leads_to_one_heading() -> None:
    headings = re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    anchors = [re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-") for heading in headings]
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= set(anchors)


def test_every_table_row_has_as_many_cells_as_its_heading() -> None:
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1, table


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_of_the_page_is_read(example: str) -> None:
    services = "services: [{component: envoy}, {component: rabbitmq}]"
    base = f"name: shop\n{services}\nnotify: {{receivers: [{{name: a, type: slack}}]}}\n"
    assert load_text(base + example, "spec.yaml", library.components()).services


def test_the_mistake_shown_on_the_page_is_the_one_the_loader_tells() -> None:
    told = re.search(r"^  platform\.yaml.*$", PAGE, re.MULTILINE)
    fixture = (ROOT / "tests/spec/bad/unknown_component.txt").read_text(encoding="utf-8")
    assert told
    assert told.group().split(": ", 1)[1] == fixture.strip().split(": ", 1)[1]
