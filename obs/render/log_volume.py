"""What the logging half will take, from the volume the spec states. Measured and compared: docs/search.md."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from obs.conventions import seconds
from obs.model.logging import Elasticsearch, LogClass, LogPlan, LogStream
from obs.render.elasticsearch_policies import PARTS, SHARD_SIZE, phases
from obs.render.fluentd_sizes import MIB, sizes

DAY = 86400
PER_DOCUMENT = {True: 80, False: 120}
"""Bytes on disk of a document without its text, in LogsDB mode and in the other: id, times, names of pod and node."""
PER_BYTE = {True: 0.13, False: 0.23}
"""Bytes on disk per byte of a line, its fields and its index among them. Both stand half
way between what `make bench-index` measures of lines that repeat each other and of messages of blindly drawn words."""
TAIL = 1 + 1 / PARTS
"""An index goes when its youngest document may: a tenth of the retention is kept that much longer."""
FILLED = 0.85
"""How full a disk may be before Elasticsearch puts no more shards on it: its low watermark."""
DISK_PER_MEMORY = {"hot": 30, "warm": 160, "cold": 300}
"""Bytes on disk that a byte of memory serves, by phase: Elastic's AutoOps finds the memory of nodes idle below it."""
LEAST_MEMORY, MOST_MEMORY = 4, 64
"""GiB. Less leaves Elasticsearch and its file cache short; beyond 64 the heap's pointers grow: better a node more."""
CROWDED = (
    "the logs will fill more than the disks of Elasticsearch hold; "
    "raise logging.elasticsearch.storage or nodes, or keep classes for a shorter time"
)
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
BYTES = {"gb": 2**30}


@dataclass(frozen=True, kw_only=True, slots=True)
class LogVolume:
    """The estimate. Bytes; a day is what comes in 24 hours, averaged."""

    lines_per_second: float
    bytes_in_day: float
    """Text of lines, before anything."""
    bytes_stored_day: float
    """Of the same lines in Elasticsearch, one copy."""
    kept: Mapping[str, float]
    """Class -> bytes on disk once its retention is full, replicas included."""
    disk: float | None
    """What the nodes deployed here may fill; None for an Elasticsearch of somebody else's."""
    memory: str
    """Of each node deployed here, as Kubernetes writes it: half is heap, the other half the cache of files."""
    heap: float | None
    """Of the nodes deployed here, together."""
    shards: int
    fluentd_cores: float
    """Requested by all nodes together."""
    fluentd_memory: float

    @property
    def bytes_kept(self) -> float:
        """All classes together."""
        return sum(self.kept.values())

    @property
    def crowded(self) -> bool:
        """Whether the disks of the spec are too small for what the spec keeps."""
        return self.disk is not None and self.bytes_kept > self.disk


def log_volume(logs: LogPlan) -> LogVolume:
    """The estimate of a platform."""
    volume, wanted = logs.logging.volume, logs.logging.elasticsearch
    day = volume.lines_per_second * DAY
    stored = day * per_line(volume.bytes_per_line, logsdb=wanted.logsdb)
    parts = shares(logs.logging.classes)
    kept = {c.name: stored * parts[c.name] * _days(c) * TAIL * wanted.copies for c in logs.logging.classes}
    node, memory = sizes(volume, logs.logging.workers), wanted.memory or _memory(logs, kept)
    return LogVolume(
        lines_per_second=volume.lines_per_second,
        bytes_in_day=day * volume.bytes_per_line,
        bytes_stored_day=stored,
        kept=kept,
        disk=_disk(wanted),
        memory=memory,
        heap=None if wanted.placement == "external" else wanted.nodes * _bytes(memory) / 2,
        shards=sum(_shards(size / wanted.copies) for size in kept.values()) * wanted.copies,
        fluentd_cores=node.cpu_request * volume.nodes / 1000,
        fluentd_memory=float(node.memory_request * volume.nodes * MIB),
    )


def per_line(length: float, *, logsdb: bool) -> float:
    """Bytes on disk of a document whose line has `length` bytes, one copy, merged."""
    return PER_DOCUMENT[logsdb] + PER_BYTE[logsdb] * length


def shares(classes: tuple[LogClass, ...]) -> dict[str, float]:
    """Class -> its part of all lines: as the spec says, and an even part of the rest where it says nothing."""
    silent = [c for c in classes if c.share is None]
    left = max(0.0, 100 - sum(c.share or 0 for c in classes))
    return {c.name: (left / len(silent) if c.share is None else c.share) / 100 for c in classes}


def _memory(logs: LogPlan, kept: Mapping[str, float]) -> str:
    """What the data of each phase wants, on the nodes together, in whole GiB of each."""
    wanted = 0.0
    for stream in logs.streams:
        if stream.log_class is not None:
            served = sum(part / DISK_PER_MEMORY[phase] for phase, part in _in_phases(stream))
            wanted += kept[stream.log_class.name] * served
    gibibytes = ceil(wanted / logs.logging.elasticsearch.nodes / UNITS["Gi"])
    return f"{min(MOST_MEMORY, max(LEAST_MEMORY, gibibytes))}Gi"


def _in_phases(stream: LogStream) -> Iterator[tuple[str, float]]:
    """(phase, its part of the retention), once the retention is full."""
    ages = {name: seconds(told["min_age"]) for name, told in phases(stream, snapshots=False).items() if name != "hot"}
    begins = [("hot", 0.0), *ages.items()]
    for (name, begin), (_, end) in itertools.pairwise(begins):
        yield name, (end - begin) / begins[-1][1]


def _days(log_class: LogClass) -> float:
    return seconds(log_class.retention) / DAY


def _shards(size: float) -> int:
    """Indices of a class: one per tenth of the retention and the one written to, or more where they grow too large."""
    return max(PARTS + 1, ceil(size / _bytes(SHARD_SIZE)) + 1)


def _disk(wanted: Elasticsearch) -> float | None:
    if wanted.placement == "external":
        return None
    return wanted.nodes * _bytes(wanted.storage) * FILLED


def _bytes(text: str) -> float:
    """A size as Kubernetes or Elasticsearch writes it: 200Gi, 50gb."""
    found = re.fullmatch(r"(\d+)([A-Za-z]+)", text)
    assert found is not None
    return float(found[1]) * (UNITS | BYTES)[found[2]]


def spoken(volume: LogVolume) -> dict[str, str]:
    """The estimate in three lines: word -> sentence."""
    said = {
        "logs": f"{volume.lines_per_second:g} lines/s, {size(volume.bytes_in_day)} a day, "
        f"{size(volume.bytes_stored_day)} of it on disk",
        "fluentd": f"{volume.fluentd_cores:.2g} cores and {size(volume.fluentd_memory)}, all nodes together",
        "disk": f"about {size(volume.bytes_kept)} once every class is as old as it gets, in {volume.shards} shards",
    }
    if volume.disk is not None and volume.heap is not None:
        said["disk"] += f"; {size(volume.disk)} may be filled, {size(volume.heap)} are heap"
    return said


def size(value: float) -> str:
    """Two digits are as much as an estimate knows."""
    for unit, size in reversed(UNITS.items()):
        if value >= size:
            return f"{float(f'{value / size:.2g}'):g} {unit}B"
    return f"{value:.0f} B"
