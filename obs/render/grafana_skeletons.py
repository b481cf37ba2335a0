"""One empty panel per kind: built by grafanalib where it still builds them well, as data where it does not.

grafanalib takes longer to load than all dashboards take to render, so what it builds is kept in grafana_built.py, which
`make pages` writes; a test compares the two.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from obs.render.grafana_built import BUILT
from obs.render.grafana_normalise import DATASOURCE, Json, panel

_LEGEND: Json = {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True}
_TOOLTIP: Json = {"mode": "multi", "sort": "desc"}
_LAST: Json = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_BASE: Json = {"mode": "absolute", "steps": [{"color": "green", "value": None}]}


def skeleton(kind: str) -> Json:
    """A fresh panel of that kind without title, queries or place; KeyError for a kind nobody builds."""
    loaded: Json = json.loads(_text(kind))
    return loaded


@cache
def _text(kind: str) -> str:
    return json.dumps(_AS_DATA[kind] if kind in _AS_DATA else BUILT[kind])


def from_grafanalib() -> dict[str, Json]:
    """Kind -> normalised panel, as the installed grafanalib builds it."""
    return {kind: panel(_plain(build())) for kind, build in _FROM_GRAFANALIB.items()}


@cache
def _core() -> Any:
    """grafanalib, loaded only when its panels are built anew."""
    from grafanalib import core

    return core


def _plain(built: object) -> Json:
    """grafanalib's objects as plain data."""
    plain: Json = json.loads(json.dumps(built, default=lambda part: part.to_json_data()))
    return plain


def _timeseries() -> Any:
    built = _core().TimeSeries(
        title="",
        dataSource="${datasource}",
        targets=[],
        lineWidth=2,
        fillOpacity=8,
        showPoints="auto",
        spanNulls=False,
        tooltipMode="multi",
        tooltipSort="desc",
        legendDisplayMode="list",
        legendPlacement="bottom",
        axisSoftMin=0,
    )
    return _plain(built) | {"options": {"legend": _LEGEND, "tooltip": _TOOLTIP}, "maxDataPoints": None}


def _stat() -> Any:
    built = _core().Stat(
        title="",
        dataSource="${datasource}",
        targets=[],
        thresholds=[_core().Threshold("green", 0, 0.0)],
        reduceCalc="lastNotNull",
        colorMode="none",
        graphMode="none",
        textMode="auto",
    )
    plain = _plain(built) | {"maxDataPoints": None}
    plain["fieldConfig"]["defaults"] = {"mappings": [], "thresholds": _BASE}
    plain["options"] |= {"percentChangeColorMode": "standard", "showPercentChange": False, "wideLayout": True}
    return plain


def _table() -> Any:
    built = _core().Table(title="", dataSource="${datasource}", targets=[], showHeader=True, thresholds=[])
    return _plain(built) | {"maxDataPoints": None, "options": {"cellHeight": "sm", "showHeader": True, "sortBy": []}}


def _row() -> Any:
    built = _plain(_core().RowPanel(title="", panels=[]))
    return {key: built[key] for key in ("type", "title", "collapsed", "panels")}


_FROM_GRAFANALIB: dict[str, Callable[[], Any]] = {
    "timeseries": _timeseries,
    "stat": _stat,
    "table": _table,
    "row": _row,
}


def _direct(kind: str, custom: Json, options: Json) -> Json:
    defaults = {"custom": custom, "mappings": [], "thresholds": _BASE}
    return {
        "type": kind,
        "title": "",
        "datasource": DATASOURCE,
        "targets": [],
        "options": options,
        "fieldConfig": {"defaults": defaults, "overrides": []},
    }


_AS_DATA: dict[str, Json] = {
    "bargauge": _direct(
        "bargauge",
        {},
        {
            "displayMode": "basic",
            "legend": _LEGEND | {"showLegend": False},
            "maxVizHeight": 28,
            "minVizHeight": 16,
            "minVizWidth": 8,
            "namePlacement": "left",
            "orientation": "horizontal",
            "reduceOptions": _LAST,
            "showUnfilled": True,
            "sizing": "manual",
            "valueMode": "color",
        },
    ),
    "gauge": _direct(
        "gauge",
        {},
        {
            "minVizHeight": 75,
            "minVizWidth": 75,
            "orientation": "auto",
            "reduceOptions": _LAST,
            "showThresholdLabels": False,
            "showThresholdMarkers": True,
            "sizing": "auto",
        },
    ),
    "state-timeline": _direct(
        "state-timeline",
        {"fillOpacity": 70, "lineWidth": 0, "spanNulls": False},
        {
            "alignValue": "left",
            "legend": _LEGEND,
            "mergeValues": True,
            "rowHeight": 0.85,
            "showValue": "auto",
            "tooltip": _TOOLTIP,
        },
    ),
    "heatmap": _direct(
        "heatmap",
        {"hideFrom": {"legend": False, "tooltip": False, "viz": False}, "scaleDistribution": {"type": "linear"}},
        {
            "calculate": False,
            "cellGap": 1,
            "cellValues": {},
            "exemplars": {"color": "rgba(255,0,255,0.7)"},
            "color": {
                "exponent": 0.5,
                "fill": "dark-orange",
                "mode": "scheme",
                "reverse": False,
                "scale": "exponential",
                "scheme": "Oranges",
                "steps": 64,
            },
            "filterValues": {"le": 1e-09},
            "legend": {"show": True},
            "rowsFrame": {"layout": "auto"},
            "showValue": "never",
            "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": False},
            "yAxis": {"axisPlacement": "left", "reverse": False},
        },
    ),
}
