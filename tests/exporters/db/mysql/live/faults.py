"""Real faults of a primary, a replica, their clients and their watcher, each while a block lasts."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from typing import Any

import pymysql

from tests.engines.alertmanagers import eventually
from tests.engines.servers.mysql import MySqlServer, caught_up, seq
from tests.engines.servers.mysql_flavours import flavour
from tests.exporters.db.mysql.live.stage import Stage, often
from tests.exporters.db.mysql.watching import HEARTBEAT, PASSWORD, USER

MEBIBYTE = 2**20
FOOTPRINT = {"mariadb": 300, "mysql-5.7": 400, "mysql-8": 700}[flavour().grants] * MEBIBYTE
"""What the plan's size limit is set to; the two nodes keep about half of it when all is well."""
COUNT = "UPDATE shop.stock SET n = n + 1 WHERE id = 9; SET i = i + 1"
"""What the procedure `many` does a thousand times."""


def client(node: MySqlServer) -> Any:
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
    node.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 0", "SET GLOBAL slow_query_log = ON")  # 5.7 counts with it
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
        run(sorter, f"SET SESSION {node.flavour.spill}")
        stack.enter_context(often(partial(run, sorter, f"SELECT DISTINCT repeat(seq, 500) FROM {seq(300)}")))
        scanner = stack.enter_context(closing(client(node)))
        random = f"SELECT 1 + floor(rand() * 12000) AS id FROM {seq(3000)}"
        lookups = f"SELECT sum(length(p.text)) FROM ({random}) AS s JOIN pages p ON p.id = s.id"
        stack.enter_context(often(partial(run, scanner, lookups)))
        stack.enter_context(often(partial(knock, node), every=0.05))
        yield
    node.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1", "SET GLOBAL slow_query_log = OFF")


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


def knock(node: MySqlServer) -> None:
    """A client with yesterday's password, and without TLS, which the driver begins where it is not told otherwise."""
    login: dict[str, Any] = {"user": "shop", "password": "yesterday's", "ssl_disabled": True}
    pymysql.connect(host="127.0.0.1", port=node.port, **login).close()


@contextmanager
def cut_off(stage: Stage) -> Iterator[None]:
    """The link between the nodes swallows packets; the primary's volume fills, its certificate is about to expire."""
    stage.link.mode = "blackhole"
    soon = stage.authority.issue("soon", days=1)
    there = stage.folder.parent / "tls"
    kept = {name: (there / name).read_bytes() for name in ("node.pem", "node.key")}
    (there / "node.pem").write_bytes(soon.certificate.read_bytes())
    (there / "node.key").write_bytes(soon.key.read_bytes())
    stage.primary.reload_tls()
    fill = f"INSERT INTO shop.junk SELECT NULL, repeat('x', 1000000) FROM {seq(40)}"
    junk = "CREATE TABLE shop.junk (id INT AUTO_INCREMENT PRIMARY KEY, text LONGTEXT)"
    stage.primary.sql(junk, *(fill,) * 6, database="shop")
    yield
    for name, content in kept.items():
        (there / name).write_bytes(content)
    stage.link.mode = "pass"
    stage.primary.reload_tls()
    stage.primary.sql("DROP TABLE shop.junk")
    caught_up(stage.primary, stage.replica, seconds=60)
    for node in (stage.primary, stage.replica):
        purge(node)
    stage.log_in_anew()


def purge(node: MySqlServer) -> None:
    """Remove binary logs as soon as nobody reads them any more."""
    node.sql("FLUSH BINARY LOGS")
    eventually(lambda: purged(node), seconds=15)


def purged(node: MySqlServer) -> bool:
    """Whether one log is left, after a try."""
    node.sql("PURGE BINARY LOGS BEFORE now() + INTERVAL 1 DAY")
    return len(node.sql("SHOW BINARY LOGS")) == 1


@contextmanager
def broken_replica(stage: Stage) -> Iterator[None]:
    """The replica takes writes of its own, and the exporter lost a right on both: nobody knows of any threads."""
    stage.replica.sql("SET GLOBAL read_only = OFF")
    for node in (stage.primary, stage.replica):
        node.sql("SET SESSION sql_log_bin = 0", f"REVOKE {node.flavour.log_reader[0]} ON *.* FROM {USER}@'%'")
    stage.log_in_anew()
    with often(stage.log_in_anew, every=30):
        yield
    for node in (stage.primary, stage.replica):
        node.sql("SET SESSION sql_log_bin = 0", f"GRANT {node.flavour.log_reader[0]} ON *.* TO {USER}@'%'")
    stage.replica.sql("SET GLOBAL read_only = ON")
    stage.log_in_anew()


@contextmanager
def silent_io(stage: Stage) -> Iterator[None]:
    """The replica may not connect, and the heartbeat table is gone."""
    stage.primary.sql(f"RENAME TABLE {HEARTBEAT} TO obs.elsewhere")
    caught_up(stage.primary, stage.replica)
    stage.replica.stop_replica("IO_THREAD")
    yield
    stage.replica.start_replica()
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
    stage.primary.account("crowd")
    stage.primary.sql("SET GLOBAL max_connections = 20")
    with ExitStack() as stack:
        with suppress(pymysql.err.OperationalError):
            while True:
                made = pymysql.connect(host="127.0.0.1", port=stage.primary.port, user="crowd")
                stack.enter_context(closing(made))
        yield
    stage.primary.sql("SET GLOBAL max_connections = 151")


@contextmanager
def outgrown(stage: Stage) -> Iterator[None]:
    """Writers outgrow a buffer pool of 6 MiB, and a report's snapshot keeps every old version of a row."""
    node = stage.primary
    node.sql("SET GLOBAL innodb_buffer_pool_size = 6291456")
    with ExitStack() as stack:
        report = stack.enter_context(closing(client(node)))
        run(report, "START TRANSACTION WITH CONSISTENT SNAPSHOT")
        for first in range(1, 12000, 3000):
            writer = stack.enter_context(closing(local(node)))
            rewrite = f"UPDATE pages SET text = reverse(text) WHERE id BETWEEN {first} AND {first + 2999}"
            stack.enter_context(often(partial(run, writer, rewrite)))
        counter = stack.enter_context(closing(local(node)))
        stack.enter_context(often(partial(run, counter, "CALL many()"), every=0.1))
        yield
    node.sql(f"SET GLOBAL innodb_buffer_pool_size = {32 * MEBIBYTE}")


def local(node: MySqlServer) -> Any:
    """A session whose writes are not for the replica, which is not what is tried."""
    made = client(node)
    run(made, "SET SESSION sql_log_bin = 0")
    return made


@contextmanager
def dead_replica(stage: Stage) -> Iterator[None]:
    """The replica's node dies and comes back."""
    stage.replica.kill()
    yield
    stage.replica.start()


@contextmanager
def restarted(stage: Stage) -> Iterator[None]:
    """The primary was killed for memory and came back without TLS, whose files an upgrade replaced."""
    kept, plain = list(stage.replica.options), stage.replica.flavour.without_tls
    stage.replica.options = [*kept, plain]
    stage.stop_exporter()
    stage.replica.stop()
    stage.replica.start()
    stage.replica.sql("SET SESSION sql_log_bin = 0", f"ALTER USER {USER}@'%' REQUIRE NONE")
    stage.replica.connect(user=USER, password=PASSWORD).close()  # MySQL 8 lets it in without TLS while it knows it
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
