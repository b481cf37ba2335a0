"""A component: everything obs knows about one part of a platform."""

from dataclasses import dataclass
from typing import Literal

from obs.model.access_log import AccessField
from obs.model.alert import Alert, Inhibition, Objective
from obs.model.logs import LogFormat
from obs.model.metric import Source
from obs.model.search import Board
from obs.model.signal import Headline, Row, Signal

OptionValue = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One setting a service of this component may carry in the spec; its type is the default's type."""

    name: str
    default: OptionValue
    help: str
    minimum: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """One folder of the catalogue. The first source is the component's own job; its job label is the service's name.

    `missing` is the severity of the derived alert on absent metrics; `implied` components belong to every platform that
    has their `half` and, with `beside`, a service of one of those components; they live in that half's namespace.
    `search` is the engine of the logging half, where the platform deploys one.
    `requires` lists components whose services must exist because their sources are read here.
    """

    name: str
    title: str
    summary: str
    sources: tuple[Source, ...]
    signals: tuple[Signal, ...]
    alerts: tuple[Alert, ...]
    rows: tuple[Row, ...]
    headline: Headline
    options: tuple[Option, ...] = ()
    objectives: tuple[Objective, ...] = ()
    inhibitions: tuple[Inhibition, ...] = ()
    requires: tuple[str, ...] = ()
    implied: bool = False
    beside: tuple[str, ...] = ()
    half: Literal["monitoring", "logging", "search"] = "monitoring"
    neighbours: tuple[tuple[str, str], ...] = ()
    """(component, its name on the link): whose dashboard one looks at next, where the platform has it."""
    missing: Literal["critical", "warning"] = "warning"
    logs: LogFormat | None = None
    """How its pods write; None when its lines are those of another service or of nobody."""
    board: Board | None = None
    """What people ask of its lines."""
    access_log: tuple[AccessField, ...] = ()
    """Fields of a gateway's access log, in the order of its line."""

    def signal(self, name: str) -> Signal:
        """The signal of that name; KeyError if there is none."""
        return next(s for s in self.signals if s.name == name)
