"""The same dashboard as Grafana's v2 resource, from its classic JSON: same panels, queries, units and thresholds."""

from collections.abc import Iterator

from obs.render.grafana_normalise import Json
from obs.render.grafana_v2_controls import annotation, data_query, time_settings, variable

API_VERSION = "dashboard.grafana.app/v2"

_CURSOR = ("Off", "Crosshair", "Tooltip")
_QUERY_ELSEWHERE = ("datasource", "hide", "refId")


def resource(classic: Json) -> Json:
    """The v2 object; its name is the dashboard's uid. Folders are the provider's business, not the file's."""
    return {
        "apiVersion": API_VERSION,
        "kind": "Dashboard",
        "metadata": {"name": classic["uid"]},
        "spec": {
            "annotations": [annotation(a) for a in classic["annotations"]["list"]],
            "cursorSync": _CURSOR[classic["graphTooltip"]],
            "description": classic["description"],
            "editable": classic["editable"],
            "elements": {_name(p): _element(p) for p in panels(classic)},
            "layout": {"kind": "RowsLayout", "spec": {"rows": list(_rows(classic))}},
            "links": classic["links"],
            "liveNow": classic["liveNow"],
            "preload": classic["preload"],
            "tags": classic["tags"],
            "timeSettings": time_settings(classic),
            "title": classic["title"],
            "variables": [variable(v) for v in classic["templating"]["list"]],
        },
    }


def panels(classic: Json) -> Iterator[Json]:
    """Every panel of a classic dashboard that is no row, those in collapsed rows included."""
    for panel in classic["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def _name(panel: Json) -> str:
    return f"panel-{panel['id']}"


def _rows(classic: Json) -> Iterator[Json]:
    """Rows with the panels after or in them; panels before the first row stand in one without a header."""
    row: Json = {"gridPos": {"h": 0, "y": 0}}
    members: list[Json] = []
    for panel in classic["panels"]:
        if panel["type"] != "row":
            members.append(panel)
            continue
        if members or "title" in row:
            yield _layout_row(row, members)
        row, members = panel, list(panel["panels"])
    yield _layout_row(row, members)


def _layout_row(row: Json, members: list[Json]) -> Json:
    top = row["gridPos"]["y"] + row["gridPos"]["h"]
    spec: Json = {"layout": {"kind": "GridLayout", "spec": {"items": [_item(p, top) for p in members]}}}
    if "title" in row:
        spec |= {"collapse": row["collapsed"], "title": row["title"]}
    else:
        spec["hideHeader"] = True
    if row.get("repeat"):
        spec["repeat"] = {"mode": "variable", "value": row["repeat"]}
    return {"kind": "RowsLayoutRow", "spec": spec}


def _item(panel: Json, top: int) -> Json:
    place = panel["gridPos"]
    spec: Json = {
        "element": {"kind": "ElementReference", "name": _name(panel)},
        "height": place["h"],
        "width": place["w"],
        "x": place["x"],
        "y": place["y"] - top,
    }
    if panel.get("repeat"):
        spec["repeat"] = {"direction": panel.get("repeatDirection", "h"), "mode": "variable", "value": panel["repeat"]}
    return {"kind": "GridLayoutItem", "spec": spec}


def _element(panel: Json) -> Json:
    config = panel.get("fieldConfig", {"defaults": {}, "overrides": []})
    spec: Json = {
        "data": {
            "kind": "QueryGroup",
            "spec": {
                "queries": [_panel_query(t) for t in panel.get("targets", [])],
                "queryOptions": {
                    key: panel[key] for key in ("interval", "maxDataPoints", "timeFrom", "timeShift") if key in panel
                },
                "transformations": [_transformation(t) for t in panel.get("transformations", [])],
            },
        },
        "description": panel.get("description", ""),
        "id": panel["id"],
        "links": panel.get("links", []),
        "title": panel["title"],
        "vizConfig": {
            "group": panel["type"],
            "kind": "VizConfig",
            "spec": {"fieldConfig": config, "options": panel.get("options", {})},
            "version": "",
        },
    }
    return {"kind": "Panel", "spec": spec | ({"transparent": True} if panel.get("transparent") else {})}


def _panel_query(target: Json) -> Json:
    return {
        "kind": "PanelQuery",
        "spec": {
            "hidden": target.get("hide", False),
            "query": data_query(target["datasource"], _without(target, _QUERY_ELSEWHERE)),
            "refId": target["refId"],
        },
    }


def _without(old: Json, keys: tuple[str, ...]) -> Json:
    return {key: value for key, value in old.items() if key not in keys}


def _transformation(old: Json) -> Json:
    return {"group": old["id"], "kind": "Transformation", "spec": _without(old, ("id",))}
