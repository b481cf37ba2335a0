"""What is asked of MySQL and MariaDB on every scrape, over the standing session, one statement after another."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from obs_db_exporter import mysql_collect as samples
from obs_db_exporter import mysql_queries as queries
from obs_db_exporter import mysql_replication_queries as replicating
from obs_db_exporter.metrics import ROWS
from obs_db_exporter.mysql_collect import Sample
from obs_db_exporter.mysql_lag import Heartbeat, heartbeat, lag
from obs_db_exporter.mysql_link import MySqlLink, Rows, named
from obs_db_exporter.session import Session
from obs_exporter.collect import Clock, CollectFailed, Deadline
from obs_exporter.page import Page

RELOGIN_SECONDS = 60.0
"""Age at which a session that lacks a privilege logs in anew: global grants count from the next login on."""
MySqlSession = Session[MySqlLink]


def write(page: Page, told: Iterable[Sample]) -> None:
    """Put samples on the page."""
    for name, value, labels in told:
        page.set(ROWS[name], value, *labels)


async def privileged(link: MySqlLink, statement: str, deadline: Deadline, page: Page, privilege: str) -> Rows:
    """The rows of a statement that needs a privilege; whether it is held goes onto the page. Raises CollectFailed."""
    try:
        rows = await link.ask(statement, deadline)
    except CollectFailed as error:
        if error.reason in ("privilege", "missing"):
            page.set(ROWS["db_privilege"], 0.0, privilege)
        raise
    page.set(ROWS["db_privilege"], 1.0, privilege)
    return rows


class SessionCollector:
    """Whether the session answers, and what answers."""

    name = "session"

    def __init__(self, session: MySqlSession) -> None:
        self._session = session

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """First of all collectors: a session that lacks a privilege is renewed here, before the others take it."""
        link = await self._session.link(deadline)
        if link.denied and time.monotonic() - link.opened > RELOGIN_SECONDS:
            await self._session.close()
            link = await self._session.link(deadline)
        try:
            await link.ask("SELECT 1", deadline)
        except CollectFailed:
            page.set(ROWS["db_up"], 0.0)
            raise
        page.set(ROWS["db_up"], 1.0)
        write(page, samples.identity(link.server, link.tls))


class StatusCollector:
    """Counters and settings of the server."""

    name = "status"

    def __init__(self, session: MySqlSession, *, wall: Clock = time.time) -> None:
        self._session, self._wall = session, wall

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Three short answers; a fourth, on TLS, where no variable has it."""
        link = await self._session.link(deadline)
        told = named(await link.ask(queries.status(), deadline))
        variables = named(await link.ask(queries.variables(), deadline))
        offers = queries.tls_offered(link.server)
        write(page, samples.status(told, {}, now=self._wall()))
        rows = await privileged(link, offers, deadline, page, "performance_schema") if offers else []
        offered = bool(rows[0]["offered"]) if rows else None
        write(page, samples.settings(variables, tls_offered=offered))
        counters = await link.ask(queries.counters(), deadline)
        by_name = {str(row["name"]): float(row["count"]) for row in counters}
        write(page, samples.status(told, by_name, now=self._wall()))


class LocksCollector:
    """Sessions, transactions, and who waits for whom. Without PROCESS answers would be cut short."""

    name = "locks"

    def __init__(self, session: MySqlSession, *, wall: Clock = time.time) -> None:
        self._session, self._wall = session, wall

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Transactions first, as only they are refused without PROCESS; the list of sessions is merely cut short."""
        link = await self._session.link(deadline)
        [transactions] = await privileged(link, queries.transactions(), deadline, page, "process")
        [waits] = await link.ask(queries.waits(link.server), deadline)
        sessions = await link.ask(queries.sessions(link.server), deadline)
        write(page, samples.locks(transactions, waits, now=self._wall()))
        write(page, samples.sessions(sessions, now=self._wall()))


class ReplicationCollector:
    """Both ends of replication: the heartbeat first, the engine's own opinion beside it."""

    name = "replication"

    def __init__(self, session: MySqlSession, table: str, *, wall: Clock = time.time) -> None:
        self._session, self._table, self._wall = session, table, wall

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Nothing that one part lacks keeps the others from the page; the first failure is told at the end."""
        link = await self._session.link(deadline)
        failures: list[CollectFailed] = []
        replica = True
        try:
            replica = await self._state(link, page, deadline)
        except CollectFailed as failure:
            failures.append(failure)
        try:
            await self._beat(link, page, deadline, replica=replica)
            write(page, samples.standbys(await link.ask(replicating.standbys(link.server), deadline)))
        except CollectFailed as failure:
            failures.append(failure)
        if failures:
            raise failures[0]

    async def _state(self, link: MySqlLink, page: Page, deadline: Deadline) -> bool:
        """Write what the channels tell; whether there are any."""
        server = link.server
        channels = await privileged(link, replicating.channels(server), deadline, page, "replication_status")
        applied: Mapping[str, Any] | None = None
        committed = 0.0
        if channels and replicating.applied(server):
            [applied] = await link.ask(replicating.applied(server), deadline)
        if channels and replicating.workers(server):
            [row] = await link.ask(replicating.workers(server), deadline)
            committed = float(row["committed"])
        told = lag(channels, now=self._wall(), committed=committed, applied=applied)
        write(page, samples.replication(told))
        return told.replica

    async def _beat(self, link: MySqlLink, page: Page, deadline: Deadline, *, replica: bool) -> None:
        """Write the newest beat. A table that is not there is a fact, not a failure; the privilege says whose fault."""
        beat = Heartbeat(timestamp=None)
        try:
            if self._table:
                statement = replicating.heartbeat(self._table)
                [row] = await privileged(link, statement, deadline, page, "heartbeat")
                beat = heartbeat(row, replica=replica)
        except CollectFailed as failure:
            if failure.reason not in ("privilege", "missing"):
                raise
        write(page, samples.heartbeat(beat))
