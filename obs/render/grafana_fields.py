"""Field options of a panel: units, thresholds, state mappings, axes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from obs.conventions import UNITS
from obs.model.alert import Comparison, Severity
from obs.model.plan import PlannedAlert, PlannedPanel, Threshold
from obs.model.signal import Signal
from obs.render.grafana_normalise import Json

COLOURS: dict[Severity, str] = {"critical": "red", "warning": "orange", "info": "blue"}
State = tuple[str, str, str]
"""(value, text, colour)"""
_RANK: dict[Severity, int] = {"info": 0, "warning": 1, "critical": 2}
CLASS_COLOURS = (("1xx", "purple"), ("2xx", "green"), ("3xx", "blue"), ("4xx", "orange"), ("5xx", "red"))
_BELOW_ZERO = frozenset({"timestamp", "state", "bool"})
"""Units whose axis does not start at zero."""

_SMALL: dict[str, float] = {
    "bytes": 1024,
    "bytes_per_second": 1024,
    "cores": 0.1,
    "messages_per_second": 0.1,
    "per_second": 0.1,
    "ratio": 0.01,
    "requests_per_second": 0.1,
    "seconds": 0.01,
}
"""An axis without an alert line reaches at least this far (1 for counts): a flat zero would else be drawn below 100."""

_NUDGE = 1e-6
"""Grafana's steps include their value; a strict comparison starts this much (relative, or absolute at 0) above it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowing:
    """What a panel needs to know about the platform: its alerts by name and the signals its queries name."""

    alerts: Mapping[str, PlannedAlert] = field(default_factory=dict)
    signals: Mapping[str, Signal] = field(default_factory=dict)

    def comparison(self, threshold: Threshold) -> Comparison:
        """How the alert compares; derived alerts are strict."""
        planned = self.alerts.get(threshold.alert)
        fallback: Comparison = "<" if threshold.below else ">"
        return planned.alert.is_ if planned and planned.alert else fallback

    def guarded(self, name: str) -> bool:
        """Whether the alert has a guard that the panel does not: it may stay quiet past its line."""
        planned = self.alerts.get(name)
        drawn = planned is not None and planned.signal in self.signals and self.signals[planned.signal].guard
        return bool(planned and planned.alert and planned.alert.guard and not drawn)

    def faint(self, panel: PlannedPanel) -> bool:
        """Whether the panel is empty while there is too little of what its signals are shares of."""
        return all(target.signal in self.signals and self.signals[target.signal].guard for target in panel.targets)

    def signal_of(self, threshold: Threshold) -> str:
        """Name of the signal the alert judges, "" if unknown."""
        planned = self.alerts.get(threshold.alert)
        return planned.signal if planned else ""


def unit(name: str) -> str:
    """Grafana's id of one of our units."""
    return UNITS[name].grafana


def lines(thresholds: tuple[Threshold, ...]) -> Json:
    """Thresholds as lines at the alerts' own numbers, each in its alert's colour.

    Grafana colours a line by the step that starts there, except below a transparent step, where the step that ends
    there gives the colour; so the healthy range is transparent and lines of `below` alerts get their colour, too.
    """
    return _steps([(t.value, t) for t in thresholds], "transparent")


def regions(thresholds: tuple[Threshold, ...], knowing: Knowing, healthy: str = "green") -> Json:
    """Thresholds as colours of values: a value takes a colour exactly when its alert's comparison holds."""
    return _steps([(_edge(t, knowing.comparison(t)), t) for t in thresholds], healthy)


def _edge(threshold: Threshold, comparison: Comparison) -> float:
    """Where the colour changes, given that Grafana's steps include their value."""
    inclusive = comparison in (">=", "<", "!=")
    return threshold.value if inclusive else threshold.value + (abs(threshold.value) or 1.0) * _NUDGE


def _steps(edges: list[tuple[float, Threshold]], healthy: str) -> Json:
    """Between each two edges, the colour of the worst alert that would fire there."""
    starts = [None, *sorted({edge for edge, _ in edges})]
    steps = [{"color": _worst(edges, start) or healthy, "value": start} for start in starts]
    return {"mode": "absolute", "steps": steps}


def _worst(edges: list[tuple[float, Threshold]], start: float | None) -> str:
    firing = [t.severity for edge, t in edges if _fires(edge, t, start)]
    return COLOURS[max(firing, key=_RANK.__getitem__)] if firing else ""


def _fires(edge: float, threshold: Threshold, start: float | None) -> bool:
    if threshold.below:
        return start is None or start < edge
    return start is not None and start >= edge


def states(panel: PlannedPanel, thresholds: tuple[Threshold, ...], knowing: Knowing) -> tuple[State, ...]:
    """The panel's states; a red one has the colour of the worst alert that fires in it, so that red is what pages.

    States of which no alert speaks, and those that are called by their colour, stay as they are declared.
    """
    steps = regions(thresholds, knowing, healthy="")["steps"]

    def colour(value: str, text: str, declared: str) -> str:
        if declared != "red" or text == declared:
            return declared
        return [s["color"] for s in steps if s["value"] is None or float(value) >= s["value"]][-1] or declared

    return tuple((value, text, colour(value, text, declared)) for value, text, declared in panel.mappings)


def mappings(known: tuple[State, ...]) -> list[Json]:
    """Value mappings of (value, text, colour) states."""
    options = {value: {"color": colour, "index": i, "text": text} for i, (value, text, colour) in enumerate(known)}
    return [{"options": options, "type": "value"}] if known else []


def axis(panel: PlannedPanel) -> Json:
    """Soft limits of a value axis: zero is on it, and so is the first alert line above."""
    if panel.unit in _BELOW_ZERO:
        return {}
    above = [t.value for t in panel.thresholds if not t.below and t.value > 0]
    share = panel.unit == "ratio" and any(t.below for t in panel.thresholds)
    top = round(min(above) * 1.1, 6) if above else 1 if share else _SMALL.get(panel.unit, 1)
    return {"axisSoftMin": 0} | ({} if panel.maximum is not None else {"axisSoftMax": top})


def unit_overrides(panel: PlannedPanel, references: list[str], knowing: Knowing) -> list[Json]:
    """Units of the queries that measure something else than the panel's own unit."""
    overrides = []
    for reference, target in zip(references, panel.targets, strict=True):
        signal = knowing.signals.get(target.signal)
        if signal and UNITS[signal.unit].grafana != unit(panel.unit):
            overrides.append(override("byFrameRefID", reference, {"unit": unit(signal.unit)}))
    return overrides


def class_overrides(panel: PlannedPanel) -> list[Json]:
    """Fixed colours for HTTP response classes (`2xx`), so that the red line is always the failing one."""
    if not any(target.legend.endswith("xx") for target in panel.targets):
        return []
    return [
        override("byName", name, {"color": {"fixedColor": colour, "mode": "fixed"}}) for name, colour in CLASS_COLOURS
    ]


def override(matcher: str, options: str, properties: Json) -> Json:
    """One field override: options by id for the fields a matcher finds."""
    return {
        "matcher": {"id": matcher, "options": options},
        "properties": [{"id": key, "value": value} for key, value in properties.items()],
    }
