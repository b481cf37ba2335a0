"""Part `mysql` of the bench: a scrape of MariaDB with ten and ten thousand tables, ours and Debian's exporter.

One run, one server, the exporters in turn, so that the ratios hold on a busy machine too. The server keeps nothing
safe, which makes ten thousand tables quickly and changes nothing about questions.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.engines.servers.mysql import MySqlServer, fresh, server
from tests.engines.servers.mysqld_exporter import peer
from tests.exporters.db.exporter import Files, exporter

TABLES = (10, 10_000)
ROUNDS, FEW = 25, 3
LOGIN = "bench"
PER_TABLE = ("tables", "tablestats", "innodb_metrics", "processlist")
"""Collectors of Debian's exporter that people turn on to see tables and sessions; off by default."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One exporter, how its page is got, and how often."""

    name: str
    page: Callable[[], str]
    rounds: int


LIMIT_MILLISECONDS = 10.0
"""What a scrape of a quiet server may take, however many tables it has."""


def main() -> bool:
    """Print the table; whether ours is over its limit."""
    over = False
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        node = stack.enter_context(server(folder / "server", fresh(folder), server_id=1))
        contenders = list(_contenders(stack, node, folder))
        print(f"{'exporter':<34}{'tables':>8}{'median ms':>11}{'samples':>9}{'to ours':>9}")
        made = 0
        for tables in TABLES:
            node.sql(*(f"CREATE TABLE bench.t{n} (id INT PRIMARY KEY)" for n in range(made, tables)))
            made = tables
            time.sleep(2)
            over = _compare(contenders, tables) > LIMIT_MILLISECONDS
    return over


def _compare(contenders: list[Contender], tables: int) -> float:
    """Each exporter in turn, round by round, so that all see the same machine; the median of ours."""
    pages = {each.name: each.page() for each in contenders}
    times: dict[str, list[float]] = {each.name: [] for each in contenders}
    for number in range(ROUNDS):
        for each in contenders:
            if number < each.rounds:
                started = time.perf_counter()
                pages[each.name] = each.page()
                times[each.name].append(1000 * (time.perf_counter() - started))
    ours = statistics.median(times[contenders[0].name])
    for each in contenders:
        median = statistics.median(times[each.name])
        samples = sum(not line.startswith("#") for line in pages[each.name].splitlines())
        print(f"{each.name:<34}{tables:>8}{median:>11.1f}{samples:>9}{median / ours:>8.1f}x")
    return ours


def _contenders(stack: ExitStack, node: MySqlServer, folder: Path) -> Iterator[Contender]:
    """Ours as it is deployed, but for TLS, which Debian's does not use here either; theirs as it comes, and widened."""
    node.sql(
        f"CREATE USER {LOGIN}@'127.0.0.1' IDENTIFIED BY '{LOGIN}'",
        f"GRANT PROCESS, SLAVE MONITOR, BINLOG MONITOR ON *.* TO {LOGIN}@'127.0.0.1'",
        "CREATE DATABASE bench",
    )
    files = Files(folder=folder)
    files.target("bench", "mysql", node.port, user=LOGIN, password=LOGIN, tls={"mode": "disable"})
    quick = ("connect_interval_seconds", "connect_timeout_seconds", "sizes_interval_seconds")
    deployed = {key: value for key, value in files.targets[0].items() if key not in quick}
    ours = stack.enter_context(exporter(folder, [deployed]))
    yield Contender(name="obs_db_exporter", page=lambda: ours.get("/probe?target=bench", timeout=10), rounds=ROUNDS)
    theirs = stack.enter_context(peer(node, folder))
    yield Contender(name="mysqld_exporter 0.14", page=theirs.page, rounds=ROUNDS)
    wide = [f"--collect.info_schema.{name}" for name in PER_TABLE]
    widened = stack.enter_context(peer(node, folder, *wide))
    yield Contender(name="same with its table collectors", page=widened.page, rounds=FEW)


if __name__ == "__main__":
    main()
