"""What is asked of MySQL and MariaDB on every scrape, over the standing session, one statement after another."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
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
Ask = Callable[[MySqlLink, Page, Deadline], Awaitable[None]]


class Asked:
    """One group of questions over the standing session.

    They are asked again, once, when the session turns out to be lost: servers end idle ones, and a failover all.
    """

    def __init__(self, name: str, session: MySqlSession, ask: Ask) -> None:
        self.name = name
        self._session, self._ask = session, ask

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Ask, and write the answers. Raises CollectFailed."""
        try:
            await self._ask(await self._session.link(deadline), page, deadline)
        except CollectFailed as failure:
            if failure.reason != "lost":
                raise
            await self._ask(await self._session.link(deadline), page, deadline)


class Answers:
    """Whether the session answers, and what answers. First of all collectors: it renews what the others then use."""

    name = "session"

    def __init__(self, session: MySqlSession, *, relogin: float = RELOGIN_SECONDS) -> None:
        self._session, self._relogin = session, relogin
        self._asked = Asked(self.name, session, self._greet)

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """`db_up` is 0 until proven otherwise."""
        page.set(ROWS["db_up"], 0.0)
        link = await self._session.link(deadline)
        if link.denied and time.monotonic() - link.opened > self._relogin:
            await self._session.close()
        await self._asked.collect(page, deadline)

    async def _greet(self, link: MySqlLink, page: Page, deadline: Deadline) -> None:
        await link.ask("SELECT 1", deadline)
        page.set(ROWS["db_up"], 1.0)
        write(page, samples.identity(link.server, link.tls))


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


async def _schema(link: MySqlLink, statement: str, deadline: Deadline, page: Page) -> Rows:
    """The rows of a statement about replication, for which MySQL wants a privilege. Raises CollectFailed."""
    if link.server.flavour == "mariadb":
        return await link.ask(statement, deadline)
    return await privileged(link, statement, deadline, page, "performance_schema")


async def status(link: MySqlLink, page: Page, deadline: Deadline, *, wall: Clock = time.time) -> None:
    """Counters and settings of the server. What needs a privilege comes last, so that the rest is there without it."""
    variables = named(await link.ask(queries.variables(), deadline))
    listed = named(await link.ask(queries.status(), deadline))
    uncounted = queries.uncounted(link.server, variables)
    told = {name: value for name, value in listed.items() if name not in uncounted}
    write(page, samples.status(told, {}, now=wall()))
    write(page, samples.settings(variables, not_after=told.get("ssl_server_not_after", "")))
    counters = await link.ask(queries.counters(), deadline)
    by_name = {str(row["name"]): float(row["count"]) for row in counters if row["name"] not in uncounted}
    write(page, samples.status(told, by_name, now=wall()))


async def locks(link: MySqlLink, page: Page, deadline: Deadline, *, wall: Clock = time.time) -> None:
    """Sessions, transactions and who waits. Transactions first: without PROCESS the list of sessions is cut short,
    and only the table of transactions says so.
    """
    [transactions] = await privileged(link, queries.transactions(), deadline, page, "process")
    [waits] = await link.ask(queries.waits(link.server), deadline)
    sessions = await link.ask(queries.sessions(link.server), deadline)
    write(page, samples.locks(transactions, waits, now=wall()))
    write(page, samples.sessions(sessions, now=wall()))


class Replication:
    """Both ends of replication: the heartbeat, and the engine's own opinion beside it."""

    def __init__(self, table: str, *, wall: Clock = time.time) -> None:
        self._table, self._wall = table, wall

    async def ask(self, link: MySqlLink, page: Page, deadline: Deadline) -> None:
        """Nothing that one part lacks keeps the others from the page; the first failure is told at the end."""
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
        if channels:
            [applied] = await _schema(link, replicating.applied(server), deadline, page)
        if channels and replicating.workers(server):
            [row] = await _schema(link, replicating.workers(server), deadline, page)
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
