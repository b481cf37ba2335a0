"""The report: scores, and every survivor with its explanation."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.mutants.examiner import Verdict
from tests.mutants.operators import KINDS

EXPLAINED = Path(__file__).with_name("explained.yaml")
GOAL = 0.9


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a class of mutants may survive: patterns of the rule's name and of the change, and the explanation."""

    rule: re.Pattern[str]
    change: re.Pattern[str]
    why: str

    def covers(self, verdict: Verdict) -> bool:
        """Whether a survivor belongs to this class."""
        return bool(self.rule.fullmatch(verdict.rule) and self.change.fullmatch(verdict.what))


def reasons(path: Path = EXPLAINED) -> tuple[Reason, ...]:
    """The explanations on file, the first that fits counts."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(Reason(re.compile(e["rule"]), re.compile(e["change"]), " ".join(e["why"].split())) for e in entries)


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts of a run against the explanations on file."""

    verdicts: Sequence[Verdict]
    reasons: Sequence[Reason]

    @property
    def score(self) -> float:
        """Share of mutants the tests catch; 1 when there are none."""
        return sum(v.killed for v in self.verdicts) / len(self.verdicts) if self.verdicts else 1.0

    @property
    def survivors(self) -> list[tuple[Verdict, int | None]]:
        """Survivors, each with the number of its reason."""
        return [(v, self._reason(v)) for v in self.verdicts if not v.killed]

    @property
    def unexplained(self) -> list[Verdict]:
        """Survivors without a reason."""
        return [v for v, reason in self.survivors if reason is None]

    @property
    def idle(self) -> list[Reason]:
        """Reasons that explain nothing any more."""
        used = {reason for _, reason in self.survivors}
        return [reason for n, reason in enumerate(self.reasons) if n not in used]

    def _reason(self, verdict: Verdict) -> int | None:
        return next((n for n, reason in enumerate(self.reasons) if reason.covers(verdict)), None)

    def table(self, what: str, of: Iterable[str]) -> Iterator[str]:
        """Mutants, killed and score by `component` or `kind`, as Markdown."""
        yield f"| {what.capitalize()} | Mutants | Caught | Survived | Score |"
        yield "|---|---:|---:|---:|---:|"
        for name in of:
            yield _row(name, [v for v in self.verdicts if getattr(v, what) == name])
        yield _row("**all**", self.verdicts)


def _row(name: str, verdicts: Sequence[Verdict]) -> str:
    killed = sum(v.killed for v in verdicts)
    score = f"{100 * killed / len(verdicts):.1f} %" if verdicts else "–"
    return f"| {name} | {len(verdicts)} | {killed} | {len(verdicts) - killed} | {score} |"


HEAD = """# Mutation tests of the rules

*Written by `make mutants`. Do not edit: change the rules, their `faults.yaml` or `tests/mutants/` and run it again.*

How good are the tests of the alerts? One way to know: break each rule in one detail and see whether a test notices.
`make mutants` does that to every alerting and recording rule of the reference platform (`examples/opendax.yaml`). Each
changed rule goes through the cases the bundle ships in `alerts/tests/` (boundaries, objectives, fault stories, the
healthy day), cut down to the checks that speak of it or of what is computed from it, in the real `promtool`. The
unchanged rule passes every round first. A mutant that fails a check is caught; one that passes all of them survives.

| Kind | What is changed, one at a time |
|---|---|
| threshold | the number beside a comparison: a quarter up, a fifth down; whole numbers below 5: by one up and down |
| comparison | `>` becomes `>=`, then `<`; likewise for the others; `==` becomes `!=`, then `<=` (`>=` for 0) |
| window | every range (or offset) of one length in the rule: doubled, halved |
| hold | `for` doubled, removed |
| label | one matcher dropped from all selectors that carry it; one label dropped from all aggregations that name it |
| join | `and`, `unless` or one side of `or` dropped; a `group_left` factor dropped; one label of `on` or `group_left` \
dropped; the guard `> 0` of a divisor dropped |

Left out, because there is nothing to tell apart: changes that give the text of another mutant or of the rule itself;
the job matcher of a recorded series, whose own rule gives it that job; matching by `job` where both operands read one
and the same job, and by the one namespace that job runs in; matching by `cluster`, as one Prometheus sees one. Of the
long list of `absent(...)` in an alert on missing metrics, whose members are made by one loop, the first, the middle and
the last stand for all.
"""


CLASSES = (
    "Each survivor belongs to one of these classes (`tests/mutants/explained.yaml`). They are told apart by patterns "
    'of the rule\'s name and of the change; a class that says "Known gap" is a mistake the tests would not see.'
)


def markdown(report: Report, components: Sequence[str]) -> str:
    """docs/mutants.md."""
    lines = [HEAD, "## Score", "", *report.table("component", components), ""]
    lines += [*report.table("kind", KINDS), "", "## Survivors", ""]
    lines += [CLASSES, ""]
    counts = [sum(n == reason for _, reason in report.survivors) for n in range(len(report.reasons))]
    lines += [f"{n + 1}. {r.why} ({_mutants(counts[n])})" for n, r in enumerate(report.reasons)]
    for component in components:
        mine = [(v, n) for v, n in report.survivors if v.component == component]
        if mine:
            lines += ["", f"### {component}", "", "| Rule | Change | Class |", "|---|---|---:|"]
            lines += [f"| {v.rule} | {_cell(v.what)} | {'none' if n is None else n + 1} |" for v, n in mine]
    return "\n".join(lines) + "\n"


def _mutants(count: int) -> str:
    return "1 mutant" if count == 1 else f"{count} mutants"


def _cell(what: str) -> str:
    return what.replace("|", "\\|")
