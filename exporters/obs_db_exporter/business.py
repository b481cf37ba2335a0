"""Questions to the platform's own tables: bounded, asked now and then, and not of a replica that lags.

A question is a statement and what its rows mean, both pure. Two things bound a statement: an index that leads to the
rows in question, or the newest rows by primary key where no index does; and `BOUND` rows in either case.
"""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from obs_db_exporter.cached import Incomplete
from obs_db_exporter.metrics import ROWS
from obs_exporter.collect import Clock, CollectFailed
from obs_exporter.page import Page

BOUND = 10_000
"""Rows a question looks at, per state or in all: some 50 ms where none of them is in memory."""
LAGGING_SECONDS = 60.0
"""A replica further behind, or of unknown lag, is not asked: it would tell of a platform that is no more."""

Rows = Sequence[Mapping[str, Any]]
Sample = tuple[str, float, tuple[str, ...]]
Ask = Callable[[str], Awaitable[Rows]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """How an engine says what the standards leave open. Rails stores times in UTC, in columns without a zone."""

    tables: str
    """What stands before a table's name, e.g. "public."."""
    age: str
    """Seconds since a moment, with {} for its expression."""
    by_key: str = ""
    """What stands after a table so that a range of its key is read by the key, where the planner may think else."""

    def since(self, moment: str) -> str:
        """Seconds since a moment, NULL since none."""
        return self.age.format(moment)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One statement, and the samples its rows make; `now` turns ages into moments."""

    name: str
    statement: Callable[[Dialect], str]
    samples: Callable[[Rows, float], Iterator[Sample]]


class Sweep:
    """A table without a fitting index, read in ranges of its key, a few per round; a result counts when all are read.

    `part` gives the statement for one range (after, to]: rows with `name` and `n`. `last` gives the greatest key as
    `last`. `samples` makes samples of the sums by name.
    """

    def __init__(
        self,
        name: str,
        *,
        last: Callable[[Dialect], str],
        part: Callable[[Dialect, int, int], str],
        samples: Callable[[Mapping[str, float]], Iterator[Sample]],
        step: int,
        rounds: int = 5,
    ) -> None:
        self.name = name
        self._last, self._part, self._samples = last, part, samples
        self._step, self._rounds = step, rounds
        self._reached = 0
        self._sums: dict[str, float] = {}
        self._done: tuple[float, dict[str, float]] | None = None

    async def measure(self, ask: Ask, dialect: Dialect, now: float) -> Iterator[Sample]:
        """Read on, and tell the latest complete result with its time."""
        [found] = await ask(self._last(dialect))
        end = int(found["last"] or 0)
        for _ in range(self._rounds):
            for row in await ask(self._part(dialect, self._reached, self._reached + self._step)):
                self._sums[str(row["name"])] = self._sums.get(str(row["name"]), 0.0) + float(row["n"])
            self._reached += self._step
            if self._reached >= end:
                self._done = now, self._sums
                self._reached, self._sums = 0, {}
                break
        return self._told()

    def _told(self) -> Iterator[Sample]:
        if self._done is not None:
            at, sums = self._done
            yield "db_sweep_timestamp_seconds", at, (self.name,)
            yield from self._samples(sums)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of the platform: its questions, and the sweeps that a target begins."""

    questions: tuple[Question, ...]
    sweeps: Callable[[], tuple[Sweep, ...]]


class Business:
    """The questions of one part of the platform, for a `Cached` collector.

    `opened` opens a connection for a while and gives the means to ask and the dialect. It raises CollectFailed where
    there is nobody to ask: no such database, no connection, a replica that lags.
    """

    def __init__(
        self,
        opened: Callable[[], AbstractAsyncContextManager[tuple[Ask, Dialect]]],
        part: Part,
        *,
        wall: Clock = time.time,
    ) -> None:
        self._opened, self._questions, self._sweeps, self._wall = opened, part.questions, part.sweeps(), wall

    async def measure(self) -> Page:
        """Ask everything. Raises CollectFailed, Incomplete when some answers are missing."""
        page = Page()
        failures: list[CollectFailed] = []
        async with self._opened() as (ask, dialect):
            for question in self._questions:
                try:
                    rows = await ask(question.statement(dialect))
                except CollectFailed as failure:
                    failures.append(failure)
                else:
                    write(page, question.samples(rows, self._wall()))
            for sweep in self._sweeps:
                try:
                    write(page, await sweep.measure(ask, dialect, self._wall()))
                except CollectFailed as failure:
                    failures.append(failure)
        if failures:
            raise Incomplete(page, failures[0].reason, str(failures[0]))
        return page


def write(page: Page, told: Iterator[Sample]) -> None:
    """Put samples on the page."""
    for name, value, labels in told:
        page.set(ROWS[name], value, *labels)


def by_state(
    table: str, column: str, states: Mapping[str, str], *, moment: str = "updated_at"
) -> Callable[[Dialect], str]:
    """Rows (state, n, age): how many are in each state, and how long the oldest of them is, by an index on `column`.

    `states` names each state and how the column says it. Up to `BOUND` rows of each are looked at.
    """

    def statement(dialect: Dialect) -> str:
        age, rows = dialect.since("min(moment)"), f"SELECT {moment} AS moment FROM {dialect.tables}{table}"
        parts = (
            f"SELECT '{name}' AS state, count(*) AS n, {age} AS age "
            f"FROM ({rows} WHERE {column} = {value} LIMIT {BOUND}) AS {name}_ones"
            for name, value in states.items()
        )
        return " UNION ALL ".join(parts)

    return statement


def counted(metric: str) -> Callable[[Rows, float], Iterator[Sample]]:
    """Samples of rows (state, n, age): the count, and the oldest's moment; now where there is none."""

    def samples(rows: Rows, now: float) -> Iterator[Sample]:
        for row in rows:
            yield metric, float(row["n"]), (str(row["state"]),)
            yield f"{metric}_oldest_timestamp_seconds", since(row["age"], now), (str(row["state"]),)

    return samples


def since(age: Any, now: float) -> float:
    """The moment that long ago; now for None."""
    return now - max(0.0, float(age or 0))


def quoted(names: Sequence[str]) -> dict[str, str]:
    """States that are their own names in the column."""
    return {name: f"'{name}'" for name in names}
