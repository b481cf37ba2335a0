"""Faults of Elasticsearch, of its exporter and of its key, each while a block lasts; and the alerts each must raise."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from tests.engines.servers.rest import Answer
from tests.exporters.live.play import Fault, often
from tests.search.stand_in import LIFECYCLES, POLICIES, SNAPSHOTS
from tests.search.watching import ALONE, CALM, PLAIN, WORDS, Stage, collected

MEBIBYTE = 2**20
COPIED, HOMELESS, BLOCKED = "watched-copied", "watched-homeless", "watched-blocked"
COUNTED = {"size": 0, "aggs": {"values": {"terms": {"field": "value"}}}}
DOCUMENT = '{"index": {}}\n{"text": "' + 8 * MEBIBYTE * "x" + '"}\n'
"""A sixth of what a node with half a gigabyte of heap holds before it refuses documents."""
PATTERNS = [{"wildcard": {"word": f"*{n}*{n + 1}*{n + 2}q*"}} for n in range(7)]
"""No word has a q: each pattern is held against every word, 50 ms in all."""
SEARCH = {"size": 0, "query": {"bool": {"should": PATTERNS}}}
SEARCHES = 150 * f'{{"request_cache": false}}\n{json.dumps(SEARCH)}\n'


@contextmanager
def grown(on: Stage) -> Iterator[None]:
    """A cluster state of eighty megabytes fills the heap, and the master writes it anew with each of many changes."""
    weight = {f"part-{n}": MEBIBYTE * "x" for n in range(20)}
    try:
        for name in "abcd":
            answer = _template(on, f"watched-weight-{name}", weight)
            assert answer.status == 200, answer.reason
        collected(on.node)
        with ExitStack() as stack:
            for name in "abc":
                stack.enter_context(often(partial(_template, on, f"watched-change-{name}", {})))
            yield
    finally:
        on.node.ask("DELETE", "_component_template/watched-*")
        collected(on.node)


def _template(on: Stage, name: str, told: dict[str, str]) -> Answer:
    """A template; it is another each time, as what changes nothing is not written."""
    body = {"template": {}, "version": time.monotonic_ns(), "_meta": told}
    return on.node.ask("PUT", f"_component_template/{name}", body)


@contextmanager
def crowded(on: Stage) -> Iterator[None]:
    """A copy that no node can hold, and writes that wait for it; a blocked index; no room for shards or searches."""
    with _index(on, COPIED, {"index.number_of_replicas": 1}), _index(on, BLOCKED, ALONE):
        health = on.node.ask("GET", "_cluster/health").body
        shards = health["active_shards"] + health["unassigned_shards"]
        on.settle({"cluster.max_shards_per_node": shards, "indices.breaker.request.limit": "1b"})
        waiting = f"{COPIED}/_bulk?wait_for_active_shards=2&timeout=3s"
        try:
            with (
                often(partial(on.node.ask, "POST", f"{PLAIN}/_search", COUNTED), every=0.2),
                often(partial(_block, on, True), every=0.5),
                often(partial(on.node.ask, "POST", waiting, DOCUMENT)),
            ):
                yield
        finally:
            on.settle({"cluster.max_shards_per_node": None, "indices.breaker.request.limit": None})
            _block(on, None)


def _block(on: Stage, how: bool | None) -> None:
    """Let an index be read and deleted only; a node with room, which looks every 30 s, takes such a block back."""
    on.node.ask("PUT", f"{BLOCKED}/_settings", {"index.blocks.read_only_allow_delete": how})


@contextmanager
def searched(on: Stage) -> Iterator[None]:
    """Searches that hold patterns against every word, and more of them than the queue holds."""
    with often(partial(on.node.ask, "POST", f"{WORDS}/_msearch?max_concurrent_searches=150", SEARCHES), every=0.5):
        yield


@contextmanager
def broken(on: Stage) -> Iterator[None]:
    """A shard that no node may hold, watermarks far below what is used, and a part the exporter may not read."""
    nowhere = ALONE | {"index.routing.allocation.require._name": "nobody"}
    stats = on.front.said["/_slm/stats"]
    with _index(on, HOMELESS, nowhere):
        on.settle(dict.fromkeys(CALM, "1%"))
        on.front.said["/_slm/stats"] = (403, {"status": 403})
        try:
            yield
        finally:
            on.front.said["/_slm/stats"] = stats
            on.settle(CALM)


@contextmanager
def refused(on: Stage) -> Iterator[None]:
    """The exporter's key has ended."""
    on.front.refuses = True
    try:
        yield
    finally:
        on.front.refuses = False


@contextmanager
def stopped(on: Stage) -> Iterator[None]:
    """One more snapshot failed; lifecycles and snapshot policies were stopped, and the engine's own report says so."""
    on.front.indicators |= {"ilm": LIFECYCLES | {"status": "yellow"}, "slm": POLICIES | {"status": "yellow"}}
    on.front.said["/_slm/stats"] = (200, SNAPSHOTS | {"total_snapshots_failed": 1})
    try:
        yield
    finally:
        on.front.indicators |= {"ilm": LIFECYCLES, "slm": POLICIES}


@contextmanager
def unwatched(on: Stage) -> Iterator[None]:
    """The exporter's pod is gone."""
    on.stop_exporter()
    try:
        yield
    finally:
        on.start_exporter()


@contextmanager
def _index(on: Stage, name: str, settings: dict[str, Any]) -> Iterator[None]:
    answer = on.node.ask("PUT", f"{name}?wait_for_active_shards=0", {"settings": settings})
    assert answer.status == 200, answer.reason
    try:
        yield
    finally:
        on.node.ask("DELETE", name)


FAULTS = (
    Fault(
        title="a cluster state of eighty megabytes",
        lasts=grown,
        fires=("ElasticsearchHeapHigh", "ElasticsearchMasterBusy"),
    ),
    Fault(
        title="a cluster without room",
        lasts=crowded,
        fires=(
            *("ElasticsearchShardsUnassigned", "ElasticsearchReadOnly", "ElasticsearchIndexingPressure"),
            *("ElasticsearchShardsNearLimit", "ElasticsearchBreakerTripped"),
        ),
    ),
    Fault(
        title="too many slow searches",
        lasts=searched,
        fires=("ElasticsearchSearchSlow", "ElasticsearchRejecting"),
    ),
    Fault(
        title="a shard without a node, a full disk, a right that is missing",
        lasts=broken,
        fires=(
            *("ElasticsearchRed", "ElasticsearchDiskNearFlood", "ElasticsearchDiskLow", "ElasticsearchDiskFilling"),
            *("ElasticsearchCollectorFailing", "ElasticsearchMetricsMissing"),
        ),
    ),
    Fault(
        title="a key that ended",
        lasts=refused,
        fires=("ElasticsearchUnreachable", "ElasticsearchServingBudgetBurn 1h"),
    ),
    Fault(
        title="lifecycles and snapshots that were stopped, a night's that failed",
        lasts=stopped,
        fires=("ElasticsearchLifecycleStuck", "ElasticsearchSnapshotsStopped", "ElasticsearchSnapshotFailed"),
    ),
    Fault(title="an exporter that is gone", lasts=unwatched, fires=("ElasticsearchTargetMissing",)),
)
"""Faults of one title happen at once, which keeps the play short; each of their alerts is judged by itself."""
