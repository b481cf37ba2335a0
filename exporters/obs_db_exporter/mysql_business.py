"""Peatio's and Barong's tables on MySQL and MariaDB: over the probe's connection, unless the replica lags."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from obs_db_exporter import mysql_replication_queries as replicating
from obs_db_exporter.business import LAGGING_SECONDS, Ask, Dialect, Rows
from obs_db_exporter.connect_probe import ConnectProbe
from obs_db_exporter.mysql_lag import heartbeat
from obs_db_exporter.mysql_link import MySqlLink
from obs_db_exporter.session import Refused
from obs_exporter.collect import Clock, CollectFailed, Deadline

SECONDS = 20.0
"""For all questions of one round together; each has the time limit of every statement besides."""
UTC = "SET SESSION time_zone = '+00:00'"
"""Rails writes UTC; columns of type TIMESTAMP are told in the session's zone."""


def dialect(database: str) -> Dialect:
    """Tables of a database that need not be the connection's. MariaDB 11.8 reads a table whole for a quarter of it."""
    return Dialect(
        tables=f"{replicating.identifier(database)}.",
        age="timestampdiff(MICROSECOND, {}, utc_timestamp(6)) / 1000000",
        by_key=" FORCE INDEX (PRIMARY)",
    )


def opened(
    probe: ConnectProbe[MySqlLink], database: str, *, table: str, wall: Clock = time.time
) -> Callable[[], AbstractAsyncContextManager[tuple[Ask, Dialect]]]:
    """How to ask about a database. `table` is the heartbeat's."""

    @asynccontextmanager
    async def connection() -> AsyncIterator[tuple[Ask, Dialect]]:
        deadline = Deadline(SECONDS)
        try:
            async with probe.connection() as link:
                await refuse_if_lagging(link, table, deadline, wall=wall)
                await link.ask(UTC, deadline)

                async def ask(statement: str) -> Rows:
                    return await link.ask(statement, deadline)

                yield ask, dialect(database)
        except Refused as refused:
            raise CollectFailed(refused.reason, str(refused)) from None

    return connection


async def refuse_if_lagging(link: MySqlLink, table: str, deadline: Deadline, *, wall: Clock) -> None:
    """Raise CollectFailed on a replica whose heartbeat is old or not there."""
    if not await link.ask(replicating.channels(link.server), deadline):
        return
    beat = None
    if table:
        [row] = await link.ask(replicating.heartbeat(table), deadline)
        beat = heartbeat(row, replica=True).timestamp
    if beat is None or wall() - beat > LAGGING_SECONDS:
        raise CollectFailed("lagging", "the replica lags, or nothing says how far; ask the primary instead")
