"""A planned panel as Grafana's classic panel."""

from collections.abc import Callable

from obs.model.plan import PlannedPanel, Target
from obs.render.grafana_fields import (
    Knowing,
    axis,
    class_overrides,
    lines,
    mappings,
    regions,
    states,
    unit,
    unit_overrides,
)
from obs.render.grafana_normalise import DATASOURCE, Json
from obs.render.grafana_skeletons import skeleton
from obs.render.grafana_table import columns

INSTANT = frozenset({"stat", "table", "bargauge", "gauge"})
"""Kinds that show the present: their queries ask for one moment."""

_WIDE = 12
"""Columns from which a legend beside the graph leaves enough of the graph."""

_RANGE_FORMAT = {"heatmap": "heatmap", "table": "table"}


def build(panel: PlannedPanel, knowing: Knowing) -> Json:
    """The whole panel, in classic shape."""
    built = skeleton(panel.kind)
    built |= {"id": panel.id, "title": panel.title, "description": description(panel, knowing), "links": links(panel)}
    built["gridPos"] = {"h": panel.height, "w": panel.width, "x": panel.x, "y": panel.y}
    built["targets"] = [query(panel.kind, t, reference(i)) for i, t in enumerate(panel.targets)]
    _common_fields(built["fieldConfig"], panel, knowing)
    _FINISH[panel.kind](built, panel, knowing)
    return built


def description(panel: PlannedPanel, knowing: Knowing) -> str:
    """What it shows, why it may be empty, which alerts watch it and which of them need more than a crossed line."""
    parts = [panel.help]
    if panel.empty:
        parts.append(f"Reads “none” when healthy: {panel.empty.rstrip('.')}.")
    if panel.alerts:
        parts.append(f"Watched by {', '.join(panel.alerts)}.")
    guarded = [name for name in panel.alerts if knowing.guarded(name)]
    if guarded:
        parts.append(f"{', '.join(guarded)}: only under a further condition, named in the runbook.")
    return "\n\n".join(parts)


def links(panel: PlannedPanel) -> list[Json]:
    """One step down, the lines of the same time, and the runbook."""
    logs = [{"targetBlank": True, "title": "Logs", "url": panel.logs}] if panel.logs else []
    runbook = [{"targetBlank": True, "title": "Runbook", "url": panel.runbook}] if panel.runbook else []
    return [*drill_down(panel), *logs, *runbook]


def drill_down(panel: PlannedPanel) -> list[Json]:
    """The dashboard below, asked of the same data source; nothing at the bottom."""
    url = f"{panel.drilldown}{'&' if '?' in panel.drilldown else '?'}${{datasource:queryparam}}"
    return [{"targetBlank": False, "title": "Drill down", "url": url}] if panel.drilldown else []


def reference(index: int) -> str:
    """A, B … Z, AA, AB …"""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return letters[index] if index < 26 else reference(index // 26 - 1) + letters[index % 26]


def query(kind: str, target: Target, name: str) -> Json:
    """One query; those of a heatmap or table ask for that format."""
    instant = target.instant or kind in INSTANT
    return {
        "datasource": DATASOURCE,
        "editorMode": "code",
        "exemplar": False,
        "expr": target.expr,
        "format": _RANGE_FORMAT.get(kind, "time_series"),
        "instant": instant,
        "legendFormat": target.legend or "__auto",
        "range": not instant,
        "refId": name,
    }


def _common_fields(config: Json, panel: PlannedPanel, knowing: Knowing) -> None:
    defaults = config["defaults"]
    defaults |= {"unit": unit(panel.unit), "mappings": mappings(states(panel, panel.thresholds, knowing))}
    if panel.empty:
        defaults["noValue"] = "none"
    elif knowing.faint(panel):
        defaults["noValue"] = "too little to tell"
    if panel.maximum is not None:
        defaults["max"] = panel.maximum
    if panel.minimum is not None:
        defaults["min"] = panel.minimum
    if panel.drilldown:
        defaults["links"] = drill_down(panel)
    config["overrides"] = unit_overrides(panel, [reference(i) for i in range(len(panel.targets))], knowing)


def _timeseries(built: Json, panel: PlannedPanel, knowing: Knowing) -> None:
    defaults = built["fieldConfig"]["defaults"]
    custom = defaults["custom"]
    del custom["axisSoftMin"]
    custom |= axis(panel)
    defaults["thresholds"] = lines(panel.thresholds)
    built["fieldConfig"]["overrides"] += class_overrides(panel)
    custom["thresholdsStyle"] = {"mode": "dashed" if panel.thresholds else "off"}
    built["options"]["legend"] |= _legend(panel)
    if any("{{" in target.legend for target in panel.targets):
        custom["fillOpacity"] = 0  # Fills of many series on top of each other are mud.
    if panel.stack:
        custom |= {"fillOpacity": 30, "stacking": {"group": "A", "mode": "normal"}}


def _legend(panel: PlannedPanel) -> Json:
    """Series told apart by several labels are many: beside a wide graph, with their last value, the worst first.

    The worst is the highest, but where alerts start below a line: the rest is behind a scroll bar.
    """
    many = any(target.legend.count("{{") > 1 for target in panel.targets)
    if not many or panel.width < _WIDE:
        return {}
    return {
        "calcs": ["lastNotNull"],
        "displayMode": "table",
        "placement": "right",
        "sortBy": "Last *",
        "sortDesc": not (panel.thresholds and all(t.below for t in panel.thresholds)),
    }


def _coloured(built: Json, panel: PlannedPanel, knowing: Knowing) -> None:
    """Colours by threshold or state; without either, a plain number claims no health."""
    defaults = built["fieldConfig"]["defaults"]
    healthy = "green" if panel.thresholds else "text"
    defaults["thresholds"] = regions(panel.thresholds, knowing, healthy)
    defaults["color"] = {"mode": "thresholds"}


def _stat(built: Json, panel: PlannedPanel, knowing: Knowing) -> None:
    _coloured(built, panel, knowing)
    if panel.thresholds or panel.mappings:
        built["options"]["colorMode"] = "background"
    if panel.unit == "ratio":
        built["fieldConfig"]["defaults"]["decimals"] = 2


def _gauge(built: Json, panel: PlannedPanel, knowing: Knowing) -> None:
    _coloured(built, panel, knowing)
    defaults = built["fieldConfig"]["defaults"]
    defaults["min"] = 0
    if not panel.thresholds:
        defaults["thresholds"] = regions((), knowing, "blue")
    if panel.unit == "ratio":
        defaults.setdefault("max", 1)


def _table(built: Json, panel: PlannedPanel, knowing: Knowing) -> None:
    references = [reference(i) for i in range(len(panel.targets))]
    built["transformations"], overrides, order = columns(panel, references, knowing)
    defaults = built["fieldConfig"]["defaults"]
    defaults["thresholds"] = regions((), knowing, "text")
    defaults.pop("links", None)  # Every cell would be a blue link to the same place; the panel's own link does.
    built["fieldConfig"]["overrides"] = overrides
    built["options"]["sortBy"] = order


def _states(built: Json, panel: PlannedPanel, knowing: Knowing) -> None:
    _coloured(built, panel, knowing)


def _heatmap(built: Json, panel: PlannedPanel, knowing: Knowing) -> None:
    built["options"]["yAxis"] |= {"min": "0", "unit": unit(panel.unit)}


_FINISH: dict[str, Callable[[Json, PlannedPanel, Knowing], None]] = {
    "timeseries": _timeseries,
    "stat": _stat,
    "gauge": _gauge,
    "bargauge": _gauge,
    "table": _table,
    "state-timeline": _states,
    "heatmap": _heatmap,
}
