"""Acting: what one role of a play does in one scene, and the straight lines its series draws."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from obs.model.fault import Behaviour, Line, Series
from obs.model.metric import Metric
from obs.render.cast import Instance, Labels

UPTIME = 86_400.0
"""Seconds every counter has been counting when a play starts."""


class Segment(NamedTuple):
    """A straight stretch of a series: from `start` (inclusive) to `end` (exclusive), seconds from the play's start."""

    start: float
    end: float
    value: float
    slope: float
    exact: bool = False
    """Whether every digit of the value counts."""

    def at(self, moment: float) -> float:
        """The value at a moment of the segment."""
        return self.value + self.slope * (moment - self.start)


Role = tuple[Instance, str, Labels]
"""Who plays, which series name, with which labels of its own."""


class Acting(NamedTuple):
    """What a role does in one scene; `since` is the moment the behaviour began."""

    behaviour: Behaviour
    since: float


def own_labels(instance: Instance, series: Series) -> Labels:
    """The labels of a series as one instance exposes it, placeholders filled."""
    return _filled(instance, series.labels)


@lru_cache(maxsize=65_536)
def _filled(instance: Instance, labels: Labels) -> Labels:
    return tuple(sorted((k, _le(instance.fill(v)) if k == "le" else instance.fill(v)) for k, v in labels))


def _le(bound: str) -> str:
    """A bucket bound as Prometheus 3 stores it: 25 becomes 25.0."""
    return bound if bound == "+Inf" else repr(float(bound))


def settled(behaviour: Behaviour, x: float) -> Behaviour:
    """The behaviour with its line's x put in."""
    return replace(behaviour, number=Line(base=behaviour.number.at(x))) if behaviour.number.slope else behaviour


def merged(old: Behaviour, new: Behaviour) -> Behaviour:
    """A histogram keeps its buckets and its mean where a change does not speak of them."""
    if not (old.buckets or old.mean):
        return new
    return replace(new, buckets=new.buckets or old.buckets, mean=new.mean or old.mean)


def expanded(role: Role, acting: Acting, metrics: Mapping[str, Metric]) -> Iterator[tuple[Role, Acting]]:
    instance, name, labels = role
    behaviour = acting.behaviour
    if metrics[name].type != "histogram" or name != metrics[name].name:
        yield role, acting
        return
    shares = {**{_le(le): share for le, share in behaviour.buckets}, "+Inf": 1.0}
    for le, share in shares.items():
        bucket = tuple(sorted((*labels, ("le", le))))
        yield (instance, f"{name}_bucket", bucket), Acting(_scaled(behaviour, share), acting.since)
    yield (instance, f"{name}_count", labels), Acting(_scaled(behaviour, 1.0), acting.since)
    yield (instance, f"{name}_sum", labels), Acting(_scaled(behaviour, behaviour.mean), acting.since)


def _scaled(behaviour: Behaviour, factor: float) -> Behaviour:
    return Behaviour(kind=behaviour.kind, number=Line(base=behaviour.number.base * factor), grow=behaviour.grow)


def segment(acting: Acting, start: float, end: float, level: float | None, epoch: float) -> Segment:
    number, grow = acting.behaviour.number.base, acting.behaviour.grow
    match acting.behaviour.kind:
        case "rate":
            rate = max(number, 0.0)
            opening = rate * UPTIME if start == 0.0 else 0.0
            return Segment(start, end, opening if level is None else level, rate)
        case "burst":
            return Segment(start, end, (level or 0.0) + number, 0.0, exact=True)
        case "age":
            return Segment(start, end, epoch + start - number, 1.0)
        case "at":
            return Segment(start, end, epoch + acting.since + number, 0.0)
        case _:
            return Segment(start, end, number + grow * (start - acting.since), grow)


def joined(segments: list[Segment]) -> tuple[Segment, ...]:
    """Neighbours on one straight line become one segment."""
    joined: list[Segment] = []
    for segment in segments:
        last = joined[-1] if joined else None
        if last and last.end == segment.start and last.slope == segment.slope and last.at(last.end) == segment.value:
            joined[-1] = last._replace(end=segment.end)
        else:
            joined.append(segment)
    return tuple(joined)
