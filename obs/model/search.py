"""What people ask of logs: saved searches, charts, and the boards that bring both together."""

from dataclasses import dataclass
from typing import Literal

Operation = Literal["count", "unique_count", "average", "median", "percentile", "sum", "max"]
ChartKind = Literal["bars", "lines", "area", "number", "table", "donut", "map"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """A saved search: a question in KQL and the columns that answer it. Newest first.

    `alerts` are those whose lines it shows: their notifications link here.
    """

    name: str
    title: str
    help: str
    query: str
    columns: tuple[str, ...]
    alerts: tuple[str, ...] = ()
    scope: tuple[tuple[str, str], ...] = (("job", "service.name"),)
    """(label, field): what a link from an alert or panel of the board's own component narrows the search to. Only where
    the job that is measured also writes the lines: kube-state-metrics, say, writes none of the cluster's events.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What a chart shows per bucket; without a field it counts documents. `percentile` is of 100."""

    label: str = "Lines"
    operation: Operation = "count"
    field: str = ""
    percentile: int = 95
    nanoseconds: bool = False
    """Whether values are nanoseconds, as ECS durations are."""


LINES = Measure()


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """One panel. `query` narrows the board's; `by` are the fields whose values make rows, colours or slices.

    A map has one field in `by`, a geo_point. `width` is of 48 columns.
    """

    name: str
    title: str
    help: str
    kind: ChartKind = "bars"
    query: str = ""
    by: tuple[str, ...] = ()
    values: tuple[Measure, ...] = (LINES,)
    size: int = 10
    """How many values of each `by` field are shown, largest first."""
    width: int = 24
    height: int = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """One Kibana dashboard: charts, then searches. `query` holds for all of it.

    `formats` are the log formats it is about: a platform gets the board when it has one of them; () is for every
    platform. `component` names the Grafana dashboard to go back to, "" the overview.
    """

    name: str
    title: str
    help: str
    query: str
    formats: tuple[str, ...] = ()
    component: str = ""
    controls: tuple[str, ...] = ()
    """Fields offered as choices on top."""
    charts: tuple[Chart, ...] = ()
    searches: tuple[Search, ...] = ()
    shown: tuple[str, ...] = ()
    """Names of the searches that stand on the board itself, in full width."""
    otherwise: str = ""
    """Search that alerts of the component open which no search claims; "" is the first of `shown`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedQuery:
    """A KQL query people can put into any search of theirs."""

    name: str
    title: str
    help: str
    query: str
