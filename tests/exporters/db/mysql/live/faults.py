"""Real faults of a primary, a replica, their clients and their watcher, and the alerts each must raise.

Faults that do not touch each other happen together, as acts, to keep the play short.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import pymysql

from tests.engines.alertmanagers import eventually
from tests.engines.servers.mariadb import MariaDB, caught_up
from tests.exporters.db.mysql.live.stage import Stage, often
from tests.exporters.db.mysql.watching import HEARTBEAT, USER

MEBIBYTE = 2**20
FOOTPRINT = 300 * MEBIBYTE
"""What the plan's size limit is set to; the two nodes keep about half of it when all is well."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Faults that last together, and the alerts they raise."""

    title: str
    fires: tuple[str, ...]
    lasts: Callable[[Stage], AbstractContextManager[None]]


def client(node: MariaDB) -> Any:
    """A session that waits for rows for a second at most."""
    made = node.connect(database="shop")
    made.cursor().execute("SET SESSION innodb_lock_wait_timeout = 1, long_query_time = 0.05")
    return made


def run(session: Any, *statements: str) -> None:
    """Statements one after another; what is refused is refused."""
    with suppress(pymysql.err.MySQLError):
        for statement in statements:
            session.cursor().execute(statement)


@contextmanager
def busy(stage: Stage) -> Iterator[None]:
    """A bad day on the primary: locks, deadlocks, slow questions, wrong passwords, clients without TLS."""
    node = stage.primary
    node.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 0")
    with ExitStack() as stack:
        holder = stack.enter_context(closing(client(node)))
        run(holder, "BEGIN", "UPDATE stock SET n = n + 1 WHERE id = 1")
        for _ in range(8):
            waiter = stack.enter_context(closing(client(node)))
            stack.enter_context(often(partial(run, waiter, "UPDATE stock SET n = 0 WHERE id = 1")))
        for first, second in ((2, 3), (3, 2)):
            session = stack.enter_context(closing(client(node)))
            stack.enter_context(often(partial(embrace, session, first, second)))
        reader = stack.enter_context(closing(client(node)))
        stack.enter_context(often(partial(run, reader, "SELECT sleep(0.1)")))
        sorter = stack.enter_context(closing(client(node)))
        run(sorter, "SET SESSION tmp_memory_table_size = 1024, max_heap_table_size = 16384")
        stack.enter_context(often(partial(run, sorter, "SELECT DISTINCT repeat(seq, 500) FROM seq_1_to_300")))
        scanner = stack.enter_context(closing(client(node)))
        lookups = "SELECT sum(length(p.text)) FROM seq_1_to_300 s JOIN pages p ON p.id = 1 + floor(rand() * 12000)"
        stack.enter_context(often(partial(run, scanner, lookups)))
        stack.enter_context(often(partial(knock, node), every=0.05))
        yield
    node.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1")


def embrace(session: Any, first: int, second: int) -> None:
    """Lock two rows in an order that somebody else has the other way round."""
    run(
        session,
        "BEGIN",
        f"UPDATE stock SET n = n + 1 WHERE id = {first}",
        "DO sleep(0.05)",
        f"UPDATE stock SET n = n + 1 WHERE id = {second}",
        "COMMIT",
    )


def knock(node: MariaDB) -> None:
    """A client with yesterday's password."""
    pymysql.connect(host="127.0.0.1", port=node.port, user="shop", password="yesterday's").close()


@contextmanager
def cut_off(stage: Stage) -> Iterator[None]:
    """The link between the nodes swallows packets; the primary's volume fills, its certificate is about to expire."""
    stage.link.mode = "blackhole"
    soon = stage.authority.issue("soon", days=1)
    there = stage.folder.parent / "tls"
    kept = {name: (there / name).read_bytes() for name in ("node.pem", "node.key")}
    (there / "node.pem").write_bytes(soon.certificate.read_bytes())
    (there / "node.key").write_bytes(soon.key.read_bytes())
    stage.primary.sql("FLUSH SSL")
    fill = "INSERT INTO shop.junk SELECT NULL, repeat('x', 1000000) FROM seq_1_to_40"
    junk = "CREATE TABLE shop.junk (id INT AUTO_INCREMENT PRIMARY KEY, text LONGTEXT)"
    stage.primary.sql(junk, *(fill,) * 6, database="shop")
    yield
    for name, content in kept.items():
        (there / name).write_bytes(content)
    stage.link.mode = "pass"
    stage.primary.sql("FLUSH SSL", "DROP TABLE shop.junk")
    caught_up(stage.primary, stage.replica, seconds=60)
    purge(stage.primary)
    stage.log_in_anew()


def purge(node: MariaDB) -> None:
    """Remove binary logs as soon as nobody reads them any more."""
    node.sql("FLUSH BINARY LOGS")
    eventually(lambda: purged(node), seconds=15)


def purged(node: MariaDB) -> bool:
    """Whether one log is left, after a try."""
    node.sql("PURGE BINARY LOGS BEFORE now() + INTERVAL 1 DAY")
    return len(node.sql("SHOW BINARY LOGS")) == 1


@contextmanager
def broken_replica(stage: Stage) -> Iterator[None]:
    """The replica takes writes of its own, and the exporter lost a right there: it no longer knows of its threads."""
    stage.replica.sql("SET GLOBAL read_only = OFF")
    stage.replica.sql("SET SESSION sql_log_bin = 0", f"REVOKE SLAVE MONITOR ON *.* FROM {USER}@'%'")
    stage.log_in_anew()
    with often(stage.log_in_anew, every=30):
        yield
    stage.replica.sql("SET SESSION sql_log_bin = 0", f"GRANT SLAVE MONITOR ON *.* TO {USER}@'%'")
    stage.replica.sql("SET GLOBAL read_only = ON")
    stage.log_in_anew()


@contextmanager
def silent_io(stage: Stage) -> Iterator[None]:
    """The replica may not connect, and the heartbeat table is gone."""
    stage.primary.sql(f"RENAME TABLE {HEARTBEAT} TO obs.elsewhere")
    caught_up(stage.primary, stage.replica)
    stage.replica.sql("STOP SLAVE IO_THREAD")
    yield
    stage.replica.sql("START SLAVE")
    stage.primary.sql(f"RENAME TABLE obs.elsewhere TO {HEARTBEAT}")


@contextmanager
def read_only(stage: Stage) -> Iterator[None]:
    """A switchover that failed half way: nobody takes writes, and the heart cannot beat."""
    stage.primary.sql("SET GLOBAL read_only = ON")
    stage.beating.clear()  # its account is an administrator's, whom read_only does not stop
    yield
    stage.primary.sql("SET GLOBAL read_only = OFF")
    stage.beating.set()


@contextmanager
def crowded(stage: Stage) -> Iterator[None]:
    """Clients take every slot."""
    stage.primary.sql("CREATE OR REPLACE USER crowd@'127.0.0.1'", "SET GLOBAL max_connections = 20")
    with ExitStack() as stack:
        with suppress(pymysql.err.OperationalError):
            while True:
                made = pymysql.connect(host="127.0.0.1", port=stage.primary.port, user="crowd")
                stack.enter_context(closing(made))
        yield
    stage.primary.sql("SET GLOBAL max_connections = 151")


@contextmanager
def dead_replica(stage: Stage) -> Iterator[None]:
    """The replica's node dies and comes back."""
    stage.replica.kill()
    yield
    stage.replica.start()


@contextmanager
def restarted(stage: Stage) -> Iterator[None]:
    """The primary was killed for memory and came back without TLS, whose files an upgrade replaced."""
    kept, stage.replica.options = list(stage.replica.options), [*stage.replica.options, "--skip-ssl"]
    stage.stop_exporter()
    stage.replica.stop()
    stage.replica.start()
    stage.replica.sql("SET SESSION sql_log_bin = 0", f"ALTER USER {USER}@'%' REQUIRE NONE")
    stage.start_exporter(tls={"mode": "disable"})
    yield
    stage.stop_exporter()
    stage.replica.options = kept
    stage.replica.stop()
    stage.replica.start()
    stage.replica.sql("SET SESSION sql_log_bin = 0", f"ALTER USER {USER}@'%' REQUIRE SSL")
    stage.start_exporter()


@contextmanager
def frozen(stage: Stage) -> Iterator[None]:
    """The replica's node has too little CPU: it stands still most of the time."""
    pid = int((stage.replica.folder / "pid").read_text(encoding="ascii"))

    def nap() -> None:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.35)
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.02)

    with often(nap):
        yield


@contextmanager
def unwatched(stage: Stage) -> Iterator[None]:
    """The exporter's pod is gone."""
    stage.stop_exporter()
    yield
    stage.start_exporter()


ACTS = (
    Act(
        title="a bad day",
        fires=(
            "MysqlAbortedConnects",
            "MysqlCacheMisses",
            "MysqlCommitsNotDurable",
            "MysqlDeadlocks",
            "MysqlLockQueue",
            "MysqlLockTimeouts",
            "MysqlLongTransaction",
            "MysqlRowLockWaits",
            "MysqlSessionsWithoutTls",
            "MysqlSlowQueries",
            "MysqlTempTablesOnDisk",
        ),
        lasts=busy,
    ),
    Act(
        title="a dead link, a full volume, an old certificate",
        fires=(
            "MysqlReplicaLagging",
            "MysqlReplicaFarBehind",
            "MysqlSizeLimit",
            "MysqlCertificateExpiring",
            "MysqlCertificateExpiresSoon",
        ),
        lasts=cut_off,
    ),
    Act(
        title="a broken replica",
        fires=(
            "MysqlSplitBrain",
            "MysqlPrivilegeMissing",
            "MysqlCollectorFailing",
            "MysqlCollectorStale",
        ),
        lasts=broken_replica,
    ),
    Act(
        title="no heartbeat, no link",
        fires=("MysqlReplicaLagUnknown", "MysqlReplicationStopped", "MysqlStandbyMissing"),
        lasts=silent_io,
    ),
    Act(title="nobody takes writes", fires=("MysqlNoWritableNode", "MysqlHeartbeatStopped"), lasts=read_only),
    Act(
        title="a full server",
        fires=(
            "MysqlRefusesConnections",
            "MysqlConnectionsHigh",
            "MysqlConnectionsExhausted",
            "MysqlConnectBudgetBurn",
        ),
        lasts=crowded,
    ),
    Act(title="a dead replica", fires=("MysqlDown",), lasts=dead_replica),
    Act(title="a restart without TLS", fires=("MysqlRestarted", "MysqlTlsNotOffered"), lasts=restarted),
    Act(title="a frozen node", fires=("MysqlConnectSlow",), lasts=frozen),
    Act(title="nobody watches", fires=("MysqlTargetMissing",), lasts=unwatched),
)
NOT_HERE = {
    "MysqlConnectionsRefused": "MariaDB does not count refusals: Connection_errors_max_connections stays 0",
    "MysqlBufferPoolExhausted": "no honest load here takes free pages faster than InnoDB's cleaners make them",
    "MysqlUndoHistoryLong": "a million transactions behind an open one take minutes",
    "MysqlMetricsMissing": "a metric goes missing only with a version of the exporter or of the server",
}
"""Alerts that no honest fault of a MariaDB 10.11 on this stage raises, and why; promtool's tests hold them."""
