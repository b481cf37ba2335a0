"""From numbers to lines: the saved search that belongs to an alert, the board that belongs to a dashboard."""

from collections.abc import Iterable
from dataclasses import dataclass

from obs.conventions import board_id, search_id
from obs.model.search import Board, Search
from obs.resolve.kibana_links import Filters, board_url


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchLink:
    """A saved search to open: its id, and (field, label) pairs to narrow it by."""

    search: str
    filters: Filters = ()


def of_alert(name: str, component: str, kept: tuple[str, ...], boards: Iterable[Board]) -> SearchLink | None:
    """The search that claims the alert, else its component's board's own; None when nobody has lines."""
    boards = tuple(boards)
    claimed = ((board, found) for board in boards for found in board.searches if name in found.alerts)
    own = (_otherwise(board) for board in boards if board.component == component and board.shown)
    chosen = next(claimed, None) or next(own, None)
    return _link(*chosen, component=component, kept=kept) if chosen else None


def of_dashboard(component: str, boards: Iterable[Board], kibana: str) -> str:
    """URL of the board beside a component's dashboard; "" for none. "" as component is the overview."""
    found = (board.name for board in boards if board.component == component)
    return next((board_url(kibana, board_id(name)) for name in found), "")


def _otherwise(board: Board) -> tuple[Board, Search]:
    name = board.otherwise or board.shown[0]
    return board, next(found for found in board.searches if found.name == name)


def _link(board: Board, found: Search, *, component: str, kept: tuple[str, ...]) -> SearchLink:
    """Narrowed only where the labels are those of whoever wrote the lines."""
    own = board.component == component
    filters = tuple((field, label) for label, field in found.scope if own and label in kept)
    return SearchLink(search=search_id(board.name, found.name), filters=filters)
