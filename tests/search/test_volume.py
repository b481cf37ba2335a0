"""The estimate of `obs build` against a measured run: the bundle's index, in LogsDB mode, in a real Elasticsearch."""

from collections.abc import Callable

import pytest

from bench.index_size import body, documents, estimated, weigh
from tests.engines.servers.rest import Rest

pytestmark = [pytest.mark.xdist_group("search"), pytest.mark.engine("elasticsearch-node")]

LINES = 10_000
TOLERATED = 0.3
"""What repeats compresses to less, what never repeats to more; docs/search.md has the figures of 30,000 lines."""


@pytest.mark.parametrize("blind", [False, True], ids=["as they are", "words drawn blindly"])
def test_the_disk_that_lines_take_is_as_estimated(
    elasticsearch_node: Rest, record_property: Callable[[str, object], None], blind: bool
) -> None:
    weight = weigh(elasticsearch_node, f"weighed-{blind}".lower(), body(logsdb=True), documents(LINES, blind=blind))
    error = estimated(LINES, logsdb=True) / weight.per_line - 1
    record_property("said", f"log volume: estimate against {LINES} lines {error:+.0%}, blind words: {blind}")
    assert weight.taken == LINES
    assert abs(error) < TOLERATED
