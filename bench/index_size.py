"""Bytes per line on disk: our mapping against what a stock Fluentd daemonset makes of the same lines.

Run with `make bench-index`. Each line is indexed twice into a real engine: as our document in our mapping, and as the
stock daemonset's record (the raw line, the keys of its JSON, full Kubernetes metadata) in a `logstash-` index with
dynamic mapping. Everything is merged into one segment before it is weighed. Elasticsearch weighs both of our modes;
OpenSearch, which has no LogsDB and none of Elasticsearch's stand-ins, weighs the other one again. Then the estimate of
`obs build` is held against Elasticsearch: all lines, and each format by itself, once as they are and once with messages
of words drawn blindly, which compress worse than any service's.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.index_lines import lines, ours, stock
from obs import library
from obs.model.logging import Elasticsearch
from obs.render.elasticsearch_templates import mappings, settings
from obs.render.log_volume import per_line
from tests.engines.servers.elasticsearch import elasticsearch
from tests.engines.servers.opensearch import opensearch
from tests.engines.servers.rest import Rest
from tests.search.opensearch import properties
from tests.search.questions import reference_plan

Json = dict[str, Any]
LINES = 30_000
FEW = 12_000
BATCH = 2_000
AIM = 0.5
STOCK: Json = {"settings": {"index": {"number_of_replicas": 0}}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """What an index came to: bytes on disk after merging, and documents it took."""

    size: int
    taken: int

    @property
    def per_line(self) -> float:
        """Bytes per document."""
        return self.size / max(self.taken, 1)


def body(*, logsdb: bool) -> Json:
    """Our index for Elasticsearch, without what other parts of the bundle must exist for."""
    index = settings(Elasticsearch(logsdb=logsdb, nodes=1))["index"]
    index.pop("default_pipeline")
    return {"settings": {"index": index}, "mappings": _mapped(_as_text)}


def opensearch_body() -> Json:
    """The same for OpenSearch, in its words."""
    sort = {"sort.field": ["service.name", "@timestamp"], "sort.order": ["asc", "desc"]}
    index = {"codec": "best_compression", "number_of_replicas": 0, **sort}
    return {"settings": {"index": index}, "mappings": _mapped(properties)}


def _mapped(change: Callable[[Json], Json]) -> Json:
    logs = reference_plan().logs
    assert logs is not None
    made = mappings(logs.fields)
    return made | {"properties": change(made["properties"])}


def _as_text(mapped: Json) -> Json:
    """match_only_text as what it is, a text that knows which documents and no more: the node has a stand-in for it."""
    made = {}
    for name, told in mapped.items():
        found = {"properties": _as_text(told["properties"])} if "properties" in told else dict(told)
        if found.get("type") == "match_only_text":
            found = {"type": "text", "index_options": "docs", "norms": False}
        made[name] = found
    return made


def weigh(node: Rest, index: str, body: Json, documents: Iterable[tuple[str, Json]]) -> Weight:
    """Index the documents, each with its id if it has one, and weigh the index."""
    made = node.ask("PUT", index, body)
    assert made.status == 200, made.reason
    for batch in _batches(documents):
        node.ask("POST", f"{index}/_bulk", batch)
    node.ask("POST", f"{index}/_forcemerge?max_num_segments=1&flush=true")
    node.ask("POST", f"{index}/_refresh")  # the merged-away segments are readers' until then
    return _settled(node, index)


def _batches(documents: Iterable[tuple[str, Json]]) -> Iterator[str]:
    batch: list[str] = []
    for name, document in documents:
        batch += [json.dumps({"index": {"_id": name} if name else {}}), json.dumps(document)]
        if len(batch) == 2 * BATCH:
            yield "\n".join(batch) + "\n"
            batch = []
    if batch:
        yield "\n".join(batch) + "\n"


def _settled(node: Rest, index: str) -> Weight:
    """The index once its size stands still."""
    before = -1
    while True:
        told = node.ask("GET", f"{index}/_stats/store,docs").body["_all"]["primaries"]
        size = int(told["store"]["size_in_bytes"])
        if size == before:
            return Weight(size=size, taken=int(told["docs"]["count"]))
        before = size
        time.sleep(0.5)


def documents(count: int, *, only: str = "", blind: bool = False) -> Iterator[tuple[str, Json]]:
    """(id, document) of our pipeline."""
    return (ours(form, text, n, blind=blind) for n, (form, text) in enumerate(lines(count, only=only)))


def estimated(count: int, *, only: str = "", logsdb: bool) -> float:
    """Bytes per document that `obs build` reckons with, of the same lines."""
    length = sum(len(text.encode()) for _, text in lines(count, only=only)) / count
    return per_line(length, logsdb=logsdb)


def errors(node: Rest, *, logsdb: bool) -> Iterator[tuple[str, float]]:
    """(what, estimate against measured run): 0.1 is a tenth too much."""
    for only in ("", *library.log_formats()):
        for blind in (False, True):
            count = FEW if only else LINES
            name = f"{only or 'all'}-{'blind' if blind else 'told'}-{logsdb}".lower()
            weight = weigh(node, name, body(logsdb=logsdb), documents(count, only=only, blind=blind))
            yield name, estimated(count, only=only, logsdb=logsdb) / weight.per_line - 1


def _stock() -> Iterator[tuple[str, Json]]:
    return (stock(form, text, n) for n, (form, text) in enumerate(lines(LINES)))


def main() -> None:
    """Index all, print the figures; exit 1 where Elasticsearch with the bundle's defaults misses the aim."""
    print(f"{LINES} lines of {sum(len(text) for _, text in lines(LINES)) / LINES:.0f} bytes on average")
    with tempfile.TemporaryDirectory() as folder, elasticsearch(Path(folder)) as node:
        base = weigh(node, "logstash-2026.11.25", STOCK, _stock())
        logsdb = weigh(node, "logsdb", body(logsdb=True), documents(LINES))
        standard = weigh(node, "standard", body(logsdb=False), documents(LINES))
        _say("Elasticsearch", base, {"ours, LogsDB": logsdb, "ours": standard})
        _say_errors(dict(errors(node, logsdb=True)))
    with tempfile.TemporaryDirectory() as folder, opensearch(Path(folder)) as node:
        other = weigh(node, "logstash-2026.11.25", STOCK, _stock())
        _say("OpenSearch", other, {"ours": weigh(node, "ours", opensearch_body(), documents(LINES))})
    sys.exit(0 if logsdb.per_line <= AIM * base.per_line else 1)


def _say_errors(found: dict[str, float]) -> None:
    of_all = [f"{error:+.0%}" for name, error in found.items() if name.startswith("all-")]
    of_one = [error for name, error in found.items() if not name.startswith("all-")]
    mean = sum(map(abs, of_one)) / len(of_one)
    print(f"estimate of all lines {of_all[0]}, with messages drawn blindly {of_all[1]}; of one format alone", end=" ")
    print(f"{min(of_one):+.0%} to {max(of_one):+.0%}, {mean:.0%} on average")


def _say(engine: str, base: Weight, weights: dict[str, Weight]) -> None:
    for name, weight in ({"stock": base} | weights).items():
        ratio = weight.per_line / base.per_line
        taken = f"{weight.taken / LINES:6.1%} of the lines taken"
        print(f"{engine:<14} {name:<13} {weight.per_line:5.0f} bytes per line, {taken}, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
