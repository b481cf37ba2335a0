"""A primary, its standby behind a faulty link, an account with the documented grants, and a heartbeat."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.engines.servers.postgresql import Postgresql
from tests.engines.servers.proxy import Proxy
from tests.exporters.db.exporter import Files

GRANTS = Path(__file__).resolve().parents[4] / "obs" / "catalog" / "postgresql" / "grants"
USER, PASSWORD, HEARTBEAT = "obs_exporter", "s3cret'of@postgresql #1", "obs.heartbeat"
KEEPALIVE = 3.0
"""Seconds after which an idle primary greets its standby: half of wal_sender_timeout (PostgreSQL manual, 20.6.1)."""
STALE = 4.0
"""What the tests set `stale_seconds` to: a little more than KEEPALIVE, as 35 is of the default 30."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The servers, and what lies between them."""

    primary: Postgresql
    standby: Postgresql
    link: Proxy
    """Between the standby and its primary."""
    authority: Path
    """The certificate of the authority that signed the primary's."""

    @property
    def tls(self) -> dict[str, str]:
        """How the primary is trusted."""
        return {"mode": "verify-full", "ca_file": str(self.authority)}

    def heal(self) -> None:
        """Undo what a failed test may have left, so that it fails alone."""
        self.link.mode = "pass"
        if self.standby.value("pg_is_wal_replay_paused()"):
            self.standby.sql("SELECT pg_wal_replay_resume()")
        self.primary.sql("SET default_transaction_read_only = off", rights(self.primary))

    def watch(self, files: Files, *, primary_port: int = 0, standby_port: int = 0, **more: object) -> None:
        """Targets `primary` and `standby`, at their own ports unless others lead to them."""
        told: dict[str, Any] = {"user": USER, "password": PASSWORD, "heartbeat_table": HEARTBEAT}
        told["stale_seconds"] = STALE
        files.target("primary", "postgresql", primary_port or self.primary.port, tls=self.tls, **{**told, **more})
        plain = {"mode": "disable"}
        files.target("standby", "postgresql", standby_port or self.standby.port, tls=plain, **{**told, **more})


def grants(name: str, *, user: str = USER, password: str = PASSWORD) -> str:
    """A grants file as an administrator would run it."""
    text = (GRANTS / f"{name}.sql").read_text(encoding="utf-8")
    told = {"<user>": user, "<password>": password.replace("'", "''"), "<heartbeat>": HEARTBEAT, "<schema>": "obs"}
    for placeholder, value in told.items():
        text = text.replace(placeholder, value)
    return text


def rights(server: Postgresql) -> str:
    """The exporter's grants for a server's version."""
    newer = server.value("current_setting('server_version_num')::int") >= 160000
    return grants("postgresql-16" if newer else "postgresql-13")


@contextmanager
def beating(primary: Postgresql, *, every: float) -> Iterator[threading.Event]:
    """The heartbeat's writer, while the block lasts or until the event is set."""
    stopped = threading.Event()

    def beat() -> None:
        while not stopped.is_set():
            with suppress(psycopg.OperationalError), primary.connect() as connection:
                connection.execute("SET default_transaction_read_only = off")
                while not stopped.wait(every):
                    connection.execute(grants("beat").encode())
            stopped.wait(every)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield stopped
    finally:
        stopped.set()
        thread.join()


def eventually(fits: Callable[[], object], *, seconds: float = 10.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not fits():
        assert time.monotonic() < deadline, f"it did not hold within {seconds} s"
        time.sleep(0.05)
