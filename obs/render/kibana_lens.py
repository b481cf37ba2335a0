"""Charts as Lens draws them: one form-based layer over our data view, by value on a dashboard."""

from collections.abc import Mapping

from obs.conventions import DATA_VIEW
from obs.model.logs import FieldType
from obs.model.search import Chart, Measure
from obs.render.kibana_objects import Json, kql, reference

LAYER = "layer"
TIME = "time"
KINDS = {
    "bars": ("lnsXY", "bar_stacked"),
    "lines": ("lnsXY", "line"),
    "area": ("lnsXY", "area_stacked"),
    "number": ("lnsMetric", ""),
    "table": ("lnsDatatable", ""),
    "donut": ("lnsPie", ""),
}
DATA_TYPES: Mapping[FieldType, str] = {
    "long": "number",
    "double": "number",
    "ip": "ip",
    "boolean": "boolean",
    "date": "date",
}
"""Lens' names for field types; everything else is a string to it."""
DURATION = {
    "id": "duration",
    "params": {"decimals": 1, "fromUnit": "nanoseconds", "toUnit": "humanizePrecise", "compact": True},
}

Types = Mapping[str, FieldType]
"""Field name -> its type in our mapping."""


def attributes(chart: Chart, types: Types) -> Json:
    """What a dashboard panel holds of a Lens chart."""
    kind, series = KINDS[chart.kind]
    splits = {f"by{n}": field for n, field in enumerate(chart.by)}
    measures = {f"value{n}": measure for n, measure in enumerate(chart.values)}
    timed = bool(series)
    columns = {name: _terms(field, chart, types) for name, field in splits.items()}
    columns |= {TIME: _histogram()} if timed else {}
    columns |= {name: _measure(measure, types) for name, measure in measures.items()}
    state = {
        "datasourceStates": {"formBased": {"layers": {LAYER: _layer(columns)}}},
        "visualization": _visualization(kind, series, list(splits), list(measures)),
        "query": kql(chart.query),
        "filters": [],
        "internalReferences": [],
        "adHocDataViews": {},
    }
    return {
        "title": chart.title,
        "description": chart.help,
        "visualizationType": kind,
        "type": "lens",
        "references": [layer_reference()],
        "state": state,
    }


def layer_reference(panel: str = "") -> Json:
    """The layer's data view, as the panel itself (or the dashboard, for one of its panels) names it."""
    prefix = f"{panel}:" if panel else ""
    return reference("index-pattern", DATA_VIEW, f"{prefix}indexpattern-datasource-layer-{LAYER}")


def _layer(columns: Json) -> Json:
    return {"columnOrder": list(columns), "columns": columns, "incompleteColumns": {}, "sampling": 1}


def _histogram() -> Json:
    return {
        "label": "@timestamp",
        "dataType": "date",
        "operationType": "date_histogram",
        "sourceField": "@timestamp",
        "isBucketed": True,
        "scale": "interval",
        "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False},
    }


def _terms(field: str, chart: Chart, types: Types) -> Json:
    """The values of a field, those with the most first."""
    return {
        "label": field,
        "customLabel": True,
        "dataType": DATA_TYPES.get(types.get(field, "keyword"), "string"),
        "operationType": "terms",
        "sourceField": field,
        "isBucketed": True,
        "scale": "ordinal",
        "params": {
            "size": chart.size,
            "orderBy": {"type": "column", "columnId": "value0"},
            "orderDirection": "desc",
            "otherBucket": chart.kind != "table",
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
        },
    }


def _measure(measure: Measure, types: Types) -> Json:
    params: Json = {"format": DURATION} if measure.nanoseconds else {}
    if measure.operation in ("count", "unique_count", "sum"):
        params["emptyAsNull"] = True
    if measure.operation == "percentile":
        params["percentile"] = measure.percentile
    dated = types.get(measure.field) == "date"
    return {
        "label": measure.label,
        "customLabel": True,
        "dataType": "date" if dated and measure.operation == "max" else "number",
        "operationType": measure.operation,
        "sourceField": measure.field or "___records___",
        "isBucketed": False,
        "scale": "ratio",
        "params": params,
    }


def _visualization(kind: str, series: str, splits: list[str], values: list[str]) -> Json:
    layer: Json = {"layerId": LAYER, "layerType": "data"}
    match kind:
        case "lnsMetric":
            return layer | {"metricAccessor": values[0]}
        case "lnsDatatable":
            return layer | {"columns": [{"columnId": name} for name in (*splits, *values)]}
        case "lnsPie":
            more = {"numberDisplay": "percent", "categoryDisplay": "default", "legendDisplay": "default"}
            return {"shape": "donut", "layers": [layer | more | {"primaryGroups": splits, "metrics": values}]}
        case _:
            drawn = layer | {"seriesType": series, "xAccessor": TIME, "accessors": values}
            drawn |= {"splitAccessor": splits[0]} if splits else {}
            return {
                "legend": {"isVisible": True, "position": "right"},
                "preferredSeriesType": series,
                "valueLabels": "hide",
                "layers": [drawn],
            }
