"""Sizes of the pipeline, from the volume the spec states. Formulas and measurements: docs/logging.md."""

from dataclasses import dataclass
from math import ceil

from obs.conventions import seconds
from obs.model.logging import Volume

MIB = 1024 * 1024
LINES_PER_CORE = 10_000
"""Lines per second one core carries from file to Elasticsearch: 11,700 to 15,600 measured by bench/fluentd.py, on lines
shorter than most platforms'; the rest is for those."""
HEADROOM = 1.5
"""Cores are requested for the average with this to spare; the limit lets the busiest minute through."""
SKEW = 2.0
"""The busiest node against the average one: pods that write much do not spread evenly."""
FLUSH_SECONDS = 5
SUPERVISOR_MEMORY = 80
"""MiB of the process that watches over several workers, 77 measured; one worker runs without it."""
LARGEST_CHUNK = 2
"""MiB. While a chunk is sent its records, the request and the answer are in memory, twice with two threads: 2 MiB
measured 130 MiB at the peak, 8 MiB 278; requests of 2 MiB still hold thousands of documents."""
BASE_MEMORY, CHUNK_MEMORY = 96, 25
"""MiB of Ruby, plugins and caches; MiB more per MiB of a chunk. Measured: 117 with 1, 130 with 2, 278 with 8."""
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
    workers: int = 1
    """Processes that share the node's buffer, each with one of its own."""

    @property
    def share_of_buffer(self) -> int:
        """MiB of the buffer that each worker has."""
        return ceil(self.buffer / self.workers)

    @property
    def disk(self) -> int:
        """MiB on the node's disk, all buffers and dead letters."""
        return self.buffer + self.dead_letters


def sizes(volume: Volume, workers: int = 1) -> Sizes:
    """The sizes of one node's Fluentd, for the busiest node in the busiest minute."""
    lines = volume.lines_per_second / volume.nodes * SKEW
    peak = lines * volume.peak_ratio
    line = volume.bytes_per_line * FRAMING / MIB
    chunk = min(LARGEST_CHUNK, max(1, ceil(peak * line * FLUSH_SECONDS)))
    cpu = lines / LINES_PER_CORE * HEADROOM
    memory = (BASE_MEMORY + CHUNK_MEMORY * chunk) * workers + (SUPERVISOR_MEMORY if workers > 1 else 0)
    return Sizes(
        cpu_request=max(50, _tens(cpu * 1000)),
        cpu_limit=max(500, min(1500 * workers, _tens(peak / LINES_PER_CORE * HEADROOM * 1000))),
        memory_request=memory,
        memory_limit=memory * 2,
        chunk=chunk,
        buffer=max(256, ceil(lines * line * seconds(volume.outage))),
        dead_letters=256 * workers,
        file_rate=max(1, ceil(peak * volume.bytes_per_line / MIB * 2)),
        workers=workers,
    )


def overload(volume: Volume) -> float:
    """How many workers the busiest node needs in its busiest minute; with fewer the pipeline falls behind."""
    return volume.lines_per_second / volume.nodes * SKEW * volume.peak_ratio / LINES_PER_CORE


def _tens(value: float) -> int:
    return ceil(round(value / 10, 6)) * 10
