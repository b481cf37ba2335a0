"""promtool unit tests: one file of stories and one of boundaries per component, from its faults.yaml."""

from collections.abc import Iterable, Iterator
from typing import Any

from obs.conventions import GENERATED, dashed, duration, rule_tests_path
from obs.model.artifact import Artifact
from obs.model.plan import Plan
from obs.printer import to_yaml
from obs.render import promtool_stories
from obs.render.promtool_notation import Case, group


def render(plan: Plan) -> Iterator[Artifact]:
    """The test files of every component that has stories."""
    header = GENERATED.format(spec=plan.platform.spec_name)
    for part in plan.parts:
        name = part.component.name
        stories = tuple(promtool_stories.cases(plan, part))
        if stories:
            yield Artifact(path=rule_tests_path(name, "stories"), text=to_yaml(test_file(name, stories), header=header))


def test_file(component: str, cases: Iterable[Case]) -> dict[str, Any]:
    """A test file as plain data; rules are evaluated as often as samples arrive."""
    cases = tuple(cases)
    return {
        "rule_files": [f"../rules/{dashed(component)}.yaml"],
        "evaluation_interval": duration(min(case.interval for case in cases)),
        "tests": [group(case) for case in cases],
    }
