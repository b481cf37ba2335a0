"""A real Elasticsearch, its exporter, and those who watch, where time runs sixty times faster; and its faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from obs.model.plan import Plan
from obs.render.kube.search_exporter import COMPONENT
from obs.render.kube.search_exporter import NAME as JOB
from tests.engines.processes import engine_path
from tests.engines.servers.rest import Rest
from tests.engines.servers.search_exporter import NAME, Version, version, watcher
from tests.engines.sinks import listening
from tests.exporters.live.play import Fault, often
from tests.exporters.live.watch import Heard, Target, watching
from tests.search.stand_in import LIFECYCLES, POLICIES, StandIn, standing_in

SINCE: dict[str, Version] = {
    "ElasticsearchCollectorFailing": (1, 9),
    "ElasticsearchMetricsMissing": (1, 10),
    "ElasticsearchDiskFilling": (1, 7),
    "ElasticsearchDiskLow": (1, 7),
    "ElasticsearchDiskNearFlood": (1, 7),
    "ElasticsearchLifecycleStuck": (1, 10),
    "ElasticsearchSnapshotsStopped": (1, 10),
}
"""Versions of the exporter from which an alert can be raised, and be quiet: a distribution's may be older than ours."""
WATERMARKS = {f"cluster.routing.allocation.disk.watermark.{name}": "1%" for name in ("low", "high", "flood_stage")}
ALONE = {"index.number_of_replicas": 0}
PLAIN, COPIED, HOMELESS, BLOCKED = "watched-plain", "watched-copied", "watched-homeless", "watched-blocked"
COUNTED = {"size": 0, "aggs": {"values": {"terms": {"field": "value"}}}}


@dataclass(kw_only=True)
class Stage:
    """Everything a fault can touch."""

    node: Rest
    front: StandIn
    heard: Heard
    proven: frozenset[str]

    def quiet(self) -> set[str]:
        """What still fires of what faults raise here; the tests' node has a heap of its own size."""
        return self.heard.now() & self.proven

    def settle(self, settings: dict[str, Any]) -> None:
        """Change settings of the cluster; None takes one back."""
        answer = self.node.ask("PUT", "_cluster/settings", {"persistent": settings})
        assert answer.status == 200, answer.reason


@contextmanager
def stage(plan: Plan, node: Rest, key: str, folder: Path) -> Iterator[Stage]:
    """The stage while the block lasts; other tests' indices ask for no copies meanwhile and after."""
    node.ask("PUT", "_all/_settings?expand_wildcards=all", ALONE)
    node.ask("PUT", PLAIN, {"settings": ALONE})
    node.ask("POST", f"{PLAIN}/_doc?refresh=true", {"value": 1})
    with listening() as sinks, standing_in(node) as (front, url), watcher(url, key, folder) as exporter:
        targets = [Target(job=JOB, instance=f"{JOB}-0", port=exporter.port)]
        with watching(plan, targets, folder, sinks, components=(COMPONENT,)):
            proven = frozenset(name for fault in FAULTS for name in raised(fault))
            yield Stage(node=node, front=front, heard=Heard(sinks=sinks), proven=proven)
    node.ask("DELETE", PLAIN)


def raised(fault: Fault[Stage]) -> tuple[str, ...]:
    """The alerts this machine's exporter can raise by a fault."""
    mine = version(engine_path(NAME))
    return tuple(name for name in fault.fires if mine >= SINCE.get(name, (0,)))


def of_today(fault: Fault[Stage]) -> Fault[Stage]:
    """The fault with the alerts this machine's exporter can raise."""
    return replace(fault, fires=raised(fault))


@contextmanager
def crowded(on: Stage) -> Iterator[None]:
    """A copy that no node can hold, an index that is blocked, no room for more shards, searches without memory."""
    with _index(on, COPIED, {"index.number_of_replicas": 1}), _index(on, BLOCKED, ALONE):
        health = on.node.ask("GET", "_cluster/health").body
        shards = health["active_shards"] + health["unassigned_shards"]
        on.settle({"cluster.max_shards_per_node": shards, "indices.breaker.request.limit": "1b"})
        try:
            search, block = partial(on.node.ask, "POST", f"{PLAIN}/_search", COUNTED), partial(_block, on, True)
            with often(search, every=0.2), often(block, every=0.5):
                yield
        finally:
            on.settle({"cluster.max_shards_per_node": None, "indices.breaker.request.limit": None})
            _block(on, None)


def _block(on: Stage, how: bool | None) -> None:
    """Let an index be read and deleted only; a node with room, which looks every 30 s, takes such a block back."""
    on.node.ask("PUT", f"{BLOCKED}/_settings", {"index.blocks.read_only_allow_delete": how})


@contextmanager
def broken(on: Stage) -> Iterator[None]:
    """A shard that no node may hold, watermarks far below what is used, and a part the exporter may not read."""
    nowhere = ALONE | {"index.routing.allocation.require._name": "nobody"}
    stats = on.front.said["/_slm/stats"]
    with _index(on, HOMELESS, nowhere):
        on.settle(WATERMARKS)
        on.front.said["/_slm/stats"] = (403, {"status": 403})
        try:
            yield
        finally:
            on.front.said["/_slm/stats"] = stats
            on.settle(dict.fromkeys(WATERMARKS))


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
    """Lifecycles and snapshot policies were stopped, and the engine's own report says so."""
    on.front.indicators |= {"ilm": LIFECYCLES | {"status": "yellow"}, "slm": POLICIES | {"status": "yellow"}}
    try:
        yield
    finally:
        on.front.indicators |= {"ilm": LIFECYCLES, "slm": POLICIES}


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
        title="a cluster without room",
        lasts=crowded,
        fires=(
            *("ElasticsearchShardsUnassigned", "ElasticsearchReadOnly"),
            *("ElasticsearchShardsNearLimit", "ElasticsearchBreakerTripped"),
        ),
    ),
    Fault(
        title="a shard without a node, a full disk, a right that is missing",
        lasts=broken,
        fires=(
            *("ElasticsearchRed", "ElasticsearchDiskNearFlood", "ElasticsearchDiskLow", "ElasticsearchDiskFilling"),
            *("ElasticsearchCollectorFailing", "ElasticsearchMetricsMissing"),
        ),
    ),
    Fault(title="a key that ended", lasts=refused, fires=("ElasticsearchUnreachable",)),
    Fault(
        title="lifecycles and snapshots that were stopped",
        lasts=stopped,
        fires=("ElasticsearchLifecycleStuck", "ElasticsearchSnapshotsStopped"),
    ),
)
"""Faults of one title happen at once, which keeps the play short; each of their alerts is judged by itself."""
