"""MariaDB servers on loopback in a temporary folder: one alone, or a primary with its replica."""

import getpass
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pymysql
from pymysql.cursors import DictCursor

from tests.engines.processes import EngineFailed, engine_path, free_port, stop
from tests.engines.servers.certificates import Issued

ADMIN = "root"
SMALL = (
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=0",
    "--performance-schema=ON",
    "--skip-name-resolve",
    "--debug-no-sync",
    "--sync-frm=0",
    "--innodb-flush-method=nosync",
)
"""A small server that keeps nothing safe: these live for a test."""
REPLICATION_PASSWORD = "replicates"


class MariaDB:
    """One server. `sql` speaks to it as root over its socket, so that no fault between the exporter and it matters."""

    def __init__(self, folder: Path, *, server_id: int, options: Sequence[str] = (), tls: Issued | None = None) -> None:
        self.folder, self.server_id = folder, server_id
        self.port = free_port()
        self.options = list(options)
        if tls is not None:
            self.options += [f"--ssl-cert={tls.certificate}", f"--ssl-key={tls.key}"]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> str:
        """Its socket's path."""
        return str(self.folder / "s.sock")

    def start(self, *more: str) -> None:
        """Start it and wait until it answers."""
        log = self.folder / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(word) for word in self._command(*more)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.sql("SELECT 1")
            except pymysql.err.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise EngineFailed(f"MariaDB did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            stop(self._process, seconds=20)
            self._process = None

    def kill(self) -> None:
        """End it as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def _command(self, *more: str) -> list[str | Path]:
        named = {
            "user": getpass.getuser(),
            "datadir": self.folder / "data",
            "socket": self.socket,
            "port": self.port,
            "bind-address": "127.0.0.1",
            "server-id": self.server_id,
            "pid-file": self.folder / "pid",
            "log-bin": "bin",
            "gtid-strict-mode": 1,
            "report-host": f"node{self.server_id}",
        }
        told = [f"--{name}={value}" for name, value in named.items()]
        return [engine_path("mariadbd"), "--no-defaults", *told, *SMALL, *self.options, *more]

    def connect(self, *, user: str = ADMIN, database: str | None = None) -> Any:
        """A connection over the socket, in autocommit. The caller closes it."""
        return pymysql.connect(
            unix_socket=self.socket, user=user, database=database, autocommit=True, cursorclass=DictCursor
        )

    def sql(self, *statements: str, database: str | None = None) -> list[dict[str, Any]]:
        """Run statements; the rows of the last one."""
        with closing(self.connect(database=database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())


def fresh(folder: Path) -> Path:
    """An empty data folder, to be copied for each server."""
    data = folder / "empty"
    words = [
        engine_path("mariadb-install-db"),
        "--no-defaults",
        f"--user={getpass.getuser()}",
        f"--datadir={data}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--innodb-log-file-size=8M",
    ]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise EngineFailed(f"no empty MariaDB could be made:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return data


@contextmanager
def server(
    folder: Path, empty: Path, *, server_id: int, options: Sequence[str] = (), tls: Issued | None = None
) -> Iterator[MariaDB]:
    """A running server while the block lasts."""
    folder.mkdir(parents=True, mode=0o755)
    shutil.copytree(empty, folder / "data")
    made = MariaDB(folder, server_id=server_id, options=options, tls=tls)
    try:
        made.start()
    except EngineFailed:  # somebody else may have taken the port meanwhile
        made.port = free_port()
        made.start()
    try:
        yield made
    finally:
        made.stop()


def replicate(replica: MariaDB, *, port: int) -> None:
    """Make `replica` follow the primary that is reached at `port`, by GTID."""
    replica.sql(
        f"CHANGE MASTER TO master_host='127.0.0.1', master_port={port}, master_user='replica', "
        f"master_password='{REPLICATION_PASSWORD}', master_use_gtid=slave_pos, master_connect_retry=1, "
        "master_heartbeat_period=1",
        "START SLAVE",
    )


def allow_replicas(primary: MariaDB) -> None:
    """The account replicas log in with, not written to the binary log."""
    primary.sql(
        "SET SESSION sql_log_bin = 0",
        f"CREATE USER replica@'127.0.0.1' IDENTIFIED BY '{REPLICATION_PASSWORD}'",
        "GRANT REPLICATION SLAVE ON *.* TO replica@'127.0.0.1'",
    )


def caught_up(primary: MariaDB, replica: MariaDB, *, seconds: float = 20) -> None:
    """Return when `replica` has applied what `primary` has written until now; raise when it does not."""
    position = primary.sql("SELECT @@gtid_binlog_pos AS p")[0]["p"]
    [told] = replica.sql(f"SELECT master_gtid_wait('{position}', {seconds}) AS reached")
    if told["reached"] != 0:
        raise EngineFailed(f"the replica did not reach {position}: {replica.sql('SHOW ALL SLAVES STATUS')}")
