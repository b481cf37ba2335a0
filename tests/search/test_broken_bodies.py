"""What our checks find in a broken body, the real node refuses as well; ours says it first, and what was meant."""

import json

import pytest

from obs.check import CHECKS
from obs.check.store import bodies
from obs.model.bundle import Bundle
from obs.model.search_store import PATHS
from tests.check.breaking_store import BREAKS_OF_STORE, Break
from tests.engines.servers.rest import Rest
from tests.small import small_bundle

pytestmark = [pytest.mark.xdist_group("search"), pytest.mark.engine("elasticsearch-node")]

ENGINE_SEES = {"store-keys": range(7), "store-mappings": range(2), "store-references": range(1)}
"""Check -> its fixtures that Elasticsearch refuses, too; what breaks the other promises it takes without a word."""
CASES = [(name, number, BREAKS_OF_STORE[name][number]) for name, numbers in ENGINE_SEES.items() for number in numbers]


@pytest.fixture(scope="module")
def good() -> Bundle:
    return small_bundle("logging:\n  classes:\n    - {name: web, namespaces: [web], retention: 90d}\n")


@pytest.mark.parametrize(("name", "number", "change"), CASES, ids=[f"{name}-{number}" for name, number, _ in CASES])
def test_a_broken_body_is_refused_by_our_check_and_by_the_node(
    good: Bundle, elasticsearch_node: Rest, name: str, number: int, change: Break
) -> None:
    broken = change(good)
    [path] = [path for path, text in broken.artifacts.items() if text != good.artifacts[path]]
    findings = [finding for finding in CHECKS[name](broken) if finding.place == path]
    [body] = [body for body in bodies(broken) if body.path == path]
    answer = elasticsearch_node.ask("PUT", f"{PATHS[body.kind]}/broken", json.loads(broken.artifacts[path]))
    assert findings, f"{name} does not see case {number}"
    assert answer.status == 400, answer.body
