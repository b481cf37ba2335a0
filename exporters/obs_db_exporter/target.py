"""One watched database server: its connections, its collectors, and the engine behind them."""

import asyncio
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from obs_db_exporter.cached import Cached
from obs_db_exporter.config import DatabaseServer
from obs_db_exporter.connect_probe import ConnectProbe
from obs_db_exporter.session import Link, Session
from obs_exporter.collect import Collector

L = TypeVar("L", bound=Link)


class Engine(Protocol[L]):
    """What a kind of database server must bring: how to connect, and what to ask.

    Only `connect` opens connections that log in, so that there are never more than two: the session's and the probe's.
    """

    async def connect(self, database: str = "") -> L:
        """A new connection, by default to the configured database; the login is read from its files now.

        Raises Refused. The caller bounds the time by cancelling; a cancelled attempt leaves nothing open.
        """

    async def not_after(self) -> float | None:
        """When the server's certificate expires, Unix time; None if it offers no TLS. Raises Refused."""

    def collectors(self, session: Session[L], probe: ConnectProbe[L]) -> tuple[Collector, ...]:
        """What is asked on every scrape. Slow questions are `Cached` and use connections of the probe."""


class DatabaseTarget(Generic[L]):
    """A target of the exporter: the shared part scrapes its collectors."""

    def __init__(self, server: DatabaseServer, engine: Engine[L]) -> None:
        self.name = server.name
        self._session = Session(engine.connect, seconds=server.connect_timeout_seconds)
        self._probe = ConnectProbe(
            engine.connect,
            engine.not_after,
            met=self._session.met,
            interval=server.connect_interval_seconds,
            seconds=server.connect_timeout_seconds,
        )
        self.collectors: tuple[Collector, ...] = (self._probe, *engine.collectors(self._session, self._probe))
        self._knocking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to knock."""
        self._knocking = asyncio.create_task(self._probe.run())

    async def close(self) -> None:
        """End everything that is under way and open."""
        if self._knocking is not None:
            self._knocking.cancel()
            with suppress(asyncio.CancelledError):
                await self._knocking
        for collector in self.collectors:
            if isinstance(collector, Cached):
                await collector.close()
        await self._session.close()
