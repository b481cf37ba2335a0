"""The play: what every series of the platform does over time, from baselines, a story's changes and failing targets."""

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from obs.model.fault import Series
from obs.model.metric import Metric, Source
from obs.model.plan import Part, Plan
from obs.render.acting import Acting, Role, Segment, expanded, joined, merged, own_labels, segment, settled
from obs.render.cast import Instance, Labels, declarations, family_names, instances, jobs_of
from obs.render.lookback import ANY_JOB

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


@dataclass(kw_only=True, slots=True, eq=False)
class Track:
    """One series of the play: where there is no segment, it is not exposed. Compared by identity.

    Not frozen: a bundle's tests play thirty thousand, and a frozen one takes three times as long to make.
    """

    name: str
    labels: Labels
    own: Labels
    """The labels the source itself exposes, without target labels."""
    metric: Metric
    instance: Instance
    segments: tuple[Segment, ...]

    def labelled(self, labels: Mapping[str, str]) -> "Track":
        """The same course under other labels."""
        ordered = tuple(sorted(labels.items()))
        return Track(
            name=self.name,
            labels=ordered,
            own=self.own,
            metric=self.metric,
            instance=self.instance,
            segments=self.segments,
        )

    def at(self, moment: float) -> float | None:
        """The value at a moment, None while the series is not exposed."""
        return next((s.at(moment) for s in self.segments if s.start <= moment < s.end), None)


Scene = dict[Role, Acting | None]
"""What is different from the opening in one phase; None: not exposed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Acts:
    """The phases of one play: what is different in each, which instances fail, and from when to when it lasts.

    `out` holds the instances that fail in any phase.
    """

    scenes: list[Scene]
    failing: list[Mapping[Instance, str]]
    out: set[Instance]
    spans: list[tuple[float, float]]
    epoch: float


class Theatre:
    """A platform ready to play: its cast, and what everybody does when all is well.

    `services` limits how many services of each component take part (all unless given): rules are the same for all.
    """

    def __init__(self, plan: Plan, *, services: int | None = None) -> None:
        self.plan = plan
        self.services = services
        self.parts = {part.component.name: part for part in plan.parts}
        self.metrics = _metrics(plan)
        self.cast = instances(plan, services=services)
        self._declared: dict[str, dict[str, tuple[Source, Metric]]] = {}
        self._played: dict[tuple[str, str], tuple[Instance, ...]] = {}
        self._calms: dict[tuple[str, frozenset[str], float, float], tuple[Track, ...]] = {}
        self._texts: dict[Role, Labels] = {}
        self._families: dict[str, dict[Role, Acting]] = {}
        self._opening: dict[str, dict[Role, Acting]] = {}
        self._open()

    def declared(self, part: Part, metric: str) -> tuple[Source, Metric]:
        """The source that exposes a series name, and the family it belongs to; KeyError if none does."""
        name = part.component.name
        if name not in self._declared:
            self._declared[name] = declarations(part.component)
        return self._declared[name][metric]

    def partial(self, part: Part) -> bool:
        """Whether only some services of a component play."""
        return self.services is not None and len(part.services) > self.services

    def exposed(self, job: str) -> tuple[str, ...]:
        """Names of the series a job exposes when all is well."""
        return tuple(name for name, roles in self._opening.items() if any(r[0].job.name == job for r in roles))

    def _open(self) -> None:
        """Every baseline role; where two components tell of one series, the owner of the job has the word."""
        for owned in (True, False):
            for part in self.plan.parts:
                for series in part.faults.baseline:
                    source, _ = self.declared(part, series.metric)
                    if bool(source.component) is not owned:
                        known = self._families.setdefault(series.metric, {})
                        for role, acting in self._added(part, series, 0.0, 0.0):
                            known.setdefault(role, acting)
        for family in self._families.values():
            for role, acting in (pair for old in family.items() for pair in expanded(*old, self.metrics)):
                self._opening.setdefault(role[1], {})[role] = acting

    def play(
        self, phases: tuple[Phase, ...], *, epoch: float = 0.0, reads: Mapping[str, frozenset[str]] | None = None
    ) -> tuple[Track, ...]:
        """Every series over the phases, sorted by name and labels; `epoch` is the Unix time of the play's start.

        `reads` narrows it to series names, and per name to jobs (an empty set: any job).
        """
        starts = [sum(p.seconds for p in phases[:n]) for n in range(len(phases) + 1)]
        failing = [self._failing(phase) for phase in phases]
        acts = _Acts(
            scenes=[self._scene(phase, start) for phase, start in zip(phases, starts, strict=False)],
            failing=failing,
            out={instance for failed in failing for instance in failed},
            spans=list(itertools.pairwise(starts)),
            epoch=epoch,
        )
        moved: dict[str, dict[Role, None]] = {}
        for role in (role for scene in acts.scenes for role in scene):
            moved.setdefault(role[1], {})[role] = None
        tracks: list[Track] = []
        for name in self._names(moved, reads):
            jobs = ANY_JOB if reads is None else reads[name]
            if name == UP.name:
                tracks += sorted((_up(i, acts) for i in self.cast if _wanted(i, jobs)), key=_labels)
            elif acts.out or name in moved:
                tracks += sorted(self._moving(name, jobs, moved.get(name, {}), acts), key=_labels)
            else:
                tracks += self._calm(name, jobs, starts[-1], epoch)
        return tuple(track for track in tracks if track.segments)

    def _names(self, moved: Collection[str], reads: Mapping[str, frozenset[str]] | None) -> list[str]:
        """Names of the series that play, sorted."""
        if reads is None:
            return sorted({*self._opening, *moved, UP.name})
        return sorted(name for name in reads if name in self._opening or name in moved or name == UP.name)

    def _calm(self, name: str, jobs: frozenset[str], length: float, epoch: float) -> tuple[Track, ...]:
        """The series of a name as they are when nothing happens. Most are calm, and plays of one length share them."""
        key = (name, jobs, length, epoch)
        if (tracks := self._calms.get(key)) is None:
            roles = ((role, acting) for role, acting in self._opening.get(name, {}).items() if _wanted(role[0], jobs))
            found = (self._steady(role, acting, length, epoch) for role, acting in roles)
            tracks = self._calms[key] = tuple(sorted(found, key=_labels))
        return tracks

    def _moving(self, name: str, jobs: frozenset[str], moved: Collection[Role], acts: _Acts) -> Iterator[Track]:
        """The series of a name of which some are moved, or whose targets may fail."""
        out, (_, length) = acts.out, acts.spans[-1]
        for track in self._calm(name, jobs, length, acts.epoch):
            if track.instance not in out and (track.instance, name, track.own) not in moved:
                yield track
        failing = (role for role in self._opening.get(name, ()) if role[0] in out) if out else ()
        for role in dict.fromkeys((*failing, *moved)):
            if _wanted(role[0], jobs):
                yield self._track(role, acts)

    def _players(self, part: Part, series: Series) -> tuple[Instance, ...]:
        """Who exposes a series: the instances of its metric's source, or the one it names."""
        players = self.players(part, series.metric)
        return players if series.instance is None else tuple(i for i in players if i.index == series.instance)

    def players(self, part: Part, metric: str) -> tuple[Instance, ...]:
        """The instances that expose a metric of a component."""
        key = (part.component.name, metric)
        if key not in self._played:
            source, _ = self.declared(part, metric)
            names = {job.name for job in jobs_of(self.plan, part, source)}
            self._played[key] = tuple(i for i in self.cast if i.job.name in names)
        return self._played[key]

    def _added(self, part: Part, series: Series, moment: float, x: float) -> Iterator[tuple[Role, Acting]]:
        acting = Acting(settled(series.behaviour, x), moment)
        return (((i, series.metric, own_labels(i, series)), acting) for i in self._players(part, series))

    def _scene(self, phase: Phase, moment: float) -> Scene:
        """What is different in one phase: changes of families first, then those of a histogram's single series."""
        changes = [(self.parts[component], series) for component, series in phase.changes]
        families: dict[Role, Acting] = {}
        for part, series in changes:
            if self.metrics[series.metric].name == series.metric:
                families |= self._changed(part, series, families, self._families, phase.x, moment)
        scene: Scene = {}
        for role, acting in families.items():
            if old := self._families.get(role[1], {}).get(role):
                scene |= {r: None for r, _ in expanded(role, old, self.metrics)}
            scene |= dict(expanded(role, acting, self.metrics))
        for part, series in changes:
            if self.metrics[series.metric].name != series.metric:
                now = {role: acting for role, acting in scene.items() if acting}
                scene |= self._changed(part, series, now, self._opening, phase.x, moment)
        return scene

    def _changed(
        self,
        part: Part,
        series: Series,
        now: dict[Role, Acting],
        before: Mapping[str, dict[Role, Acting]],
        x: float,
        moment: float,
    ) -> dict[Role, Acting]:
        """The roles one change touches, with what they do from now on; new ones when it touches none."""
        known = before.get(series.metric, {})
        if again := {r: a for r, a in now.items() if r[1] == series.metric}:
            known = {**known, **again}
        wanted = {player: own_labels(player, series) for player in self._players(part, series)}
        hits = [r for r in known if r[0] in wanted and all(label in r[2] for label in wanted[r[0]])]
        new = settled(series.behaviour, x)
        if not hits and new.kind != "absent":
            return dict(self._added(part, series, moment, x))
        return {role: Acting(merged(known[role].behaviour, new), moment) for role in hits}

    def _failing(self, phase: Phase) -> Mapping[Instance, str]:
        """Instance -> "down" or "gone", for those that fail in a phase."""
        found: dict[Instance, str] = {}
        for component, source_name, index, state in phase.targets:
            part = self.parts[component]
            source = next(s for s in part.component.sources if s.name == source_name)
            names = {job.name for job in jobs_of(self.plan, part, source)}
            found |= {i: state for i in self.cast if i.job.name in names and index in (None, i.index)}
        return found

    def _steady(self, role: Role, acting: Acting, length: float, epoch: float) -> Track:
        """A series to which nothing happens."""
        absent = acting.behaviour.kind == "absent"
        return self._made(role, () if absent else (segment(acting, 0.0, length, None, epoch),))

    def _track(self, role: Role, acts: _Acts) -> Track:
        segments: list[Segment] = []
        level: float | None = None
        opening = self._opening.get(role[1], {}).get(role)
        for scene, out, (start, end) in zip(acts.scenes, acts.failing, acts.spans, strict=True):
            acting = scene.get(role, opening)
            if acting is None or acting.behaviour.kind == "absent":
                continue
            line = segment(acting, start, end, level, acts.epoch)
            level = line.at(end) if acting.behaviour.kind in ("rate", "burst") else None
            if role[0] not in out:
                segments.append(line)
        return self._made(role, joined(segments))

    def _made(self, role: Role, segments: tuple[Segment, ...]) -> Track:
        instance, name, own = role
        if (labels := self._texts.get(role)) is None:
            labels = self._texts[role] = tuple(sorted({**dict(instance.labels), **dict(own)}.items()))
        return Track(name=name, labels=labels, own=own, metric=self.metrics[name], instance=instance, segments=segments)


def _wanted(instance: Instance, jobs: frozenset[str]) -> bool:
    return not jobs or instance.job.name in jobs


def _labels(track: Track) -> Labels:
    return track.labels


def _metrics(plan: Plan) -> Mapping[str, Metric]:
    """Series name -> the family that declares it."""
    declared = [m for part in plan.parts for source in part.component.sources for m in source.metrics]
    return {name: metric for metric in reversed(declared) for name in family_names(metric)}


def _up(instance: Instance, acts: _Acts) -> Track:
    segments = [
        Segment(start, end, 0.0 if out.get(instance) == "down" else 1.0, 0.0)
        for out, (start, end) in zip(acts.failing, acts.spans, strict=True)
        if out.get(instance) != "gone"
    ]
    return Track(name="up", labels=instance.labels, own=(), metric=UP, instance=instance, segments=joined(segments))
