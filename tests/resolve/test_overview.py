"""The overview's panels fill their lines."""

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

import pytest

from obs.commands.common import knowledge, platform_of
from obs.model.plan import PlannedPanel, PlannedRow
from obs.resolve import resolve
from obs.resolve.panels import COLUMNS

SPECS = ("examples/opendax.yaml", "examples/minimal.yaml")


def _rows(spec: str) -> tuple[PlannedRow, ...]:
    overview, *_ = resolve(platform_of(Path(spec)), knowledge()).dashboards
    assert overview.uid == "obs-overview"
    return overview.rows


def _lines(row: PlannedRow) -> Collection[list[PlannedPanel]]:
    found = defaultdict(list)
    for panel in row.panels:
        found[panel.y].append(panel)
    return found.values()


@pytest.mark.parametrize("spec", SPECS)
def test_every_line_of_the_overview_is_full(spec: str) -> None:
    assert {sum(panel.width for panel in line) for row in _rows(spec) for line in _lines(row)} == {COLUMNS}


@pytest.mark.parametrize("spec", SPECS)
def test_no_line_of_the_overview_is_more_than_one_panel_shorter_than_another_of_its_row(spec: str) -> None:
    for row in _rows(spec):
        counts = [len(line) for line in _lines(row)]
        assert max(counts) - min(counts) <= 1, row.title
