"""The one normaliser: panels as grafanalib or an old mixin writes them, into what schema 42 expects."""

import re
from typing import Any

Json = dict[str, Any]

DATASOURCE: Json = {"type": "prometheus", "uid": "${datasource}"}
"""Every panel, query and annotation asks the dashboard's own data source variable."""

DEAD_PANEL_KEYS = frozenset(
    {
        "cacheTimeout",
        "color",
        "columns",
        "editable",
        "error",
        "fontSize",
        "height",
        "hideTimeOverride",
        "isNew",
        "mappings",
        "minSpan",
        "span",
        "styles",
        "renderer",
        "seriesOverrides",
        "aliasColors",
        "steppedLine",
        "nullPointMode",
    }
)
"""Keys at a panel's root that no panel type reads any more."""

_SAYS_NOTHING: tuple[tuple[str, object], ...] = (("links", []), ("transformations", []), ("transparent", False))
DEAD_TARGET_KEYS = frozenset({"intervalFactor", "metric", "query", "step", "target"})
DEAD_STEP_KEYS = frozenset({"index", "line", "op", "yaxis"})


def panel(old: Json) -> Json:
    """A panel without dead keys and nulls, with object data sources and thresholds whose base step has no value."""
    new = {key: value for key, value in old.items() if key not in DEAD_PANEL_KEYS and value is not None}
    if "datasource" in new or "targets" in new:
        new["datasource"] = datasource(old.get("datasource"))
    if "targets" in new:
        new["targets"] = [target(t) for t in new["targets"]]
    if "fieldConfig" in new:
        new["fieldConfig"] = field_config(new["fieldConfig"])
    return {key: value for key, value in new.items() if (key, value) not in _SAYS_NOTHING}


def datasource(old: object) -> Json:
    """A reference by object; names, `$datasource` and null become the dashboard's variable."""
    if old == "-- Mixed --":
        return {"type": "datasource", "uid": old}
    uid = str(old.get("uid", "$")) if isinstance(old, dict) else str(old or "$")
    if not re.fullmatch(r"\$(\{?\w+\}?)?", uid):
        return dict(old) if isinstance(old, dict) else dict(DATASOURCE)
    name = uid.strip("${}")
    return (
        dict(DATASOURCE) if not name or name.startswith("DS_") else DATASOURCE | _typed(old) | {"uid": f"${{{name}}}"}
    )


def _typed(old: object) -> Json:
    return {"type": old["type"]} if isinstance(old, dict) and old.get("type") else {}


def target(old: Json) -> Json:
    """A query without dead keys, without exemplars, with its data source."""
    new = {key: value for key, value in old.items() if key not in DEAD_TARGET_KEYS and value not in (None, "")}
    return new | {"datasource": datasource(old.get("datasource")), "exemplar": False}


def field_config(old: Json) -> Json:
    """Field options without nulls; thresholds and custom options in their present shape."""
    defaults = {key: value for key, value in old.get("defaults", {}).items() if value not in (None, "")}
    defaults["thresholds"] = thresholds(defaults.get("thresholds", {}))
    if "custom" in defaults:
        defaults["custom"] = custom(defaults["custom"])
    return {"defaults": defaults, "overrides": old.get("overrides", [])}


def thresholds(old: Json) -> Json:
    """Threshold steps; none at all is one green base step."""
    steps = old.get("steps") or [{"color": "green", "value": None}]
    return {"mode": old.get("mode", "absolute"), "steps": [_step(step) for step in steps]}


def _step(old: Json) -> Json:
    new = {key: value for key, value in old.items() if key not in DEAD_STEP_KEYS}
    return new | {"value": None if old.get("value") == "null" else old.get("value")}


def custom(old: Json) -> Json:
    """A panel type's own field options, with what grafanalib leaves half-filled completed."""
    new = {key: value for key, value in old.items() if value is not None}
    if new.get("stacking") == {}:
        new["stacking"] = {"group": "A", "mode": "none"}
    if new.get("scaleDistribution", {}).get("type") == "linear":
        new["scaleDistribution"] = {"type": "linear"}
    if "displayMode" in new:
        new["cellOptions"] = {"type": new.pop("displayMode")}
    return new
