"""The questions and grants as data, and what is made of PostgreSQL's words."""

import re
from pathlib import Path

import psycopg
import pytest

from obs import library
from obs_db_exporter import postgresql_queries as q
from obs_db_exporter.config import DatabaseServer
from obs_db_exporter.postgresql import fast
from obs_db_exporter.postgresql_connect import refusal
from obs_db_exporter.postgresql_sizes import array
from obs_exporter.secret import Secret

SERVER = DatabaseServer(
    name="a",
    component="postgresql",
    host="db",
    port=5432,
    username=Secret("/u"),
    password=Secret("/p"),
    heartbeat_table="obs.heartbeat",
)
SAID = {
    "sorry, too many clients already": "saturated",
    "remaining connection slots are reserved for roles with the SUPERUSER attribute": "saturated",
    'too many connections for role "obs"': "quota",
    'too many connections for database "postgres"': "quota",
    'password authentication failed for user "obs"': "login",
    'no pg_hba.conf entry for host "10.0.0.1", user "obs", database "postgres", no encryption': "login",
    'role "obs" is not permitted to log in': "login",
    'database "gone" does not exist': "login",
    "SSL error: certificate verify failed": "tls",
    "server does not support SSL, but SSL was required": "tls",
    'server certificate for "db" does not match host name "x"': "tls",
    "Connection refused": "unreachable",
    "failed to resolve host 'db': [Errno -2] Name or service not known": "unreachable",
    "server closed the connection unexpectedly": "unreachable",
    "the database system is starting up": "other",
    "connection timeout expired": "timeout",
    "désolé, trop de clients sont déjà connectés": "other",
}


@pytest.mark.parametrize("version", range(13, 19))
def test_every_version_is_asked_each_question_once(version: int) -> None:
    for parts in fast(SERVER).values():
        for part in parts:
            asked = [query.name for query in part.asked(10_000 * version + 3).queries]
            assert asked
            assert sorted(asked) == sorted(set(asked))


def test_no_question_fetches_every_column_or_the_primary_s_password() -> None:
    texts = [query.sql for parts in fast(SERVER).values() for part in parts for query in part.queries]
    assert [text for text in texts if re.match(r"\s*SELECT \*", text)] == []
    told = [text for text in texts if "primary_conninfo" in text]
    assert len(told) == 1
    assert "current_setting('primary_conninfo') <> ''" in told[0]


def test_no_question_opens_a_relation_for_its_size() -> None:
    texts = [query.sql for query in (q.SIZES, q.LOG_SIZE, q.TABLES)]
    assert [text for text in texts if re.search(r"pg_(table|relation|indexes|total_relation)_size", text)] == []


@pytest.mark.parametrize(("said", "reason"), SAID.items())
def test_a_refusal_is_told_by_reason_and_in_words_of_ours(said: str, reason: str) -> None:
    refused = refusal(psycopg.OperationalError(f"connection failed: FATAL:  {said}"))
    assert refused.reason == reason
    assert "obs" not in str(refused)
    assert said not in str(refused)


def test_names_of_databases_are_quoted_in_an_array() -> None:
    assert array(["b", 'a"x', "c\\d", "e,f"]) == '{"a\\"x","b","c\\\\d","e,f"}'


GRANTS = Path(library.__file__).parent / "catalog" / "postgresql" / "grants"


@pytest.mark.parametrize("file", sorted(GRANTS.glob("*.sql")), ids=lambda file: file.name)
def test_grants_know_their_placeholders_and_give_no_table_of_everybody(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert set(re.findall(r"<\w+>", code)) <= {"<user>", "<password>", "<heartbeat>", "<schema>"}
    assert "ALL TABLES" not in code
    assert "SUPERUSER" not in code
    assert "pg_read_all_data" not in code
