"""promtool unit tests: one file of stories and one of boundaries per component, from its faults.yaml."""

from collections.abc import Iterable, Iterator
from typing import Any

from obs.conventions import GENERATED, dashed, duration, rule_tests_path
from obs.model.artifact import Artifact
from obs.model.plan import Part, Plan
from obs.printer import to_yaml
from obs.render import promtool_boundaries, promtool_budgets, promtool_stories
from obs.render.promtool_notation import Case, group


def render(plan: Plan) -> Iterator[Artifact]:
    """The test files of every component that has stories."""
    header = GENERATED.format(spec=plan.platform.spec_name)
    for part in plan.parts:
        name = part.component.name
        for topic, cases in _topics(plan, part):
            text = to_yaml(test_file(name, cases), header=header)
            yield Artifact(path=rule_tests_path(name, topic), text=text)


def _topics(plan: Plan, part: Part) -> Iterator[tuple[str, tuple[Case, ...]]]:
    """Files of one component: rules are evaluated per file, so cases of one pace stand together."""
    yield from _by_pace("healthy", promtool_stories.healthy(plan, part))
    yield from _by_pace("stories", promtool_stories.cases(plan, part))
    yield from _by_pace("boundaries", promtool_boundaries.cases(plan, part))
    yield from _by_pace("objectives", promtool_budgets.cases(plan, part))


def _by_pace(topic: str, cases: Iterable[Case]) -> Iterator[tuple[str, tuple[Case, ...]]]:
    paced: dict[float, list[Case]] = {}
    for case in cases:
        paced.setdefault(case.pace, []).append(case)
    for pace, together in sorted(paced.items()):
        suffix = f"-every-{duration(pace)}" if len(paced) > 1 else ""
        yield topic + suffix, tuple(together)


def test_file(component: str, cases: Iterable[Case]) -> dict[str, Any]:
    """A test file as plain data; all its cases have one pace of evaluation."""
    cases = tuple(cases)
    return {
        "rule_files": [f"../rules/{dashed(component)}.yaml"],
        "evaluation_interval": duration(min(case.pace for case in cases)),
        "tests": [group(case) for case in cases],
    }
