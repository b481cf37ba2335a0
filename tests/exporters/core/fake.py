"""`python -m tests.exporters.core.fake --config FILE`: an exporter whose collectors do what the configuration says."""

import asyncio
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from obs_exporter import itself
from obs_exporter.collect import CollectFailed, Deadline
from obs_exporter.page import Page
from obs_exporter.program import Exporter, main
from obs_exporter.row import Row
from obs_exporter.secret import Secret

DEPTH = Row(name="fake_depth", type="gauge", labels=("queue",), help="How much waits.")
RUNS = Row(name="fake_runs_total", type="counter", labels=("collector",), help="How often the collector was run.")
AGE = Row(name="fake_age_seconds", type="histogram", unit="seconds", help="Ages.", buckets=(1.0, 5.0))
ROWS = (
    *itself.rows("fake"),
    Row(name="fake_up", type="gauge", help="Whether it answers."),
    Row(name="fake_collector_success", type="gauge", labels=("collector",), help="Whether it succeeded."),
    Row(
        name="fake_collector_duration_seconds",
        type="gauge",
        unit="seconds",
        labels=("collector",),
        help="How long it took.",
    ),
    Row(
        name="fake_last_success_timestamp_seconds",
        type="gauge",
        unit="seconds",
        labels=("collector",),
        help="When it last succeeded.",
    ),
    Row(name="fake_build_info", type="gauge", labels=("version", "python_version"), help="Always 1."),
    Row(name="fake_dropped_series", type="gauge", labels=("family",), help="Series left out."),
    DEPTH,
    RUNS,
    AGE,
)
COLLECTOR = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "seconds": {"type": "number", "minimum": 0},
        "series": {"type": "integer", "minimum": 0},
        "fails": {"enum": ["unreachable", "bug", "stubborn"]},
        "password_file": {"type": "string"},
    },
}
TARGET = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "collectors"],
    "properties": {"name": {"type": "string"}, "collectors": {"type": "array", "items": COLLECTOR}},
}


@dataclass(kw_only=True)
class FakeCollector:
    """Waits, writes, fails. `cancelled` counts how often it was told to stop at the server."""

    name: str
    seconds: float = 0.0
    series: int = 1
    fails: str = ""
    password: Secret | None = None
    runs: int = 0
    cancelled: int = 0
    forgotten: "asyncio.Task[None] | None" = None

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """As configured; a password that is wrong on purpose is what a careless error message would hold."""
        self.runs += 1
        password = self.password.read() if self.password else ""
        page.set(RUNS, self.runs, self.name)
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            if self.fails == "stubborn":
                await asyncio.sleep(2)
            raise
        if self.fails == "unreachable":
            raise CollectFailed("unreachable", "the server cannot be reached")
        if self.fails == "bug":
            logging.getLogger("library").warning("connecting with %s", password)
            logging.getLogger("library").debug("connecting with %s", password)
            self.forgotten = asyncio.create_task(_careless(password))
            await asyncio.sleep(0)
            self.forgotten = None
            raise ValueError(f"login with {password} failed")
        page.histogram(AGE, (1, 2, 3), 20.0)
        for number in range(self.series):
            page.set(DEPTH, number, f"queue.{number}")


async def _careless(password: str) -> None:
    raise ValueError(f"login with {password} failed")


@dataclass(kw_only=True)
class FakeTarget:
    """A target that counts its starts and ends."""

    name: str
    collectors: tuple[FakeCollector, ...]
    events: list[str] = field(default_factory=list)

    async def start(self) -> None:
        """Remembered."""
        self.events.append("start")

    async def close(self) -> None:
        """Remembered."""
        self.events.append("close")


def targets(document: Mapping[str, Any]) -> Sequence[FakeTarget]:
    """The targets of a configuration."""
    return [_target(told) for told in document["targets"]]


def _target(told: Mapping[str, Any]) -> FakeTarget:
    return FakeTarget(name=told["name"], collectors=tuple(map(_collector, told["collectors"])))


def _collector(told: Mapping[str, Any]) -> FakeCollector:
    rest = {key: value for key, value in told.items() if key != "password_file"}
    return FakeCollector(**rest, password=Secret(told["password_file"]) if "password_file" in told else None)


EXPORTER = Exporter(name="fake_exporter", prefix="fake", rows=ROWS, schema=TARGET, targets=targets)

if __name__ == "__main__":
    sys.exit(main(EXPORTER))
