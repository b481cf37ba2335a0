"""The examiner: one rule, all its mutants side by side, the real promtool."""

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from obs.model.plan import Rule
from tests.mutants.exam import Round, Sheets, marks, named, rounds, rule_file, test_files
from tests.mutants.operators import Mutant

PATIENCE = 1200.0
"""Seconds for one run of promtool: a round takes a second or two, minutes for long rules on a busy machine."""
LEAN = {"GOMAXPROCS": "1", "GOGC": "800"}
"""One thread for each promtool, as several run at once, and a quarter less processor time with a lazy collector."""
BATCH = 40
"""So many mutants share a run of promtool, and with it the series it loads."""


class Unsound(Exception):
    """The unchanged rule fails its own exam: nothing can be said about its mutants."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mutant."""

    component: str
    rule: str
    kind: str
    what: str
    killed: bool


def title(rule: Rule) -> str:
    """The name of a rule, with the window that tells burn alerts of one name apart."""
    window = dict(rule.labels).get("long_window", "")
    return f"{named(rule)} over {window}" if window else named(rule)


def examine(promtool: Path, page: Sheets, rule: Rule, mutants: Sequence[Mutant]) -> tuple[Verdict, ...]:
    """The verdict on every mutant. The unchanged rule takes part as number 0; Unsound when it fails."""
    numbered = dict(enumerate(mutants, start=1))
    alive = set(numbered)
    for part in rounds(page, rule):
        waiting = sorted(alive)
        for batch in (waiting[n : n + BATCH] for n in range(0, len(waiting), BATCH)):
            tried = {0: Mutant("", "unchanged", rule.expr, rule.hold), **{n: numbered[n] for n in batch}}
            alive -= _caught(promtool, part, rule, tried)
    component = page.part.component.name
    return tuple(Verdict(component, title(rule), m.kind, m.what, n not in alive) for n, m in numbered.items())


def _caught(promtool: Path, part: Round, rule: Rule, tried: Mapping[int, Mutant]) -> set[int]:
    """The mutants that fail a round. One that cannot be evaluated ends a case for all, so the others try again."""
    caught: set[int] = set()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        while len(left := {n: m for n, m in tried.items() if n not in caught}) > 1:
            said = _promtool(promtool, Path(folder), part, rule, left)
            found = marks(said)
            if said and (0 in found or not found):
                raise Unsound(f"{title(rule)} fails unchanged: {' '.join(said.split())[:400]}")
            caught |= found
            if ", err: " not in said:
                break
    return caught


def _promtool(promtool: Path, folder: Path, part: Round, rule: Rule, tried: Mapping[int, Mutant]) -> str:
    """What promtool complains about, "" when all is well."""
    (folder / "rules.yaml").write_text(rule_file(part, rule, tried), encoding="utf-8")
    names = []
    for n, text in enumerate(test_files(part, tried, "rules.yaml")):
        names.append(f"tests-{n}.yaml")
        (folder / names[-1]).write_text(text, encoding="utf-8")
    command = [str(promtool), "test", "rules", *names]
    try:
        done = subprocess.run(
            command, cwd=folder, env=os.environ | LEAN, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return f"promtool took longer than {PATIENCE:.0f} s"
    return done.stdout + done.stderr if done.returncode else ""
