"""Lines per second of one core, and peak memory: our Fluentd configuration against two peers, one run, same lines.

Run with `make bench-logs`, where `fluentd` is on PATH. The lines are every format's samples with other numbers in
them, a pod per format, all there when Fluentd starts to read. Each pipeline sends to the same sink, which answers a
bulk request as Elasticsearch does and keeps nothing. Counted is the CPU time of Fluentd's processes from the first
line to the last document, without its start. The peers are in bench/fluentd_peers.py.
"""

import os
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.fluentd_peers import REFERENCE, STOCK, configuration
from bench.index_lines import lines
from obs.render.fluentd_image import MEMORY
from tests.logs import fluentd, stage
from tests.logs.cluster import Cluster, Json, serve

LINES = 60_000
ROUNDS = 3
QUIET_SECONDS = 8.0
"""Without a document: longer than any flush or joining takes."""
LONGEST_SECONDS = 240.0
AIM_SPEED, AIM_MIB = 2.0, 200.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Sink(Cluster):
    """Takes every document, counts, keeps none; its answers are as long as Elasticsearch's."""

    count = 0

    def bulk(self, lines: list[str]) -> Json:
        """One item per document."""
        Sink.count += len(lines) // 2
        return {"took": 1, "errors": False, "items": [_ITEM] * (len(lines) // 2)}


_ITEM: Json = {
    "create": {
        "_index": ".ds-logs-obs.other-test_cluster-2026.11.22-000001",
        "_id": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        "_version": 1,
        "result": "created",
        "_shards": {"total": 2, "successful": 1, "failed": 0},
        "_seq_no": 1234567,
        "_primary_term": 1,
        "status": 201,
    }
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """One pipeline: its files, and what its image sets for the process."""

    name: str
    files: dict[str, str]
    environment: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Of one run. `memory` is the highest resident size of the process that reads, in MiB."""

    documents: int
    cpu: float
    memory: float

    @property
    def speed(self) -> float:
        """Lines per CPU second."""
        return LINES / self.cpu


def peers() -> tuple[Peer, Peer, Peer]:
    """Ours, the reference, stock."""
    return (
        Peer(name="obs", files=stage.configuration(), environment=dict(MEMORY)),
        Peer(name="reference", files=configuration(REFERENCE), environment={}),
        Peer(name="stock", files=configuration(STOCK), environment={}),
    )


def measure(peer: Peer, *, away: float = 0) -> Cost:
    """One run. `away` seconds long the sink refuses everything: what was read waits in the buffer."""
    Sink.count = 0
    with tempfile.TemporaryDirectory(prefix="obs-bench-") as folder, serve({}, Sink) as sink:
        running = fluentd.prepared(Path(folder), peer.files, sink)
        running.environment.update(peer.environment)
        pods = {form.name: stage.pod(form, f"load-{form.name}", str(running.logs)) for form in stage.plan().formats}
        sink.pods.update({pod.name: stage.told(pod) for pod in pods.values()})
        for pod in pods.values():
            Path(pod.file).parent.mkdir(parents=True)
            Path(pod.file).touch()
        running.start()
        try:
            return _cost(running, sink, {Path(pod.file): corpus().get(name, []) for name, pod in pods.items()}, away)
        finally:
            running.stop(signal.SIGKILL)


@cache
def corpus() -> dict[str, list[str]]:
    """Format -> its lines as containerd writes them."""
    found: dict[str, list[str]] = {}
    for number, (form, text) in enumerate(lines(LINES)):
        seconds, nanos = divmod(number * 1_000_003, 1_000_000_000)
        moment = f"2026-11-22T14:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{nanos:09d}Z"
        found.setdefault(form.name, []).append(f"{moment} stdout F {text}\n")
    return found


def _cost(running: fluentd.Fluentd, sink: Cluster, texts: dict[Path, list[str]], away: float) -> Cost:
    """What the process costs from the first line, all lines there at once, to the last document."""
    assert running.process is not None
    pid, sink.down = running.process.pid, 503 if away else 0
    begun, end = _cpu(pid), time.monotonic() + LONGEST_SECONDS
    for file, told in texts.items():
        with file.open("a", encoding="utf-8") as out:
            out.write("".join(told))
    time.sleep(away)
    sink.down = 0
    seen, cpu, since = 0, begun, time.monotonic()
    while not seen or time.monotonic() - since < QUIET_SECONDS:
        assert running.process.poll() is None, running.output.read_text(encoding="utf-8")
        assert time.monotonic() < end, running.output.read_text(encoding="utf-8")
        if Sink.count != seen:
            seen, cpu, since = Sink.count, _cpu(pid), time.monotonic()
        time.sleep(0.1)
    return Cost(documents=seen, cpu=cpu - begun, memory=_peak(pid))


def _cpu(pid: int) -> float:
    """Seconds, user and system, of a process and the children it has waited for."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(int(told[i]) for i in (11, 12, 13, 14)) / _TICKS


def _peak(pid: int) -> float:
    told = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> int:
    """Measures, prints; 0 when both aims are met, 1 when one is not, 2 without a Fluentd."""
    if fluentd.BINARY is None:
        print("bench/fluentd.py needs `fluentd` on PATH, with the plugins of fluentd/image/Gemfile", file=sys.stderr)
        return 2
    size = sum(len(line) for texts in corpus().values() for line in texts) // LINES
    print(f"{LINES:,} lines of {size} bytes, {len(corpus())} pods, {ROUNDS} rounds, median", flush=True)
    found: dict[str, list[Cost]] = {peer.name: [] for peer in peers()}
    for _ in range(ROUNDS):
        for peer in peers():
            found[peer.name].append(measure(peer))
    behind = {peer.name: measure(peer, away=20).memory for peer in peers()}
    return _told(found, behind)


def _told(found: dict[str, list[Cost]], behind: dict[str, float]) -> int:
    speed = {name: statistics.median(cost.speed for cost in costs) for name, costs in found.items()}
    peak = {name: max(cost.memory for cost in costs) for name, costs in found.items()}
    print(f"{'':12}{'lines/CPU s':>12}{'documents':>12}{'peak MiB':>10}{'backlog MiB':>13}")
    for name, costs in found.items():
        print(f"{name:12}{speed[name]:12,.0f}{costs[0].documents:12,}{peak[name]:10.0f}{behind[name]:13.0f}")
    for name in ("reference", "stock"):
        print(f"ours is {speed['obs'] / speed[name]:.2f} x the {name}")
    most = max(peak["obs"], behind["obs"])
    ratio = speed["obs"] / speed["reference"]
    print(f"aims: {AIM_SPEED:.1f} x the reference, here {ratio:.2f}; {AIM_MIB:.0f} MiB at most, here {most:.0f}")
    return 0 if ratio >= AIM_SPEED and most <= AIM_MIB else 1


if __name__ == "__main__":
    sys.exit(main())
