"""What a rule's text tells about its tests: the series it reads, how far it looks back, the labels its results keep."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from obs.conventions import seconds

ANY_JOB: frozenset[str] = frozenset()

_DURATION = r"(?:\d+(?:ms|[smhdwy]))+"
_RANGE = re.compile(rf"\[({_DURATION})(?::({_DURATION})?)?\]")
_OFFSET = re.compile(rf"\boffset\s+({_DURATION})")
_SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{((?:[^{}\"]|\"(?:[^\"\\]|\\.)*\")*)\})?")
_RANGED = re.compile(rf"{_SELECTOR.pattern}\s*(?:\[({_DURATION}))?")
_JOB = re.compile(r'\bjob\s*=(~?)\s*"([^"]*)"')
_BY = re.compile(r"\bby\s*\(([^)]*)\)")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


@lru_cache(maxsize=4096)
def reach(expr: str) -> float:
    """Seconds of the past a rule can see: its longest range plus its longest offset."""
    ranges = [seconds(first) for first, _ in _RANGE.findall(expr)]
    offsets = [seconds(found) for found in _OFFSET.findall(expr)]
    return max(ranges, default=0.0) + max(offsets, default=0.0)


def shortest_range(exprs: Iterable[str]) -> float:
    """Seconds of the shortest range any of the expressions uses; an hour when there is none."""
    return min((_shortest(expr) for expr in exprs), default=3600.0)


@lru_cache(maxsize=4096)
def _shortest(expr: str) -> float:
    return min((seconds(first) for first, _ in _RANGE.findall(expr)), default=3600.0)


def reads(exprs: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Series name -> the jobs it is read from; an empty set means any. Function names stand among the keys."""
    return _read_by_all(tuple(exprs))


@lru_cache(maxsize=4096)
def _read_by_all(exprs: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for expr in exprs:
        for name, jobs in _reads(expr):
            known = found.get(name)
            found[name] = jobs if known is None else ANY_JOB if not (known and jobs) else known | jobs
    return found


@lru_cache(maxsize=4096)
def _reads(expr: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """(name, jobs) of every selector of one expression."""
    return tuple(
        (name, frozenset(job for regex, text in _JOB.findall(inside) for job in (text.split("|") if regex else [text])))
        for name, inside in _SELECTOR.findall(expr)
    )


@lru_cache(maxsize=4096)
def kept_labels(expr: str) -> frozenset[str] | None:
    """Labels that survive every aggregation of an expression; None when it does not aggregate."""
    found = _BY.findall(_TEXT.sub('""', expr))
    clauses = [{label.strip() for label in clause.split(",")} - {"", "le"} for clause in found]
    return frozenset(set.intersection(*clauses)) if clauses else None


def ranges_of(expr: str, metric: str) -> frozenset[float]:
    """Seconds of the ranges with which an expression reads a metric or a histogram's parts; 0 for the present value."""
    names = {metric, *(metric + part for part in ("_bucket", "_sum", "_count"))}
    return frozenset(length for name, length in _ranged(expr) if name in names)


@lru_cache(maxsize=4096)
def _ranged(expr: str) -> tuple[tuple[str, float], ...]:
    """(name, seconds of its range) of every selector; 0 without one."""
    return tuple((name, seconds(found) if found else 0.0) for name, _, found in _RANGED.findall(expr))
