"""Real faults of a primary, a standby, their clients and their watcher, each while a block lasts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

import psycopg

from tests.engines.servers import postgresql as servers
from tests.engines.servers.postgresql import Postgresql
from tests.exporters.db.postgresql import injected
from tests.exporters.db.postgresql.live.stage import Stage, often
from tests.exporters.db.postgresql.stack import HEARTBEAT, USER, eventually, rights

MEBIBYTE = 2**20
FOOTPRINT = 400 * MEBIBYTE
"""What the plan's size limit is set to; a node keeps less than half of it when all is well."""


def change(node: Postgresql, *settings: str) -> None:
    """Settings of the server, taken over at once."""
    node.sql(*(f"ALTER SYSTEM {setting}" for setting in settings), "SELECT pg_reload_conf()")


@contextmanager
def busy(stage: Stage) -> Iterator[None]:
    """Applications forget transactions, queue for locks, embrace, fail, sort on disk, and do without TLS."""
    primary = stage.primary
    with ExitStack() as stack:
        stack.enter_context(injected.forgotten(primary))
        stack.enter_context(injected.plain_session(primary))
        stack.enter_context(often(partial(injected.rollbacks, primary, 200)))
        stack.enter_context(often(partial(injected.deadlocks, primary, 1)))
        stack.enter_context(often(partial(injected.spills, primary), every=0.5))
        yield


@contextmanager
def filled(stage: Stage) -> Iterator[None]:
    """A slot nobody reads, a table larger than the cache, checkpoints by force, and nobody who cleans up."""
    primary = stage.primary
    primary.sql("SELECT pg_create_physical_replication_slot('forgotten', true)")
    injected.ages(primary, transactions=3000, multixacts=15)
    injected.dead_rows(primary)
    junk = "CREATE UNLOGGED TABLE junk AS SELECT repeat('x', 1900) AS filler FROM generate_series(1, 180000)"
    primary.sql(junk, *["CHECKPOINT"] * 20)
    with often(partial(primary.sql, "SELECT count(*) FROM junk")):
        yield
    primary.sql("SELECT pg_drop_replication_slot('forgotten')", "DROP TABLE junk, emptied, shared", "CHECKPOINT")
    for database in ("postgres", "template1"):
        primary.sql("VACUUM (FREEZE)", database=database)


@contextmanager
def archive_fails(stage: Stage) -> Iterator[None]:
    """The archive takes nothing, and a slot's reader is so far behind that the server gives up on it."""
    primary = stage.primary
    primary.sql("SELECT pg_create_physical_replication_slot('forgotten', true)")
    change(primary, "SET archive_command = 'false'", "SET max_slot_wal_keep_size = '1MB'")
    for _ in range(8):  # segments of 16 MiB, of which wal_keep_size keeps four
        primary.sql("CREATE TABLE turned ()", "DROP TABLE turned", "SELECT pg_switch_wal()", "CHECKPOINT")
    yield
    change(primary, "SET archive_command = 'true'", "RESET max_slot_wal_keep_size")
    primary.sql("SELECT pg_drop_replication_slot('forgotten')")


@contextmanager
def paused(stage: Stage) -> Iterator[None]:
    """Somebody paused the replay and forgot."""
    stage.standby.sql("SELECT pg_wal_replay_pause()")
    yield
    with suppress(psycopg.errors.SerializationFailure):  # the resumed replay may cancel the very statement
        stage.standby.sql("SELECT pg_wal_replay_resume()")


@contextmanager
def crowded(stage: Stage) -> Iterator[None]:
    """Clients take every slot."""
    stage.primary.sql("CREATE ROLE crowd LOGIN")
    with injected.crowd(stage.primary):
        yield
    eventually(lambda: stage.primary.value("count(*) FROM pg_stat_activity WHERE usename = 'crowd'") == 0)
    stage.primary.sql("DROP ROLE crowd")


@contextmanager
def slow_door(stage: Stage) -> Iterator[None]:
    """Each login takes two seconds."""
    change(stage.primary, "SET pre_auth_delay = 2")
    yield
    change(stage.primary, "RESET pre_auth_delay")


@contextmanager
def cut_off(stage: Stage) -> Iterator[None]:
    """The link between the nodes resets every connection; certificates are about to expire."""
    soon = stage.authority.issue("soon", days=5)
    kept = {}
    for node in (stage.primary, stage.standby):
        for file, new in ((node.folder / "server.pem", soon.certificate), (node.folder / "server.key", soon.key)):
            kept[file] = file.read_bytes()
            file.write_bytes(new.read_bytes())
        node.sql("SELECT pg_reload_conf()")
    stage.link.mode = "reset"
    yield
    stage.link.mode = "pass"
    for file, content in kept.items():
        file.write_bytes(content)
    for node in (stage.primary, stage.standby):
        node.sql("SELECT pg_reload_conf()")
    eventually(lambda: stage.primary.value("count(*) FROM pg_stat_replication") == 1, seconds=20)


@contextmanager
def tightened(stage: Stage) -> Iterator[None]:
    """Somebody tightens the rights, and the exporter loses two of its own."""
    stage.primary.sql(f"REVOKE pg_monitor FROM {USER}", f"REVOKE SELECT ON {HEARTBEAT} FROM {USER}")
    yield
    stage.primary.sql(rights(stage.primary))


@contextmanager
def damaged(stage: Stage) -> Iterator[None]:
    """A page is found damaged after a restart."""
    injected.damage(stage.primary)
    yield


@contextmanager
def heartless(stage: Stage) -> Iterator[None]:
    """The heartbeat's writer is gone, and reports on the standby read what the primary vacuums away."""
    stage.beating.clear()
    with often(partial(injected.conflicts, stage.primary, stage.standby, times=1, readers=5)):
        yield
    stage.beating.set()


@contextmanager
def gone(stage: Stage) -> Iterator[None]:
    """The primary's node is gone and comes back."""
    stage.primary.stop()
    yield
    stage.primary.start()


@contextmanager
def split(stage: Stage) -> Iterator[None]:
    """Somebody promotes the standby while the primary lives; then it is made anew."""
    stage.standby.sql("SELECT pg_promote()")
    yield
    servers.follow(stage.standby, stage.primary, port=stage.link.port)


@contextmanager
def unwatched(stage: Stage) -> Iterator[None]:
    """The exporter's pod is gone."""
    stage.program.close()
    yield
    stage.start_exporter()
