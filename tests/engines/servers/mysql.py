"""Servers of MySQL or MariaDB on loopback in a temporary folder: one alone, or a primary with its replica."""

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

from tests.engines.processes import EngineFailed, free_port, stop
from tests.engines.servers.certificates import Issued
from tests.engines.servers.mysql_flavours import REPLICATION_PASSWORD, flavour
from tests.engines.servers.programs import Programs, programs_of

ADMIN = "root"


def seq(last: int) -> str:
    """A table for FROM with the numbers 1 to `last` as `seq`, in words every version knows."""
    places = range(len(str(last - 1)))
    leading = int(str(last - 1)[0])
    tables = [_digits(leading if place == places[-1] else 9, f"t{place}") for place in places]
    number = " + ".join(f"{10**place} * t{place}.d" for place in places)
    return f"(SELECT 1 + {number} AS seq FROM {', '.join(tables)} HAVING seq <= {last}) numbers"


def _digits(last: int, alias: str) -> str:
    """A table of the digits 0 to `last` as `d`."""
    return "(" + " UNION ALL ".join(f"SELECT {digit} AS d" for digit in range(last + 1)) + f") {alias}"


class MySqlServer:
    """One server. `sql` speaks to it as root over its socket, so that no fault between the exporter and it matters."""

    def __init__(self, folder: Path, *, server_id: int, options: Sequence[str] = (), tls: Issued | None = None) -> None:
        self.folder, self.server_id, self.flavour = folder, server_id, flavour()
        self.port = free_port()
        self.options = list(options)
        if tls is not None:
            files = {"cert": tls.certificate, "key": tls.key, "ca": tls.authority}  # without ca MySQL reloads none
            self.options += [f"--ssl-{name}={file}" for name, file in files.items()]
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
                self._command(*more),
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
        raise EngineFailed(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")

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

    def _command(self, *more: str) -> list[str]:
        named = {
            "user": getpass.getuser(),
            "datadir": self.folder / "data",
            "socket": self.socket,
            "port": self.port,
            "bind-address": "127.0.0.1",
            "server-id": self.server_id,
            "pid-file": self.folder / "pid",
            "log-bin": "bin",
            "report-host": f"node{self.server_id}",
        }
        told = [f"--{name}={value}" for name, value in named.items()]
        options = (*self.flavour.options, *self.options)
        return programs().command(self.flavour.engine, "--no-defaults", *told, *options, *more)

    def connect(self, *, user: str = ADMIN, password: str = "", database: str | None = None) -> Any:
        """A connection over the socket, in autocommit. The caller closes it."""
        login: dict[str, Any] = {"user": user, "password": password, "database": database}
        return pymysql.connect(unix_socket=self.socket, autocommit=True, cursorclass=DictCursor, **login)

    def sql(self, *statements: str, database: str | None = None) -> list[dict[str, Any]]:
        """Run statements; the rows of the last one."""
        with closing(self.connect(database=database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def account(self, name: str, *, password: str = "", host: str = "127.0.0.1") -> None:
        """Make an account, anew if it is there, on this node alone."""
        who = f"{name}@'{host}'"
        created = f"CREATE USER {who} IDENTIFIED BY '{password}'"
        self.sql("SET SESSION sql_log_bin = 0", f"DROP USER IF EXISTS {who}", created)

    def version(self) -> str:
        """What it says its version is, with all that distributions add."""
        return str(self.sql("SELECT version() AS v")[0]["v"])

    def start_replica(self, thread: str = "") -> None:
        """Start both threads, or IO_THREAD or SQL_THREAD."""
        self.sql(f"START {self.flavour.thread} {thread}")

    def stop_replica(self, thread: str = "") -> None:
        """Stop both threads, or IO_THREAD or SQL_THREAD."""
        self.sql(f"STOP {self.flavour.thread} {thread}")

    def reload_tls(self) -> None:
        """Take the certificate's files as they are now; MySQL 5.7 does so at its start."""
        if self.flavour.reload_tls:
            self.sql(self.flavour.reload_tls)
        else:
            self.stop()
            self.start()

    def forget_primary(self) -> None:
        """Be no replica any more."""
        self.stop_replica()
        self.sql(f"RESET {self.flavour.thread} ALL")

    def replication(self) -> tuple[str, str, int | None]:
        """What the server says of its threads and of its lag: I/O, SQL, seconds behind."""
        [row] = self.sql(self.flavour.status)
        told = {name.lower().replace("replica", "slave").replace("source", "master"): row[name] for name in row}
        return told["slave_io_running"], told["slave_sql_running"], told["seconds_behind_master"]


def programs() -> Programs:
    """Of the server the environment chooses, else this system's MariaDB."""
    return programs_of(flavour().engine, "mysql", "mariadb")


def fresh(folder: Path) -> Path:
    """An empty data folder, to be copied for each server."""
    data, spoken = folder / "empty", flavour()
    folder.mkdir(parents=True, exist_ok=True)
    program, *words = spoken.installer
    own = [option for option in spoken.options if option.startswith("--innodb-log-file-size")]
    programs().run(program, "--no-defaults", f"--user={getpass.getuser()}", f"--datadir={data}", *own, *words)
    (data / "auto.cnf").unlink(missing_ok=True)  # MySQL's UUID, of which every copy makes its own
    return data


@contextmanager
def server(
    folder: Path, empty: Path, *, server_id: int, options: Sequence[str] = (), tls: Issued | None = None
) -> Iterator[MySqlServer]:
    """A running server while the block lasts."""
    folder.mkdir(parents=True, mode=0o755)
    shutil.copytree(empty, folder / "data")
    made = MySqlServer(folder, server_id=server_id, options=options, tls=tls)
    try:
        made.start()
    except EngineFailed:  # somebody else may have taken the port meanwhile
        made.port = free_port()
        made.start()
    try:
        yield made
    finally:
        made.stop()


def replicate(replica: MySqlServer, *, port: int) -> None:
    """Make `replica` follow the primary that is reached at `port`, by GTID."""
    replica.sql(replica.flavour.follow.format(port=port))
    replica.start_replica()


def allow_replicas(primary: MySqlServer) -> None:
    """The account replicas log in with, not written to the binary log."""
    primary.sql(
        "SET SESSION sql_log_bin = 0",
        f"CREATE USER replica@'127.0.0.1' IDENTIFIED BY '{REPLICATION_PASSWORD}'",
        "GRANT REPLICATION SLAVE ON *.* TO replica@'127.0.0.1'",
    )


def caught_up(primary: MySqlServer, replica: MySqlServer, *, seconds: float = 20) -> None:
    """Return when `replica` has applied what `primary` has written until now; raise when it does not."""
    position = primary.sql(primary.flavour.position)[0]["p"]
    [told] = replica.sql(replica.flavour.reached.format(position=position, seconds=seconds))
    if told["reached"] != 0:
        raise EngineFailed(f"the replica did not reach {position}: {replica.sql(replica.flavour.status)}")
