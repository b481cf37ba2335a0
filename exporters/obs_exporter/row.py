"""One row of an exporter's table: a metric family as it is promised to whoever reads it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One metric family: full name, type, base unit ("" for a plain count), labels and HELP text.

    `buckets` are a histogram's upper bounds in ascending order, without +Inf.
    """

    name: str
    type: Literal["counter", "gauge", "histogram"]
    help: str
    unit: str = ""
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
