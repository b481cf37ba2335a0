"""promtool unit tests: stories, boundaries and objectives of every component, from its faults.yaml."""

from collections.abc import Iterable, Iterator

from obs.conventions import FEW_SERVICES, GENERATED, duration, objectives_file, rule_tests_path, rules_path
from obs.model.artifact import Artifact
from obs.model.plan import Part, Plan
from obs.render import promtool_boundaries, promtool_budget_limits, promtool_budgets, promtool_stories, promtool_targets
from obs.render.play import Theatre
from obs.render.promtool_notation import Case, printed
from obs.render.promtool_together import together

OBJECTIVES = "objectives"
SERVICES = FEW_SERVICES
"""Services of a component that take part in its tests: rules are the same for all, and files stay readable."""


def render(plan: Plan) -> Iterator[Artifact]:
    """The test files of every component that has stories."""
    header = GENERATED.format(spec=plan.platform.spec_name)
    theatre = Theatre(plan, services=SERVICES)
    for part in plan.parts:
        name = part.component.name
        rules = [rules_path(file) for file in (name, objectives_file(name)) if file in plan.rule_files]
        for topic, cases in topics(theatre, part):
            read = rules[-1:] if topic.startswith(OBJECTIVES) else rules
            text = f"# {header}\n" + "\n".join(test_file(read, cases)) + "\n"
            yield Artifact(path=rule_tests_path(name, topic), text=text)


def test_file(rules: Iterable[str], cases: Iterable[Case]) -> Iterator[str]:
    """The lines of a test file that reads these rule files; all its cases have one pace of evaluation."""
    cases = tuple(cases)
    yield "rule_files:"
    yield from (f"- ../{path.removeprefix('alerts/')}" for path in rules)
    yield f"evaluation_interval: {duration(min(case.pace for case in cases))}"
    yield "tests:"
    for case in cases:
        yield from printed(case)


def topics(theatre: Theatre, part: Part) -> Iterator[tuple[str, tuple[Case, ...]]]:
    """Files of one component: rules are evaluated per file, so cases of one pace stand together."""
    healthy = (*promtool_stories.healthy(theatre, part), *promtool_targets.counted(part))
    yield from _by_pace("healthy", healthy)
    stories = (*promtool_stories.cases(theatre, part), *promtool_targets.down(theatre, part))
    yield from _by_pace("stories", stories)
    yield from _by_pace("boundaries", together(promtool_boundaries.cases(theatre, part)))
    objectives = (*promtool_budgets.cases(theatre, part), *promtool_budget_limits.cases(theatre, part))
    yield from _by_pace(OBJECTIVES, objectives)


def _by_pace(topic: str, cases: Iterable[Case]) -> Iterator[tuple[str, tuple[Case, ...]]]:
    paced: dict[float, list[Case]] = {}
    for case in cases:
        paced.setdefault(case.pace, []).append(case)
    for pace, found in sorted(paced.items()):
        suffix = f"-every-{duration(pace)}" if len(paced) > 1 else ""
        yield topic + suffix, tuple(found)
