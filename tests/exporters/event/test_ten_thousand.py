"""Ten thousand queues, all of them exported: time from asking to reading, and what it costs the broker."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from obs_event_exporter.topology import RANDOM_NAMES
from tests.engines.servers.rabbitmq import Broker, rabbitmq
from tests.exporters.event.program import TEXT, Program, exporter
from tests.exporters.event.watching import PASSWORD, USER, config_for

pytestmark = [pytest.mark.engine("rabbitmq-server"), pytest.mark.xdist_group("rabbitmq")]

QUEUES = 10_000
SECONDS, CPU_SECONDS, MEBIBYTES = 0.5, 0.3, 64


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker as it comes, with ten thousand queues."""
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq-crowded"), statistics_ms=5000) as broker:
        broker.user(USER, PASSWORD)
        broker.queues(QUEUES)
        yield broker


def test_ten_thousand_queues_are_read_within_half_a_second(
    crowded: Broker, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    target = config_for(crowded, tmp_path, limits={"queues": 2 * QUEUES})
    with exporter(tmp_path, target, series_limit=4 * QUEUES) as program:
        until = time.monotonic() + 30
        while program.get(accept=TEXT).count("\nevent_queue_instances{") < QUEUES:
            assert time.monotonic() < until
        idle = idle_cpu(crowded)
        runs = [measured(crowded, program, idle) for _ in range(5)]
        most = program.resident_mebibytes()
    wall, brokers, exporters = (statistics.median(column) for column in zip(*runs, strict=True))
    said = f"{wall:.2f} s, CPU of the broker {brokers:.2f} s and of the exporter {exporters:.2f} s, {most:.0f} MiB"
    record_property("said", f"event exporter, 10,000 queues: {said}")
    assert brokers <= CPU_SECONDS
    assert brokers + exporters <= SECONDS  # what it takes on free processors; other tests share these
    assert most <= MEBIBYTES


def measured(broker: Broker, program: Program, idle: float) -> tuple[float, float, float]:
    """Seconds of one scrape: on the clock, of the broker's processors beyond what it uses idle, of the exporter's."""
    started, brokers, exporters = time.monotonic(), broker.cpu_seconds(), program.cpu_seconds()
    page = program.get(accept=TEXT)
    assert page.count("\nevent_queue_messages{") == 2 * (QUEUES + len(RANDOM_NAMES))
    wall = time.monotonic() - started
    return wall, broker.cpu_seconds() - brokers - idle * wall, program.cpu_seconds() - exporters


def idle_cpu(broker: Broker, seconds: float = 2) -> float:
    """Processors the broker uses by itself: it is busy for a while after so many declarations."""
    started = broker.cpu_seconds()
    time.sleep(seconds)
    return (broker.cpu_seconds() - started) / seconds
