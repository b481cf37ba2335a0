"""`python -m tests.mutants`: how many small mistakes in the rules do the tests catch?

Exit codes: 0 fine; 1 a survivor without an explanation, a score below 90 %, or a rule that fails unchanged.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from tests.engines.processes import engine_path, missing_reason
from tests.mutants.report import GOAL, Report, markdown, reasons
from tests.mutants.run import SAMPLE, Run, every, examine_all, reference_plan

PAGE = Path("docs/mutants.md")


def main() -> int:
    """Run, report, judge."""
    asked = _arguments()
    if reason := missing_reason("promtool"):
        print(f"promtool is missing: {reason}", file=sys.stderr)
        return 1
    plan = reference_plan()
    run = Run(plan=plan, promtool=engine_path("promtool").absolute(), components=asked.only, quick=asked.quick)
    results = examine_all(run, processes=asked.processes, heard=Progress())
    report = Report(list(every(results)), reasons())
    components = [p.component.name for p in plan.parts if not asked.only or p.component.name in asked.only]
    whole = not (asked.quick or asked.only)
    problems = [result.problem for result in results if result.problem]
    if whole and not problems:
        PAGE.write_text(markdown(report, components), encoding="utf-8")
    return _judge(report, components, problems, whole=whole)


def _judge(report: Report, components: list[str], problems: list[str], *, whole: bool) -> int:
    print("\n".join(report.table("component", components)))
    failures = [f"survived, unexplained: {v.component}: {v.rule}: {v.kind}: {v.what}" for v in report.unexplained]
    failures += [f"cannot be examined: {problem}" for problem in problems]
    if whole:
        failures += [f"explains nothing: {r.rule.pattern} / {r.change.pattern}" for r in report.idle]
        if report.score < GOAL:
            failures.append(f"the score is {100 * report.score:.1f} %, below {100 * GOAL:.0f} %")
    for line in failures:
        print(line)
    return 1 if failures else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="COMPONENT", help="only these components; docs/mutants.md stays")
    parser.add_argument("--quick", action="store_true", help=f"one mutant in {SAMPLE}; docs/mutants.md stays")
    parser.add_argument("--processes", type=int, default=max(1, os.cpu_count() or 1), help="how many at a time")
    found = parser.parse_args()
    found.only = tuple(found.only)
    return found


class Progress:
    """One line on a terminal, one line in twenty seconds anywhere else."""

    def __init__(self) -> None:
        self.last = time.monotonic()
        self.pause = 0.2 if sys.stderr.isatty() else 20.0

    def __call__(self, done: int, all_: int) -> None:
        if done == all_ or time.monotonic() - self.last >= self.pause:
            self.last = time.monotonic()
            end = "\r" if sys.stderr.isatty() and done < all_ else "\n"
            print(f"{done} of {all_} rules examined", file=sys.stderr, end=end, flush=True)


if __name__ == "__main__":
    sys.exit(main())
