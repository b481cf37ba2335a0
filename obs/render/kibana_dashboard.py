"""A board as a Kibana dashboard: choices on top, a way back to Grafana, charts by value, searches in full width."""

from collections.abc import Iterator

from obs.conventions import DATA_VIEW, board_id, dashboard_uid, search_id
from obs.model.platform import Links
from obs.model.search import Board, Chart
from obs.render import kibana_map
from obs.render.kibana_lens import Types, attributes, layer_reference
from obs.render.kibana_map import map_reference
from obs.render.kibana_objects import Json, kql, reference, saved_object, tagged, text

WIDTH = 48
NOTE_HEIGHT = 4
SEARCH_HEIGHT = 18
FROM, TO = "now-24h", "now"
OPTIONS = {
    "hidePanelTitles": False,
    "syncColors": True,
    "syncCursor": True,
    "syncTooltips": False,
    "useMargins": True,
}
PARENT = {"ignoreFilters": False, "ignoreQuery": False, "ignoreTimerange": False, "ignoreValidations": False}


def dashboard(board: Board, links: Links, types: Types) -> Json:
    """The board as a saved object."""
    panels = [_note(board, links)]
    references: list[Json] = [tagged()]
    below = NOTE_HEIGHT
    for chart, x, y in placed(board.charts):
        panels.append(_chart(chart, types, x=x, y=below + y))
        references.append(map_reference(chart.name) if chart.kind == "map" else layer_reference(chart.name))
    below += depth(board.charts)
    for number, name in enumerate(board.shown):
        panel = f"search-{name}"
        panels.append(_panel("search", panel, y=below + number * SEARCH_HEIGHT, height=SEARCH_HEIGHT))
        references.append(reference("search", search_id(board.name, name), f"{panel}:panel_{panel}"))
    references += [reference("index-pattern", DATA_VIEW, f"{_control(f)}:optionsListDataView") for f in board.controls]
    made = {
        "title": board.title,
        "description": board.help,
        "timeRestore": True,
        "timeFrom": FROM,
        "timeTo": TO,
        "refreshInterval": {"pause": True, "value": 60000},
        "optionsJSON": text(OPTIONS),
        "panelsJSON": text(panels),
        "kibanaSavedObjectMeta": {"searchSourceJSON": text({"query": kql(board.query), "filter": []})},
        "version": 1,
    }
    made |= {"controlGroupInput": _controls(board)} if board.controls else {}
    return saved_object("dashboard", board_id(board.name), made, references)


def placed(charts: tuple[Chart, ...]) -> Iterator[tuple[Chart, int, int]]:
    """Charts from left to right, a new line where one does not fit; (chart, x, y)."""
    x = y = tallest = 0
    for chart in charts:
        if x + chart.width > WIDTH:
            x, y, tallest = 0, y + tallest, 0
        yield chart, x, y
        x, tallest = x + chart.width, max(tallest, chart.height)


def depth(charts: tuple[Chart, ...]) -> int:
    """How far down the charts reach."""
    return max((y + chart.height for chart, _, y in placed(charts)), default=0)


def grafana(board: Board, links: Links) -> str:
    """The Grafana dashboard behind the board, over the board's own time."""
    uid = dashboard_uid(board.component) if board.component else "obs-overview"
    return f"{links.grafana}/d/{uid}?from={FROM}&to={TO}"


def _chart(chart: Chart, types: Types, *, x: int, y: int) -> Json:
    config: Json = {"enhancements": {}, "hidePanelTitles": False}
    drawn = "map" if chart.kind == "map" else "lens"
    config |= kibana_map.view() if drawn == "map" else {}
    config["attributes"] = kibana_map.attributes(chart) if drawn == "map" else attributes(chart, types)
    grid = _grid(drawn, chart.name, x=x, y=y, width=chart.width, height=chart.height)
    return grid | {"embeddableConfig": config, "title": chart.title}


def _panel(kind: str, name: str, *, y: int, height: int) -> Json:
    """A panel that shows another saved object."""
    grid = _grid(kind, name, x=0, y=y, width=WIDTH, height=height)
    return grid | {"embeddableConfig": {"enhancements": {}}, "panelRefName": f"panel_{name}"}


def note(board: Board, links: Links) -> str:
    """What the board answers, and the way to the numbers, in Markdown."""
    return f"{board.help}\n\n[Metrics in Grafana]({grafana(board, links)})"


def _note(board: Board, links: Links) -> Json:
    shown = {
        "type": "markdown",
        "title": "",
        "description": "",
        "params": {"fontSize": 12, "openLinksInNewTab": True, "markdown": note(board, links)},
        "uiState": {},
        "data": {"aggs": [], "searchSource": {"query": kql(""), "filter": []}},
    }
    grid = _grid("visualization", "note", x=0, y=0, width=WIDTH, height=NOTE_HEIGHT)
    return grid | {"embeddableConfig": {"savedVis": shown, "enhancements": {}, "hidePanelTitles": True}}


def _grid(kind: str, name: str, *, x: int, y: int, width: int, height: int) -> Json:
    return {"type": kind, "panelIndex": name, "gridData": {"i": name, "x": x, "y": y, "w": width, "h": height}}


def _control(field: str) -> str:
    return "controlGroup_" + field.replace(".", "-")


def _controls(board: Board) -> Json:
    panels = {}
    for order, field in enumerate(board.controls):
        name = _control(field).removeprefix("controlGroup_")
        panels[name] = {
            "type": "optionsListControl",
            "order": order,
            "grow": True,
            "width": "medium",
            "explicitInput": {"id": name, "fieldName": field, "title": field, "selectedOptions": []},
        }
    return {
        "chainingSystem": "HIERARCHICAL",
        "controlStyle": "oneLine",
        "ignoreParentSettingsJSON": text(PARENT),
        "panelsJSON": text(panels),
    }
