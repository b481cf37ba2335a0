"""What a rule is examined by: the cases whose checks speak of it or of what is computed from it, cut down to it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from obs.conventions import duration, seconds
from obs.model.plan import Part, Rule, RuleGroup
from obs.printer import to_yaml
from obs.render import promtool_boundaries, promtool_budget_limits, promtool_budgets, promtool_stories, promtool_targets
from obs.render.lookback import reach, reads
from obs.render.play import Theatre
from obs.render.promtool_notation import Case, Check, printed
from tests.mutants.operators import Mutant

_ALERTS = re.compile(r'\balertname(=~|=)"([^"]*)"')
_WINDOW = re.compile(r'\blong_window="([^"]*)"')
_TOLD = re.compile(r'\balertname="([^"]*)"')

FIRST, LATER = 3, 5
"""A rule's own cases by price: so many make the first round and the second; mutants that outlive these see the rest."""

BRIEF = 5400.0
"""Seconds of health before a story for rules that look back for less; others have hours."""

TOGETHER = 6
"""So many cases of what is computed from a rule make one round."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheets:
    """All cases of one component: the small ones first, then the stories, the healthy day at last."""

    part: Part
    small: tuple[Case, ...]
    large: tuple[Case, ...]
    brief: tuple[Case, ...]
    """The large ones, but stories begin after a short time of health: the same to rules that look back for less."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """Cases that are run together, and the rules they need."""

    affected: frozenset[str]
    """The rule that is examined and all that is computed from it."""
    groups: tuple[RuleGroup, ...]
    cases: tuple[Case, ...]


def sheets(theatre: Theatre, part: Part) -> Sheets:
    """The cases the bundle ships for a component."""
    small = (
        *promtool_boundaries.cases(theatre, part),
        *promtool_budgets.cases(theatre, part),
        *promtool_budget_limits.cases(theatre, part),
        *promtool_targets.down(theatre, part),
        *promtool_targets.counted(part),
    )
    day = tuple(promtool_stories.healthy(theatre, part))
    large = (*promtool_stories.cases(theatre, part), *day)
    brief = (*promtool_stories.cases(theatre, part, calm=BRIEF), *day)
    return Sheets(part=part, small=small, large=large, brief=brief)


def rounds(page: Sheets, rule: Rule) -> tuple[Round, ...]:
    """The exam of one rule, cheap rounds first: the checks of itself, of what is computed from it, the stories in which
    that fires, the stories in which it must not. One burn alert of several by one name has no stories: they do not
    tell which of them fires."""
    rules = [r for group in page.part.groups for r in group.rules]
    alone, affected = frozenset({named(rule)}), frozenset(_readers({named(rule)}, rules))
    own = sorted((cut for case in page.small if (cut := _cut(case, alone, rule))), key=_price)
    others = [cut for case in page.small if affected != alone and (cut := _cut(case, affected, rule))]
    others.sort(key=_price)
    stories = page.brief if all(_short(r) for r in rules if named(r) in affected) else page.large
    large = [cut for case in stories if not _window(rule) and (cut := _cut(case, affected, rule))]
    loud = sorted((case for case in large if any(check.samples for check in case.checks)), key=_price)
    quiet = [case for case in large if case not in loud]
    parts = [(alone, own[:FIRST]), (alone, own[FIRST:LATER]), (alone, own[LATER:])]
    parts += [(affected, others[n : n + TOGETHER]) for n in range(0, len(others), TOGETHER)]
    parts += [(affected, loud[:1]), (affected, loud[1:]), (affected, quiet)]
    return tuple(_round(page.part, names, tuple(cases), rule) for names, cases in parts if cases)


def _short(rule: Rule) -> bool:
    """Whether a rule sees no more than the brief time of health, even with its longest window or its hold doubled; one
    that reads recorded series does not count as short."""
    seen = max(2 * reach(rule.expr) + seconds(rule.hold or "0s"), reach(rule.expr) + 2 * seconds(rule.hold or "0s"))
    return seen <= BRIEF - 600 and not any(":" in name for name in reads([rule.expr]))


def _window(rule: Rule) -> str:
    """What tells burn alerts of one name apart."""
    return dict(rule.labels).get("long_window", "")


def _price(case: Case) -> float:
    """How many samples a case reads, roughly."""
    return max(check.moment for check in case.checks) / case.pace * (len(case.tracks) + len(case.series))


def _round(part: Part, affected: frozenset[str], cases: tuple[Case, ...], rule: Rule) -> Round:
    """The cases with the rules they need, and with only those series that the rules read."""
    every = [r for group in part.groups for r in group.rules]
    rules = [r for r in every if r is rule or not (_window(rule) and r.alert == rule.alert)]
    needed = {id(r) for r in rules if any(_names(case, r) for case in cases)}
    while more := {id(r) for r in rules if r.record and id(r) not in needed and _read(r.record, needed, rules)}:
        needed |= more
    groups = tuple(
        replace(group, rules=kept)
        for group in part.groups
        if (kept := tuple(r for r in group.rules if id(r) in needed))
    )
    wanted = set(reads([r.expr for group in groups for r in group.rules]))
    trimmed = (replace(case, tracks=tuple(t for t in case.tracks if t.name in wanted)) for case in cases)
    return Round(affected=affected, groups=groups, cases=tuple(trimmed))


def _read(record: str, by: set[int], rules: list[Rule]) -> bool:
    return any(id(r) in by and record in reads([r.expr]) for r in rules)


def _names(case: Case, rule: Rule) -> bool:
    """Whether a check of the case speaks of this very rule; of burn alerts only the pair it chose."""
    for check in case.checks:
        if rule.record and _says(check.expr, rule.record):
            return True
        if rule.alert and rule.alert in {name for _, value in _ALERTS.findall(check.expr) for name in value.split("|")}:
            chosen = _WINDOW.findall(check.expr)
            if not chosen or not _window(rule) or _window(rule) in chosen:
                return True
    return False


def _says(expr: str, name: str) -> bool:
    return re.search(rf"(?<![\w:]){name}(?![\w:])", expr) is not None


def named(rule: Rule) -> str:
    """The name of a rule, alert or record."""
    return rule.alert or rule.record


def _readers(names: set[str], rules: list[Rule]) -> set[str]:
    """The rules and all that read them, directly or not."""
    found = set(names)
    while more := {named(r) for r in rules if named(r) not in found and found & set(reads([r.expr]))}:
        found |= more
    return found


def _cut(case: Case, affected: frozenset[str], rule: Rule) -> Case | None:
    """The case with only the checks that speak of the affected rules; None without such, and when it feeds in itself
    what they would record."""
    if any(_says(series, name) for series, _ in case.series for name in affected):
        return None
    checks = tuple(cut for check in case.checks if (cut := _narrowed(check, affected, _window(rule))))
    return replace(case, checks=checks) if checks else None


def _narrowed(check: Check, affected: frozenset[str], window: str) -> Check | None:
    if "ALERTS" not in check.expr:
        return check if any(_says(check.expr, name) for name in affected) else None
    named_ = {name for _, value in _ALERTS.findall(check.expr) for name in value.split("|")}
    mine = sorted(named_ & affected)
    chosen = _WINDOW.findall(check.expr)
    if not mine or (window and chosen and window not in chosen):
        return None
    matcher = f'alertname=~"{"|".join(mine)}"' if len(mine) > 1 else f'alertname="{mine[0]}"'
    expr = _ALERTS.sub(lambda _: matcher, check.expr)
    return replace(check, expr=expr, samples=tuple(s for s in check.samples if _speaks(s[0], affected)))


def _speaks(labels: str, affected: frozenset[str]) -> bool:
    told = _TOLD.search(labels)
    return told is None or told.group(1) in affected


def rule_file(part: Round, rule: Rule, mutants: Mapping[int, Mutant]) -> str:
    """The rules of a round as Prometheus reads them, without annotations. Every affected one stands there once per
    mutant, under a name that tells the mutant's number."""
    return to_yaml({"groups": [_group(group, part.affected, rule, mutants) for group in part.groups]})


def _group(group: RuleGroup, affected: frozenset[str], rule: Rule, mutants: Mapping[int, Mutant]) -> dict[str, object]:
    rules = []
    for one in group.rules:
        if named(one) not in affected:
            rules.append(_rule(one, named(one), one.expr, one.hold))
            continue
        for number, mutant in mutants.items():
            expr, hold = (mutant.expr, mutant.hold) if one is rule else (one.expr, one.hold)
            marked = marked_as(named(one), affected, number)
            rules.append(_rule(one, marked, marked_as(expr, affected, number), hold))
    return {"name": group.name, **({"interval": group.interval} if group.interval else {}), "rules": rules}


def _rule(rule: Rule, name: str, expr: str, hold: str) -> dict[str, object]:
    labels = {"labels": dict(rule.labels)} if rule.labels else {}
    return {"alert" if rule.alert else "record": name, "expr": expr, **({"for": hold} if hold else {}), **labels}


def marked_as(text: str, affected: frozenset[str], number: int) -> str:
    """The text with every affected name turned into that of a mutant."""
    return re.sub(rf"(?<![\w:])({'|'.join(sorted(affected))})(?![\w:])", rf"\g<1>_mutant_{number}", text)


def marks(text: str) -> set[int]:
    """The numbers of the mutants a text speaks of."""
    return {int(number) for number in re.findall(r"_mutant_(\d+)", text)}


def test_files(part: Round, mutants: Iterable[int], rules: str) -> Iterator[str]:
    """promtool's test files of a round, one per pace, reading the rules from a file beside them."""
    paced: dict[float, list[Case]] = {}
    for case in part.cases:
        checks = tuple(_marked(check, part.affected, n) for n in mutants for check in case.checks)
        paced.setdefault(case.pace, []).append(replace(case, checks=checks))
    for pace, together in sorted(paced.items()):
        head = ["rule_files:", f"- {rules}", f"evaluation_interval: {duration(pace)}", "tests:"]
        yield "\n".join([*head, *(line for case in together for line in printed(case))]) + "\n"


def _marked(check: Check, affected: frozenset[str], number: int) -> Check:
    samples = tuple((marked_as(labels, affected, number), value) for labels, value in check.samples)
    return replace(check, expr=marked_as(check.expr, affected, number), samples=samples)
