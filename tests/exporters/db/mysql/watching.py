"""Look at a server through the exporter's own parts, in this process, on an event loop of their own."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from prometheus_client.parser import text_string_to_metric_families

from obs_db_exporter.config import DatabaseServer, Tls
from obs_db_exporter.metrics import ROWS
from obs_db_exporter.mysql_collectors import Answers
from obs_db_exporter.mysql_engine import MySqlEngine
from obs_db_exporter.mysql_link import STATEMENT_SECONDS
from obs_db_exporter.target import DatabaseTarget
from obs_exporter.collect import Deadline
from obs_exporter.exposition import Format
from obs_exporter.page import Page
from obs_exporter.scrape import Scraper
from obs_exporter.secret import Secret
from tests.engines.servers.mysql import MySqlServer

T = TypeVar("T")
USER, PASSWORD = "watcher", "w@tch/er:pass"
HEARTBEAT = "obs.heartbeat"
GRANTS = Path(__file__).resolve().parents[4] / "obs" / "catalog" / "mysql" / "grants"
Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one scrape told, when (Unix time), and how long it took."""

    at: float
    samples: dict[tuple[str, Labels], float]
    seconds: float
    text: str

    def __call__(self, name: str, **labels: str) -> float | None:
        """One value, None if it is not on the page."""
        return self.samples.get((name, frozenset(labels.items())))

    def labelled(self, name: str) -> dict[tuple[str, ...], float]:
        """Values of a family by their labels' values, in order of the labels' names."""
        found = [(sorted(labels), value) for (family, labels), value in self.samples.items() if family == name]
        return {tuple(value for _, value in labels): told for labels, told in found}

    def has(self, name: str) -> bool:
        """Whether any series of a family is on the page."""
        return any(family == name for family, _ in self.samples)

    def age(self, name: str, **labels: str) -> float:
        """Seconds from a moment the page tells to the scrape."""
        moment = self(name, **labels)
        assert moment is not None, f"{name} is not on the page"
        return self.at - moment


class Watched:
    """One server's target and its scraper."""

    def __init__(self, server: DatabaseServer) -> None:
        self.server = server
        self.most = 0
        """The most connections to the server that were open after a scrape."""
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.target = self._do(self._made())

    async def _made(self) -> DatabaseTarget[Any]:
        target = DatabaseTarget(self.server, MySqlEngine(self.server))
        self._scraper = Scraper(target, rows={name.removeprefix("db_"): row for name, row in ROWS.items()})
        await target.start()
        return target

    def scrape(self, seconds: float = 3.0) -> Seen:
        """One scrape with so much time."""
        started = time.perf_counter()
        page: Page = self._do(self._scraper.scrape(Deadline(seconds)))
        self.most = max(self.most, connections(self.server.port))
        took, at = time.perf_counter() - started, time.time()
        text = page.render(Format.TEXT).decode()
        samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        return Seen(at=at, samples=samples, seconds=took, text=text)

    def until(self, ready: Any, *, seconds: float = 15.0, each: float = 3.0) -> Seen:
        """Scrape until `ready(seen)`; the last page, ready or not."""
        deadline = time.monotonic() + seconds
        while True:
            seen = self.scrape(each)
            if ready(seen) or time.monotonic() > deadline:
                return seen
            time.sleep(0.1)

    def abandon(self, statement: str, *, after: float) -> None:
        """Ask over the standing session and lose patience, as a scrape's deadline would."""

        async def ask() -> None:
            link = await self.target._session.link(Deadline(1))
            link._limit = STATEMENT_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(after):
                    await link.ask(statement, Deadline(60))

        self._do(ask())

    def shorten_relogin(self, seconds: float) -> None:
        """Log in anew that soon when a privilege is missing."""
        [answers] = [collector for collector in self.target.collectors if isinstance(collector, Answers)]
        answers._relogin = seconds

    def close(self) -> None:
        """End it."""
        self._do(self.target.close())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


def connections(port: int) -> int:
    """Established connections of this machine to a port on loopback, by the client's side."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    return sum(line.split()[2].endswith(f":{port:04X}") and line.split()[3] == "01" for line in lines)


@contextmanager
def watched(server: DatabaseServer, **changes: Any) -> Iterator[Watched]:
    """A server watched while the block lasts."""
    made = Watched(replace(server, **changes))
    try:
        yield made
    finally:
        made.close()


def database_server(folder: Path, *, port: int, ca: Path, name: str = "node") -> DatabaseServer:
    """How the exporter is told of a server; its login stands in files of `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for key, text in (("username", USER), ("password", PASSWORD)):
        (folder / key).write_text(f"{text}\n", encoding="utf-8")
    return DatabaseServer(
        name=name,
        component="mysql",
        host="127.0.0.1",
        port=port,
        username=Secret(folder / "username"),
        password=Secret(folder / "password"),
        tls=Tls(ca_file=str(ca)),
        heartbeat_table=HEARTBEAT,
        connect_timeout_seconds=1.0,
        connect_interval_seconds=1.0,
        sizes_interval_seconds=2.0,
    )


def grants(variant: str, *, user: str = USER, password: str = PASSWORD) -> list[str]:
    """The statements of a grants file as an administrator would run them."""
    text = (GRANTS / f"{variant}.sql").read_text(encoding="utf-8")
    told = {"user": user, "password": password, "heartbeat": HEARTBEAT, "schema": HEARTBEAT.split(".")[0]}
    for key, value in told.items():
        text = text.replace(f"<{key}>", value)
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]


def beat(primary: MySqlServer) -> None:
    """Write one heartbeat as the writer does."""
    primary.sql(
        f"INSERT INTO {HEARTBEAT} (server_id, written_at) VALUES ({primary.server_id}, now(6)) "
        "ON DUPLICATE KEY UPDATE written_at = now(6)"
    )


@contextmanager
def beating(primary: MySqlServer, *, every: float = 0.2) -> Iterator[threading.Event]:
    """A heartbeat while the block lasts; setting the event stops it early."""
    beat(primary)
    stopped = threading.Event()

    def run() -> None:
        connection = primary.connect()
        with connection, connection.cursor() as cursor:
            while not stopped.wait(every):
                cursor.execute(
                    f"INSERT INTO {HEARTBEAT} (server_id, written_at) VALUES ({primary.server_id}, now(6)) "
                    "ON DUPLICATE KEY UPDATE written_at = now(6)"
                )

    writer = threading.Thread(target=run, daemon=True)
    writer.start()
    try:
        yield stopped
    finally:
        stopped.set()
        writer.join(5)
