"""Panels of types that Grafana removed, as the types that took their place."""

from collections.abc import Callable

from obs.render.grafana_normalise import Json, panel
from obs.render.grafana_skeletons import skeleton

_KEPT = (
    "id",
    "title",
    "description",
    "datasource",
    "targets",
    "gridPos",
    "links",
    "repeat",
    "repeatDirection",
    "interval",
    "transparent",
)
_CALCS = {"current": "lastNotNull", "avg": "mean", "total": "sum", "first": "firstNotNull", "min": "min", "max": "max"}
_STEP_COLOURS = ["green", "orange", "red"]


def modern(old: Json) -> Json:
    """A panel of a living type, normalised; a removed type without a simple successor stays, for the checks to name."""
    migrate = _MIGRATE.get(old.get("type", ""))
    new = panel(migrate(old) if migrate else old)
    new.setdefault("title", "")
    if new.get("type") == "row":
        return new | {"collapsed": bool(old.get("collapsed")), "panels": [modern(p) for p in old.get("panels", [])]}
    return _described(new)


def _described(new: Json) -> Json:
    if "targets" in new:
        new["targets"] = [{"refId": chr(ord("A") + i)} | t for i, t in enumerate(new["targets"])]
    return new


def _successor(kind: str, old: Json) -> Json:
    return skeleton(kind) | {key: old[key] for key in _KEPT if key in old}


def graph(old: Json) -> Json:
    """`graph` as a time series: unit, limits, stacking, fill and legend carry over."""
    new = _successor("timeseries", old)
    axis = (old.get("yaxes") or [{}])[0]
    defaults = new["fieldConfig"]["defaults"]
    defaults["unit"] = axis.get("format", "short")
    defaults |= {key: float(axis[key]) for key in ("min", "max") if axis.get(key) not in (None, "")}
    custom = defaults["custom"] | {
        "fillOpacity": int(old.get("fill", 1)) * 10,
        "lineWidth": int(old.get("linewidth", 1)),
    }
    if old.get("bars"):
        custom["drawStyle"] = "bars"
    if old.get("stack"):
        custom["stacking"] = {"group": "A", "mode": "normal"}
    defaults["custom"] = custom
    legend = old.get("legend", {})
    calcs = [_CALCS[key] for key in _CALCS if legend.get(key)] if legend.get("values") else []
    new["options"]["legend"] = {
        "calcs": calcs,
        "displayMode": "table" if legend.get("alignAsTable") else "list",
        "placement": "right" if legend.get("rightSide") else "bottom",
        "showLegend": bool(legend.get("show", True)),
    }
    return new


def singlestat(old: Json) -> Json:
    """`singlestat` as a stat: unit, decimals, thresholds, value texts and the chosen value carry over."""
    new = _successor("stat", old)
    defaults = new["fieldConfig"]["defaults"]
    defaults |= {"unit": old.get("format", "short"), "thresholds": _steps(old), "color": {"mode": "thresholds"}}
    if old.get("decimals") is not None:
        defaults["decimals"] = old["decimals"]
    texts = {str(m["value"]): {"index": i, "text": m["text"]} for i, m in enumerate(old.get("valueMaps") or [])}
    defaults["mappings"] = [{"options": texts, "type": "value"}] if texts else []
    new["options"]["reduceOptions"]["calcs"] = [_CALCS.get(old.get("valueName", "avg"), "lastNotNull")]
    new["options"]["colorMode"] = (
        "background" if old.get("colorBackground") else "value" if old.get("colorValue") else "none"
    )
    return new


def _steps(old: Json) -> Json:
    """`thresholds: "80,90"` and three colours as steps."""
    numbers = [float(text) for text in str(old.get("thresholds") or "").split(",") if text.strip()]
    colours = [*(old.get("colors") or _STEP_COLOURS), *_STEP_COLOURS][: len(numbers) + 1]
    return {
        "mode": "absolute",
        "steps": [{"color": c, "value": v} for c, v in zip(colours, [None, *numbers], strict=True)],
    }


def _table_old(old: Json) -> Json:
    return _successor("table", old)


def _pie(old: Json) -> Json:
    return {key: old[key] for key in _KEPT if key in old} | {
        "type": "piechart",
        "fieldConfig": {},
        "options": {
            "legend": {"displayMode": "list", "placement": "right", "showLegend": True},
            "pieType": "pie",
            "tooltip": {"mode": "single", "sort": "none"},
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
    }


_MIGRATE: dict[str, Callable[[Json], Json]] = {
    "grafana-piechart-panel": _pie,
    "graph": graph,
    "singlestat": singlestat,
    "table-old": _table_old,
}
