"""A chart of places as Kibana's Maps draws it: Elastic's base map, and a circle where documents come from.

The shape is that of maps by value on the dashboards of elastic/integrations (nginx, Kibana 8.x); references are counted
by layer, so the base map is layer 0 and the documents are layer 1.
"""

from typing import Any

from obs.conventions import DATA_VIEW
from obs.model.search import Chart
from obs.render.kibana_objects import Json, kql, reference, text

REFERENCE = "layer_1_source_index_pattern"
CENTER: Json = {"lat": 20, "lon": 0}
ZOOM = 1.6
"""The whole world, in a panel of half a dashboard's width."""
COUNT: Json = {"name": "doc_count", "origin": "source"}
BASE: Json = {
    **{"id": "base", "label": None, "type": "EMS_VECTOR_TILE", "visible": True, "alpha": 1},
    **{"minZoom": 0, "maxZoom": 24},
    "sourceDescriptor": {"type": "EMS_TMS", "isAutoSelect": True, "lightModeDefault": "road_map_desaturated"},
    "style": {"type": "TILE"},
}


def attributes(chart: Chart) -> Json:
    """What a dashboard panel holds of a map."""
    view = {"center": CENTER, "zoom": ZOOM, "query": kql(""), "filters": []}
    return {
        "title": chart.title,
        "description": chart.help,
        "layerListJSON": text([BASE, _places(chart)]),
        "mapStateJSON": text(view),
        "uiStateJSON": text({"isLayerTOCOpen": False, "openTOCDetails": []}),
        "references": [reference("index-pattern", DATA_VIEW, REFERENCE)],
    }


def map_reference(panel: str) -> Json:
    """The data view of the map's documents, as the dashboard names it."""
    return reference("index-pattern", DATA_VIEW, f"{panel}:{REFERENCE}")


def view() -> Json:
    """Where the map is looked at from, as the panel keeps it beside its attributes."""
    return {"mapCenter": CENTER | {"zoom": ZOOM}, "isLayerTOCOpen": False, "openTOCDetails": [], "hiddenLayers": []}


def _places(chart: Chart) -> Json:
    """One circle per cell of a grid that gets finer as one zooms in: the more documents, the larger and redder."""
    source = {
        **{"type": "ES_GEO_GRID", "id": f"{chart.name}-source", "indexPatternRefName": REFERENCE},
        **{"geoField": chart.by[0], "requestType": "point", "resolution": "MOST_FINE", "metrics": [{"type": "count"}]},
        **{"applyGlobalQuery": True, "applyGlobalTime": True, "applyForceRefresh": True},
    }
    return {
        **{"id": "places", "label": chart.title, "type": "GEOJSON_VECTOR", "visible": True, "alpha": 0.75},
        **{"minZoom": 0, "maxZoom": 24, "joins": [], "includeInFitToBounds": True},
        **{"query": kql(chart.query), "sourceDescriptor": source, "style": _style()},
    }


def _style() -> Json:
    by_count: dict[str, Any] = {"field": COUNT, "fieldMetaOptions": {"isEnabled": False, "sigma": 3}}
    colour = by_count | {"color": "Yellow to Red", "colorCategory": "palette_0", "type": "ORDINAL"}
    properties = {
        "fillColor": {"type": "DYNAMIC", "options": colour},
        "iconSize": {"type": "DYNAMIC", "options": by_count | {"minSize": 7, "maxSize": 18}},
        "lineColor": {"type": "STATIC", "options": {"color": "#3d3d3d"}},
        "lineWidth": {"type": "STATIC", "options": {"size": 1}},
        "symbolizeAs": {"options": {"value": "circle"}},
    }
    return {"type": "VECTOR", "isTimeAware": True, "properties": properties}
