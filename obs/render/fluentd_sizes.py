"""Sizes of the pipeline, from the volume the spec states. Formulas and measurements: docs/logging.md."""

from dataclasses import dataclass
from math import ceil

from obs.conventions import seconds
from obs.model.logging import Volume

MIB = 1024 * 1024
LINES_PER_CORE = 6000
"""Lines per second one core carries from file to Elasticsearch: 5,755 measured on a busy machine, 6,243 for a
comparable pipeline on an idle one; HEADROOM covers the difference."""
HEADROOM = 1.5
"""Cores are requested for the average with this to spare; the limit lets the busiest minute through."""
SKEW = 2.0
"""The busiest node against the average one: pods that write much do not spread evenly."""
FLUSH_SECONDS = 5
BASE_MEMORY = 192
"""MiB of Ruby, plugins and caches before a line is read: 160 to 266 were seen under load, chunks included."""
FRAMING = 1.3
"""Bytes in a buffer per byte of log line: the document's own fields beside the text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """What one node's Fluentd gets. Bytes in MiB, CPU in thousandths of a core."""

    cpu_request: int
    cpu_limit: int
    memory_request: int
    memory_limit: int
    chunk: int
    buffer: int
    dead_letters: int
    file_rate: int
    """MiB per second one file may be read with."""

    @property
    def disk(self) -> int:
        """MiB on the node's disk, all buffers and dead letters."""
        return self.buffer + self.dead_letters


def sizes(volume: Volume) -> Sizes:
    """The sizes of one node's Fluentd, for the busiest node in the busiest minute."""
    lines = volume.lines_per_second / volume.nodes * SKEW
    peak = lines * volume.peak_ratio
    line = volume.bytes_per_line * FRAMING / MIB
    chunk = min(8, max(1, ceil(peak * line * FLUSH_SECONDS)))
    cpu = lines / LINES_PER_CORE * HEADROOM
    memory = BASE_MEMORY + 8 * chunk
    return Sizes(
        cpu_request=max(50, _tens(cpu * 1000)),
        cpu_limit=max(500, min(1500, _tens(peak / LINES_PER_CORE * HEADROOM * 1000))),
        memory_request=memory,
        memory_limit=memory * 2,
        chunk=chunk,
        buffer=max(256, ceil(lines * line * seconds(volume.outage))),
        dead_letters=256,
        file_rate=max(1, ceil(peak * volume.bytes_per_line / MIB * 2)),
    )


def overload(volume: Volume) -> float:
    """How many cores the busiest node needs in its busiest minute; beyond 1 the pipeline falls behind."""
    return volume.lines_per_second / volume.nodes * SKEW * volume.peak_ratio / LINES_PER_CORE


def _tens(value: float) -> int:
    return ceil(value / 10) * 10
