"""Statements in the databases' runbooks are understood by real servers: nobody corrects SQL at three in the morning."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pymysql
import pytest

from tests.engines.servers import mysql, postgresql
from tests.engines.servers.mysql_flavours import flavour

RUNBOOKS = Path("obs/catalog")
SAMPLES = {"pid": "1", "id": "1", "slot": "none", "role": "admin", "user": "admin", "gid": "none"}
"""What stands in for a word the reader fills in."""
OTHERS = {
    "mariadb": r"gtid_executed|sys[.]|SHOW BINARY LOG STATUS|ALTER INSTANCE|Ssl_version",
    "mysql-8": r"gtid_slave_pos|innodb_lock_waits w|SHOW MASTER STATUS|log_warnings|FLUSH HOSTS",
    "mysql-5.7": r"gtid_slave_pos|SHOW REPLICA STATUS|ALTER INSTANCE",
}
"""Of other engines or versions, beside which the page says what this one wants."""
CHANGES = re.compile(r"STOP REPLICA|START REPLICA|RESET REPLICA|KILL|pg_drop|SHUTDOWN", re.IGNORECASE)
"""Understood only by a replica, or aimed at what an empty server has not."""


def statements(component: str, helper: str) -> list[str]:
    """What the page hands to its helper, one statement an entry, line breaks undone and words filled in."""
    text = (RUNBOOKS / component / "runbook.md").read_text(encoding="utf-8")
    found = re.findall(rf'(?<![a-z]){helper} <job>-(?:[01]|\$n) "([^"]+)"', text)
    split = [one.strip() for sql in found for one in re.sub(r"\s+", " ", sql).split(";") if one.strip()]
    filled = [re.sub(r"<([a-z]+)>", lambda word: SAMPLES[word[1]], sql) for sql in split]
    return list(dict.fromkeys(sql for sql in filled if not CHANGES.search(sql)))


def refused(component: str, helper: str, run: Callable[[str], object]) -> dict[str, str]:
    """Statement -> what the server said against it."""
    said = {}
    for sql in statements(component, helper):
        try:
            run(f"EXPLAIN {sql}" if sql.upper().startswith("SELECT") else sql)
        except (psycopg.Error, pymysql.err.Error) as error:
            said[sql] = str(error)
    return said


@pytest.fixture
def postgres() -> Iterator[postgresql.Postgresql]:
    """A server with the heartbeat table the pages speak of."""
    with postgresql.place() as folder, postgresql.server(folder / "one") as server:
        server.sql("CREATE SCHEMA obs", "CREATE TABLE obs.heartbeat (id int, written_at timestamptz)")
        server.sql("CREATE ROLE obs_exporter")
        yield server


@pytest.fixture
def maria(tmp_path: Path) -> Iterator[mysql.MySqlServer]:
    """A server with the heartbeat table and the account the pages speak of."""
    with mysql.server(tmp_path / "one", mysql.fresh(tmp_path / "empty"), server_id=1) as server:
        server.sql("CREATE DATABASE obs", "CREATE TABLE obs.heartbeat (server_id int, written_at datetime(6))")
        server.sql("CREATE USER obs_exporter@'%'")
        yield server


def test_heartbeats_are_written_as_the_bundle_makes_them() -> None:
    for component in ("mysql", "postgresql"):
        text = (RUNBOOKS / component / "runbook.md").read_text(encoding="utf-8")
        told = set(re.findall(rf"exporters/deploy/grants/{component}/([a-z]+[.]sql)", text))
        assert told
        assert told <= {path.name for path in (RUNBOOKS / component / "grants").iterdir()}
        assert not re.search(r"(REPLACE|INSERT) INTO obs[.]heartbeat", text), "a second writer would be another one"


@pytest.mark.engine("postgres")
def test_postgresql_understands_every_statement_of_its_runbook(postgres: postgresql.Postgresql) -> None:
    assert len(statements("postgresql", "db")) > 50
    assert not refused("postgresql", "db", postgres.sql)


@pytest.mark.engine("mariadbd")
def test_mysql_and_mariadb_understand_every_statement_of_their_runbook(maria: mysql.MySqlServer) -> None:
    assert len(statements("mysql", "my")) > 40

    def run(sql: str) -> None:
        if not re.search(OTHERS[flavour().grants], sql):
            maria.sql(sql.removesuffix("\\G"))

    assert not refused("mysql", "my", run)
