"""A whole run: every rule of the reference platform, shared out to a few processes."""

import multiprocessing
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from obs.commands.common import knowledge, platform_of
from obs.model.plan import Plan, Rule
from obs.render.play import Theatre
from obs.render.promtool import SERVICES
from obs.resolve import resolve
from tests.mutants.exam import Sheets, sheets
from tests.mutants.examiner import Unsound, Verdict, examine, title
from tests.mutants.operators import Mutant, mutants

SPEC = Path("examples/opendax.yaml")
SAMPLE = 8
"""A quick run takes one mutant in so many."""


@dataclass(frozen=True, slots=True)
class Result:
    """One rule's verdicts, or why there are none."""

    verdicts: tuple[Verdict, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What is examined: a plan, the components of it, all mutants or a sample."""

    plan: Plan
    promtool: Path
    components: tuple[str, ...]
    quick: bool

    def tasks(self) -> list[tuple[int, int]]:
        """(part, rule) numbers of everything to examine."""
        parts = enumerate(self.plan.parts)
        wanted = [(n, p) for n, p in parts if not self.components or p.component.name in self.components]
        return [(n, m) for n, part in wanted for m in range(sum(len(g.rules) for g in part.groups))]

    def rule(self, part: int, number: int) -> Rule:
        """A rule of a part, counted through its groups."""
        return [r for group in self.plan.parts[part].groups for r in group.rules][number]

    def chosen(self, rule: Rule) -> tuple[Mutant, ...]:
        """The mutants of a rule that this run examines; a sample depends on their words alone."""
        found = mutants(rule.expr, rule.hold)
        if not self.quick:
            return found
        return tuple(m for m in found if zlib.crc32(f"{title(rule)} {m.what}".encode()) % SAMPLE == 0)


def reference_plan(spec: Path = SPEC) -> Plan:
    """The reference platform, resolved."""
    return resolve(platform_of(spec), knowledge())


def examine_all(run: Run, *, processes: int, heard: Callable[[int, int], None]) -> list[Result]:
    """The results of every rule, in the order of the rules; `heard(done, all)` is told of progress."""
    tasks = run.tasks()
    context = multiprocessing.get_context("fork")
    results = []
    with context.Pool(processes, initializer=_start, initargs=(run,)) as pool:
        for result in pool.imap(_one, tasks):
            results.append(result)
            heard(len(results), len(tasks))
    return results


_RUNS: list[Run] = []


def _start(run: Run) -> None:
    _RUNS[:] = [run]


@cache
def _sheets(part: int) -> Sheets:
    return sheets(_theatre(), _RUNS[0].plan.parts[part])


@lru_cache(maxsize=1)
def _theatre() -> Theatre:
    return Theatre(_RUNS[0].plan, services=SERVICES)


def _one(task: tuple[int, int]) -> Result:
    run, (part, number) = _RUNS[0], task
    rule = run.rule(part, number)
    chosen = run.chosen(rule)
    try:
        return Result(examine(run.promtool, _sheets(part), rule, chosen))
    except Unsound as problem:
        return Result((), f"{run.plan.parts[part].component.name}: {problem}")


def every(results: list[Result]) -> Iterator[Verdict]:
    """All verdicts, rule by rule."""
    for result in results:
        yield from result.verdicts
