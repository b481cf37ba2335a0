"""Stories about the upstream: what its metrics do when healthy and under each fault, and which alerts must fire."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """`slope * x + base` where x is the value of an alert's signal; outside boundary cases slope is 0."""

    base: float = 0.0
    slope: float = 0.0

    def at(self, x: float) -> float:
        """The number for signal value x."""
        return self.base + self.slope * x if self.slope else self.base


@dataclass(frozen=True, kw_only=True, slots=True)
class Behaviour:
    """What one series does during a phase.

    value   a gauge's level, with `grow` per second from the phase's start
    rate    a counter's (or a histogram's observations') increase per second, continuous across phases
    age     a timestamp that moves with the clock: now - age seconds
    at      a timestamp fixed at (the moment the behaviour begins + at) seconds
    absent  the series is not exposed
    burst   a counter that grows by so much at the phase's start and then stands still (made by tests, never written)
    """

    kind: Literal["value", "rate", "age", "at", "absent", "burst"]
    number: Line = Line()
    grow: float = 0.0
    buckets: tuple[tuple[str, float], ...] = ()
    """Histograms: (le, cumulative share of observations), ascending; only these le are exposed, and +Inf."""
    mean: float = 0.0
    """Histograms: mean observation in the metric's own unit, for `_sum`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One labelled series of a metric, played by every instance of its source (or by one)."""

    metric: str
    behaviour: Behaviour
    labels: tuple[tuple[str, str], ...] = ()
    instance: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One fault: the series that change, the targets that fail, and exactly which alerts fire."""

    name: str
    title: str
    story: str
    changes: tuple[Series, ...]
    targets: tuple[tuple[str, int | None, Literal["down", "gone"]], ...] = ()
    """(source, instance or None for all, "down" = scrape fails | "gone" = no longer discovered)."""
    lasts: str = "30m"
    fires: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Boundary:
    """How to drive one alert's signal to an exact value x: the series to set, all others as in the baseline."""

    alert: str
    series: tuple[Series, ...]
    step: float = 0.0
    """Distance from the threshold for the cases just short and just past it; 0 = two per cent of the threshold."""
    exact: bool = False
    """Whether x can be met exactly, so that the case at the threshold itself can be told, too."""
    meets: tuple[Series, ...] = ()
    """Series that meet x exactly where `series` would only come near: a divisor that is a power of two."""
    guard: tuple[Series, ...] = ()
    """Series that carry the alert's guard to x, while its condition holds."""
    also: tuple[tuple[Series, ...], ...] = ()
    """Other ways to carry the signal to x, where it has several sources."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Faults:
    """A component's faults.yaml."""

    instances: dict[str, int] = field(default_factory=dict)
    baseline: tuple[Series, ...] = ()
    stories: tuple[Story, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
