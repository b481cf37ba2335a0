"""What happens to servers in a year: full, restarted, failed over, locked, with a new password, with many tables."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pymysql
import pytest

from obs_db_exporter.config import Tls
from obs_exporter.secret import Secret
from tests.engines.servers.mysql import MySqlServer, caught_up, replicate, server
from tests.engines.servers.mysql_flavours import flavour
from tests.engines.servers.proxy import proxy
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import HEARTBEAT, PASSWORD, USER, beat, watched

pytestmark = [pytest.mark.engine("mariadbd"), pytest.mark.xdist_group("mariadb")]
LIMIT = 15
TABLES = 10_000
COUNTED = flavour().name == "mysql"
"""Whether refusals are."""
PLAIN = Tls(mode="disable")


@contextmanager
def full(node: MySqlServer) -> Iterator[None]:
    """Clients take every slot of a server whose limit was lowered to `LIMIT`."""
    node.account("crowd")
    node.sql(f"SET GLOBAL max_connections = {LIMIT}")
    with ExitStack() as stack, suppress(pymysql.err.OperationalError):
        while True:
            stack.enter_context(closing(pymysql.connect(host="127.0.0.1", port=node.port, user="crowd")))
            if full_now(node):
                yield
                break
    node.sql("SET GLOBAL max_connections = 151")


def full_now(node: MySqlServer) -> bool:
    """Whether a further client is refused."""
    try:
        pymysql.connect(host="127.0.0.1", port=node.port, user="crowd").close()
    except pymysql.err.OperationalError as error:
        return bool(error.args[0] == 1040)
    return False


def counted(node: MySqlServer) -> int:
    """What the server says of refusals, after many: on MariaDB nothing, which is why our page is silent about them."""
    [row] = node.sql("SHOW GLOBAL STATUS LIKE 'Connection_errors_max_connections'")
    return int(row["Value"])


def test_an_account_at_its_own_limit_is_no_full_server(pair: Pair) -> None:
    limit = f"ALTER USER {USER}@'%' WITH MAX_USER_CONNECTIONS"
    pair.primary.sql("SET SESSION sql_log_bin = 0", f"{limit} 1")
    with watched(pair.told(pair.primary)) as exporter:
        # Either of its two connections may come first; the session tries again and stays, the attempt does not.
        seen = exporter.until(lambda seen: (seen("db_up"), seen("db_connect_success")) == (1, 0))
    pair.primary.sql("SET SESSION sql_log_bin = 0", f"{limit} 3")
    assert (seen("db_connect_failures_total", reason="quota") or 0) > 0
    assert seen("db_connect_failures_total", reason="saturated") == 0


def test_a_full_server_is_saturated_and_not_down(pair: Pair) -> None:
    with watched(pair.told(pair.primary)) as exporter:
        exporter.until(lambda seen: seen("db_up") == 1)
        with full(pair.primary):
            seen = exporter.until(lambda seen: seen("db_connect_success") == 0)
            assert (seen("db_up"), seen("db_connect_success")) == (1, 0)
            assert (seen("db_connect_failures_total", reason="saturated") or 0) > 0
            assert sum(seen.labelled("db_connections").values()) >= LIMIT
            assert seen("db_connections_max") == LIMIT
            assert (counted(pair.primary) > 0) == seen.has("db_connections_refused_total") == COUNTED
            assert (seen("db_connections_refused_total") or 0) <= counted(pair.primary)
        assert exporter.until(lambda seen: seen("db_connect_success") == 1)("db_connect_success") == 1


def test_a_locked_heartbeat_costs_one_collector_and_a_second(pair: Pair) -> None:
    with watched(pair.told(pair.primary)) as exporter, closing(pair.primary.connect()) as holder:
        exporter.until(lambda seen: seen("db_up") == 1)
        with holder.cursor() as cursor:
            cursor.execute(f"LOCK TABLES {HEARTBEAT} WRITE")
            seen = exporter.scrape(3.0)
        assert seen.seconds < 1.5
        assert {part for (part,), fine in seen.labelled("db_collector_success").items() if not fine} == {"replication"}
        assert (seen("db_up"), seen("db_is_replica")) == (1, 0)
        assert not seen.has("db_replication_heartbeat_timestamp_seconds")


def test_rows_somebody_holds_show_as_a_queue_with_its_age(pair: Pair) -> None:
    rows = "CREATE TABLE obs.queue (a INT PRIMARY KEY, b INT) ENGINE=InnoDB"
    pair.primary.sql("DROP TABLE IF EXISTS obs.queue", rows, "INSERT INTO obs.queue VALUES (1, 1)")
    with watched(pair.told(pair.primary)) as exporter, ExitStack() as stack:
        for number in range(2):
            client = stack.enter_context(closing(pair.primary.connect()))
            client.begin()
            cursor = client.cursor()
            if number:
                client._execute_command(3, "UPDATE obs.queue SET b = 2 WHERE a = 1")  # sent, and not waited for
            else:
                cursor.execute("UPDATE obs.queue SET b = 3 WHERE a = 1")
        time.sleep(1.2)
        seen = exporter.until(lambda seen: seen("db_lock_waiters") == 1)
        assert seen("db_lock_waiters") == 1
        assert 0.5 < seen.age("db_lock_wait_oldest_start_timestamp_seconds") < 4
        assert 0.5 < seen.age("db_longest_transaction_start_timestamp_seconds") < 4
        assert (seen("db_connections", state="idle_in_transaction"), seen("db_connections", state="active")) == (1, 1)


def test_a_restarted_server_is_found_again(pair: Pair) -> None:
    with watched(pair.told(pair.primary)) as exporter:
        before = exporter.until(lambda seen: seen("db_up") == 1)("db_start_timestamp_seconds") or 0
        pair.primary.stop()
        down = exporter.until(lambda seen: seen("db_up") == seen("db_connect_success") == 0)
        assert (down("db_up"), down("db_connect_success"), down("db_start_timestamp_seconds")) == (0, 0, None)
        pair.primary.start()
        seen = exporter.until(lambda seen: seen("db_up") == 1)
        assert (seen("db_start_timestamp_seconds") or 0) > before
        # asked of the server: on this port the replica comes back, too
        [told] = pair.primary.sql(f"SELECT count(*) AS n FROM information_schema.processlist WHERE user = '{USER}'")
        assert 1 <= told["n"] <= 2
    beat(pair.primary)
    caught_up(pair.primary, pair.replica)


def test_a_promoted_replica_is_a_primary_and_two_writable_nodes_show(pair: Pair) -> None:
    with watched(pair.told(pair.primary)) as first, watched(pair.told(pair.replica)) as second:
        assert [second.until(lambda seen: seen("db_up") == 1)(name) for name in ("db_is_replica", "db_read_only")] == [
            1,
            1,
        ]
        pair.replica.forget_primary()
        pair.replica.sql("SET GLOBAL read_only = OFF")
        seen = [node.until(lambda seen: seen("db_up") == 1) for node in (first, second)]
        assert [(one("db_is_replica"), one("db_read_only")) for one in seen] == [(0, 0), (0, 0)]
        assert first.until(lambda seen: not seen("db_replication_standbys", state="streaming"))(
            "db_replication_standbys", state="streaming"
        ) == 0
        pair.replica.sql("SET GLOBAL read_only = ON")
        replicate(pair.replica, port=pair.link.port)
    caught_up(pair.primary, pair.replica)


def test_a_name_that_leads_to_another_server_is_followed(pair: Pair) -> None:
    with proxy(pair.primary.port) as name, watched(pair.told(pair.primary, port=name.port)) as exporter:
        assert exporter.until(lambda seen: seen("db_up") == 1)("db_is_replica") == 0
        name._upstream = ("127.0.0.1", pair.replica.port)
        assert exporter.until(lambda seen: seen("db_is_replica") == 1)("db_is_replica") == 1


def test_a_rotated_password_is_read_from_its_file(pair: Pair, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    with watched(pair.told(pair.primary), password=Secret(secret)) as exporter:
        exporter.until(lambda seen: seen("db_connect_success") == 1)
        pair.primary.sql("ALTER USER watcher@'%' IDENTIFIED BY 'new-one'")
        refused = exporter.until(lambda seen: seen("db_connect_success") == 0)
        assert (refused("db_up"), refused("db_connect_success")) == (1, 0)
        assert (refused("db_connect_failures_total", reason="login") or 0) > 0
        (tmp_path / "next").write_text("new-one", encoding="utf-8")
        (tmp_path / "next").replace(secret)
        assert exporter.until(lambda seen: seen("db_connect_success") == 1)("db_connect_success") == 1
    pair.primary.sql(f"ALTER USER watcher@'%' IDENTIFIED BY '{PASSWORD}'")
    caught_up(pair.primary, pair.replica)


def test_ten_thousand_tables_cost_a_scrape_nothing(
    pair: Pair, empty: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with server(tmp_path / "many", empty, server_id=9) as node:
        node.account(USER, password=PASSWORD)
        may = ", ".join(("PROCESS", *node.flavour.log_reader))
        node.sql("CREATE DATABASE many", f"GRANT {may} ON *.* TO {USER}@'127.0.0.1'")
        with watched(pair.told(node), tls=PLAIN, heartbeat_table="") as exporter:
            exporter.until(lambda seen: seen("db_up") == 1)
            engine = node.flavour.plain_engine
            few = statistics.median(exporter.scrape().seconds for _ in range(15))
            node.sql(*(f"CREATE TABLE t{number} (a INT) ENGINE={engine}" for number in range(TABLES)), database="many")
            time.sleep(1)  # the server is busy with itself right after
            many = statistics.median(exporter.scrape().seconds for _ in range(15))
    told = f"{few * 1000:.1f} ms with few, {many * 1000:.1f} ms with 10,000 tables"
    record_property("said", f"{pair.primary.flavour.name}: a scrape takes {told}")
    assert many < max(3 * few, 0.02)
