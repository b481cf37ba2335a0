"""The page of versions keeps what was not run, in order, and tells what failed."""

from tests.versions.__main__ import servers
from tests.versions.page import Outcome, page

ORDER = ("mariadb", "mysql-8.0", "mysql-8.4")


def outcome(name: str, **told: object) -> Outcome:
    return Outcome(name=name, release="Some suite", day="2026-01-02", **told)  # type: ignore[arg-type]


def lines(text: str) -> list[str]:
    """Rows of servers, without the page's other tables."""
    return [line for line in text.splitlines() if line.startswith("| `m")]


def test_a_line_of_another_day_stays_until_its_server_is_run_again() -> None:
    told = [outcome("mysql-8.4", version="8.4.1", passed=3), outcome("mariadb", passed=2)]
    first = page(told, before="", order=ORDER)
    second = page([outcome("mysql-8.4", version="8.4.2", passed=4, again=1)], before=first, order=ORDER)
    assert lines(second) == [
        "| `mariadb` |  | Some suite | 2026-01-02 | 2 | 0 | 0 | 0 |",
        "| `mysql-8.4` | 8.4.2 | Some suite | 2026-01-02 | 4 | 1 | 0 | 0 |",
    ]


def test_what_failed_is_named_until_it_does_not_fail_any_more() -> None:
    told = [outcome("mysql-8.4", failed=("a::b",)), outcome("mysql-8.0", failed=("c::d",))]
    first = page(told, before="", order=ORDER)
    second = page([outcome("mysql-8.4", passed=1)], before=first, order=ORDER)
    assert "- `mysql-8.4`: `a::b`" in first
    assert [line for line in second.splitlines() if line.startswith("- `")] == ["- `mysql-8.0`: `c::d`"]


def test_what_is_not_to_be_had_stands_there_with_the_reason() -> None:
    [line] = lines(page([outcome("mysql-8.0", reason="the release is gone")], before="", order=ORDER))
    assert "not to be had: the release is gone" in line


def test_a_server_that_nobody_lists_any_more_leaves_the_page() -> None:
    first = page([outcome("mysql-8.0", passed=1)], before="", order=ORDER)
    assert lines(page([outcome("mariadb")], before=first, order=("mariadb",)))[1:] == []


def test_every_claimed_version_is_listed_and_every_kind_has_one_of_this_system() -> None:
    names = [one.name for one in servers()]
    assert names.index("rabbitmq") < names.index("rabbitmq-3.12") < names.index("rabbitmq-4.0")
    assert {one.kind for one in servers() if not one.release} == {"mysql", "postgresql", "rabbitmq"}
    assert {"mysql-5.7", "mysql-8.4", "mariadb-10.6", "mariadb-11.8", "postgresql-13", "postgresql-18"} <= set(names)
