"""What stands around the panels of a v2 dashboard: variables, annotations, times; and the one shape of a query."""

from obs.render.grafana_normalise import Json

_REFRESH = ("never", "onDashboardLoad", "onTimeRangeChanged")
_SORT = (
    "disabled",
    "alphabeticalAsc",
    "alphabeticalDesc",
    "numericalAsc",
    "numericalDesc",
    "alphabeticalCaseInsensitiveAsc",
    "alphabeticalCaseInsensitiveDesc",
    "naturalAsc",
    "naturalDesc",
)
_HIDE = ("dontHide", "hideLabel", "hideVariable")
_LEGACY = ("step", "tagKeys", "textFormat", "titleFormat")
"""Annotation options that belong to the Prometheus data source and have no key of their own in v2."""

_KINDS = {
    "constant": "ConstantVariable",
    "custom": "CustomVariable",
    "datasource": "DatasourceVariable",
    "interval": "IntervalVariable",
    "query": "QueryVariable",
    "textbox": "TextVariable",
}
_MANY = frozenset({"custom", "datasource", "query"})
"""Types of which several values can be chosen."""


def data_query(datasource: Json, spec: Json) -> Json:
    """One query: the data source by name (a variable or uid), its type as the group, the rest as it is."""
    name = {"name": datasource["uid"]}
    return {"datasource": name, "group": datasource["type"], "kind": "DataQuery", "spec": spec, "version": "v0"}


def annotation(old: Json) -> Json:
    """An annotation query."""
    spec: Json = {
        "builtIn": bool(old.get("builtIn")),
        "enable": old["enable"],
        "hide": old["hide"],
        "iconColor": old["iconColor"],
        "name": old["name"],
        "query": data_query(old["datasource"], old.get("target", {})),
    }
    legacy = {key: old[key] for key in _LEGACY if key in old}
    return {"kind": "AnnotationQuery", "spec": spec | ({"legacyOptions": legacy} if legacy else {})}


def time_settings(classic: Json) -> Json:
    """Range, refresh and time zone."""
    return {
        "autoRefresh": classic["refresh"],
        "autoRefreshIntervals": classic["timepicker"]["refresh_intervals"],
        "fiscalYearStartMonth": classic["fiscalYearStartMonth"],
        "from": classic["time"]["from"],
        "hideTimepicker": False,
        "timezone": classic["timezone"],
        "to": classic["time"]["to"],
    }


def variable(old: Json) -> Json:
    """A template variable; KeyError for a type that v2 has no kind for."""
    kind = old["type"]
    spec: Json = {
        "current": {"text": old["current"]["text"], "value": old["current"]["value"]},
        "hide": _HIDE[old["hide"]],
        "label": old["label"],
        "name": old["name"],
        "skipUrlSync": old["skipUrlSync"],
    }
    if kind in _MANY:
        spec |= {"allowCustomValue": True, "includeAll": old["includeAll"], "multi": old["multi"], "options": []}
    return {"kind": _KINDS[kind], "spec": spec | _own(kind, old)}


def _own(kind: str, old: Json) -> Json:
    """What only variables of this type have."""
    if kind == "datasource":
        return {"pluginId": old["query"], "refresh": _REFRESH[old["refresh"]], "regex": old["regex"]}
    if kind == "interval":
        auto = {"auto": False, "auto_count": 0, "auto_min": ""}
        return auto | {"options": [], "query": old["query"], "refresh": "onTimeRangeChanged"}
    return _query_options(old) if kind == "query" else {"query": old["query"]}


def _query_options(old: Json) -> Json:
    return {
        "allValue": old["allValue"],
        "definition": old["definition"],
        # `__legacyStringValue` is where Grafana's own conversion puts a query written as a string.
        "query": data_query(old["datasource"], {"__legacyStringValue": old["query"]}),
        "refresh": _REFRESH[old["refresh"]],
        "regex": old["regex"],
        "regexApplyTo": "value",
        "sort": _SORT[old["sort"]],
    }
