"""Columns of a table panel: the labels its legend names, then one value per query, under human headings."""

import re

from obs.model.plan import PlannedPanel, Threshold
from obs.render.grafana_fields import COLOURS, Knowing, mappings, override, regions, states, unit
from obs.render.grafana_normalise import Json

_HEADINGS = {
    "alertname": "Alert",
    "horizontalpodautoscaler": "Autoscaler",
    "persistentvolumeclaim": "Volume claim",
    "datname": "Database",
    "dbname": "Database",
    "rabbitmq_version": "RabbitMQ version",
    "vhost": "Virtual host",
    "le": "Up to",
}

_PLAIN = {
    "bool": "Now",
    "connections": "Number",
    "count": "Number",
    "messages": "Number",
    "state": "State",
    "timestamp": "When",
}
"""Heading of a value that the panel's own title names already."""

_POD, _NOW = 210, 70
"""Pixels: Grafana shares a table's width equally, which cuts off the end of a pod's name beside a yes or a no."""

_SEVERITIES = override(
    "byName",
    "Severity",
    {
        "mappings": mappings(tuple((name, name, colour) for name, colour in COLOURS.items())),
        "custom.cellOptions": {"mode": "basic", "type": "color-background"},
    },
)


def columns(panel: PlannedPanel, references: list[str], knowing: Knowing) -> tuple[list[Json], list[Json], list[Json]]:
    """Transformations that leave the named columns, overrides that colour them, and the order of the lines."""
    labels = _labels(panel)
    values = {_value_field(panel, name): _heading(panel, i, knowing) for i, name in enumerate(references)}
    if panel.unit == "state" and not panel.mappings and labels:
        values = {}  # An info metric: its labels say everything, its value is always 1.
    order = {name: i for i, name in enumerate([*labels, *values])}
    renamed = {label: heading(label) for label in labels} | values
    transformations: list[Json] = [{"id": "merge", "options": {}}] if len(panel.targets) > 1 else []
    transformations += [
        {"id": "filterFieldsByName", "options": {"include": {"names": list(order)}}},
        {"id": "organize", "options": {"excludeByName": {}, "indexByName": order, "renameByName": renamed}},
    ]
    overrides = [_override(panel, i, name, knowing) for i, name in enumerate(values.values())]
    overrides += [override("byName", heading("pod"), {"custom.width": _POD})] if "pod" in labels else []
    overrides += [_SEVERITIES] if "severity" in labels else []
    return transformations, overrides, _order(labels, values)


def _order(labels: list[str], values: dict[str, str]) -> list[Json]:
    """Critical before all others, then the highest of the first value on top; without values, by the first label."""
    first = ["severity"] if "severity" in labels else []
    if not values:
        first = first or labels[:1]
    highest = [{"desc": True, "displayName": value} for value in list(values.values())[:1]]
    return [*({"desc": False, "displayName": heading(label)} for label in first), *highest]


def heading(label: str) -> str:
    """A label's name as a column heading."""
    return _HEADINGS.get(label, label.replace("_", " ").capitalize())


def _labels(panel: PlannedPanel) -> list[str]:
    found = [label for t in panel.targets for label in re.findall(r"\{\{\s*(\w+)\s*\}\}", t.legend)]
    return list(dict.fromkeys(found))


def _value_field(panel: PlannedPanel, name: str) -> str:
    return "Value" if len(panel.targets) == 1 else f"Value #{name}"


def _heading(panel: PlannedPanel, index: int, knowing: Knowing) -> str:
    signal = knowing.signals.get(panel.targets[index].signal)
    named = signal.title if signal else panel.title
    return named if named != panel.title else _PLAIN.get(panel.unit, named)


def _override(panel: PlannedPanel, index: int, name: str, knowing: Knowing) -> Json:
    target = panel.targets[index]
    signal = knowing.signals.get(target.signal)
    asked = signal.unit if signal else panel.unit
    properties: Json = {"unit": unit(asked)}
    own = tuple(t for t in panel.thresholds if _belongs(t, target.signal, panel, knowing))
    if own:
        properties["thresholds"] = regions(own, knowing, "green")
    if panel.mappings and (own or len(panel.targets) == 1):
        properties["mappings"] = mappings(states(panel, own, knowing))
    if len(properties) > 1:
        properties["custom.cellOptions"] = {"mode": "basic", "type": "color-background"}
    if asked == "bool":
        properties["custom.width"] = _NOW
    return override("byName", name, properties)


def _belongs(threshold: Threshold, signal: str, panel: PlannedPanel, knowing: Knowing) -> bool:
    return len(panel.targets) == 1 or knowing.signal_of(threshold) == signal
