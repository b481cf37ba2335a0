"""Peatio's and Barong's tables on PostgreSQL: over the probe's connection, unless the standby lags."""

import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from obs_db_exporter import postgresql_queries as q
from obs_db_exporter.business import LAGGING_SECONDS, Ask, Dialect, Rows
from obs_db_exporter.connect_probe import ConnectProbe
from obs_db_exporter.postgresql_link import PostgresqlLink
from obs_db_exporter.postgresql_pipeline import Asked
from obs_db_exporter.session import Refused
from obs_exporter.collect import Clock, CollectFailed, Deadline

SECONDS = 20.0
"""For all questions of one round together."""
STATEMENT_SECONDS = 2.0
"""For each of them, at the server."""
DIALECT = Dialect(tables="public.", age="extract(epoch FROM (clock_timestamp() AT TIME ZONE 'utc') - {})")
WHERE = q.Query(
    name="business_where",
    sql=(
        "SELECT pg_is_in_recovery() AS standby, "
        "(SELECT count(*) FROM pg_database WHERE datname = $1 AND datallowconn) AS databases"
    ),
)


def opened(
    probe: ConnectProbe[PostgresqlLink], database: str, *, table: str, wall: Clock = time.time
) -> Callable[[], AbstractAsyncContextManager[tuple[Ask, Dialect]]]:
    """How to ask about a database. `table` is the heartbeat's, in the database of the configuration."""

    @asynccontextmanager
    async def connection() -> AsyncIterator[tuple[Ask, Dialect]]:
        deadline = Deadline(SECONDS)
        try:
            async with probe.connection() as link:
                await refuse(link, database, table, deadline, wall=wall)
            async with probe.connection(database) as link:
                numbers = itertools.count()

                async def ask(statement: str) -> Rows:
                    query = q.Query(name=f"business_{next(numbers)}", sql=statement)
                    return await answered(link, query, limited(deadline))

                yield ask, DIALECT
        except Refused as refused:
            raise CollectFailed(refused.reason, str(refused)) from None

    return connection


async def refuse(link: PostgresqlLink, database: str, table: str, deadline: Deadline, *, wall: Clock) -> None:
    """Raise CollectFailed where the database is not, and on a standby whose heartbeat is old or not there."""
    [here] = await answered(link, WHERE, deadline, database)
    if not here["databases"]:
        raise CollectFailed("missing", "the server has no such database")
    if not here["standby"]:
        return
    beat = (await answered(link, q.heartbeat(table), deadline))[0]["beat"] if table else None
    if beat is None or wall() - float(beat) > LAGGING_SECONDS:
        raise CollectFailed("lagging", "the standby lags, or nothing says how far; ask the primary instead")


def limited(deadline: Deadline) -> Deadline:
    """A statement's share of the time that is left: the server ends it then."""
    remaining = deadline.remaining()
    return deadline.part(min(1.0, STATEMENT_SECONDS / remaining)) if remaining else deadline


async def answered(link: PostgresqlLink, query: q.Query, deadline: Deadline, *parameters: str) -> Rows:
    """Rows of one query as mappings. Raises CollectFailed."""
    told = {query.name: parameters} if parameters else {}
    [answer] = await link.ask([Asked(queries=(query,), parameters=told)], deadline)
    if answer.sqlstate:
        raise CollectFailed(f"sqlstate {answer.sqlstate}", "the server refused the question")
    return [vars(row) for row in answer.rows[query.name]]
