"""`python -m bench.postgresql`: a scrape of PostgreSQL with ten and ten thousand tables, ours and Debian's exporter.

One run, one server, both exporters in turn, so that the ratios hold on a busy machine too.
"""

import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines.processes import engine_path, free_port, running
from tests.engines.servers import postgresql as servers
from tests.exporters.db.exporter import DbExporter, Files, exporter

TABLES = (10, 10_000)
ROUNDS, FEW = 25, 3
EXAMPLES = Path("/usr/share/doc/prometheus-postgres-exporter/examples/queries.yaml")
"""The queries Debian ships beside its exporter: per-table figures are theirs."""
LOGIN, OURS = "bench", "obs_db_exporter"
LIMIT_MILLISECONDS = 10.0
"""What a scrape may take, whatever the number of tables."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One exporter: how its page is got, and its process."""

    name: str
    page: Callable[[], str]
    pid: int


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What one exporter cost with so many tables."""

    name: str
    tables: int
    median_milliseconds: float
    samples: int
    resident_mebibytes: float


def main() -> bool:
    """Print the table; whether ours took longer than it may."""
    figures = list(measured())
    print(f"{'exporter':<34}{'tables':>8}{'median ms':>11}{'samples':>9}{'MiB':>6}{'to ours':>9}")
    for figure in figures:
        ours = next(each for each in figures if each.tables == figure.tables)
        ratio = figure.median_milliseconds / ours.median_milliseconds
        told = f"{figure.median_milliseconds:>11.1f}{figure.samples:>9}{figure.resident_mebibytes:>6.0f}{ratio:>8.1f}x"
        print(f"{figure.name:<34}{figure.tables:>8}{told}")
    return max(each.median_milliseconds for each in figures if each.name == OURS) > LIMIT_MILLISECONDS


def measured() -> Iterator[Figure]:
    """Figures, ours first for each number of tables."""
    with ExitStack() as open_ones:
        folder = open_ones.enter_context(servers.place())
        own = Path(open_ones.enter_context(tempfile.TemporaryDirectory()))
        server = open_ones.enter_context(servers.server(folder / "server"))
        server.sql(f"CREATE ROLE {LOGIN} LOGIN PASSWORD '{LOGIN}'", f"GRANT pg_monitor TO {LOGIN}")
        contenders = [open_ones.enter_context(each(server, own)) for each in (_ours, _debian, _debian_with_examples)]
        made = 0
        for tables in TABLES:
            _create(server, made, tables)
            made = tables
            yield from _compared(contenders[:2], tables, ROUNDS)
            yield from _compared(contenders[2:], tables, FEW)


def _compared(contenders: list[Contender], tables: int, rounds: int) -> Iterator[Figure]:
    """Each exporter in turn, round by round, so that all see the same machine."""
    times: dict[str, list[float]] = {each.name: [] for each in contenders}
    pages = {each.name: each.page() for each in contenders}
    for _ in range(rounds):
        for each in contenders:
            started = time.perf_counter()
            pages[each.name] = each.page()
            times[each.name].append(1000 * (time.perf_counter() - started))
    for each in contenders:
        yield Figure(
            name=each.name,
            tables=tables,
            median_milliseconds=statistics.median(times[each.name]),
            samples=sum(not line.startswith("#") for line in pages[each.name].splitlines()),
            resident_mebibytes=_resident(each.pid),
        )


def _create(server: servers.Postgresql, made: int, wanted: int) -> None:
    for first in range(made, wanted, 500):
        last = min(first + 500, wanted) - 1
        create = "EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY)', n)"
        server.sql(f"DO $$ BEGIN FOR n IN {first}..{last} LOOP {create}; END LOOP; END $$")
    server.sql("ANALYZE")


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


@contextmanager
def _ours(server: servers.Postgresql, folder: Path) -> Iterator[Contender]:
    files = Files(folder=folder)
    files.target("bench", "postgresql", server.port, user=LOGIN, password=LOGIN, tls={"mode": "disable"})
    quick = ("connect_interval_seconds", "connect_timeout_seconds", "sizes_interval_seconds")
    as_deployed = {key: value for key, value in files.targets[0].items() if key not in quick}
    with exporter(folder, [as_deployed]) as made:
        yield Contender(name=OURS, page=lambda: _text(made), pid=made.process.pid)


def _text(made: DbExporter) -> str:
    return made.get("/probe?target=bench", timeout=10)


@contextmanager
def _debian(server: servers.Postgresql, folder: Path, *options: str, name: str = "") -> Iterator[Contender]:
    port = free_port()
    login = f"host=127.0.0.1 port={server.port} user={LOGIN} password={LOGIN} dbname=postgres sslmode=disable"
    command = [engine_path("prometheus-postgres-exporter"), f"--web.listen-address=127.0.0.1:{port}", *options]
    url, log = f"http://127.0.0.1:{port}", folder / f"debian-{port}.log"
    with running(command, ready_url=url, log=log, env={"DATA_SOURCE_NAME": login}) as process:
        yield Contender(name=name or "postgres_exporter 0.11", page=lambda: _got(f"{url}/metrics"), pid=process.pid)


@contextmanager
def _debian_with_examples(server: servers.Postgresql, folder: Path) -> Iterator[Contender]:
    with _debian(server, folder, f"--extend.query-path={EXAMPLES}", name="same with its example queries") as made:
        yield made


def _got(url: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=60) as answer:
        return str(answer.read().decode())


if __name__ == "__main__":
    sys.exit(main())
