"""A bad quarter of an hour in small: many lines, rotation, an Elasticsearch that refuses and vanishes, kill -9."""

import json
import signal
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from obs.prove.logs import Pod
from tests.logs.cluster import Cluster, Json, restart
from tests.logs.fluentd import Fluentd

ROTATE_BYTES = 1_500_000
KEPT = 12
"""Rotated files kept besides the one written to: more than a kubelet's, for a machine that does other things too."""
REFUSED_EVERY = 5_000
BUSY_EVERY = 20_000
DRAIN_SECONDS = 900
QUIET_SECONDS = 60
"""Longer than any flush, retry or joining takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Toll:
    """What went in, what came out, and what happened in between."""

    lines: int
    containers: int
    rotations: int
    stored: int
    lost: int
    duplicated: int
    refused: int
    dead_letters: int
    conflicts: int
    busy_answers: int
    kills: int
    restarts: int
    seconds: float


class Writer(threading.Thread):
    """A container that writes numbered lines, and a kubelet that rotates its file."""

    def __init__(self, pod: Pod, first: int, count: int, per_second: int) -> None:
        super().__init__(daemon=True)
        self.pod, self.first, self.count, self.per_second = pod, first, count, per_second
        self.rotations = 0
        self.live = Path(pod.file)
        self.live.parent.mkdir(parents=True)
        self.live.touch()

    def run(self) -> None:
        """Write every line, in bursts of a tenth of a second."""
        file = self.live.open("a", encoding="utf-8")
        burst = max(1, self.per_second // 10)
        for start in range(self.first, self.first + self.count, burst):
            end = min(start + burst, self.first + self.count)
            file.write("".join(line(n) for n in range(start, end)))
            file.flush()
            if file.tell() > ROTATE_BYTES:
                file.close()
                self._rotate()
                file = self.live.open("a", encoding="utf-8")
            time.sleep(0.1)
        file.close()

    def _rotate(self) -> None:
        self.rotations += 1
        self.live.rename(self.live.with_name(f"0.log.20261122-{self.rotations:06d}"))
        self.live.touch()
        for old in sorted(self.live.parent.glob("0.log.*"))[:-KEPT]:
            old.unlink()


def line(number: int) -> str:
    """One line as containerd writes it; every hundredth is cut in two, some are of the kind Elasticsearch refuses."""
    seconds, nanos = divmod(number * 1_000_000, 1_000_000_000)
    time_of = f"2026-11-22T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{nanos:09d}Z"
    kind = "REFUSE" if number % REFUSED_EVERY == 7 else "order"
    text = json.dumps({"level": "info", "message": f"{kind} {number} filled for user{number}@example.com", "n": number})
    if number % 100 == 3:
        return f"{time_of} stdout P {text[:40]}\n{time_of} stdout F {text[40:]}\n"
    return f"{time_of} stdout F {text}\n"


class Moods:
    """Elasticsearch's: 400 for some documents always, 429 for some the first time they come."""

    def __init__(self) -> None:
        self.busy: set[str] = set()
        self.answers = 0

    def __call__(self, document: Json) -> int:
        """The status of one document."""
        message = str(document.get("message"))
        if message.startswith("REFUSE"):
            return 400
        if _number(document) % BUSY_EVERY == 11 and message not in self.busy:
            self.busy.add(message)
            self.answers += 1
            return 429
        return 201


def suffer(running: Fluentd, cluster: Cluster, pods: list[Pod], lines: int, per_second: int) -> Toll:
    """Run it all, and count."""
    begun = time.monotonic()
    moods = Moods()
    cluster.verdict = moods
    each = lines // len(pods)
    writers = [Writer(pod, i * each, each, per_second // len(pods)) for i, pod in enumerate(pods)]
    running.start()
    for writer in writers:
        writer.start()
    _trouble(running, cluster, writers)
    for writer in writers:
        writer.join()
    wanted = {n for n in range(each * len(pods)) if n % REFUSED_EVERY != 7}
    refused = each * len(pods) - len(wanted)
    _settle(cluster, len(wanted), refused)
    running.stop()
    stored = _numbers(cluster)
    return Toll(
        lines=each * len(pods),
        containers=len(pods),
        rotations=sum(writer.rotations for writer in writers),
        stored=len(stored),
        lost=len(wanted - set(stored)),
        duplicated=len(stored) - len(set(stored)),
        refused=refused,
        dead_letters=len(_letters(cluster)),
        conflicts=cluster.conflicts,
        busy_answers=moods.answers,
        kills=1,
        restarts=1,
        seconds=round(time.monotonic() - begun, 1),
    )


def _trouble(running: Fluentd, cluster: Cluster, writers: list[Writer]) -> None:
    """503, cut connections, an Elasticsearch that restarts, and a Fluentd that dies without a word, under load."""
    for down, seconds in ((503, 5.0), (0, 4.0), (-1, 3.0), (0, 4.0)):
        cluster.down = down
        time.sleep(seconds)
    restart(cluster, 5)
    time.sleep(2)
    assert any(writer.is_alive() for writer in writers), "all lines were written before the worst came"
    running.stop(signal.SIGKILL)
    time.sleep(1)
    running.start()


def _settle(cluster: Cluster, wanted: int, refused: int) -> None:
    """Until everything has arrived, or nothing has for a while: what is missing then is counted, not waited for."""
    seen, since, end = -1, time.monotonic(), time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < min(end, since + QUIET_SECONDS):
        arrived = len(cluster.documents())
        if len(_numbers(cluster)) >= wanted and len(_letters(cluster)) >= refused:
            return
        seen, since = arrived, (since if arrived == seen else time.monotonic())
        time.sleep(0.5)


def _number(document: Json) -> int:
    rest = document.get("app")
    return int(rest["n"]) if isinstance(rest, dict) and "n" in rest else -1


def _numbers(cluster: Cluster) -> list[int]:
    return [_number(d) for d in cluster.documents() if d.get("event.kind") == "event"]


def _letters(cluster: Cluster) -> set[str]:
    return {str(d["event.hash"]) for d in cluster.documents() if d.get("event.kind") == "pipeline_error"}


def as_json(toll: Toll) -> Json:
    """The toll as it is recorded."""
    return asdict(toll)
