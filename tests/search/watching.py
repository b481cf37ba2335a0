"""A real Elasticsearch, its exporter, and those who watch, where time runs sixty times faster."""

import json
import random
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from obs import library
from obs.model.plan import Plan, RuleGroup
from obs.model.platform import AlertOverride
from obs.render.kube.search_exporter import COMPONENT
from obs.render.kube.search_exporter import NAME as JOB
from obs.resolve import resolve
from tests.engines.alertmanagers import eventually
from tests.engines.java import jdk
from tests.engines.processes import free_port
from tests.engines.servers.rest import Rest
from tests.engines.servers.search_exporter import watcher
from tests.engines.sinks import listening
from tests.exporters.live.watch import Heard, Target, engines, prometheus_config, quickened
from tests.search.stand_in import StandIn, standing_in
from tests.search.test_exporter import shop

ALONE = {"index.number_of_replicas": 0}
PLAIN, WORDS = "watched-plain", "watched-words"
OVERRIDES = {
    "ElasticsearchSearchSlow": AlertOverride(threshold=0.03),
    "ElasticsearchMasterBusy": AlertOverride(threshold=0.1),
    "ElasticsearchIndexingPressure": AlertOverride(threshold=0.1),
}
"""Limits that are moments or shares, not windows: the tests' node has half a gigabyte of heap and two cores."""
GROWTH = 0.15
"""What a cluster state of 80 MiB fills of an old generation of 340 MiB is well above this share, with 51 MiB."""
SHORTER = {"[3m]": "[10s]", ", 14400)": ", 240)"}
"""Three hours of snapshots, three minutes here, are ten seconds; a forecast looks sixty times less far ahead."""
CALM = {f"cluster.routing.allocation.disk.watermark.{name}": "99%" for name in ("low", "high", "flood_stage")}
"""Whatever else is on the disk of the machine."""


@dataclass(kw_only=True)
class Stage:
    """Everything a fault can touch."""

    node: Rest
    front: StandIn
    heard: Heard
    key: str
    url: str
    port: int
    folder: Path
    judged: frozenset[str]
    program: ExitStack

    def quiet(self) -> set[str]:
        """What still fires of what faults raise here; burn alerts of longer windows go on by design."""
        return self.heard.now() & self.judged

    def settle(self, settings: dict[str, Any]) -> None:
        """Change settings of the cluster; None takes one back."""
        answer = self.node.ask("PUT", "_cluster/settings", {"persistent": settings})
        assert answer.status == 200, answer.reason

    def start_exporter(self) -> None:
        """Where Prometheus expects it."""
        self.program.enter_context(watcher(self.url, self.key, self.folder, port=self.port))

    def stop_exporter(self) -> None:
        """As when its pod is gone."""
        self.program.close()


def watched(heap: float) -> Plan:
    """A platform with one node; `heap` is the share of the old generation that is too much."""
    overrides = OVERRIDES | {"ElasticsearchHeapHigh": AlertOverride(threshold=heap)}
    return resolve(replace(shop("{nodes: 1}").platform, overrides=overrides), library.load())


@contextmanager
def stage(node: Rest, key: str, judged: Iterable[str], folder: Path) -> Iterator[Stage]:
    """The stage while the block lasts; other tests' indices ask for no copies meanwhile and after."""
    furnish(node)
    plan = watched(collected(node) + GROWTH)
    with ExitStack() as stack:
        sinks, program = stack.enter_context(listening()), stack.enter_context(ExitStack())
        front, url = stack.enter_context(standing_in(node, folder))
        made = Stage(
            node=node,
            front=front,
            heard=Heard(sinks=sinks),
            key=key,
            url=url,
            port=free_port(),
            folder=folder,
            judged=frozenset(judged),
            program=program,
        )
        made.settle(CALM)
        stack.callback(made.settle, dict.fromkeys(CALM))
        made.start_exporter()
        router = free_port()
        targets = [Target(job=JOB, instance=f"{JOB}-0", port=made.port)]
        config = prometheus_config(plan, targets, alertmanager=router)
        groups = [_shorter(group) for group in quickened(plan, (COMPONENT,))]
        stack.enter_context(engines(groups, config, folder, sinks, router=router))
        yield made
    node.ask("DELETE", f"{PLAIN},{WORDS}")


def _shorter(group: RuleGroup) -> RuleGroup:
    def shorter(expr: str) -> str:
        for window, moment in SHORTER.items():
            expr = expr.replace(window, moment)
        return expr

    return replace(group, rules=tuple(replace(rule, expr=shorter(rule.expr)) for rule in group.rules))


def furnish(node: Rest) -> None:
    """An index with one document, and one with fifty thousand words."""
    node.ask("PUT", "_all/_settings?expand_wildcards=all", ALONE)
    word = {"properties": {"word": {"type": "keyword"}}}
    for name, mappings in ((PLAIN, {}), (WORDS, word)):
        assert node.ask("PUT", name, {"settings": ALONE, "mappings": mappings}).status == 200
    node.ask("POST", f"{PLAIN}/_doc?refresh=true", {"value": 1})
    dice = random.Random(1)
    documents = ({"word": [f"{dice.getrandbits(64):016x}" for _ in range(500)]} for _ in range(100))
    lines = (line for document in documents for line in ('{"index": {}}', json.dumps(document)))
    assert not node.ask("POST", f"{WORDS}/_bulk?refresh=true", "\n".join([*lines, ""])).body["errors"]


def collected(node: Rest) -> float:
    """Share of the old generation in use once garbage was collected; the node looks at its heap once a second."""
    [pid] = (each["process"]["id"] for each in node.ask("GET", "_nodes/process").body["nodes"].values())
    subprocess.run([jdk() / "bin" / "jcmd", str(pid), "GC.run"], check=True, capture_output=True, timeout=60)
    done = time.time()
    share = eventually(lambda: _share(node, since=done))
    assert isinstance(share, float), "the node did not look at its heap"
    return share


def _share(node: Rest, *, since: float) -> float | None:
    [jvm] = (each["jvm"] for each in node.ask("GET", "_nodes/stats/jvm").body["nodes"].values())
    old = jvm["mem"]["pools"]["old"]
    return float(old["used_in_bytes"] / old["max_in_bytes"]) if jvm["timestamp"] / 1000 > since else None
