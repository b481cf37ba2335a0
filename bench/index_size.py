"""Bytes per line on disk: our mapping against what a stock Fluentd daemonset makes of the same lines.

Run with `make bench-index`. The lines are every format's samples with other numbers in them, so that no line repeats
another; each is indexed twice into a real OpenSearch: as our document in our mapping, and as the stock daemonset's
record (the raw line, the keys of its JSON, full Kubernetes metadata) in a `logstash-` index with dynamic mapping. Both
are merged into one segment before they are weighed. OpenSearch has no LogsDB: what that saves comes on top.
"""

import base64
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from obs import library
from obs.conventions import log_namespace
from obs.model.logs import LogFormat
from obs.prove.log_parse import parsed
from obs.render.elasticsearch_templates import mappings
from tests.engines.servers.opensearch import opensearch
from tests.engines.servers.rest import Rest
from tests.search.opensearch import nested, properties
from tests.search.questions import reference_plan

Json = dict[str, Any]
LINES = 30_000
BATCH = 2_000
AIM = 0.5
SEED = 20261125
OURS, STOCK = "ours", "logstash-2026.11.25"


def lines(count: int) -> Iterator[tuple[LogFormat, str]]:
    """(format, line): samples in turn, long numbers and identifiers in them replaced by others of the same length."""
    rng = random.Random(SEED)
    samples = [(form, text) for form, folder in library.log_formats().values() for text in _texts(folder)]
    for number in range(count):
        form, text = samples[number % len(samples)]
        yield form, re.sub(r"(?<![\d:T.-])\d{4,}(?![\d:-])|\b[0-9a-f]{8}\b", lambda found: _other(found, rng), text)


def _texts(folder: Any) -> Iterator[str]:
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".log"):
            yield from (line for line in file.read_text(encoding="utf-8").splitlines() if line)


def _other(found: "re.Match[str]", rng: random.Random) -> str:
    letters = "0123456789" if found[0].isdigit() else "0123456789abcdef"
    return rng.choice(letters[1:]) + "".join(rng.choice(letters) for _ in found[0][1:])


def ours(form: LogFormat, text: str, number: int) -> Json:
    """The document of our pipeline."""
    common = {
        "@timestamp": _time(number),
        "event.created": _time(number),
        "event.hash": base64.b64encode(random.Random(number).randbytes(20)).decode(),
        "service.name": form.name,
        "log.iostream": "stdout",
        "orchestrator.cluster.name": "opendax-production",
        "kubernetes.namespace": "core-app",
        "kubernetes.pod.name": _pod(form, number),
        "kubernetes.container.name": form.name,
        "kubernetes.node.name": f"node-{number % 6}",
        "kubernetes.labels": {"app": form.name, "pod-template-hash": "5d9c7b8f6d"},
        "container.image.name": f"registry.example.com/{form.name}:2.6.48",
        "data_stream.namespace": log_namespace("opendax-production"),
    }
    return nested(common | parsed(text, form) | {"@timestamp": _time(number)})


def stock(form: LogFormat, text: str, number: int) -> Json:
    """The record of the stock daemonset: kubernetes_metadata with its defaults, JSON keys beside the line itself."""
    meta = {
        "container_name": form.name,
        "namespace_name": "core-app",
        "pod_name": _pod(form, number),
        "container_image": f"registry.example.com/{form.name}:2.6.48",
        "container_image_id": f"registry.example.com/{form.name}@sha256:{'ab12' * 16}",
        "pod_id": f"{number % 40:08d}-0000-4000-8000-000000000000",
        "pod_ip": f"10.2.3.{number % 40}",
        "host": f"node-{number % 6}",
        "labels": {"app": form.name, "pod-template-hash": "5d9c7b8f6d"},
        "master_url": "https://10.96.0.1:443/api",
        "namespace_id": "22222222-0000-4000-8000-000000000000",
    }
    record = {"@timestamp": _time(number), "log": text, "stream": "stdout", "docker": {"container_id": "0a1b" * 16}}
    return record | {"kubernetes": meta, "tag": f"kubernetes.var.log.containers.{_pod(form, number)}.log"} | _keys(text)


def _keys(text: str) -> Json:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return {key: value for key, value in said.items() if key != "@timestamp"} if isinstance(said, dict) else {}


def _time(number: int) -> str:
    return f"2026-11-25T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z"


def _pod(form: LogFormat, number: int) -> str:
    return f"{form.name}-5d9c7b8f6d-{number % 5:05d}"


def weigh(node: Rest, index: str, documents: Iterable[Json]) -> tuple[int, int]:
    """(bytes on disk after merging, documents taken)."""
    batch: list[str] = []
    for number, document in enumerate(documents, start=1):
        own = {"_id": document["event"]["hash"]} if "event" in document and "hash" in document["event"] else {}
        batch += [json.dumps({"index": own}), json.dumps(document)]
        if number % BATCH == 0:
            node.ask("POST", f"{index}/_bulk", "\n".join(batch) + "\n")
            batch = []
    if batch:
        node.ask("POST", f"{index}/_bulk", "\n".join(batch) + "\n")
    node.ask("POST", f"{index}/_forcemerge?max_num_segments=1&flush=true")
    node.ask("POST", f"{index}/_refresh")  # the merged-away segments are readers' until then
    return _settled(node, index)


def _settled(node: Rest, index: str) -> tuple[int, int]:
    """Size and documents once the size stands still."""
    before = -1
    while True:
        told = node.ask("GET", f"{index}/_stats/store,docs").body["_all"]["primaries"]
        size = int(told["store"]["size_in_bytes"])
        if size == before:
            return size, int(told["docs"]["count"])
        before = size
        time.sleep(1)


def main() -> None:
    """Index both, print the figures; exit 1 where the aim is missed."""
    logs = reference_plan().logs
    assert logs is not None
    mapped = mappings(logs.fields)
    sort = {"sort.field": ["service.name", "@timestamp"], "sort.order": ["asc", "desc"]}
    mine = {"mappings": mapped | {"properties": properties(mapped["properties"])}}
    mine["settings"] = {"index": {"codec": "best_compression", "number_of_replicas": 0, **sort}}
    with tempfile.TemporaryDirectory() as folder, opensearch(Path(folder)) as node:
        node.ask("PUT", OURS, mine)
        node.ask("PUT", STOCK, {"settings": {"index": {"number_of_replicas": 0}}})
        raw = sum(len(text) for _, text in lines(LINES))
        figures = {
            OURS: weigh(node, OURS, (ours(f, t, n) for n, (f, t) in enumerate(lines(LINES)))),
            STOCK: weigh(node, STOCK, (stock(f, t, n) for n, (f, t) in enumerate(lines(LINES)))),
        }
    print(f"{LINES} lines of {raw / LINES:.0f} bytes on average")
    for name, (size, taken) in figures.items():
        print(f"{name:<22} {size / max(taken, 1):6.0f} bytes per line, {taken / LINES:6.1%} of the lines taken")
    ratio = figures[OURS][0] / figures[OURS][1] / (figures[STOCK][0] / figures[STOCK][1])
    print(f"ratio {ratio:.2f}, aim {AIM}")
    sys.exit(0 if ratio <= AIM else 1)


if __name__ == "__main__":
    main()
