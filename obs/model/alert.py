"""Alerts: a signal plus a condition, a hold and a severity; objectives: a budget and its burn alerts."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning", "info"]
Comparison = Literal[">", ">=", "<", "<=", "==", "!="]
Triage = Literal["up", "failing", "slow", "full", "changed"]
TRIAGE: tuple[Triage, ...] = ("up", "failing", "slow", "full", "changed")
SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One alert: `signal` `is_` `threshold` for `hold`.

    `guard` is PromQL appended as `and on (<guard_on>) (guard)`: a condition without which the alert has nothing to say
    (a maintenance window), though the number is worth drawing; where it is not, the signal itself has the guard, and
    resolved alerts carry it. `why` names the source of the threshold. `summary` is a plain sentence
    without templating, `description` a templated one quoting `{{ $value }}`; `<threshold>` in it becomes the number
    with its unit.
    """

    name: str
    signal: str
    is_: Comparison
    threshold: float
    hold: str
    severity: Severity
    triage: Triage
    summary: str
    description: str
    why: str
    window: str = ""
    guard: str = ""
    guard_on: str = "<group>"
    option: str = ""
    """Name of a component option that supplies the threshold instead of the number above."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inhibition:
    """While `source` alerts fire, `target` alerts that agree on the `equal` labels are muted."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    equal: tuple[str, ...]
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Objective:
    """A service level objective counted in events.

    `errors` and `total` are PromQL rates (events per second) with `<selector>` and `<window>`, both aggregated
    `by (<group>, instance)`. `target` is the default share of good events over `period`. Burn alerts stay quiet while
    the long window holds fewer than `minimum_events` events.
    """

    name: str
    title: str
    help: str
    errors: str
    total: str
    alert: str
    summary: str
    why: str
    target: float = 0.999
    period: str = "30d"
    minimum_events: int = 100
