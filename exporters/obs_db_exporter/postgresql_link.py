"""One open connection to PostgreSQL: what is asked over it, and how it ends at both ends."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

import psycopg

from obs_db_exporter.postgresql_pipeline import Answer, Asked, ConnectionLost, ask
from obs_db_exporter.postgresql_queries import OLDEST, SETTINGS, TIMEOUT, Query
from obs_db_exporter.session import MARGIN, Refused
from obs_exporter.collect import CollectFailed, Deadline

logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # its warnings quote what the server and libpq say

CANCEL_SECONDS = 1.0
"""How long a server is asked to cancel, when an answer came too late."""
SHUTDOWN = ("57P01", "57P02", "57P03", "25P03", "57P05", "08006")
"""SQLSTATEs after which the server closes the connection."""
IDENTITY = Query(
    name="identity",
    sql="SELECT pg_postmaster_start_time()::text || coalesce(host(inet_server_addr()), '') AS identity",
)


class PostgresqlLink:
    """One open connection, in autocommit, its session set to read-only with short lock and statement timeouts."""

    def __init__(self, connection: psycopg.AsyncConnection[object]) -> None:
        self._connection = connection
        self._prepared: set[str] = set()
        self._lock = asyncio.Lock()
        self._ending: asyncio.Task[None] | None = None
        self.version = connection.pgconn.server_version
        self.identity = ""

    @property
    def closed(self) -> bool:
        """Whether it can no longer be used."""
        return self._ending is not None or self._connection.closed

    async def begin(self) -> None:
        """Settings of the session, and which server this is."""
        settings, identity = await ask(
            self._connection.pgconn, [Asked(queries=(SETTINGS,)), Asked(queries=(IDENTITY,))], self._prepared
        )
        if settings.sqlstate or identity.sqlstate or self.version < OLDEST:
            await self.close()
            raise Refused("other", "the server is older than PostgreSQL 13 or refuses the session's settings")
        self.identity = identity.rows["identity"][0].identity

    async def ask(self, groups: Sequence[Asked], deadline: Deadline) -> list[Answer]:
        """Answers in one round trip. Late or broken, the connection is given up and the server told to stop.

        Raises CollectFailed.
        """
        async with self._lock:
            if self.closed:
                raise CollectFailed("unreachable", "the connection was given up")
            seconds = deadline.remaining() - MARGIN
            limit = Asked(queries=(TIMEOUT,), parameters={"timeout": (f"{max(1, int(seconds * 1000))}ms",)})
            try:
                async with asyncio.timeout(max(0.0, seconds)):
                    _, *answers = await ask(self._connection.pgconn, [limit, *groups], self._prepared)
            except TimeoutError:
                self._give_up()
                raise CollectFailed("late", "the server did not answer in time") from None
            except (ConnectionLost, psycopg.Error):
                self._give_up()
                raise CollectFailed("unreachable", "the connection broke") from None
            except asyncio.CancelledError:
                self._give_up()
                raise
        if any(answer.sqlstate in SHUTDOWN for answer in answers):
            self._give_up()
        return answers

    async def close(self) -> None:
        """End the connection, after what is being asked; the goodbye is sent and not waited for.

        Closed under a question, its descriptor would be the next connection's while somebody still waits on it.
        """
        async with self._lock:
            if self._ending is not None:
                await asyncio.shield(self._ending)
            await self._connection.close()

    def _give_up(self) -> None:
        if self._ending is None:
            self._ending = asyncio.create_task(self._cancel())

    async def _cancel(self) -> None:
        """Stop at the server what nobody waits for any more, over a connection of its own, as the protocol wants."""
        try:
            if not self._connection.closed:
                with suppress(psycopg.Error, OSError):
                    await self._connection.cancel_safe(timeout=CANCEL_SECONDS)
        finally:
            await self._connection.close()
