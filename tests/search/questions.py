"""Every question of the reference platform's boards: searches and charts by name, with the KQL texts that all hold."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from obs import library
from obs.model.plan import Plan
from obs.model.search import Board, Chart
from obs.resolve import resolve
from obs.spec import load

SPEC = Path(__file__).parents[2] / "examples" / "opendax.yaml"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One search or chart; `chart` is None for searches."""

    name: str
    queries: tuple[str, ...]
    chart: Chart | None = None


@cache
def reference_plan() -> Plan:
    """The reference platform."""
    return resolve(load(SPEC, library.components()), library.load())


def questions() -> list[Question]:
    """All of them. A chart asks within its board's query; a search stands alone."""
    logs = reference_plan().logs
    assert logs is not None
    asked = [Question(name=f"query {q.name}", queries=(q.query,)) for q in logs.logging.queries]
    for board in logs.boards:
        asked += [Question(name=f"{board.name} search {s.name}", queries=(s.query,)) for s in board.searches]
        asked += [Question(name=f"{board.name} chart {c.name}", queries=_of(board, c), chart=c) for c in board.charts]
    return asked


def _of(board: Board, chart: Chart) -> tuple[str, ...]:
    """A map shows what has a place, and asks for no other."""
    return (board.query, chart.query, *((f"{chart.by[0]}: *",) if chart.kind == "map" else ()))
