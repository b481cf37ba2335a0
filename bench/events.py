"""Ten thousand queues on a real RabbitMQ, all of them exported: our page, the management API, the per-object page."""

import base64
import json
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.engines.servers.rabbitmq import ADMIN, PASSWORD, Broker, rabbitmq
from tests.exporters.event.program import TEXT, Program, exporter
from tests.exporters.event.watching import PASSWORD as EXPORTERS
from tests.exporters.event.watching import USER, config_for

QUEUES, RUNS, FEW, BROKERS_OWN_PACE_MS = 10_000, 7, 3, 5000
SECONDS, CPU_SECONDS, MEBIBYTES = 0.5, 0.3, 64.0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Medians of one way to read ten thousand queues: seconds on the clock, of the broker's processors; bytes read.

    What the broker uses by itself in that time is taken off: it counts its queues every five seconds for its own page.
    """

    name: str
    seconds: float
    cpu: float
    size: int


def main() -> bool:
    """Print the table; whether we are over a limit."""
    with tempfile.TemporaryDirectory() as name, rabbitmq(Path(name), statistics_ms=BROKERS_OWN_PACE_MS) as broker:
        broker.user(USER, EXPORTERS)
        broker.queues(QUEUES)
        time.sleep(10)  # it is busy for a while after so many declarations
        folder = Path(name) / "exporter"
        folder.mkdir()
        target = config_for(broker, folder, limits={"queues": 2 * QUEUES})
        with exporter(folder, target, series_limit=4 * QUEUES, log_level="info") as program:
            ours = _measured(broker, "obs_event_exporter, the whole page", lambda: _ours(program), RUNS)
            peers = [_measured(broker, name, ask, FEW) for name, ask in _peers(broker).items()]
            most = program.resident_mebibytes()
    print(_table([ours, *peers], ours))
    print(
        f"resident memory {most:.0f} MiB (limit {MEBIBYTES:.0f}); limits {SECONDS} s and {CPU_SECONDS} s of broker CPU"
    )
    return ours.seconds > SECONDS or ours.cpu > CPU_SECONDS or most > MEBIBYTES


def _ours(program: Program) -> int:
    page = program.get(accept=TEXT)
    assert page.count("\nevent_queue_messages{") > 2 * QUEUES
    return len(page)


def _peers(broker: Broker) -> dict[str, Callable[[], int]]:
    node = broker.nodes[0]
    management, plugin = f"http://127.0.0.1:{node.management}", f"http://127.0.0.1:{node.metrics}"
    few = "?columns=name,vhost,messages_ready,messages_unacknowledged,consumers"
    return {
        "GET /api/queues, read as JSON": lambda: _json(f"{management}/api/queues"),
        "GET /api/queues with columns, read as JSON": lambda: _json(f"{management}/api/queues{few}"),
        "GET /metrics/per-object, prometheus_client's parser": lambda: _parsed(f"{plugin}/metrics/per-object"),
    }


def _json(url: str) -> int:
    body = _get(url)
    assert len(json.loads(body)) >= QUEUES
    return len(body)


def _parsed(url: str) -> int:
    body = _get(url)
    assert sum(len(family.samples) for family in text_string_to_metric_families(body.decode())) > QUEUES
    return len(body)


def _get(url: str) -> bytes:
    login = base64.b64encode(f"{ADMIN}:{PASSWORD}".encode()).decode()
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {login}"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return bytes(answer.read())


def _measured(broker: Broker, name: str, ask: Callable[[], int], runs: int) -> Measured:
    ask()
    idle = _idle(broker)
    found = [_run(broker, ask) for _ in range(runs)]
    seconds, size = (statistics.median(column) for column in list(zip(*found, strict=True))[::2])
    cpu = statistics.median(max(0.0, used - idle * wall) for wall, used, _ in found)
    return Measured(name=name, seconds=seconds, cpu=cpu, size=int(size))


def _run(broker: Broker, ask: Callable[[], int]) -> tuple[float, float, int]:
    started, cpu = time.perf_counter(), broker.cpu_seconds()
    size = ask()
    return time.perf_counter() - started, broker.cpu_seconds() - cpu, size


def _idle(broker: Broker, seconds: float = 5) -> float:
    """Processors the broker uses while nobody asks."""
    cpu = broker.cpu_seconds()
    time.sleep(seconds)
    return (broker.cpu_seconds() - cpu) / seconds


def _table(found: list[Measured], ours: Measured) -> str:
    head = f"{'':54} {'ms':>7} {'ratio':>6} {'broker CPU s':>13} {'ratio':>6} {'kB':>7}"
    rows = (
        f"{one.name:54} {one.seconds * 1000:7.0f} {one.seconds / ours.seconds:6.1f} {one.cpu:13.2f} "
        f"{one.cpu / max(ours.cpu, 0.01):6.1f} {one.size // 1000:7}"
        for one in found
    )
    return "\n".join([head, *rows])


if __name__ == "__main__":
    raise SystemExit(main())
