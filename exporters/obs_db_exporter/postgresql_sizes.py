"""The slow lane: what is on disk, and which tables hold most dead rows, over the probe's connection."""

from collections.abc import Collection, Mapping, Sequence

from obs_db_exporter import postgresql_collect as collect
from obs_db_exporter.cached import Incomplete
from obs_db_exporter.connect_probe import ConnectProbe
from obs_db_exporter.postgresql_link import PostgresqlLink
from obs_db_exporter.postgresql_pipeline import Asked, Row
from obs_db_exporter.postgresql_queries import LOG_SIZE, SIZES, TABLES
from obs_db_exporter.session import Refused
from obs_exporter.collect import CollectFailed, Deadline
from obs_exporter.page import Page

SECONDS = 60.0
"""For the sizes: a terabyte's files take that long to count on a cold disk."""
SECONDS_EACH = 10.0
"""For the tables of one database."""
DATABASES = 50
"""Databases entered for their tables, the largest first: each costs a connection."""


class SlowLane:
    """Measures one server, a connection at a time, so that together with the session there are never more than two."""

    def __init__(self, probe: ConnectProbe[PostgresqlLink], excluded: Collection[str]) -> None:
        self._probe, self._excluded = probe, array(excluded)

    async def sizes(self) -> Page:
        """Sizes of databases and of the log. Raises CollectFailed."""
        page = Page()
        collect.sizes(page, await self._asked("", SECONDS, self._sizes(), Asked(queries=(LOG_SIZE,))))
        return page

    async def tables(self) -> Page:
        """The tables with most dead rows of all databases. Raises CollectFailed, Incomplete for a closed database."""
        databases = (await self._asked("", SECONDS, self._sizes()))["sizes"]
        open_ones = [row.database for row in databases if row.may_enter]
        found: list[tuple[str, Row]] = []
        for name in open_ones[:DATABASES]:
            rows = await self._asked(name, SECONDS_EACH, Asked(queries=(TABLES,)))
            found += [(name, row) for row in rows["tables"]]
        page = Page()
        collect.tables(page, found)
        if len(open_ones) < len(databases):
            raise Incomplete(page, "privilege", "a database grants no CONNECT; grant it or exclude the database")
        return page

    def _sizes(self) -> Asked:
        return Asked(queries=(SIZES,), parameters={"sizes": (self._excluded,)})

    async def _asked(self, database: str, seconds: float, *groups: Asked) -> Mapping[str, Sequence[Row]]:
        """Rows by query, over a connection that is closed again. Raises CollectFailed."""
        try:
            async with self._probe.connection(database) as link:
                answers = await link.ask(groups, Deadline(seconds))
        except Refused as refused:
            raise CollectFailed(refused.reason, str(refused)) from None
        rows: dict[str, Sequence[Row]] = {}
        for answer in answers:
            if answer.sqlstate:
                raise CollectFailed(f"sqlstate {answer.sqlstate}", "the server refused the question")
            rows |= answer.rows
        return rows


def array(names: Collection[str]) -> str:
    """Names as PostgreSQL writes an array of text."""
    quoted = ('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' for name in sorted(names))
    return "{" + ",".join(quoted) + "}"
