"""PostgreSQL as an engine of the exporter: its collectors, and the one round trip they share."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from obs_db_exporter import postgresql_collect as collect
from obs_db_exporter import postgresql_greeting
from obs_db_exporter import postgresql_queries as q
from obs_db_exporter.business import Business
from obs_db_exporter.cached import Cached
from obs_db_exporter.config import DatabaseServer
from obs_db_exporter.connect_probe import ConnectProbe
from obs_db_exporter.metrics import ROWS
from obs_db_exporter.parts import PARTS
from obs_db_exporter.postgresql_business import opened as opened_for_business
from obs_db_exporter.postgresql_connect import connect
from obs_db_exporter.postgresql_link import PostgresqlLink
from obs_db_exporter.postgresql_pipeline import Answer, Asked
from obs_db_exporter.postgresql_sizes import SlowLane
from obs_db_exporter.session import Session
from obs_exporter.collect import CollectFailed, Collector, Deadline
from obs_exporter.page import Page


class Postgresql:
    """The engine behind a target of component postgresql."""

    def __init__(self, server: DatabaseServer) -> None:
        self._server = server

    async def connect(self, database: str = "") -> PostgresqlLink:
        """A new connection. Raises Refused."""
        return await connect(self._server, database)

    async def not_after(self) -> float | None:
        """When the server's certificate expires; None if it offers no TLS. Raises Refused."""
        return await postgresql_greeting.not_after(self._server.host, self._server.port)

    def collectors(
        self, session: Session[PostgresqlLink], probe: ConnectProbe[PostgresqlLink]
    ) -> tuple[Collector, ...]:
        """The fast ones, which share a round trip, and the slow ones, which are measured now and then."""
        server = self._server
        found = fast(server)
        round_trip = RoundTrip(session, tuple(part for parts in found.values() for part in parts))
        slow, every = SlowLane(probe, server.excluded_databases), server.sizes_interval_seconds
        return (
            *(Fast(name, parts, round_trip) for name, parts in found.items()),
            Cached("sizes", slow.sizes, every=every),
            Cached("tables", slow.tables, every=every),
            *business(server, probe),
        )


def business(server: DatabaseServer, probe: ConnectProbe[PostgresqlLink]) -> Iterator[Collector]:
    """A collector for each part of the platform that lives here."""
    for name, database in sorted(server.business.items()):
        asked = Business(opened_for_business(probe, database, table=server.heartbeat_table), PARTS[name])
        yield Cached(name, asked.measure, every=server.business_interval_seconds)


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """Queries that stand or fall together, and how their rows become samples."""

    queries: tuple[q.Query, ...]
    write: Callable[[Page, collect.Rows], None]
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def asked(self, version: int) -> Asked:
        """The part as a server of this version understands it."""
        return Asked(queries=q.for_version(self.queries, version), parameters=self.parameters)


def fast(server: DatabaseServer) -> dict[str, tuple[Part, ...]]:
    """What every scrape asks, by collector."""
    databases = partial(collect.databases, excluded=server.excluded_databases)
    replication = partial(collect.replication, stale_seconds=server.stale_seconds)
    return {
        "session": (Part(queries=q.SERVER, write=collect.session),),
        "activity": (Part(queries=(q.ACTIVITY,), write=collect.activity), Part(queries=q.LOCKS, write=collect.locks)),
        "databases": (Part(queries=(q.DATABASES, *q.CHECKPOINTS, q.ARCHIVER), write=databases),),
        "replication": (Part(queries=(q.REPLICATION, q.STANDBYS, q.SLOTS), write=replication),),
        "heartbeat": _heartbeat(server.heartbeat_table),
    }


def _heartbeat(table: str) -> tuple[Part, ...]:
    """Its grant, and the row: a table of the platform can be locked, denied or gone, and is asked for apart."""
    if not table:
        return ()
    grant = {"heartbeat_grant": tuple(table.split("."))}
    return (
        Part(queries=(q.HEARTBEAT_GRANT,), write=collect.heartbeat_grant, parameters=grant),
        Part(queries=(q.heartbeat(table),), write=collect.heartbeat),
    )


class RoundTrip:
    """One round trip per scrape: whichever collector comes first asks for all."""

    def __init__(self, session: Session[PostgresqlLink], parts: tuple[Part, ...]) -> None:
        self._session, self._parts = session, parts
        self._page: Page | None = None
        self._asking: asyncio.Task[dict[Part, Answer]] | None = None

    async def answers(self, page: Page, deadline: Deadline) -> Mapping[Part, Answer]:
        """The answers of the scrape that makes this page. Raises CollectFailed."""
        if self._asking is None or self._page is not page:
            self._page = page
            self._asking = asyncio.create_task(self._ask(deadline))
        return await asyncio.shield(self._asking)

    async def _ask(self, deadline: Deadline) -> dict[Part, Answer]:
        link = await self._session.link(deadline)
        found = await link.ask([part.asked(link.version) for part in self._parts], deadline)
        return dict(zip(self._parts, found, strict=True))


class Fast:
    """A collector that takes part in the round trip of the scrape."""

    def __init__(self, name: str, parts: tuple[Part, ...], round_trip: RoundTrip) -> None:
        self.name = name
        self._parts, self._round_trip = parts, round_trip

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Write the rows of every part; the first failure is raised after all parts had their turn."""
        self._assume_the_worst(page)
        answers = await self._round_trip.answers(page, deadline)
        if self.name == "session":
            page.set(ROWS["db_up"], 1.0)
        failures = [failed for part in self._parts if (failed := _written(page, part, answers[part]))]
        if failures:
            raise failures[0]

    def _assume_the_worst(self, page: Page) -> None:
        """What holds until the server says otherwise."""
        if self.name == "session":
            page.set(ROWS["db_up"], 0.0)
        elif self.name == "heartbeat":
            page.set(ROWS["db_replication_heartbeat_known"], 0.0)


def _written(page: Page, part: Part, answer: Answer) -> CollectFailed | None:
    """Write a part's rows; what went wrong instead."""
    if answer.sqlstate:
        return CollectFailed(f"sqlstate {answer.sqlstate}", "the server refused the question")
    try:
        part.write(page, answer.rows)
    except CollectFailed as failed:
        return failed
    return None
