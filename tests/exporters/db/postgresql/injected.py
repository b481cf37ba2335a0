"""Faults done to a real primary and its standby, each as it happens to people."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import psycopg

from tests.engines.servers.postgresql import Postgresql
from tests.exporters.db.postgresql.stack import PASSWORD, USER, eventually


def deadlocks(server: Postgresql, times: int) -> None:
    """Two sessions that take two tables in different order, again and again."""
    server.sql("CREATE TABLE IF NOT EXISTS dead_a ()", "CREATE TABLE IF NOT EXISTS dead_b ()")
    waits = "count(*) FROM pg_locks WHERE NOT granted AND relation = 'dead_b'::regclass"
    for _ in range(times):
        with closing(server.connect()) as one, closing(server.connect()) as other:
            one.execute("SET deadlock_timeout = '1min'")
            other.execute("SET deadlock_timeout = '1ms'")
            one.execute("BEGIN; LOCK TABLE dead_a")
            other.execute("BEGIN; LOCK TABLE dead_b")
            one.pgconn.send_query(b"LOCK TABLE dead_b")
            eventually(lambda: server.value(waits) >= 1)
            with suppress(psycopg.errors.DeadlockDetected):
                other.execute("LOCK TABLE dead_a")


def rollbacks(server: Postgresql, times: int) -> None:
    """An application that fails after every BEGIN."""
    with closing(server.connect()) as connection:
        for _ in range(times):
            connection.execute("BEGIN; SELECT 1; ROLLBACK")


def conflicts(primary: Postgresql, standby: Postgresql, times: int, readers: int) -> None:
    """Reports on the standby that read what the primary vacuums away."""
    primary.sql("CREATE TABLE IF NOT EXISTS reported AS SELECT generate_series(1, 100) id")
    for _ in range(times):
        primary.sql("INSERT INTO reported SELECT generate_series(1, 100)")
        replayed(primary, standby)
        with ExitStack() as open_ones:
            for _ in range(readers):
                reader = open_ones.enter_context(closing(standby.connect()))
                reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM reported")
            primary.sql("DELETE FROM reported", "VACUUM reported")
            replayed(primary, standby)


def replayed(primary: Postgresql, standby: Postgresql) -> None:
    """Wait until the standby has replayed what the primary has written so far."""
    here = str(primary.value("pg_current_wal_lsn()"))
    eventually(lambda: standby.value(f"pg_last_wal_replay_lsn() >= '{here}'"), seconds=20)


def spills(server: Postgresql) -> None:
    """A sort that does not fit into work_mem."""
    sort = "CREATE UNLOGGED TABLE spilled AS SELECT n FROM generate_series(1, 40000) n ORDER BY random()"
    server.sql("SET work_mem = '64kB'", sort, "DROP TABLE spilled")


def ages(server: Postgresql, transactions: int, multixacts: int) -> None:
    """Transaction ids used up, and row locks shared by two."""
    burn = f"DO $$ BEGIN FOR n IN 1..{transactions} LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$"
    server.sql(burn, "CREATE TABLE shared AS SELECT 1 AS id")
    with closing(server.connect()) as one, closing(server.connect()) as other:
        for _ in range(multixacts):
            for connection in (one, other):
                connection.execute("BEGIN; SELECT * FROM shared FOR SHARE")
            for connection in (one, other):
                connection.execute("COMMIT")


def dead_rows(server: Postgresql) -> None:
    """A table two thirds of which nobody cleans up."""
    server.sql("CREATE TABLE emptied AS SELECT generate_series(1, 200000) id", "DELETE FROM emptied WHERE id <= 140000")


@contextmanager
def forgotten(server: Postgresql) -> Iterator[None]:
    """A session that left a transaction open, with a lock somebody else waits for."""
    server.sql("CREATE TABLE IF NOT EXISTS wanted ()")
    with closing(server.connect()) as idler, closing(server.connect()) as waiter:
        idler.execute("BEGIN; LOCK TABLE wanted")
        waiter.pgconn.send_query(b"SELECT count(*) FROM wanted")
        yield
        idler.execute("ROLLBACK")


@contextmanager
def plain_session(server: Postgresql) -> Iterator[None]:
    """A client that does without TLS."""
    with closing(
        psycopg.connect(
            host="127.0.0.1", port=server.port, user=USER, password=PASSWORD, dbname="postgres", sslmode="disable"
        )
    ):
        yield


@contextmanager
def crowd(server: Postgresql) -> Iterator[None]:
    """Every slot that is not reserved, taken."""
    with ExitStack() as taken:
        for _ in range(100):
            try:
                taken.enter_context(closing(server.connect(user="crowd")))
            except psycopg.OperationalError:
                break
        yield


def damage(server: Postgresql) -> None:
    """A page of a table overwritten while the server was down, and read."""
    server.sql("CREATE TABLE damaged AS SELECT generate_series(1, 1000) id", "CHECKPOINT")
    file = server.data / str(server.value("pg_relation_filepath('damaged')"))
    server.stop()
    _overwrite(file)
    server.start()
    with suppress(psycopg.errors.DataCorrupted):
        server.sql("SELECT count(*) FROM damaged")
    server.sql("DROP TABLE damaged")


def _overwrite(file: Path) -> None:
    with file.open("r+b") as page:
        page.seek(4000)
        page.write(b"not what was written")
