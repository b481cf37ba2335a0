"""Captured values become fields': the conversions of obs.model.logs.Convert, as the pipeline makes them."""

import re
from collections.abc import Callable, Mapping

from obs.model.log_fields import SPELLINGS
from obs.model.logs import Convert, Level

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_INTEGER = re.compile(r"-?\d{1,18}\Z", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d+)?(?:[eE][+-]?\d{1,3})?\Z", re.ASCII)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ] ?(\d{1,2}:\d\d:\d\d)(?:[.,](\d{1,9})\d*)? ?(?:Z|UTC|([+-]\d\d):?(\d\d))?\Z", re.ASCII
)
_ADDRESS = re.compile(r"[0-9a-fA-F:.]{3,45}\Z", re.ASCII)
_NANOSECONDS = {"seconds": 1_000_000_000, "milliseconds": 1_000_000, "microseconds": 1_000}


def text_of(value: Json) -> str | None:
    """A scalar as text; None for objects, lists and what stands for nothing."""
    if value is None or isinstance(value, dict | list):
        return None
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return None if said in ("", "-") else said


def converted(value: Json, how: Convert, levels: Mapping[str, Level]) -> Json:
    """The field's value, None when the captured one cannot be one."""
    said = text_of(value)
    if said is None:
        return None
    if how in _NANOSECONDS:
        return round(float(said) * _NANOSECONDS[how]) if _NUMBER.match(said) else None
    if how == "level":
        return levels.get(said.lower(), SPELLINGS.get(said.lower()))
    return _PLAIN[how](said)


def time_of(said: str) -> str | None:
    """ISO 8601 with a zone; a time without one is UTC. None for what is no such time."""
    found = _TIME.match(said)
    if not found:
        return None
    day, clock, fraction, hours, minutes = found.groups()
    zone = f"{hours}:{minutes}" if hours and (hours[1:], minutes) != ("00", "00") else "Z"
    return f"{day}T{clock.zfill(8)}" + (f".{fraction}" if fraction else "") + zone


def _integer(said: str) -> int | None:
    return int(said) if _INTEGER.match(said) else None


def _number(said: str) -> float | None:
    return float(said) if _NUMBER.match(said) else None


def _outcome(said: str) -> str | None:
    status = _integer(said)
    return None if status is None else "failure" if status >= 400 else "success"


def _address(said: str) -> str | None:
    """The first of a list; `10.0.0.1:8080` loses its port, an IPv6 address has colons of its own."""
    first = said.split(",")[0].strip()
    if first.count(":") == 1:
        first = first.split(":")[0]
    return first if _ADDRESS.match(first) else None


_PLAIN: dict[Convert, Callable[[str], Json]] = {
    "text": lambda said: said,
    "integer": _integer,
    "number": _number,
    "flag": lambda said: {"true": True, "false": False}.get(said),
    "time": time_of,
    "http_outcome": _outcome,
    "address": _address,
    "path": lambda said: said.partition("?")[0] or None,
}
