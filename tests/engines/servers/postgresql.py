"""PostgreSQL servers on loopback in a temporary folder: one alone, or a primary with streaming standbys."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.engines.processes import EngineFailed, free_port, stop
from tests.engines.servers.certificates import Issued
from tests.engines.servers.programs import Programs, programs_of

ADMIN, NOBODY = "admin", 65534
STANDBY_PASSWORD = "replicates"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "16MB",
    "fsync": "off",
    "max_connections": "30",
    "wal_keep_size": "64MB",
    "max_wal_size": "128MB",
    "wal_retrieve_retry_interval": "500ms",
    "autovacuum_naptime": "1h",
    "lc_messages": "C",
}
"""Small, quick, and with nothing going on by itself. Messages are English, as where most servers are started."""
SCRAM = "SET password_encryption = 'scram-sha-256'"
"""Before a statement with a password: 13 would keep it as an md5 hash, which is no use to HBA."""
HBA = """\
local all,replication all trust
host all,replication all 127.0.0.1/32 scram-sha-256
"""


def programs() -> Programs:
    """PostgreSQL's programs: Debian keeps them beside the server, outside PATH."""
    return programs_of("postgres", "postgresql")


def account() -> int | None:
    """Nobody where the tests run as root, whom PostgreSQL refuses to serve; else whoever runs them."""
    return NOBODY if os.geteuid() == 0 else None


class Postgresql:
    """One server. `sql` speaks to it as its superuser over its socket, past every fault of the network."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None, tls: Issued | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.data = folder / "data"
        self._settings = {**SETTINGS, **(settings or {})}
        if tls is not None:
            self._settings |= {"ssl": "on", **self._installed(tls)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **more: str) -> None:
        """Start it and wait until it answers."""
        told = {**self._settings, **more, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                programs().command("postgres", "-D", self.data, *options, user=account()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        self._wait(self._process)

    def stop(self) -> None:
        """End it now: sessions are closed, nothing is lost."""
        if self._process is not None:
            self._process.send_signal(2)  # SIGINT: fast shutdown; SIGTERM would wait for clients
            stop(self._process, seconds=20)
            self._process = None

    def restart(self, **more: str) -> None:
        """Stop and start."""
        self.stop()
        self.start(**more)

    def connect(self, *, user: str = ADMIN, database: str = "postgres") -> psycopg.Connection[dict[str, Any]]:
        """A connection over the socket, in autocommit. The caller closes it."""
        return psycopg.connect(
            host=str(self.folder), port=self.port, user=user, dbname=database, autocommit=True, row_factory=dict_row
        )

    def sql(self, *statements: str, database: str = "postgres") -> list[dict[str, Any]]:
        """Run statements, each in a transaction of its own; the rows of the last one."""
        with self.connect(database=database) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def value(self, expression: str, *, database: str = "postgres") -> Any:
        """What an expression is on this server."""
        return next(iter(self.sql(f"SELECT {expression}", database=database)[0].values()))

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        log = (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")
        raise EngineFailed(f"PostgreSQL did not start:\n{log[-3000:]}")

    def _installed(self, tls: Issued) -> dict[str, str]:
        """The server's own copies: it insists on owning its key."""
        made = {"ssl_cert_file": self.folder / "server.pem", "ssl_key_file": self.folder / "server.key"}
        for source, copy in zip((tls.certificate, tls.key), made.values(), strict=True):
            shutil.copy(source, copy)
            copy.chmod(0o600)
            owned(copy)
        return {name: str(copy) for name, copy in made.items()}


def owned(path: Path) -> None:
    """Give a file or folder to the account the server runs as."""
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)


@contextmanager
def place() -> Iterator[Path]:
    """A folder that every account can reach, while the block lasts: pytest's own are closed to all but their owner."""
    folder = Path(tempfile.mkdtemp(prefix="obs-postgresql-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def home(folder: Path) -> Path:
    """A new folder of the server's account."""
    folder.mkdir(mode=0o755)
    owned(folder)
    return folder


@contextmanager
def server(
    folder: Path, *, settings: Mapping[str, str] | None = None, tls: Issued | None = None
) -> Iterator[Postgresql]:
    """A new, empty server while the block lasts."""
    home(folder)
    made = Postgresql(folder, settings=settings, tls=tls)
    _run("initdb", "-D", made.data, "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--no-locale", "-N", "-k")
    (made.data / "pg_hba.conf").write_text(HBA, encoding="ascii")
    made.start()
    try:
        yield made
    finally:
        made.stop()


@contextmanager
def standby(
    folder: Path,
    primary: Postgresql,
    *,
    port: int,
    settings: Mapping[str, str] | None = None,
    tls: Issued | None = None,
) -> Iterator[Postgresql]:
    """A streaming standby of `primary`, which it reaches at `port`, while the block lasts."""
    home(folder)
    made = Postgresql(folder, settings=settings, tls=tls)
    follow(made, primary, port=port)
    try:
        yield made
    finally:
        made.stop()


def follow(made: Postgresql, primary: Postgresql, *, port: int) -> None:
    """Make a standby anew from its primary, and start it; what it was before is gone."""
    made.stop()
    shutil.rmtree(made.data, ignore_errors=True)
    login = "host=127.0.0.1 user=standby application_name=standby"
    _run("pg_basebackup", "-h", primary.folder, "-p", primary.port, "-U", ADMIN, "-D", made.data, "-c", "fast")
    conninfo = f"{login} port={port} password={STANDBY_PASSWORD}"
    with (made.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"primary_conninfo = '{conninfo}'\n")
    (made.data / "standby.signal").touch()
    owned(made.data / "standby.signal")
    made.start()


def allow_standbys(primary: Postgresql) -> None:
    """The account standbys log in with."""
    primary.sql(SCRAM, f"CREATE ROLE standby LOGIN REPLICATION PASSWORD '{STANDBY_PASSWORD}'")


def _run(program: str, *words: object) -> None:
    programs().run(program, *words, user=account())
