"""Many questions in one round trip to PostgreSQL: sent together, answered together, failing apart."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from obs_db_exporter.postgresql_queries import Query

Row = SimpleNamespace
"""One row of an answer, its columns by the names the query gives them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Queries that stand or fall together, with the text parameters of those that have any."""

    queries: tuple[Query, ...]
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Rows by query, or the SQLSTATE of the error that ended the group."""

    rows: Mapping[str, Sequence[Row]]
    sqlstate: str = ""


class ConnectionLost(Exception):
    """The server or the way to it is gone; the connection is of no more use."""


async def ask(pgconn: PGconn, groups: Sequence[Asked], prepared: set[str]) -> list[Answer]:
    """Answers in the groups' order. Statements are prepared on first use; `prepared` remembers their names.

    Each group is a transaction of its own: an error in one leaves the others alone. Raises ConnectionLost; any other
    way out before the end leaves the connection unusable, too.
    """
    pgconn.enter_pipeline_mode()
    for group in groups:
        for query in group.queries:
            _send(pgconn, query, group.parameters.get(query.name, ()), prepared)
        pgconn.pipeline_sync()
    await _flushed(pgconn)
    answers = [await _answer(pgconn, group, prepared) for group in groups]
    pgconn.exit_pipeline_mode()
    return answers


def _send(pgconn: PGconn, query: Query, parameters: Sequence[str], prepared: set[str]) -> None:
    name = query.name.encode()
    if query.name not in prepared:
        pgconn.send_prepare(name, query.sql.encode())
    pgconn.send_query_prepared(name, [text.encode() for text in parameters])


async def _answer(pgconn: PGconn, group: Asked, prepared: set[str]) -> Answer:
    """One group's results: for each query what preparing it gave, if it was, and its rows."""
    rows: dict[str, Sequence[Row]] = {}
    sqlstate = ""
    for query in group.queries:
        if query.name not in prepared:
            result = await _result(pgconn)
            sqlstate = sqlstate or _sqlstate(result)
            if result.status == ExecStatus.COMMAND_OK:
                prepared.add(query.name)
        result = await _result(pgconn)
        sqlstate = sqlstate or _sqlstate(result)
        if result.status == ExecStatus.TUPLES_OK:
            rows[query.name] = _rows(result)
    await _synced(pgconn)
    return Answer(rows=rows, sqlstate=sqlstate)


async def _result(pgconn: PGconn) -> PGresult:
    """The next statement's result, and the None that ends it."""
    result = await _next(pgconn)
    if result is None or await _next(pgconn) is not None:
        raise ConnectionLost("the server's answers do not fit the questions")
    return result


async def _synced(pgconn: PGconn) -> None:
    result = await _next(pgconn)
    if result is None or result.status != ExecStatus.PIPELINE_SYNC:
        raise ConnectionLost("the server's answers do not fit the questions")


async def _next(pgconn: PGconn) -> PGresult | None:
    while pgconn.is_busy():
        await _ready(pgconn, asyncio.get_running_loop().add_reader, asyncio.get_running_loop().remove_reader)
        pgconn.consume_input()
    result = pgconn.get_result()
    if pgconn.status == ConnStatus.BAD:
        raise ConnectionLost("the connection broke")
    return result


async def _flushed(pgconn: PGconn) -> None:
    while pgconn.flush():
        await _ready(pgconn, asyncio.get_running_loop().add_writer, asyncio.get_running_loop().remove_writer)


async def _ready(pgconn: PGconn, add: Callable[..., object], remove: Callable[[int], object]) -> None:
    """Wait until the connection's socket can be read, or written."""
    ready = asyncio.get_running_loop().create_future()
    number = pgconn.socket
    add(number, _wake, ready)
    try:
        await ready
    finally:
        remove(number)


def _wake(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)


def _sqlstate(result: PGresult) -> str:
    """The error's code; what was skipped because of an earlier error has none of its own."""
    if result.status != ExecStatus.FATAL_ERROR:
        return ""
    code = result.error_field(ord("C"))
    return code.decode() if code else "XX000"


def _flag(text: str) -> bool:
    return text == "t"


_TYPES: Mapping[int, Callable[[str], object]] = {
    16: _flag,
    20: int,
    21: int,
    23: int,
    700: float,
    701: float,
    1700: float,
}
"""How PostgreSQL's text of bool, int8, int2, int4, float4, float8 and numeric (by OID) is read; the rest is text."""


def _rows(result: PGresult) -> list[Row]:
    columns = [(_name(result, i), _TYPES.get(result.ftype(i), str)) for i in range(result.nfields)]
    return [
        Row(**{name: _value(result.get_value(row, i), read) for i, (name, read) in enumerate(columns)})
        for row in range(result.ntuples)
    ]


def _name(result: PGresult, column: int) -> str:
    return (result.fname(column) or b"").decode()


def _value(text: bytes | None, read: Callable[[str], object]) -> object:
    return None if text is None else read(text.decode())
