"""The bundle under the rules of kube-linter, polaris and kubescape; each rule also shown to fire on a spoilt bundle."""

import copy

import pytest

from obs.model.platform import Mode
from obs.render import kube
from tests.render import kube_lint_objects, kube_lint_pods
from tests.render.kube_lint import Rule, findings
from tests.render.kube_objects import objects
from tests.render.kube_plans import plan
from tests.render.kube_shelf import MODES, PLATFORMS, manifests

RULES = (*kube_lint_pods.RULES, *kube_lint_objects.RULES)
RIGHT = objects(kube.render(plan()))


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("mode", MODES)
def test_the_bundle_breaks_no_rule(platform: str, mode: Mode) -> None:
    found = manifests(platform, mode)
    assert {rule.names[0]: findings(rule, found) for rule in RULES if findings(rule, found)} == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.names[0])
def test_the_rule_fires_on_a_spoilt_bundle_and_not_before(rule: Rule) -> None:
    spoilt = copy.deepcopy(RIGHT)
    assert findings(rule, spoilt) == []
    rule.spoil(spoilt)
    assert findings(rule, spoilt)
