"""The heartbeat's writer as the grants make it: it beats, does nothing else, and is refused where nobody may write."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pymysql
import pytest

from tests.engines.servers.mysql import MySqlServer, caught_up
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import HEARTBEAT, grants, watched

pytestmark = [pytest.mark.engine("mariadbd"), pytest.mark.xdist_group("mariadb")]
WRITER, PASSWORD = "heart", "b3ats'"
READ_ONLY = 1290


@pytest.fixture(scope="module")
def writing(pair: Pair) -> Pair:
    """Both nodes know the writer."""
    pair.primary.sql(*grants("writer", user=WRITER, password=PASSWORD.replace("'", "''")))
    caught_up(pair.primary, pair.replica)
    return pair


@contextmanager
def cursor(node: MySqlServer) -> Iterator[Any]:
    """The writer's, over TLS."""
    login: dict[str, Any] = {"host": "127.0.0.1", "port": node.port, "user": WRITER, "password": PASSWORD}
    with closing(pymysql.connect(**login, ssl={}, autocommit=True)) as connection, connection.cursor() as made:
        yield made


def test_a_beat_of_the_writer_s_is_seen_on_both_nodes(writing: Pair) -> None:
    with cursor(writing.primary) as writer:
        for statement in grants("beat"):
            writer.execute(statement)
    caught_up(writing.primary, writing.replica)
    for node in (writing.primary, writing.replica):
        with watched(writing.told(node)) as exporter:
            seen = exporter.until(lambda seen: seen("db_replication_heartbeat_known") == 1)
            assert seen.age("db_replication_heartbeat_timestamp_seconds") < 10


def test_a_read_only_node_refuses_the_beat(writing: Pair) -> None:
    number, insert = grants("beat")
    with cursor(writing.replica) as writer:
        writer.execute(number)
        with pytest.raises(pymysql.err.MySQLError) as refused:
            writer.execute(insert)
    assert refused.value.args[0] == READ_ONLY


@pytest.mark.parametrize("statement", [f"DELETE FROM {HEARTBEAT}", "CREATE TABLE obs.more (a INT)", "SHOW BINARY LOGS"])
def test_the_writer_may_do_nothing_else(writing: Pair, statement: str) -> None:
    with cursor(writing.primary) as writer, pytest.raises(pymysql.err.MySQLError, match="denied"):
        writer.execute(statement)
