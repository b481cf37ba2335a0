"""The network between the exporter and a server fails in every way: what the page says meanwhile, and that it heals."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.engines.servers.proxy import Mode, Proxy, proxy
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import Seen, Watched, watched

pytestmark = [pytest.mark.engine("mariadbd"), pytest.mark.xdist_group("mariadb")]
BUDGET, GRACE = 1.0, 0.4
ASKED = ("session", "status", "locks", "replication")
"""Collectors that need the standing session."""
REASONS: dict[Mode, str] = {
    "blackhole": "timeout",
    "reset": "unreachable",
    "slow": "timeout",
    "half-open": "timeout",
    "refuse": "unreachable",
}
BREAKING: tuple[Mode, ...] = ("blackhole", "reset", "slow", "half-open")
"""What an open connection feels, too."""


@contextmanager
def behind(pair: Pair) -> Iterator[tuple[Watched, Proxy]]:
    """An exporter that reaches the primary through a proxy, and has reached it."""
    with proxy(pair.primary.port) as link, watched(pair.told(pair.primary, port=link.port)) as exporter:
        exporter.until(lambda seen: seen("db_up") == seen("db_connect_success") == 1)
        yield exporter, link


@pytest.mark.parametrize("mode", BREAKING)
def test_a_broken_network_is_told_within_the_deadline_and_heals_by_itself(pair: Pair, mode: Mode) -> None:
    with behind(pair) as (exporter, link):
        link.mode = mode
        broken = time.time()
        first = exporter.scrape(BUDGET)
        assert first("db_up") == 0
        assert {part: first("db_collector_success", collector=part) for part in ASKED} == dict.fromkeys(ASKED, 0.0)
        assert first.seconds < BUDGET + GRACE
        second = exporter.until(lambda seen: seen("db_connect_success") == 0, each=BUDGET)
        assert (second("db_connect_failures_total", reason=REASONS[mode]) or 0) > 0
        assert (second("db_last_success_timestamp_seconds", collector="session") or 0) <= broken
        assert stale(second) == set()
        assert second.seconds < BUDGET + GRACE
        link.mode = "pass"
        healed = exporter.until(lambda seen: seen("db_up") == seen("db_connect_success") == 1, each=BUDGET)
        assert {part: healed("db_collector_success", collector=part) for part in ASKED} == dict.fromkeys(ASKED, 1.0)
        assert exporter.most <= 2


def test_a_port_nobody_listens_on_leaves_the_standing_session_and_is_told(pair: Pair) -> None:
    with behind(pair) as (exporter, link):
        link.mode = "refuse"
        seen = exporter.until(lambda seen: seen("db_connect_success") == 0, each=BUDGET)
        assert (seen("db_up"), seen("db_connect_success")) == (1, 0)
        assert (seen("db_connect_failures_total", reason=REASONS["refuse"]) or 0) > 0


def test_a_killed_session_is_replaced_within_the_scrape(pair: Pair) -> None:
    with watched(pair.told(pair.primary)) as exporter:
        exporter.until(lambda seen: seen("db_up") == 1)
        for row in pair.primary.sql("SELECT id FROM information_schema.processlist WHERE user = 'watcher'"):
            pair.primary.sql(f"KILL {row['id']}")
        seen = exporter.scrape(BUDGET)
        assert seen("db_up") == 1
        assert {part: seen("db_collector_success", collector=part) for part in ASKED} == dict.fromkeys(ASKED, 1.0)
        sessions = "information_schema.processlist WHERE user = 'watcher' AND command <> 'Killed'"
        [told] = pair.primary.sql(f"SELECT count(*) AS n FROM {sessions}")
        assert 1 <= told["n"] <= 2


def test_a_statement_nobody_waits_for_is_ended_at_the_server(pair: Pair) -> None:
    with watched(pair.told(pair.primary)) as exporter:
        exporter.until(lambda seen: seen("db_up") == 1)
        exporter.abandon("SELECT sleep(60)", after=0.3)
        sleeping = "SELECT count(*) AS n FROM information_schema.processlist WHERE info LIKE 'SELECT sleep%'"
        deadline = time.monotonic() + 3
        while pair.primary.sql(sleeping)[0]["n"] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert pair.primary.sql(sleeping)[0]["n"] == 0
        assert exporter.until(lambda seen: seen("db_up") == 1, seconds=3)("db_up") == 1


def stale(seen: Seen) -> set[str]:
    """Families that need the session and are on the page all the same."""
    needing = ("db_connections", "db_queries_total", "db_is_replica", "db_lock_waiters")
    return {name for name in needing if seen.has(name)}
