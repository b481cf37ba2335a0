"""How far a replica is behind, in five situations, told by the exporter and by Debian's mysqld_exporter beside it."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pytest

from tests.engines.servers.mysql import caught_up
from tests.engines.servers.mysql_flavours import flavour
from tests.engines.servers.mysqld_exporter import NAME, Peer, peer
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import HEARTBEAT, Seen, Watched, beating, watched

pytestmark = [pytest.mark.engine("mariadbd", NAME), pytest.mark.xdist_group("mariadb")]
LASTS = 2.5
"""Seconds of each fault; Seconds_Behind_Master counts whole ones."""
CLOSE = 0.6
"""How near the truth is near enough: three beats, and the time of a scrape."""
NEWEST = f"SELECT unix_timestamp(max(written_at)) AS newest FROM {HEARTBEAT}"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What everybody says of one situation."""

    seen: Seen
    engine: str
    peer: float | None
    truth: float

    @property
    def heartbeat(self) -> float:
        """Lag by our page alone, as the alert computes it."""
        return self.seen.age("db_replication_heartbeat_timestamp_seconds")

    @property
    def threads(self) -> tuple[float | None, float | None]:
        """Of I/O and SQL."""
        return self.seen("db_replication_io_running"), self.seen("db_replication_sql_running")

    @property
    def estimate(self) -> tuple[float | None, float | None]:
        """Value and whether it is known."""
        seen = self.seen
        return seen("db_replication_lag_estimate_seconds"), seen("db_replication_lag_estimate_known")

    def row(self, name: str) -> str:
        """One line of the table."""
        peer = "series gone" if self.peer is None else f"{self.peer:.0f}"
        lag, known = self.estimate
        said = f"{lag:.0f}" if known else "unknown"
        return f"{name:28} {self.engine:22} {peer:12} {said:9} {self.heartbeat:9.2f} {self.truth:9.2f}"


HEAD = f"{'situation':28} {'IO / SQL / behind':22} {'0.14 lag':12} {'estimate':9} {'heartbeat':>9} {'truth':>9}"


@contextmanager
def healthy(pair: Pair) -> Iterator[None]:
    """No fault."""
    time.sleep(0.5)
    yield


@contextmanager
def blackholed(pair: Pair) -> Iterator[None]:
    """The link swallows packets."""
    pair.link.mode = "blackhole"
    time.sleep(LASTS)
    yield
    pair.link.mode = "pass"


@contextmanager
def io_stopped(pair: Pair) -> Iterator[None]:
    """Nothing is received."""
    pair.replica.stop_replica("IO_THREAD")
    time.sleep(LASTS)
    yield
    pair.replica.start_replica()


@contextmanager
def sql_stopped(pair: Pair) -> Iterator[None]:
    """Nothing is applied."""
    pair.replica.stop_replica("SQL_THREAD")
    time.sleep(LASTS)
    yield
    pair.replica.start_replica()


@contextmanager
def apply_blocked(pair: Pair) -> Iterator[None]:
    """Somebody on the replica holds a table that the next change is for."""
    pair.primary.sql("DROP TABLE IF EXISTS obs.busy", "CREATE TABLE obs.busy (a INT PRIMARY KEY) ENGINE=InnoDB")
    caught_up(pair.primary, pair.replica)
    with closing(pair.replica.connect()) as holder, holder.cursor() as cursor:
        cursor.execute("LOCK TABLES obs.busy WRITE")
        pair.primary.sql("INSERT INTO obs.busy VALUES (1)")
        time.sleep(LASTS)
        yield


Situation = Callable[[Pair], object]


@pytest.fixture(scope="module")
def told(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """Every situation in turn, seen by both exporters."""
    folder = tmp_path_factory.mktemp("truth")
    found: dict[str, Told] = {}
    with beating(pair.primary), watched(pair.told(pair.replica)) as ours, peer(pair.replica, folder) as theirs:
        caught_up(pair.primary, pair.replica)
        for situation in (healthy, blackholed, io_stopped, sql_stopped, apply_blocked):
            with situation(pair):
                found[situation.__name__] = look(pair, ours, theirs)
            caught_up(pair.primary, pair.replica)
    return found


def look(pair: Pair, ours: Watched, theirs: Peer) -> Told:
    """What both say now, and what is true: how much older the replica's newest row is than the primary's."""
    peers = theirs.value("mysql_slave_status_seconds_behind_master")
    seen = ours.scrape()
    written, applied = (float(node.sql(NEWEST)[0]["newest"]) for node in (pair.primary, pair.replica))
    io, sql, behind = pair.replica.replication()
    engine = f"{io} / {sql} / {'NULL' if behind is None else behind}"
    return Told(seen=seen, engine=engine, peer=peers, truth=written - applied)


def test_the_truth_is_told_in_every_situation(
    told: dict[str, Told], record_property: Callable[[str, object], None]
) -> None:
    lines = [HEAD, *(situation.row(name) for name, situation in told.items())]
    record_property("said", "\n".join(lines))
    wrong = {name: (one.heartbeat, one.truth) for name, one in told.items() if abs(one.heartbeat - one.truth) > CLOSE}
    assert wrong == {}
    assert [name for name, one in told.items() if one.truth > 2] == [name for name in told if name != "healthy"]


@pytest.mark.parametrize(
    ("situation", "threads"),
    [
        ("healthy", (1, 1)),
        ("blackholed", (1, 1)),
        ("io_stopped", (0, 1)),
        ("sql_stopped", (1, 0)),
        ("apply_blocked", (1, 1)),
    ],
)
def test_both_threads_are_told_in_every_situation(
    told: dict[str, Told], situation: str, threads: tuple[int, int]
) -> None:
    assert told[situation].threads == threads


@pytest.mark.parametrize(
    ("situation", "known"),
    [("healthy", 1), ("blackholed", 1), ("io_stopped", 0), ("sql_stopped", 0), ("apply_blocked", 1)],
)
def test_an_estimate_that_is_null_is_unknown_and_still_there(
    told: dict[str, Told], situation: str, known: int
) -> None:
    lag, said = told[situation].estimate
    assert lag is not None
    assert said == known


def test_the_queue_says_whether_the_link_or_the_apply_stands(told: dict[str, Told]) -> None:
    pending = {name: one.seen("db_replication_transactions_pending") or 0 for name, one in told.items()}
    assert pending["blackholed"] <= 1
    assert pending["io_stopped"] <= 1
    assert pending["sql_stopped"] > 5
    assert pending["apply_blocked"] > 5


def test_a_blocked_apply_is_a_wait_for_a_lock(told: dict[str, Told]) -> None:
    seen = told["apply_blocked"].seen
    assert seen("db_lock_waiters") == 1
    assert seen.age("db_lock_wait_oldest_start_timestamp_seconds") > 2


def test_the_other_exporter_says_zero_on_a_dead_link_and_nothing_once_a_thread_stops(told: dict[str, Told]) -> None:
    if told["healthy"].peer is None and flavour().name == "mysql":
        pytest.skip("this mysqld_exporter asks in words that MySQL 8.4 does not know any more")
    assert told["blackholed"].peer == 0
    assert told["io_stopped"].peer is None
    assert told["sql_stopped"].peer is None
