"""Promises about the panels of Kibana's dashboards: seen, by value, of kinds that last, over fields they name."""

from collections.abc import Iterator
from typing import Any

from obs.check.saved_objects import LENS, WIDTH, Json, Saved, at, layers, map_layers, panels, read, saved, say
from obs.check.searches import fields
from obs.model.bundle import Bundle
from obs.model.finding import Finding


def _boards(bundle: Bundle) -> Iterator[Saved]:
    return (one for one in saved(bundle) if one.kind == "dashboard")


def panels_by_value(bundle: Bundle) -> Iterator[Finding]:
    """Charts live on their dashboard: no visualization is an object of its own that another dashboard could change."""
    for one in saved(bundle):
        if one.kind in ("lens", "visualization"):
            yield say(one.place, "panels-by-value", f"{one.kind} is an object of its own", "put it into its dashboard")
        for panel in panels(one):
            if "panelRefName" in panel and panel.get("type") not in ("search", "map"):
                yield say(_place(one, panel), "panels-by-value", "is there by reference", "put it in by value")


def panels_of_lasting_kinds(bundle: Bundle) -> Iterator[Finding]:
    """Panels are Lens, Discover, maps or Markdown: Kibana retires the older editors."""
    for one in _boards(bundle):
        for panel in panels(one):
            kind = panel.get("type")
            legacy = kind == "visualization" and at(panel, "embeddableConfig", "savedVis", "type") != "markdown"
            if legacy or kind not in ("lens", "search", "map", "visualization"):
                yield say(_place(one, panel), "panels-of-lasting-kinds", f"{kind} panel", "draw it with Lens")


def boards_filter(bundle: Bundle) -> Iterator[Finding]:
    """Every dashboard, or each of its charts, asks for some documents and not for all that ever were."""
    for one in _boards(bundle):
        source = read(one.attributes.get("kibanaSavedObjectMeta", {}).get("searchSourceJSON"))
        if at(source, "query", "query"):
            continue
        for panel in panels(one):
            asked = at(panel, "embeddableConfig", "attributes", "state", "query", "query")
            if panel.get("type") == "lens" and not asked:
                yield say(_place(one, panel), "boards-filter", "asks for every document", "give the board a query")


def panels_placed(bundle: Bundle) -> Iterator[Finding]:
    """Panels lie within 48 columns without covering each other, each with an index of its own."""
    for one in _boards(bundle):
        covered: set[tuple[int, int]] = set()
        indexes: set[object] = set()
        for panel in panels(one):
            x, y, w, h = (int(at(panel, "gridData", key) or 0) for key in "xywh")
            cells = {(i, j) for i in range(x, x + w) for j in range(y, y + h)}
            index = panel.get("panelIndex")
            wrong = not cells or cells & covered or x + w > WIDTH or index in indexes
            if wrong or at(panel, "gridData", "i") != index:
                what = "is outside, covers another or shares its index"
                yield say(_place(one, panel), "panels-placed", what, "let the layout place it")
            covered |= cells
            indexes.add(index)


def lens_columns(bundle: Bundle) -> Iterator[Finding]:
    """A chart draws columns its layer has, in an order that names all, over fields of the mapping."""
    known = {*fields(bundle), "___records___"}
    for one in _boards(bundle):
        for panel in panels(one):
            for layer in layers(panel).values():
                yield from _columns(_place(one, panel), panel, layer, known)


def map_layers_drawn(bundle: Bundle) -> Iterator[Finding]:
    """A map has a base and a layer of documents, which reads a geo_point of ours and follows the board's query."""
    points = {name for name, field in fields(bundle).items() if field.type == "geo_point"}
    for one in _boards(bundle):
        for panel in panels(one):
            if panel.get("type") == "map":
                for what, fix in _map(at(panel, "embeddableConfig", "attributes") or {}, points):
                    yield say(_place(one, panel), "map-layers-drawn", what, fix)


def _map(attributes: Json, points: set[str]) -> Iterator[tuple[str, str]]:
    """(what is wrong, how to mend it)"""
    drawn = map_layers(attributes)
    kinds = [(layer.get("type"), at(layer, "sourceDescriptor", "type")) for layer in drawn]
    if kinds != [("EMS_VECTOR_TILE", "EMS_TMS"), ("GEOJSON_VECTOR", "ES_GEO_GRID")]:
        yield f"layers are {kinds}", "draw a base map and a grid of documents"
        return
    source = drawn[1]["sourceDescriptor"]
    if source.get("geoField") not in points:
        yield f"{source.get('geoField')} is no place", "name a geo_point of the mapping"
    if not (source.get("applyGlobalQuery") and source.get("applyGlobalTime")):
        yield "does not follow the board's query and time", "set applyGlobalQuery and applyGlobalTime"
    named = [reference.get("name") for reference in attributes.get("references", [])]
    if named != [source.get("indexPatternRefName")]:
        yield f"references are {named}", "refer to the data view of the layer"
    if at(read(attributes.get("mapStateJSON")), "center", "lat") is None:
        yield "does not say where it is looked at from", "give it a center and a zoom"


def _columns(place: str, panel: Json, layer: Any, known: set[str]) -> Iterator[Finding]:
    columns = at(layer, "columns") or {}
    if at(panel, "embeddableConfig", "attributes", "visualizationType") not in LENS:
        yield say(place, "lens-columns", "is of no kind we know", f"take one of {', '.join(LENS)}")
    if sorted(columns) != sorted(at(layer, "columnOrder") or []):
        yield say(place, "lens-columns", "columnOrder and columns differ", "make both from one list")
    drawn = set(_accessors(at(panel, "embeddableConfig", "attributes", "state", "visualization")))
    for name in sorted(drawn ^ set(columns)):
        yield say(place, "lens-columns", f"column {name} is not there, or not drawn", "make both from one list")
    for name, column in columns.items():
        if column.get("sourceField") not in known:
            yield say(place, "lens-columns", f"{name} reads {column.get('sourceField')}", "name a field of the mapping")


def _accessors(node: Any) -> Iterator[str]:
    """Column ids a visualization draws, wherever it names them."""
    keys = ("xAccessor", "splitAccessor", "metricAccessor", "columnId", "accessors", "primaryGroups", "metrics")
    if isinstance(node, dict):
        for key, value in node.items():
            if key in keys:
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _accessors(value)
    elif isinstance(node, list):
        for item in node:
            yield from _accessors(item)


def _place(one: Saved, panel: Json) -> str:
    return f"{one.place}: {one.data.get('id')}, panel {panel.get('panelIndex')}"
