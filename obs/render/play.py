"""The play: what every series of the platform does over time, from baselines, a story's changes and failing targets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from obs.model.fault import Behaviour, Line, Series
from obs.model.metric import Metric
from obs.model.plan import Part, Plan
from obs.render.cast import Instance, Labels, family_names, instances, jobs_of, source_of

UPTIME = 86_400.0
"""Seconds every counter has been counting when a play starts."""

UP = Metric(name="up", type="gauge", help="Whether the last scrape succeeded")


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """A stretch of a play: how long, which series change (by component) and which targets fail.

    `targets` holds (component, source, instance or None for all, "down" | "gone"); `x` is what boundary lines take.
    """

    seconds: float
    changes: tuple[tuple[str, Series], ...] = ()
    targets: tuple[tuple[str, str, int | None, str], ...] = ()
    x: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A straight stretch of a series: from `start` (inclusive) to `end` (exclusive), seconds from the play's start."""

    start: float
    end: float
    value: float
    slope: float

    def at(self, moment: float) -> float:
        """The value at a moment of the segment."""
        return self.value + self.slope * (moment - self.start)


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """One series of the play: where there is no segment, it is not exposed."""

    name: str
    labels: Labels
    own: Labels
    """The labels the source itself exposes, without target labels."""
    metric: Metric
    instance: Instance
    segments: tuple[Segment, ...]

    def at(self, moment: float) -> float | None:
        """The value at a moment, None while the series is not exposed."""
        return next((s.at(moment) for s in self.segments if s.start <= moment < s.end), None)


Role = tuple[Instance, str, Labels]
"""Who plays, which metric, with which labels of its own."""


@dataclass(frozen=True, slots=True)
class Acting:
    """What a role does in one scene; `since` is the moment the behaviour began."""

    behaviour: Behaviour
    since: float


Scene = dict[Role, Acting]


def play(plan: Plan, phases: tuple[Phase, ...], *, epoch: float = 0.0) -> tuple[Track, ...]:
    """Every series over the phases, sorted by name and labels; `epoch` is the Unix time of the play's start."""
    metrics = _metrics(plan)
    cast = instances(plan)
    opening = _opening(plan, cast)
    scenes, failing, starts, moment = [], [], [], 0.0
    for phase in phases:
        scenes.append(_scene(plan, cast, opening, phase, moment, metrics))
        failing.append(_failing(plan, cast, phase))
        starts.append((moment, moment + phase.seconds))
        moment += phase.seconds
    roles = {role: None for scene in scenes for role in scene}
    tracks = [_track(role, metrics, scenes, failing, starts, epoch) for role in roles]
    tracks += [_up(instance, failing, starts) for instance in cast]
    return tuple(sorted((t for t in tracks if t.segments), key=lambda t: (t.name, t.labels)))


def _metrics(plan: Plan) -> Mapping[str, Metric]:
    """Series name -> the family that declares it."""
    declared = [m for part in plan.parts for source in part.component.sources for m in source.metrics]
    return {name: metric for metric in reversed(declared) for name in family_names(metric)}


def _opening(plan: Plan, cast: tuple[Instance, ...]) -> Scene:
    """Every baseline role; where two components tell of the same series, the owner of the job has the word."""
    scene: Scene = {}
    for owned in (True, False):
        for part in plan.parts:
            for series in part.faults.baseline:
                source, _ = source_of(part, series.metric)
                if bool(source.component) is not owned:
                    scene |= {r: a for r, a in _added(plan, part, series, cast, 0.0, 0.0).items() if r not in scene}
    return scene


def _added(plan: Plan, part: Part, series: Series, cast: tuple[Instance, ...], moment: float, x: float) -> Scene:
    acting = Acting(_at(series.behaviour, x), moment)
    return {(i, series.metric, own_labels(i, series)): acting for i in _players(plan, part, series, cast)}


def _players(plan: Plan, part: Part, series: Series, cast: tuple[Instance, ...]) -> Iterator[Instance]:
    source, _ = source_of(part, series.metric)
    names = {job.name for job in jobs_of(plan, part, source)}
    return (i for i in cast if i.job.name in names and series.instance in (None, i.index))


def own_labels(instance: Instance, series: Series) -> Labels:
    """The labels of a series as one instance exposes it, placeholders filled."""
    return tuple(sorted((k, _le(instance.fill(v)) if k == "le" else instance.fill(v)) for k, v in series.labels))


def _le(bound: str) -> str:
    """A bucket bound as Prometheus 3 stores it: 25 becomes 25.0."""
    return bound if bound == "+Inf" else repr(float(bound))


def _at(behaviour: Behaviour, x: float) -> Behaviour:
    return replace(behaviour, number=Line(base=behaviour.number.at(x)))


def _scene(
    plan: Plan, cast: tuple[Instance, ...], opening: Scene, phase: Phase, moment: float, metrics: Mapping[str, Metric]
) -> Scene:
    """What everybody does in one phase, histograms expanded into their series."""
    parts = {part.component.name: part for part in plan.parts}
    changes = [(parts[component], series) for component, series in phase.changes]
    families = [(p, s) for p, s in changes if metrics[s.metric].name == s.metric]
    scene = _changed(plan, cast, dict(opening), families, phase.x, moment)
    expanded = {role: acting for old in scene.items() for role, acting in _expanded(*old, metrics)}
    return _changed(plan, cast, expanded, [c for c in changes if c not in families], phase.x, moment)


def _changed(
    plan: Plan,
    cast: tuple[Instance, ...],
    scene: Scene,
    changes: Iterable[tuple[Part, Series]],
    x: float,
    moment: float,
) -> Scene:
    for part, series in changes:
        wanted = set(_players(plan, part, series, cast))
        hits = [r for r in scene if r[1] == series.metric and r[0] in wanted]
        hits = [r for r in hits if set(own_labels(r[0], series)) <= set(r[2])]
        for role in hits:
            scene[role] = Acting(_merged(scene[role].behaviour, _at(series.behaviour, x)), moment)
        if not hits and series.behaviour.kind != "absent":
            scene |= _added(plan, part, series, cast, moment, x)
    return scene


def _merged(old: Behaviour, new: Behaviour) -> Behaviour:
    """A histogram keeps its buckets and its mean where a change does not speak of them."""
    return replace(new, buckets=new.buckets or old.buckets, mean=new.mean or old.mean)


def _expanded(role: Role, acting: Acting, metrics: Mapping[str, Metric]) -> Iterator[tuple[Role, Acting]]:
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
    return replace(behaviour, number=Line(base=behaviour.number.base * factor), buckets=(), mean=0.0)


Failing = Mapping[Instance, str]


def _failing(plan: Plan, cast: tuple[Instance, ...], phase: Phase) -> Failing:
    """Instance -> "down" or "gone", for those that fail in a phase."""
    parts = {part.component.name: part for part in plan.parts}
    found: dict[Instance, str] = {}
    for component, source_name, index, state in phase.targets:
        part = parts[component]
        source = next(s for s in part.component.sources if s.name == source_name)
        names = {job.name for job in jobs_of(plan, part, source)}
        found |= {i: state for i in cast if i.job.name in names and index in (None, i.index)}
    return found


def _track(
    role: Role,
    metrics: Mapping[str, Metric],
    scenes: list[Scene],
    failing: list[Failing],
    spans: list[tuple[float, float]],
    epoch: float,
) -> Track:
    instance, name, own = role
    segments: list[Segment] = []
    level: float | None = None
    for scene, out, (start, end) in zip(scenes, failing, spans, strict=True):
        acting = scene.get(role)
        if acting is None or acting.behaviour.kind == "absent":
            continue
        segment = _segment(acting, start, end, level, epoch)
        level = segment.at(end) if acting.behaviour.kind == "rate" else None
        if instance not in out:
            segments.append(segment)
    labels = tuple(sorted({**dict(instance.labels), **dict(own)}.items()))
    return Track(name=name, labels=labels, own=own, metric=metrics[name], instance=instance, segments=_joined(segments))


def _segment(acting: Acting, start: float, end: float, level: float | None, epoch: float) -> Segment:
    number, grow = acting.behaviour.number.base, acting.behaviour.grow
    match acting.behaviour.kind:
        case "rate":
            rate = max(number, 0.0)
            opening = rate * UPTIME if start == 0.0 else 0.0
            return Segment(start=start, end=end, value=opening if level is None else level, slope=rate)
        case "age":
            return Segment(start=start, end=end, value=epoch + start - number, slope=1.0)
        case "at":
            return Segment(start=start, end=end, value=epoch + acting.since + number, slope=0.0)
        case _:
            return Segment(start=start, end=end, value=number + grow * (start - acting.since), slope=grow)


def _joined(segments: list[Segment]) -> tuple[Segment, ...]:
    """Neighbours on one straight line become one segment."""
    joined: list[Segment] = []
    for segment in segments:
        last = joined[-1] if joined else None
        if last and last.end == segment.start and last.slope == segment.slope and last.at(last.end) == segment.value:
            joined[-1] = replace(last, end=segment.end)
        else:
            joined.append(segment)
    return tuple(joined)


def _up(instance: Instance, failing: list[Failing], spans: list[tuple[float, float]]) -> Track:
    segments = [
        Segment(start=start, end=end, value=0.0 if out.get(instance) == "down" else 1.0, slope=0.0)
        for out, (start, end) in zip(failing, spans, strict=True)
        if out.get(instance) != "gone"
    ]
    return Track(name="up", labels=instance.labels, own=(), metric=UP, instance=instance, segments=_joined(segments))
