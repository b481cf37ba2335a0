"""Peatio's and Barong's tables on a real server: right answers, by indexes alone, and not from a replica that lags."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from obs_db_exporter.business import BOUND
from obs_db_exporter.mysql_business import dialect
from obs_db_exporter.parts import PARTS
from tests.engines.servers.mysql import MySqlServer, caught_up
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import Seen, beating, grants, watched
from tests.exporters.db.platform import AGES, EXPECTED, LARGE, barong, peatio, statements

pytestmark = [pytest.mark.engine("mariadbd"), pytest.mark.xdist_group("mariadb")]
DATABASES = {"peatio": "peatio_production", "barong": "barong_production"}
AROUND = 10
"""Rows that MySQL reads besides, when it begins and ends."""
UNBOUNDED = ("ALL", "index", "index_merge", "fulltext")


@pytest.fixture(scope="module")
def platform(pair: Pair) -> Iterator[Pair]:
    """The tables, on the primary and soon on the replica, and the account's rights to their columns."""
    for part, tables in (("peatio", peatio("mysql")), ("barong", barong("mysql"))):
        database = DATABASES[part]
        pair.primary.sql(f"CREATE DATABASE {database}")
        pair.primary.sql(*statements(tables, "mysql"), database=database)
        pair.primary.sql(*(grant.replace("<database>", database) for grant in grants(part)))
    caught_up(pair.primary, pair.replica)
    yield pair
    pair.primary.sql(*(f"DROP DATABASE {name}" for name in DATABASES.values()))
    caught_up(pair.primary, pair.replica)


@pytest.fixture(scope="module")
def seen(platform: Pair) -> Seen:
    """One look, after the sweeps have passed over everything."""
    told = platform.told(platform.primary)
    with watched(told, business=DATABASES, business_interval_seconds=0.2) as exporter:
        return exporter.until(lambda seen: seen.has("db_peatio_accounts_negative") and seen.has("db_barong_users"))


@pytest.mark.parametrize("sample", EXPECTED, ids=" ".join)
def test_the_tables_are_counted(seen: Seen, sample: tuple[str, ...]) -> None:
    name, *labels = sample
    assert seen.labelled(name)[tuple(labels)] == EXPECTED[sample]


@pytest.mark.parametrize("sample", AGES, ids=" ".join)
def test_ages_are_moments(seen: Seen, sample: tuple[str, ...]) -> None:
    name, *labels = sample
    ago, more = AGES[sample]
    assert ago - 2 <= seen.at - seen.labelled(name)[tuple(labels)] <= ago + more


def test_recent_activities_are_those_of_five_minutes(seen: Seen) -> None:
    told = {name: seen("db_barong_activities_recent", result=name) or 0 for name in ("succeed", "failed", "denied")}
    assert 200 < told["succeed"] <= 300
    assert 1 <= told["failed"] <= 3
    assert told["denied"] == 0


def asked() -> Iterator[Any]:
    """Every statement that is asked, a sweep's at its first range."""
    for part, told in PARTS.items():
        where = dialect(DATABASES[part])
        for question in told.questions:
            yield pytest.param(question.statement(where), id=f"{part} {question.name}")
        for sweep in told.sweeps():
            yield pytest.param(sweep._part(where, 0, sweep._step), id=f"{part} {sweep.name}")
            yield pytest.param(sweep._last(where), id=f"{part} {sweep.name} last")


@pytest.mark.parametrize("statement", tuple(asked()))
def test_no_question_reads_a_large_table_without_an_index(platform: Pair, statement: str) -> None:
    bad = [step for step in plan(platform.primary, statement) if step.kind in UNBOUNDED and not bounded(step)]
    assert bad == []


@dataclass(frozen=True, kw_only=True)
class Step:
    """One table of a plan: how it was read, by which index, and how many rows."""

    table: str
    kind: str
    key: str | None
    read: float


def plan(node: MySqlServer, statement: str) -> list[Step]:
    """How a statement was run: it is, to count."""
    rows = node.sql(f"ANALYZE {statement}") if node.flavour.name == "mariadb" else explained(node, statement)
    return [
        Step(table=row["table"], kind=row["type"], key=row["key"], read=float(row["r_rows"] or 0))
        for row in rows
        if row["table"]
    ]


def explained(node: MySqlServer, statement: str) -> list[dict[str, Any]]:
    """MySQL counts rows read by indexes for the statement as a whole: each step that reads one has its even share."""
    counted = "SELECT sum(variable_value) AS n FROM performance_schema.session_status WHERE variable_name IN "
    names = "('Handler_read_first', 'Handler_read_last', 'Handler_read_next', 'Handler_read_prev')"
    [read] = node.sql("FLUSH STATUS", statement, f"{counted} {names}")
    rows = node.sql(f"EXPLAIN FORMAT=TRADITIONAL {statement}")
    steps = max(1, sum(row["type"] == "index" for row in rows))
    return [{**row, "r_rows": float(read["n"]) / steps} for row in rows]


def bounded(step: Step) -> bool:
    """Whether a step of a plan looked at a bounded number of rows: a small table, or the newest by primary key."""
    by_key = step.kind == "index" and step.key == "PRIMARY" and step.read <= BOUND + AROUND
    return by_key or not large(step.table)


def large(table: str) -> bool:
    """Tables by name or alias; derived ones are as large as what they are made of."""
    aliases = {"d": "documents", "l": "labels"}
    return aliases.get(table, table) in LARGE


def test_the_check_of_plans_sees_a_scan(platform: Pair) -> None:
    [scan] = plan(platform.primary, "SELECT * FROM barong_production.users WHERE state = 'banned'")
    assert scan.kind == "ALL"
    assert not bounded(scan)


def test_a_missing_database_is_told_and_costs_nothing_else(pair: Pair) -> None:
    told = pair.told(pair.primary)
    with watched(told, business={"peatio": "nowhere"}, business_interval_seconds=0.2) as exporter:
        seen = exporter.until(lambda seen: seen("db_collector_success", collector="sizes") == 1)
        assert seen("db_collector_success", collector="peatio") == 0
        assert not any(seen.has(name) for name in ("db_peatio_deposits", "db_peatio_trades_total"))
        assert seen("db_connect_failures_total", reason="login") == 0


def test_a_replica_in_step_is_asked(platform: Pair) -> None:
    told = platform.told(platform.replica)
    with beating(platform.primary), watched(told, business=DATABASES, business_interval_seconds=0.2) as exporter:
        seen = exporter.until(lambda seen: seen("db_collector_success", collector="peatio") == 1)
        assert seen("db_peatio_deposits", state="processing") == EXPECTED[("db_peatio_deposits", "processing")]


def test_a_replica_that_lags_is_not_asked(platform: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obs_db_exporter.mysql_business.LAGGING_SECONDS", 0.0)
    told = platform.told(platform.replica)
    with watched(told, business=DATABASES, business_interval_seconds=0.2) as exporter:
        seen = exporter.until(lambda seen: seen("db_collector_success", collector="sizes") == 1)
        assert seen("db_collector_success", collector="peatio") == 0
        assert not seen.has("db_peatio_deposits")
