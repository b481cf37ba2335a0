"""Boards as bodies of Kibana's dashboards API (`PUT /api/dashboards/{id}`, generally available from 9.5 on).

The same panels at the same places as in the saved objects, said in the API's words: charts by what they measure instead
of by the columns of a Lens layer. The API takes no `map` panel (9.5 answers 400), so a map becomes a region map of
countries. Data view, tag and saved searches come from the saved objects; dashboards refer to them by id.
"""

from collections.abc import Iterator
from typing import Any

from obs.conventions import DATA_VIEW, KIBANA_CODE, KIBANA_TAG, board_id, search_id
from obs.model.artifact import Artifact
from obs.model.log_fields import PLACE
from obs.model.plan import Plan
from obs.model.platform import Links
from obs.model.search import Board, Chart, Measure
from obs.printer import to_json
from obs.render.kibana_dashboard import FROM, NOTE_HEIGHT, SEARCH_HEIGHT, TO, WIDTH, depth, note, placed

Json = dict[str, Any]

SOURCE: Json = {"type": "data_view_reference", "ref_id": DATA_VIEW}
SERIES = {"bars": "bar_stacked", "lines": "line", "area": "area_stacked"}
OPTIONS: Json = {"hide_panel_titles": False, "sync_colors": True, "sync_cursor": True, "sync_tooltips": False}
COUNTRIES: Json = {"boundaries": "world_countries", "join": "iso2"}
"""Elastic's map of countries, and which of its keys our two letters are."""
DURATION: Json = {"type": "duration", "from": "ns", "to": "auto"}


def render(plan: Plan) -> Iterator[Artifact]:
    """One file per board."""
    for board in plan.logs.boards if plan.logs else ():
        body = dashboard(board, plan.platform.links)
        yield Artifact(path=f"{KIBANA_CODE}/{board_id(board.name)}.json", text=to_json(body))


def dashboard(board: Board, links: Links) -> Json:
    """The body of the request."""
    return {
        "title": board.title,
        "description": board.help,
        "tags": [KIBANA_TAG],
        "time_range": {"from": FROM, "to": TO},
        "refresh_interval": {"pause": True, "value": 60000},
        "query": _kql(board.query),
        "options": OPTIONS | {"use_margins": True},
        "pinned_panels": [_control(field) for field in board.controls],
        "panels": list(_panels(board, links)),
    }


def _panels(board: Board, links: Links) -> Iterator[Json]:
    words = {"content": note(board, links), "settings": {"open_links_in_new_tab": True}, "hide_title": True}
    yield _panel("markdown", words, x=0, y=0, width=WIDTH, height=NOTE_HEIGHT)
    for chart, x, y in placed(board.charts):
        drawn = visualization(chart)
        yield _panel("vis", drawn, x=x, y=NOTE_HEIGHT + y, width=chart.width, height=chart.height)
    below = NOTE_HEIGHT + depth(board.charts)
    for number, name in enumerate(board.shown):
        shown, y = {"ref_id": search_id(board.name, name), "overrides": {}}, below + number * SEARCH_HEIGHT
        yield _panel("discover_session", shown, x=0, y=y, width=WIDTH, height=SEARCH_HEIGHT)


def visualization(chart: Chart) -> Json:
    """The chart as the API names it; charts over time have their data source in the layer, others beside the rest."""
    told = {"title": chart.title, "description": chart.help} | ({"query": _kql(chart.query)} if chart.query else {})
    metrics = [_measure(measure) for measure in chart.values]
    match chart.kind:
        case "number":
            return told | {"type": "metric", "data_source": SOURCE, "metrics": [{"type": "primary"} | metrics[0]]}
        case "table":
            rows = [_terms(field, chart) for field in chart.by]
            return told | {"type": "data_table", "data_source": SOURCE, "metrics": metrics, "rows": rows}
        case "donut":
            slices = {"metrics": metrics, "group_by": [_terms(field, chart) for field in chart.by]}
            return told | {"type": "pie", "data_source": SOURCE, "styling": {"donut_hole": "m"}} | slices
        case "map":
            region = _terms(f"{PLACE}.country_iso_code", chart) | {"limit": 100, "ems": COUNTRIES}
            return told | {"type": "region_map", "data_source": SOURCE, "metric": metrics[0], "region": region}
        case _:
            return told | {"type": "xy", "layers": [_layer(chart, metrics)]}


def _layer(chart: Chart, metrics: list[Json]) -> Json:
    split = {"breakdown_by": _terms(chart.by[0], chart)} if chart.by else {}
    time = {"operation": "date_histogram", "field": "@timestamp"}
    return {"type": SERIES[chart.kind], "data_source": SOURCE, "x": time, "y": metrics} | split


def _terms(field: str, chart: Chart) -> Json:
    """The values of a field, those with the most first."""
    made: Json = {
        "operation": "terms",
        "fields": [field],
        "limit": chart.size,
        "label": field,
        "rank_by": {"type": "metric", "metric_index": 0, "direction": "desc"},
    }
    others = chart.kind not in ("table", "map")
    return made | ({"other_bucket": {"include_documents_without_field": False}} if others else {})


def _measure(measure: Measure) -> Json:
    made: Json = {"operation": measure.operation, "label": measure.label}
    made |= {"field": measure.field} if measure.field else {}
    made |= {"format": DURATION} if measure.nanoseconds else {}
    if measure.operation in ("count", "unique_count", "sum"):
        made["empty_as_null"] = True
    return made | ({"percentile": measure.percentile} if measure.operation == "percentile" else {})


def _panel(kind: str, config: Json, *, x: int, y: int, width: int, height: int) -> Json:
    return {"type": kind, "grid": {"x": x, "y": y, "w": width, "h": height}, "config": config}


def _control(field: str) -> Json:
    config = {"title": field, "data_view_id": DATA_VIEW, "field_name": field}
    return {"type": "options_list_control", "width": "medium", "grow": True, "config": config}


def _kql(query: str) -> Json:
    return {"expression": query, "language": "kql"}
