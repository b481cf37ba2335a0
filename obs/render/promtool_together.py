"""Boundary cases that share no series run in one test group: promtool's time goes with the length of a group's play."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from obs.render.acting import Segment
from obs.render.cast import Labels
from obs.render.play import Track
from obs.render.promtool_notation import Case

Key = tuple[str, Labels]


@dataclass(slots=True)
class _Batch:
    """Cases run together, with everything they play and read."""

    cases: list[Case] = field(default_factory=list)
    tracks: dict[Key, Track] = field(default_factory=dict)
    jobs: dict[str, set[str]] = field(default_factory=dict)
    """Series name -> jobs that play it."""
    readers: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    """Series name -> the jobs each reader reads it from (none: any)."""

    def takes(self, case: Case, own: dict[Key, Track]) -> bool:
        """Whether a case, which plays these tracks, neither disturbs those already here nor is disturbed by them."""
        if not all(self._bears(key, track) for key, track in own.items()):
            return False
        return not any(self._meets(name, jobs, own) for name, jobs in case.reads.items())

    def _bears(self, key: Key, track: Track) -> bool:
        """Whether nobody here reads a series otherwise than a new case plays it."""
        if known := self.tracks.get(key):
            return _same(known.segments, track.segments)
        job = dict(key[1]).get("job")
        return all(jobs and job not in jobs for jobs in self.readers.get(key[0], ()))

    def _meets(self, name: str, jobs: frozenset[str], own: dict[Key, Track]) -> bool:
        """Whether a new case would read a series that is played here and not by itself."""
        played = self.jobs.get(name, set())
        if not (played if not jobs else played & jobs):
            return False
        keys = (key for key in self.tracks if key[0] == name and key not in own)
        return any(not jobs or dict(key[1]).get("job") in jobs for key in keys)

    def add(self, case: Case) -> None:
        """Take a case in; of a series played twice the longer play stays."""
        self.cases.append(case)
        for name, jobs in case.reads.items():
            self.readers.setdefault(name, []).append(jobs)
        for track in case.tracks:
            self.jobs.setdefault(track.name, set()).add(dict(track.labels).get("job", ""))
            known = self.tracks.get((track.name, track.labels))
            if known is None or _end(track) > _end(known):
                self.tracks[track.name, track.labels] = track


def _same(left: tuple[Segment, ...], right: tuple[Segment, ...]) -> bool:
    """Whether two plays of a series agree as long as both last: the same lines, the last one longer or shorter."""
    if len(left) != len(right):
        return False
    pairs = list(zip(left, right, strict=True))
    agree = all((a.start, a.value, a.slope) == (b.start, b.value, b.slope) for a, b in pairs)
    return agree and all(a.end == b.end for a, b in pairs[:-1])


def _end(track: Track) -> float:
    return track.segments[-1].end if track.segments else 0.0


def together(cases: Iterable[Case]) -> Iterator[Case]:
    """The same checks in as few groups as their series allow, long cases with long ones."""
    batches: list[_Batch] = []
    for case in sorted(cases, key=lambda c: (c.pace, c.interval, -max(map(_end, c.tracks), default=0.0), c.name)):
        own = {(t.name, t.labels): t for t in case.tracks}
        batch = next((b for b in batches if _paced(b, case) and b.takes(case, own)), None)
        if batch is None:
            batch = _Batch()
            batches.append(batch)
        batch.add(case)
    for batch in batches:
        ordered = sorted(batch.tracks.items(), key=lambda item: item[0])
        yield replace(
            batch.cases[0],
            name=", ".join(case.name for case in batch.cases),
            tracks=tuple(track for _, track in ordered),
            checks=tuple(check for case in batch.cases for check in case.checks),
        )


def _paced(batch: _Batch, case: Case) -> bool:
    first = batch.cases[0]
    return (first.interval, first.pace) == (case.interval, case.pace)
