"""MySQL and MariaDB as an engine of the exporter: how to connect, what to ask fast, what to ask slowly."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import suppress

from obs_db_exporter import mysql_collect as samples
from obs_db_exporter import mysql_replication_queries as replicating
from obs_db_exporter.business import Business
from obs_db_exporter.cached import Cached, Incomplete
from obs_db_exporter.config import DatabaseServer, Tls
from obs_db_exporter.connect_probe import ConnectProbe
from obs_db_exporter.mysql_business import opened as opened_for_business
from obs_db_exporter.mysql_collectors import Answers, Asked, MySqlSession, Replication, locks, status, write
from obs_db_exporter.mysql_link import Login, MySqlLink, Rows, opened
from obs_db_exporter.parts import PARTS
from obs_db_exporter.session import Refused
from obs_exporter.collect import CollectFailed, Collector, Deadline
from obs_exporter.page import Page
from obs_exporter.secret import SecretMissing

ENDING_SECONDS = 3.0
"""How long a statement that nobody waits for any more is looked for at the server, to be ended there."""
SIZES_SECONDS = 60.0


class MySqlEngine:
    """One server's engine. Every connection it opens is the session's or the probe's."""

    def __init__(self, server: DatabaseServer) -> None:
        self._server = server
        self._not_after: float | None = None
        self._probe: ConnectProbe[MySqlLink] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def connect(self, database: str = "") -> MySqlLink:
        """A new connection; the login and the certificates are read from their files now. Raises Refused."""
        server = self._server
        try:
            login = Login(
                host=server.host,
                port=server.port,
                username=server.username.read(),
                password=server.password.read(),
                database=database or server.database,
                context=trust(server.tls),
            )
        except SecretMissing as error:
            raise Refused("login", str(error)) from None
        except OSError as error:
            raise Refused("tls", f"a certificate's file cannot be used: {type(error).__name__}") from None
        link = await opened(login)
        link.abandoned = self._end_at_server
        self._not_after = samples.not_after(link.tls)
        return link

    async def not_after(self) -> float | None:
        """When the certificate shown at the latest login expires. A handshake without a login would count as a failed
        one, and a hundred of those block the exporter's host (max_connect_errors).
        """
        return self._not_after

    def collectors(self, session: MySqlSession, probe: ConnectProbe[MySqlLink]) -> tuple[Collector, ...]:
        """What every scrape asks; the session's comes first."""
        self._probe = probe
        return (
            Answers(session),
            Asked("status", session, status),
            Asked("locks", session, locks),
            Asked("replication", session, Replication(self._server.heartbeat_table).ask),
            Cached("sizes", self._sizes, every=self._server.sizes_interval_seconds),
            *self._business(probe),
        )

    def _business(self, probe: ConnectProbe[MySqlLink]) -> Iterator[Collector]:
        """A collector for each part of the platform that lives here."""
        server = self._server
        for name, database in sorted(server.business.items()):
            business = Business(opened_for_business(probe, database, table=server.heartbeat_table), PARTS[name])
            yield Cached(name, business.measure, every=server.business_interval_seconds)

    async def _sizes(self) -> Page:
        """Files of tables and logs, over a connection of the probe's. Raises CollectFailed."""
        assert self._probe is not None
        page, deadline = Page(), Deadline(SIZES_SECONDS)
        try:
            async with self._probe.connection() as link:
                rows = await link.ask(replicating.sizes(link.server), deadline)
                write(page, samples.sizes(rows, excluded=self._server.excluded_databases))
                write(page, samples.logs(await _logs(link, deadline)))
        except Refused as error:
            raise CollectFailed(error.reason, str(error)) from None
        except CollectFailed as error:
            raise Incomplete(page, error.reason, str(error)) from None
        return page

    def _end_at_server(self, link: MySqlLink) -> None:
        """End the work of a connection that was given up, so that its slot is free again."""
        task = asyncio.create_task(self._kill(link.id))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _kill(self, number: int) -> None:
        """Through the probe's connection; if none is to be had, the server's own time limit does it."""
        assert self._probe is not None
        with suppress(TimeoutError, Refused, CollectFailed):
            async with asyncio.timeout(ENDING_SECONDS), self._probe.connection() as link:
                await link.ask(f"KILL {number}", Deadline(ENDING_SECONDS))


async def _logs(link: MySqlLink, deadline: Deadline) -> Rows:
    """Files of the binary log, none where it is off."""
    try:
        return await link.ask(replicating.LOGS, deadline)
    except CollectFailed as error:
        if error.reason == "missing":
            return []
        raise


def trust(tls: Tls) -> ssl.SSLContext | None:
    """How the server is believed: by default its certificate and its name. None for a connection in clear text."""
    if tls.mode == "disable":
        return None
    context = ssl.create_default_context(cafile=tls.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = tls.mode == "verify-full"
    if tls.mode == "require":
        context.verify_mode = ssl.CERT_NONE
    if tls.certificate_file:
        context.load_cert_chain(tls.certificate_file, tls.key_file or None)
    return context
