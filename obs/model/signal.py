"""Signals: a question said once, rendered as panel, rule, alert expression and runbook line."""

from dataclasses import dataclass, field
from typing import Literal

PanelKind = Literal["timeseries", "stat", "table", "bargauge", "state-timeline", "heatmap", "gauge"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """One measured thing.

    `query` is PromQL with placeholders: `<selector>` (the component's first source), `<selector:NAME>` (another),
    `<window>` (a range such as 5m), `<group>` (the labels every result keeps: cluster, namespace, job), `<group:NAME>`
    (the same for a source without a namespace), `<jobs>` (any job of the platform), `<namespaces>` (a regex of the
    platform's namespaces), `<option:NAME>` (a component option). `unit` is a key of conventions.UNITS. `empty` says why
    a healthy platform has no series here ("" = there is always data); such a panel reads "none". `record` names a
    recording rule (`level:metric:operations`) of the bare query.

    `guard` is PromQL without which the number means nothing (a minimum of traffic): where it holds for no series that
    agrees on `guard_on`, nothing is drawn and every alert on the signal is quiet, so that no line is crossed in vain.
    """

    name: str
    title: str
    help: str
    unit: str
    query: str
    legend: str = "{{instance}}"
    window: str = "5m"
    empty: str = ""
    record: str = ""
    guard: str = ""
    guard_on: str = "<group>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One panel over one or more signals; title, description and unit default to the first signal's."""

    signals: tuple[str, ...]
    kind: PanelKind = "timeseries"
    title: str = ""
    help: str = ""
    width: int = 12
    height: int = 8
    stack: bool = False
    maximum: float | None = None
    minimum: float | None = None
    """Where the axis ends at the bottom, however far a forecast falls: the present must stay legible above it."""
    mappings: tuple[tuple[str, str, str], ...] = ()
    """(value, text, colour) for states, e.g. ("0", "down", "red")."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One dashboard row, in triage order: up, failing, slow, full, changed."""

    title: str
    panels: tuple[Panel, ...]
    collapsed: bool = False
    repeat: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """The one number of a component on the overview dashboard: a signal in the colours of its alerts."""

    signal: str
    title: str = ""
    tags: tuple[str, ...] = field(default=())
