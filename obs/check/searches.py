"""Promises about searches: every query can be read, and asks for what documents have."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from obs.check.kql import KqlError, Term, terms
from obs.model.bundle import Bundle
from obs.model.finding import Finding
from obs.model.logs import Field, FieldType
from obs.model.search import Board

NUMBERS: frozenset[FieldType] = frozenset({"long", "double"})
UNSORTED: frozenset[FieldType] = frozenset({"match_only_text", "flattened", "geo_point"})
"""Types that have no values to group or sort by."""
Use = Literal["column", "group", "place"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One KQL text and where it stands."""

    place: str
    query: str


def queries_of(bundle: Bundle) -> Iterator[Asked]:
    """Every KQL text of the bundle's boards and saved queries."""
    for board in boards(bundle):
        yield Asked(place=f"board {board.name}", query=board.query)
        for found in board.searches:
            yield Asked(place=f"board {board.name}, search {found.name}", query=found.query)
        for chart in board.charts:
            yield Asked(place=f"board {board.name}, chart {chart.name}", query=chart.query)
    logs = bundle.plan.logs
    for query in logs.logging.queries if logs else ():
        yield Asked(place=f"saved query {query.name}", query=query.query)


def boards(bundle: Bundle) -> tuple[Board, ...]:
    """The boards of the bundle's platform."""
    return bundle.plan.logs.boards if bundle.plan.logs else ()


def fields(bundle: Bundle) -> dict[str, Field]:
    """Every field documents have, by name."""
    return {field.name: field for field in bundle.plan.logs.fields} if bundle.plan.logs else {}


def kql_syntax(bundle: Bundle) -> Iterator[Finding]:
    """Every query is KQL: fields named in full, values of several words quoted."""
    for asked in queries_of(bundle):
        try:
            terms(asked.query)
        except KqlError as error:
            yield _say(asked.place, "kql-syntax", f"{asked.query!r}: {error}", "write field: value, and, or, not")


def kql_fields(bundle: Bundle) -> Iterator[Finding]:
    """Every field a query asks for is in the mapping; ranges are of numbers and dates."""
    known = fields(bundle)
    for asked in queries_of(bundle):
        for term in _terms(asked):
            field = _field(term.field, known)
            if field is None:
                yield _unknown(asked.place, "kql-fields", term.field, known)
            elif term.operator != ":" and field.type not in (*NUMBERS, "date"):
                what = f"{term.field} is {field.type} and has no order"
                yield _say(asked.place, "kql-fields", what, "compare numbers and dates")


def kql_values(bundle: Bundle) -> Iterator[Finding]:
    """Values suit their fields: numbers for numbers, phrases in quotes, no search within a keyword's middle words."""
    known = fields(bundle)
    for asked in queries_of(bundle):
        for term in _terms(asked):
            field = _field(term.field, known)
            for value in term.values if field else ():
                plain = value.strip('"')
                if field and field.type in NUMBERS and not re.fullmatch(r"-?\d+(\.\d+)?|\*", plain):
                    yield _say(asked.place, "kql-values", f"{term.field} is a number, {plain} none", "compare numbers")
                if field and field.type == "wildcard" and plain.startswith("*") and plain != "*":
                    what = f"{term.field}: {plain} begins with a wildcard"
                    yield _say(asked.place, "kql-values", what, "give its beginning, which is found at once")


def board_fields(bundle: Bundle) -> Iterator[Finding]:
    """Columns, groups, measures and choices of boards are fields of the mapping that have values to show."""
    known = fields(bundle)
    for board in boards(bundle):
        for place, name, use in _used(board):
            field = _field(name, known)
            if field is None:
                yield _unknown(place, "board-fields", name, known)
            elif use == "place" and field.type != "geo_point":
                yield _say(place, "board-fields", f"{name} is {field.type}: no place on a map", "take a geo_point")
            elif use == "group" and field.type in UNSORTED:
                yield _say(place, "board-fields", f"{name} is {field.type}: nothing to group by", "take a keyword")


def board_measures(bundle: Bundle) -> Iterator[Finding]:
    """Averages, sums and percentiles are of numbers; the latest of something may be a date."""
    known = fields(bundle)
    for board in boards(bundle):
        for chart in board.charts:
            for measure in chart.values:
                field = known.get(measure.field)
                counted = measure.operation in ("count", "unique_count")
                numeric = field and field.type in (*NUMBERS, *(("date",) if measure.operation == "max" else ()))
                if not counted and not numeric:
                    what = f"{measure.operation} of {measure.field or 'nothing'}"
                    yield _say(f"board {board.name}, chart {chart.name}", "board-measures", what, "take a number")


def board_names(bundle: Bundle) -> Iterator[Finding]:
    """Names of boards, searches and charts are unique, titles of searches too; shown searches exist."""
    seen: set[str] = set()
    for board in boards(bundle):
        own = [f"board {board.name}"]
        own += [f"search {board.name}/{found.name}" for found in board.searches]
        own += [f"chart {board.name}/{chart.name}" for chart in board.charts]
        own += [f"title {found.title}" for found in board.searches]
        for name in own:
            if name in seen:
                yield _say(f"board {board.name}", "board-names", f"{name} is there twice", "name them apart")
            seen.add(name)
        for name in set(board.shown) - {found.name for found in board.searches}:
            yield _say(f"board {board.name}", "board-names", f"shows no search {name}", "name one of its searches")


def board_alerts(bundle: Bundle) -> Iterator[Finding]:
    """Alerts that a search names exist, and no two searches claim the same one."""
    every = {alert.name for part in bundle.plan.parts for alert in part.component.alerts}
    every |= {alert.name for alert in bundle.plan.alerts}
    components = {part.component.name for part in bundle.plan.parts}
    seen: dict[str, str] = {}
    for board in boards(bundle):
        for found in board.searches:
            for alert in found.alerts:
                place = f"board {board.name}, search {found.name}"
                if alert in seen:
                    yield _say(place, "board-alerts", f"{alert} is claimed by {seen[alert]} as well", "let one have it")
                seen[alert] = place
                if board.component in components and alert.startswith(_camel(board.component)):
                    if alert not in every:
                        yield _say(place, "board-alerts", f"there is no alert {alert}", "name one of the component's")


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _used(board: Board) -> Iterator[tuple[str, str, Use]]:
    """(place, field, what it is used for) of everything a board shows."""
    for name in board.controls:
        yield f"board {board.name}, choices", name, "group"
    for found in board.searches:
        for name in found.columns:
            yield f"board {board.name}, search {found.name}", name, "column"
    for chart in board.charts:
        place = f"board {board.name}, chart {chart.name}"
        for name in chart.by:
            yield place, name, "place" if chart.kind == "map" else "group"
        for measure in chart.values:
            if measure.field:
                yield place, measure.field, "group"


def _terms(asked: Asked) -> tuple[Term, ...]:
    try:
        return terms(asked.query)
    except KqlError:
        return ()  # kql-syntax tells


def _field(name: str, known: dict[str, Field]) -> Field | None:
    """The field of that name; keys inside a flattened field belong to it."""
    if name in known:
        return known[name]
    parts = name.split(".")
    parents = (known.get(".".join(parts[:length])) for length in range(1, len(parts)))
    return next((parent for parent in parents if parent and parent.type == "flattened"), None)


def _unknown(place: str, rule: str, name: str, known: dict[str, Field]) -> Finding:
    close = difflib.get_close_matches(name, known, 1)
    fix = f'did you mean "{close[0]}"?' if close else "name a field of a log format or a common one"
    return _say(place, rule, f"no document has a field {name}", fix)


def _say(place: str, rule: str, what: str, fix: str) -> Finding:
    return Finding(place=place, rule=rule, what=what, fix=fix)
