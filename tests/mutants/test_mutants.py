"""The mutation tests themselves: what is changed, what is asked, what is reported."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from obs.render.play import Theatre
from obs.render.promtool import SERVICES
from tests.mutants.exam import marked_as, marks, named, rounds, sheets
from tests.mutants.examiner import Verdict, examine, title
from tests.mutants.operators import KINDS, Mutant, mutants
from tests.mutants.report import Reason, Report, markdown, reasons
from tests.mutants.run import Run, reference_plan
from tests.mutants.tree import read, text

ERRORS = 'sum by (job) (rate(errors{job="a"}[5m])) / (sum by (job) (rate(calls{job="a"}[5m])) > 0) > 0.04'


def said(expr: str, hold: str = "") -> dict[str, str]:
    """What was changed -> the rule's new text."""
    return {m.what: m.expr for m in mutants(expr, hold)}


def test_an_expression_reads_and_prints_as_the_same_tree() -> None:
    rules = [rule for part in reference_plan().parts for group in part.groups for rule in group.rules]
    assert len(rules) > 200
    for rule in rules:
        assert read(text(read(rule.expr))) == read(rule.expr), rule.expr


def test_a_threshold_goes_up_a_quarter_and_down_a_fifth_or_by_one_when_small_and_whole() -> None:
    assert said("a > 0.04")["a `> 0.04` becomes `> 0.05`"] == "a > 0.05"
    assert said("a > 0.04")["a `> 0.04` becomes `> 0.032`"] == "a > 0.032"
    assert {"a < 2", "a < 0"} <= set(said("a < 1").values())
    assert {"a < -1", "a < -3"} <= set(said("a < -2").values())


def test_a_comparison_is_loosened_and_turned() -> None:
    assert {"a >= 7", "a < 7"} <= set(said("a > 7").values())
    assert {"a != 0", "a >= 0"} <= set(said("a == 0").values())
    assert {"a > b", "a <= b"} <= set(said("a < b").values())


def test_windows_of_one_length_and_offsets_change_together() -> None:
    found = said("rate(a[5m] offset 1h) - rate(b[5m]) + max_over_time(c[1d:1m])")
    assert found["window 5m becomes 10m"] == "rate(a[10m] offset 1h) - rate(b[10m]) + max_over_time(c[1d:1m])"
    assert found["offset 1h becomes 30m"] == "rate(a[5m] offset 30m) - rate(b[5m]) + max_over_time(c[1d:1m])"
    assert found["window 1d becomes 12h"].endswith("max_over_time(c[12h:1m])")


def test_a_hold_is_doubled_and_removed() -> None:
    holds = [(m.what, m.hold) for m in mutants("a > 1", "5m") if m.kind == "hold"]
    assert holds == [("hold 5m becomes 10m", "10m"), ("hold 5m becomes none", "")]
    assert not [m for m in mutants("a > 1", "") if m.kind == "hold"]


def test_a_matcher_falls_wherever_it_stands_and_a_label_in_all_aggregations() -> None:
    found = said('sum by (job, le) (a{job="x", le!=""}) + max by (job) (b{job="x"})')
    assert found['matcher `job="x"` is dropped'] == 'sum by (job, le) (a{le!=""}) + max by (job) (b)'
    assert found["`by` without job"] == 'sum by (le) (a{job="x", le!=""}) + max by () (b{job="x"})'


def test_the_job_of_a_recorded_series_stays_as_its_own_rule_gives_it() -> None:
    assert not [what for what in said('job:a:rate5m{job="x"} > 5') if what.startswith("matcher")]


def test_joins_lose_an_operand_or_a_label() -> None:
    found = set(said("a and on (node) b or c").values())
    assert {"a or c", "a and on (node) b", "c", "a and on () b or c"} <= found
    assert "a" in said("a unless b").values()
    found = set(said("a * on (pod) group_left (zone) b").values())
    assert {"a", "a * on (pod) group_left () b", "a * on () group_left (zone) b"} <= found


def test_matching_by_the_job_counts_only_where_two_jobs_meet() -> None:
    assert not [w for w in said('a{job="x"} and on (cluster, job) b{job="x"}') if w.endswith("without job")]
    assert [w for w in said('a{job="x"} and on (cluster, job) b{job="y"}') if w.endswith("without job")]


def test_the_guard_of_a_divisor_is_dropped_not_moved() -> None:
    found = said(ERRORS)
    guard = "guard `> 0` of the divisor calls is dropped"
    assert found[guard] == ERRORS.replace("[5m])) > 0)", "[5m])))")
    assert not [what for what in found if what.startswith("calls")]


def test_of_a_long_list_of_absent_metrics_three_stand_for_all() -> None:
    expr = " or ".join(f'absent(m{n}{{job="x"}})' for n in range(9))
    dropped = {what for what in said(expr) if what.startswith("`or`")}
    assert dropped == {"`or` m4 is dropped", "`or` m8 is dropped"}


def test_every_kind_of_mutant_is_made_and_none_repeats_another() -> None:
    found = mutants(f"({ERRORS}) and on (job) b > 2", "5m")
    assert {m.kind for m in found} == set(KINDS)
    assert len({(m.expr, m.hold) for m in found}) == len(found)
    assert all(read(m.expr) for m in found)


def test_names_are_marked_whole_and_read_back() -> None:
    marked = marked_as('ALERTS{alertname="Down"} unless Downhill + job:Down:sum', frozenset({"Down"}), 7)
    assert marked == 'ALERTS{alertname="Down_mutant_7"} unless Downhill + job:Down:sum'
    assert marks(marked) == {7}


def verdict(rule: str, what: str, *, killed: bool) -> Verdict:
    return Verdict("envoy", rule, "window", what, killed)


def test_the_report_counts_explains_and_names_what_nobody_explained() -> None:
    patterns = [("Slow.*", "window .*", "slow"), ("X", "y", "x")]
    whys = [Reason(re.compile(rule), re.compile(change), why) for rule, change, why in patterns]
    found = [verdict("SlowEdge", "window 5m becomes 10m", killed=False), verdict("Down", "hold", killed=False)]
    report = Report([*found, *(verdict("Up", "a", killed=True) for _ in range(18))], whys)
    assert report.score == 0.9
    assert report.unexplained == [found[1]]
    assert report.idle == [whys[1]]
    page = markdown(report, ["envoy"])
    assert "| envoy | 20 | 18 | 2 | 90.0 % |" in page
    assert "| SlowEdge | window 5m becomes 10m | 1 |" in page
    assert "| Down | hold | none |" in page


def test_every_explanation_on_file_says_something() -> None:
    assert all(len(reason.why) > 40 for reason in reasons())


def test_a_sample_is_the_same_every_time_and_smaller() -> None:
    plan = reference_plan()
    whole, sample = (Run(plan=plan, promtool=Path(), components=("envoy",), quick=quick) for quick in (False, True))
    rules = [whole.rule(*task) for task in whole.tasks()]
    assert [sample.chosen(rule) for rule in rules] == [sample.chosen(rule) for rule in rules]
    assert 0 < sum(len(sample.chosen(r)) for r in rules) < sum(len(whole.chosen(r)) for r in rules) / 4


@pytest.mark.engine("promtool")
def test_the_tests_of_a_few_rules_catch_mutants_while_the_rules_themselves_pass(engine: Callable[[str], Path]) -> None:
    plan = reference_plan()
    part = next(p for p in plan.parts if p.component.name == "envoy")
    page = sheets(Theatre(plan, services=SERVICES), part)
    rules = {named(rule): rule for group in part.groups for rule in group.rules}
    for name in ("EnvoyNoInstanceLive", "EnvoyConnectFailures", "EnvoyRequestsShed"):
        rule = rules[name]
        assert rounds(page, rule)
        verdicts = examine(engine("promtool").absolute(), page, rule, mutants(rule.expr, rule.hold)[:8])
        assert {v.rule for v in verdicts} == {title(rule)}
        assert sum(v.killed for v in verdicts) >= 5
    harmless = Mutant("threshold", "nothing", rule.expr, rule.hold)
    assert [v.killed for v in examine(engine("promtool").absolute(), page, rule, [harmless])] == [False]
