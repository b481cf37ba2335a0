"""Why a real server does not let an account in, in the words of our page; and how MySQL 8 lets it in without TLS."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from obs_db_exporter.config import Tls
from obs_db_exporter.mysql_engine import MySqlEngine
from obs_db_exporter.session import Refused
from tests.engines.servers.mysql_flavours import flavour
from tests.exporters.db.mysql.conftest import Pair
from tests.exporters.db.mysql.watching import PASSWORD, USER

pytestmark = [pytest.mark.engine("mariadbd"), pytest.mark.xdist_group("mariadb")]
ACCOUNT = f"{USER}@'127.0.0.1'"
"""More exact than the one with the grants, so the server takes this one."""
PLAIN = Tls(mode="disable")
LOCAL = "SET SESSION sql_log_bin = 0"
FAULTS = {
    "locked": (f"ALTER USER {ACCOUNT} ACCOUNT LOCK", "login"),
    "expired": (f"ALTER USER {ACCOUNT} PASSWORD EXPIRE", "login"),
    "without a certificate": (f"ALTER USER {ACCOUNT} REQUIRE X509", "login"),
    "with another password": (f"ALTER USER {ACCOUNT} IDENTIFIED BY 'another'", "login"),
    "at its quota": (f"ALTER USER {ACCOUNT} WITH MAX_CONNECTIONS_PER_HOUR 1", "quota"),
}


def refusal(pair: Pair, **changes: object) -> str:
    """Why a login is refused, "" where it is not."""

    async def log_in() -> str:
        try:
            link = await MySqlEngine(replace(pair.told(pair.primary), **changes)).connect()  # type: ignore[arg-type]
        except Refused as refused:
            return refused.reason
        await link.close()
        return ""

    return asyncio.run(log_in())


@pytest.fixture
def account(pair: Pair) -> Iterator[Pair]:
    """A new account of the exporter's name, which has not logged in yet."""
    pair.primary.account(USER, password=PASSWORD)
    yield pair
    pair.primary.sql(LOCAL, f"DROP USER {ACCOUNT}")


@pytest.mark.parametrize("fault", FAULTS)
def test_an_account_that_is_let_in_no_more_is_told_apart(account: Pair, fault: str) -> None:
    assert refusal(account) == ""
    statement, reason = FAULTS[fault]
    account.primary.sql(LOCAL, statement)
    for _ in range(2):  # a quota is used up by the first
        told = refusal(account)
    assert told == reason


def test_a_server_that_wants_tls_refuses_who_has_none(account: Pair) -> None:
    assert refusal(account) == ""  # MySQL 8 lets nobody in without TLS whom it does not know yet
    account.primary.sql("SET GLOBAL require_secure_transport = ON")
    told = refusal(account, tls=PLAIN)
    account.primary.sql("SET GLOBAL require_secure_transport = OFF")
    told_apart = flavour().name == "mysql" or account.primary.version().startswith("11.")
    assert told == ("tls" if told_apart else "login"), "MariaDB 10 says 1045, as of a wrong password"


def test_a_database_that_is_not_there_is_a_refused_login(account: Pair) -> None:
    assert refusal(account, database="nowhere") == "login"


def test_without_tls_mysql_8_lets_in_whom_it_has_in_its_cache_and_mariadb_everybody(account: Pair) -> None:
    [made] = account.primary.sql(f"SHOW CREATE USER {ACCOUNT}")
    cached = flavour().grants == "mysql-8"
    assert ("caching_sha2_password" in str(made)) == cached
    assert refusal(account, tls=PLAIN) == ("login" if cached else "")
    assert refusal(account) == ""
    assert refusal(account, tls=PLAIN) == ""
