"""The five situations of a replica, each made for real: what is true, what we say, and what the peer says of them."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.engines.servers.postgresql import ADMIN
from tests.exporters.db.exporter import DbExporter, Files, Scraped, exporter
from tests.exporters.db.postgresql.peer import Peer, peer
from tests.exporters.db.postgresql.stack import HEARTBEAT, KEEPALIVE, STALE, Stack, beating, eventually

pytestmark = [
    pytest.mark.engine("postgres", "prometheus-postgres-exporter"),
    pytest.mark.xdist_group("postgresql"),
]
HEAD = f"{'lag of a PostgreSQL replica':<28}" + "     truth      ours  estimate     naive      peer  receiver"
Tell = Callable[..., Scraped]


@pytest.fixture(scope="module")
def both(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DbExporter, Peer]]:
    """Our exporter and the peer on the standby; only this module's heart beats."""
    folder = tmp_path_factory.mktemp("lag")
    files = Files(folder=folder)
    stack.watch(files)
    login = {"socket": stack.standby.folder, "port": stack.standby.port, "user": ADMIN}
    with ExitStack() as running:
        ours = running.enter_context(exporter(folder, files.targets))
        yield ours, running.enter_context(peer(folder, **login))  # type: ignore[arg-type]


@pytest.fixture
def tell(both: tuple[DbExporter, Peer], record_property: Callable[[str, object], None]) -> Tell:
    """Print a line on the situation as it is now; the standby's page."""

    def line(situation: str, truth: float, *, beats: bool = True) -> Scraped:
        ours, debian = both
        page = ours.scrape("standby")
        naive, built_in = debian.lag()
        estimate = page("db_replication_lag_estimate_seconds")
        receiver = "streaming" if page("db_replication_receiver_streaming") else "none"
        figures = (truth, heartbeat_age(page) if beats else estimate, estimate, naive, built_in)
        text = "".join(f"{figure:>10.1f}" for figure in figures)
        record_property("said", f"{HEAD}\n{situation:<28}{text}  {receiver}")
        return page

    return line


def heartbeat_age(page: Scraped) -> float:
    """What the catalogue makes of the heartbeat."""
    return time.time() - page("db_replication_heartbeat_timestamp_seconds")


def about(truth: float) -> object:
    """A little more than the truth: a beat or a commit lies back by its interval, and the machine may be busy."""
    return pytest.approx(truth + 0.5, abs=1.0)


def _caught_up(stack: Stack) -> None:
    eventually(
        lambda: stack.primary.value("pg_current_wal_lsn()") == stack.standby.value("pg_last_wal_replay_lsn()"),
        seconds=20,
    )


def _fresh(stack: Stack) -> None:
    """Until the standby has a beat of now: from here on the truth is the time since."""
    beat = f"max(written_at) > clock_timestamp() - interval '0.4 s' FROM {HEARTBEAT}"
    eventually(lambda: stack.standby.value(beat), seconds=20)


def test_a_healthy_replica_is_not_behind(stack: Stack, tell: Tell) -> None:
    with beating(stack.primary, every=0.2):
        time.sleep(1)
        page = tell("healthy, a beat each 0.2 s", 0.0)
    assert heartbeat_age(page) < 1.5
    assert page("db_replication_lag_estimate_seconds") < 1, "a beat may be on its way"
    assert page("db_replication_lag_estimate_known") == page("db_replication_heartbeat_known") == 1


def test_an_idle_primary_makes_no_lag_even_when_idle_for_longer_than_is_stale(
    stack: Stack, tell: Tell
) -> None:
    with beating(stack.primary, every=0.2):
        time.sleep(0.5)
    _caught_up(stack)
    time.sleep(STALE + 1)
    page = tell("idle primary, no heartbeat", 0.0, beats=False)
    assert page("db_replication_lag_estimate_seconds") == 0
    assert page("db_replication_lag_estimate_known") == 1
    heard = time.time() - page("db_replication_receiver_last_message_timestamp_seconds")
    assert heard < KEEPALIVE + 0.5
    assert heartbeat_age(page) > STALE, "without a writer the heartbeat ages on both nodes: HeartbeatStopped's business"


def test_a_blackholed_link_is_lag_though_the_receiver_says_streaming(
    stack: Stack, both: tuple[DbExporter, Peer], tell: Tell, record_property: Callable[[str, object], None]
) -> None:
    with beating(stack.primary, every=0.2):
        _fresh(stack)
        stack.link.mode = "blackhole"
        cut = time.monotonic()
        time.sleep(STALE + 1)
        truth = time.monotonic() - cut
        page = tell("link blackholed", truth)
        primary = both[0].scrape("primary")
        time.sleep(0.3)
        later = both[0].scrape("primary")
        stack.link.mode = "pass"
        _caught_up(stack)
    assert page("db_replication_receiver_streaming") == 1, "the receiver has not noticed: that is the point"
    assert heartbeat_age(page) == about(truth)
    assert page("db_replication_lag_estimate_seconds") == about(truth)
    assert page("db_replication_lag_estimate_known") == 1
    assert primary("db_replication_standbys", state="streaming") == 1, "nor has the primary"
    behind = [seen("db_wal_position_bytes") - page("db_wal_position_bytes") for seen in (primary, later)]
    assert 0 < behind[0] < behind[1], "the primary's view: bytes behind, and more of them each time"
    assert primary("db_replication_lag_estimate_seconds") == 0, "a primary has no lag of its own"
    told = f"streaming, {behind[0]:.0f} bytes behind, then {behind[1]:.0f}"
    record_property("said", f"{'the primary of it':<34}{told}")


def test_a_receiver_that_cannot_connect_is_lag_from_the_first_moment(
    stack: Stack, tell: Tell
) -> None:
    with beating(stack.primary, every=0.2):
        _fresh(stack)
        stack.link.mode = "reset"
        cut = time.monotonic()
        time.sleep(2)
        truth = time.monotonic() - cut
        page = tell("receiver cannot connect", truth)
        stack.link.mode = "pass"
        eventually(lambda: stack.primary.value("count(*) FROM pg_stat_replication") == 1, seconds=20)
        _caught_up(stack)
    assert page("db_replication_receiver_streaming") == 0
    assert page.get("db_replication_receiver_last_message_timestamp_seconds") is None
    assert heartbeat_age(page) == about(truth)
    assert page("db_replication_lag_estimate_seconds") == about(truth)
    assert page("db_replication_lag_estimate_known") == 1


def test_a_replica_fed_from_an_archive_does_not_know_its_lag(stack: Stack, both: tuple[DbExporter, Peer]) -> None:
    stack.standby.sql("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
    page = both[0].until("standby", lambda page: page("db_replication_receiver_streaming") == 0)
    stack.standby.sql("ALTER SYSTEM RESET primary_conninfo", "SELECT pg_reload_conf()")
    assert page("db_replication_lag_estimate_known") == 0
    assert page("db_replication_lag_estimate_seconds") == 0
    both[0].until("standby", lambda page: page("db_replication_receiver_streaming") == 1)
