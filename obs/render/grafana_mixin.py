"""A mixin's own dashboard under our uid, tags, links and schema, with its own panels, queries and variables."""

import json
from collections.abc import Iterator

from obs.conventions import GRAFANA_FOLDER
from obs.model.plan import Dashboard
from obs.model.platform import Platform
from obs.render.grafana_classic import annotations, datasource_variable, frame
from obs.render.grafana_normalise import Json, datasource
from obs.render.grafana_old_panels import modern

_SPAN = 2
"""Old rows count 12 columns, the grid counts 24."""
_HEIGHT = 8


def adopt(dashboard: Dashboard, platform: Platform) -> Json:
    """The whole dashboard in classic shape; ValueError if the mixin's JSON is no object."""
    old = json.loads(dashboard.raw)
    if not isinstance(old, dict):
        raise ValueError(f"dashboard {dashboard.uid}: a dashboard is a JSON object, not {type(old).__name__}")
    choices = variables(old.get("templating", {}).get("list", []))
    names = {choice["name"] for choice in choices}
    return frame(dashboard, platform) | {
        "annotations": {"list": annotations(dashboard, platform, names)},
        "description": old.get("description") or dashboard.help,
        "panels": panels(old),
        "tags": sorted({GRAFANA_FOLDER, *dashboard.tags, *old.get("tags", [])}),
        "templating": {"list": choices},
        "time": {"from": "now-1h", "to": "now"} | old.get("time", {}),
    }


def panels(old: Json) -> list[Json]:
    """Panels on the grid, migrated to living types, with unique ids in their order."""
    found = list(_from_rows(old["rows"])) if old.get("rows") else old.get("panels", [])
    made = [modern(panel) for panel in found]
    every = [p for panel in made for p in (panel, *panel.get("panels", []))]
    ids = [p.get("id") for p in every]
    if None in ids or len(set(ids)) < len(ids):
        for number, panel in enumerate(every, start=1):
            panel["id"] = number
    return made


def _from_rows(rows: list[Json]) -> Iterator[Json]:
    """The rows of schemas before 16, whose panels have a width only, as row panels and panels on the grid."""
    y = 0
    for row in rows:
        height = _grid_height(row.get("height"))
        inside, y = _placed(row.get("panels", []), y + 1, height)
        collapsed = bool(row.get("collapse"))
        top = inside[0]["gridPos"]["y"] - 1 if inside else y - 1
        head: Json = {"type": "row", "title": row.get("title", ""), "gridPos": {"h": 1, "w": 24, "x": 0, "y": top}}
        if row.get("repeat"):
            head["repeat"] = row["repeat"]
        yield head | {"collapsed": collapsed, "panels": inside if collapsed else []}
        yield from [] if collapsed else inside


def _placed(old: list[Json], y: int, height: int) -> tuple[list[Json], int]:
    made, x = [], 0
    for panel in old:
        width = int(panel.get("span", 12)) * _SPAN
        if x + width > 24:
            x, y = 0, y + height
        made.append(panel | {"gridPos": {"h": height, "w": width, "x": x, "y": y}})
        x += width
    return made, y + (height if made else 0)


def _grid_height(old: object) -> int:
    """`250px` or 250 in grid units of 30 pixels; 8 if unsaid."""
    digits = str(old or "").removesuffix("px")
    return max(3, round(int(digits) / 30)) if digits.isdigit() else _HEIGHT


def variables(old: list[Json]) -> list[Json]:
    """The mixin's variables in full, its choice of data source first; ours if it has none."""
    made = [_variable(v) for v in old]
    has_source = any(v["type"] == "datasource" for v in made)
    return made if has_source else [datasource_variable(), *made]


def _variable(old: Json) -> Json:
    kind = old.get("type", "query")
    new: Json = {
        "current": old.get("current") or {"text": "", "value": ""},
        "hide": old.get("hide") or 0,
        "includeAll": bool(old.get("includeAll")),
        "label": old.get("label") or _label(old["name"]),
        "multi": bool(old.get("multi")),
        "name": old["name"],
        "options": old.get("options") or [],
        "query": _query(old.get("query", "")),
        "refresh": 1,
        "regex": old.get("regex", ""),
        "skipUrlSync": bool(old.get("skipUrlSync")),
        "type": kind,
    }
    new["current"] = {"text": "", "value": ""} | new["current"]
    if kind == "query":
        new |= {
            "datasource": datasource(old.get("datasource")),
            "definition": new["query"],
            "refresh": 2,
            "sort": old.get("sort", 1),
        }
        new["allValue"] = old.get("allValue") or ".+"
    return new


def _label(name: str) -> str:
    return "Data source" if name.endswith("datasource") else name.replace("_", " ").capitalize()


def _query(old: object) -> str:
    return str(old.get("query", "")) if isinstance(old, dict) else str(old)
