"""Servers without the performance schema, as small ones of RDS are: nothing is made up, and nothing is empty unsaid."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from tests.engines.servers.mysql import allow_replicas, caught_up, replicate, server
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import Seen, beating, grants, watched

pytestmark = [pytest.mark.engine("mariadbd"), pytest.mark.xdist_group("mariadb")]
OFF = "--performance-schema=OFF"
SESSIONS = 4
"""Of the primary: the client, the heartbeat, the replica, and the exporter itself."""


def complete(seen: Seen, *, sessions: int) -> bool:
    """Whether every collector has told something, and of so many sessions, which come one by one."""
    there = sum(seen.labelled("db_connections").values())
    return seen("db_collector_success", collector="sizes") == 1 and there >= sessions


@pytest.fixture(scope="module")
def seen(pair: Pair, empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Seen]]:
    """A page of each node, while a client of the primary is in a transaction."""
    folder, tls = tmp_path_factory.mktemp("schema-off"), pair.authority.issue("schemaless")
    with ExitStack() as stack:
        primary = stack.enter_context(server(folder / "primary", empty, server_id=21, options=[OFF], tls=tls))
        options = [OFF, "--read-only=1"]
        replica = stack.enter_context(server(folder / "replica", empty, server_id=22, options=options, tls=tls))
        allow_replicas(primary)
        primary.sql(*grants("heartbeat"), *grants(primary.flavour.grants))
        replicate(replica, port=primary.port)
        caught_up(primary, replica)
        client = stack.enter_context(closing(primary.connect()))
        client.begin()
        client.cursor().execute("SELECT * FROM obs.heartbeat")
        stack.enter_context(beating(primary))
        pages = {}
        for name, node in (("primary", primary), ("replica", replica)):
            with watched(pair.told(node)) as exporter:
                pages[name] = exporter.until(partial(complete, sessions=SESSIONS if node is primary else 1))
        yield pages


def test_every_collector_succeeds_without_it(seen: dict[str, Seen]) -> None:
    for page in seen.values():
        assert [part for (part,), fine in page.labelled("db_collector_success").items() if not fine] == []


def test_sessions_are_counted_without_it(seen: dict[str, Seen]) -> None:
    assert seen["primary"]("db_connections", state="idle_in_transaction") == 1
    assert sum(seen["primary"].labelled("db_connections").values()) >= SESSIONS


def test_readers_of_the_log_are_seen_without_it(seen: dict[str, Seen]) -> None:
    assert seen["primary"]("db_replication_standbys", state="streaming") == 1


def test_tls_is_offered_without_it(seen: dict[str, Seen]) -> None:
    assert [page("db_tls_enabled") for page in seen.values()] == [1, 1]


def test_the_replica_tells_its_threads_and_its_heartbeat_without_it(seen: dict[str, Seen]) -> None:
    page = seen["replica"]
    assert (page("db_is_replica"), page("db_replication_io_running"), page("db_replication_sql_running")) == (1, 1, 1)
    assert page.age("db_replication_heartbeat_timestamp_seconds") < 2
