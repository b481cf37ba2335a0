"""Peatio's and Barong's tables on PostgreSQL: the same answers, by indexes alone, and not from a standby that lags."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from obs_db_exporter.parts import PARTS
from obs_db_exporter.postgresql_business import DIALECT
from tests.exporters.db.exporter import Files, Scraped, exporter
from tests.exporters.db.platform import AGES, EXPECTED, LARGE, barong, peatio, statements
from tests.exporters.db.postgresql.stack import Stack, beating, grants

pytestmark = [pytest.mark.engine("postgres"), pytest.mark.xdist_group("postgresql")]
DATABASES = {"peatio": "peatio_production", "barong": "barong_production"}
OFTEN = 0.3


@pytest.fixture(scope="module")
def platform(stack: Stack) -> Iterator[Stack]:
    """The tables, and the account's rights to their columns."""
    for part, tables in (("peatio", peatio("postgresql")), ("barong", barong("postgresql"))):
        stack.primary.sql(f"CREATE DATABASE {DATABASES[part]}")
        stack.primary.sql(*statements(tables, "postgresql"), grants(part), database=DATABASES[part])
    yield stack
    stack.primary.sql(*(f"DROP DATABASE {name} WITH (FORCE)" for name in DATABASES.values()))


@pytest.fixture(scope="module")
def pages(platform: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[float, Scraped, Scraped]]:
    """When, and the pages of primary and standby while the heart beats, after the sweeps are through."""
    folder = tmp_path_factory.mktemp("business")
    files = Files(folder=folder)
    platform.watch(files, business=DATABASES, business_interval_seconds=OFTEN)
    with beating(platform.primary, every=0.2), exporter(folder, files.targets) as running:
        done = ("db_peatio_accounts_negative", "db_barong_users")
        page = running.until("primary", lambda page: page.names().issuperset(done), seconds=20)
        standby = running.until("standby", lambda page: page.success("peatio") == 1)
        yield time.time(), page, standby


def told(page: Scraped, sample: tuple[str, ...]) -> float | None:
    """A sample by its labels' values, in order of the labels' names."""
    name, *labels = sample
    family = {where: value for (family, where), value in page.samples.items() if family == name}
    return {tuple(text for _, text in sorted(where)): value for where, value in family.items()}.get(tuple(labels))


@pytest.mark.parametrize("sample", EXPECTED, ids=" ".join)
def test_the_tables_are_counted(pages: tuple[float, Scraped, Scraped], sample: tuple[str, ...]) -> None:
    assert told(pages[1], sample) == EXPECTED[sample]


@pytest.mark.parametrize("sample", AGES, ids=" ".join)
def test_ages_are_moments(pages: tuple[float, Scraped, Scraped], sample: tuple[str, ...]) -> None:
    ago, more = AGES[sample]
    assert ago - 2 <= pages[0] - (told(pages[1], sample) or 0) <= ago + more


def test_a_standby_in_step_is_asked(pages: tuple[float, Scraped, Scraped]) -> None:
    sample = ("db_peatio_deposits", "processing")
    assert told(pages[2], sample) == EXPECTED[sample]


def asked() -> Iterator[Any]:
    """Every statement that is asked, a sweep's at its first range."""
    for part, questions in PARTS.items():
        for question in questions.questions:
            yield pytest.param(DATABASES[part], question.statement(DIALECT), id=f"{part} {question.name}")
        for sweep in questions.sweeps():
            yield pytest.param(DATABASES[part], sweep._part(DIALECT, 0, sweep._step), id=f"{part} {sweep.name}")
            yield pytest.param(DATABASES[part], sweep._last(DIALECT), id=f"{part} {sweep.name} last")


def scanned(stack: Stack, database: str, statement: str) -> list[str]:
    """Large tables that a plan reads from end to end."""
    plan = "\n".join(row["QUERY PLAN"] for row in stack.primary.sql(f"EXPLAIN {statement}", database=database))
    return [table for table in re.findall(r"Seq Scan on (\w+)", plan) if table in LARGE]


@pytest.mark.parametrize(("database", "statement"), tuple(asked()))
def test_no_question_reads_a_large_table_without_an_index(platform: Stack, database: str, statement: str) -> None:
    assert scanned(platform, database, statement) == []


def test_the_check_of_plans_sees_a_scan(platform: Stack) -> None:
    assert scanned(platform, DATABASES["barong"], "SELECT * FROM users WHERE state = 'banned'") == ["users"]


def test_a_missing_database_is_told_and_costs_nothing_else(stack: Stack, tmp_path: Path) -> None:
    files = Files(folder=tmp_path)
    stack.watch(files, business={"peatio": "nowhere"}, business_interval_seconds=OFTEN)
    with exporter(tmp_path, files.targets) as running:
        page = running.until("primary", lambda page: page.success("sizes") == 1)
        assert page.success("peatio") == 0
        assert not [name for name in page.names() if name.startswith("db_peatio")]
        assert page("db_connect_failures_total", reason="login") == 0


def test_a_standby_without_a_heartbeat_is_not_asked(platform: Stack, tmp_path: Path) -> None:
    files = Files(folder=tmp_path)
    platform.watch(files, business=DATABASES, business_interval_seconds=OFTEN, heartbeat_table="")
    for target in files.targets:
        del target["heartbeat_table"]
    with exporter(tmp_path, files.targets) as running:
        page = running.until("standby", lambda page: page.success("sizes") == 1)
        assert page.success("peatio") == 0
        assert not [name for name in page.names() if name.startswith("db_peatio")]
