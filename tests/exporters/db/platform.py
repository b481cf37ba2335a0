"""Peatio's and Barong's tables as their db/schema.rb documents them (columns asked for, all indexes), filled with rows.

Written once, for both engines: `{id}` is an ascending key, `{time}` a moment in UTC, `{n}` counts rows when filling.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.engines.servers.mysql import seq

Engine = Literal["mysql", "postgresql"]
TYPES = {
    "mysql": {"id": "BIGINT AUTO_INCREMENT PRIMARY KEY", "time": "DATETIME(3)", "stamp": "TIMESTAMP NULL"},
    "postgresql": {"id": "BIGSERIAL PRIMARY KEY", "time": "TIMESTAMP(3)", "stamp": "TIMESTAMP"},
}
JSON = {"mysql": "", "postgresql": "::json"}
MANY = 20_000
"""Rows of the large tables: twice what a question may look at."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: its columns, its indexes, how many rows, and what row `{n}` (from 1) holds."""

    name: str
    columns: str
    indexes: tuple[str, ...] = ()
    rows: int
    values: str


def aged(seconds: str, engine: Engine) -> str:
    """A moment so many seconds ago, in UTC."""
    if engine == "mysql":
        return f"utc_timestamp(3) - INTERVAL ({seconds}) SECOND"
    return f"(clock_timestamp() AT TIME ZONE 'utc') - ({seconds}) * INTERVAL '1 second'"


def peatio(engine: Engine) -> tuple[Table, ...]:
    """Four coins stuck in processing, the oldest for hours; all fiat ends in accepted; two accounts below zero."""
    old, recent = aged("3600 + {n}", engine), aged("({rows} - {n})", engine)
    state = "CASE WHEN {n} % 8 = 0 THEN 'accepted' WHEN {n} % 6000 = 1 THEN 'processing' ELSE 'collected' END"
    kind = "CASE WHEN {n} % 8 = 0 AND {n} <> {rows} THEN 'Deposits::Fiat' ELSE 'Deposits::Coin' END"
    done = "CASE WHEN {n} % 5000 = 1 THEN 'confirming' ELSE 'succeed' END"
    order = "CASE WHEN {n} % 4000 = 1 THEN 0 WHEN {n} % 20 = 2 THEN 100 ELSE 200 END"
    address = "CASE WHEN {n} > {rows} - 3 THEN NULL ELSE 'somewhere' END"
    funds = "CASE WHEN {n} IN (5, 15000) THEN -1 ELSE 1 END"
    return (
        Table(
            name="deposits",
            columns="id {id}, member_id BIGINT, currency_id VARCHAR(10), aasm_state VARCHAR(30) NOT NULL, "
            "type VARCHAR(30) NOT NULL, updated_at {time} NOT NULL",
            indexes=("aasm_state, member_id, currency_id", "currency_id", "type"),
            rows=MANY,
            values=f"{{n}}, {{n}} % 900, 'btc', {state}, {kind}, {old}",
        ),
        Table(
            name="withdraws",
            columns="id {id}, member_id BIGINT, aasm_state VARCHAR(30) NOT NULL, updated_at {time} NOT NULL",
            indexes=("aasm_state", "member_id"),
            rows=MANY,
            values=f"{{n}}, {{n}} % 900, {done}, {old}",
        ),
        Table(
            name="orders",
            columns="id {id}, market_id VARCHAR(20) NOT NULL, state INT NOT NULL, type VARCHAR(8) NOT NULL, "
            "member_id BIGINT NOT NULL, updated_at {time} NOT NULL",
            indexes=("member_id", "state", "type, state, market_id", "updated_at"),
            rows=MANY,
            values=f"{{n}}, 'btcusd', {order}, 'OrderAsk', {{n}} % 900, {recent}",
        ),
        Table(
            name="trades",
            columns="id {id}, market_id VARCHAR(20) NOT NULL, market_type VARCHAR(20) NOT NULL, "
            "created_at {time} NOT NULL",
            indexes=("created_at",),
            rows=MANY,
            values=f"{{n}}, CASE WHEN {{n}} > 15000 THEN 'btcusd' ELSE 'ethusd' END, 'spot', {recent}",
        ),
        Table(
            name="accounts",
            columns="member_id BIGINT NOT NULL, currency_id VARCHAR(10) NOT NULL, balance DECIMAL(32,16) NOT NULL, "
            "locked DECIMAL(32,16) NOT NULL, PRIMARY KEY (currency_id, member_id)",
            indexes=("member_id",),
            rows=MANY,
            values=f"{{n}}, 'btc', {funds}, 0",
        ),
        Table(
            name="payment_addresses",
            columns="id {id}, member_id BIGINT, wallet_id BIGINT, address VARCHAR(95), created_at {time} NOT NULL",
            indexes=("member_id", "wallet_id"),
            rows=MANY,
            values=f"{{n}}, {{n}}, 1, {address}, {recent}",
        ),
        *_few(),
    )


def _few() -> tuple[Table, ...]:
    """The small tables an administrator writes."""
    read, half = """'{"btc":"0.125e2"}'""", """'{"btc":"0.5","eth":"N/A"}'"""
    balance = f"(CASE {{n}} WHEN 1 THEN {read} WHEN 2 THEN {half} ELSE '{{}}' END){{json}}"
    return (
        Table(
            name="blockchains",
            columns="id {id}, {key} VARCHAR(255) NOT NULL, height BIGINT NOT NULL, min_confirmations INT NOT NULL, "
            "status VARCHAR(20) NOT NULL",
            indexes=("{key}", "status"),
            rows=3,
            values="{n}, CASE {n} WHEN 1 THEN 'btc-mainnet' WHEN 2 THEN 'eth-mainnet' ELSE 'old' END, "
            "800000 + {n}, 6, CASE {n} WHEN 3 THEN 'disabled' ELSE 'active' END",
        ),
        Table(
            name="wallets",
            columns="id {id}, kind INT NOT NULL, balance JSON, status VARCHAR(32)",
            indexes=("kind, status", "kind", "status"),
            rows=3,
            values=f"{{n}}, 310, {balance}, CASE {{n}} WHEN 3 THEN 'disabled' ELSE 'active' END",
        ),
        Table(
            name="markets",
            columns="id {id}, symbol VARCHAR(20) NOT NULL, type VARCHAR(20) NOT NULL, state VARCHAR(32) NOT NULL",
            indexes=("symbol, type",),
            rows=3,
            values="{n}, CASE {n} WHEN 1 THEN 'btcusd' WHEN 2 THEN 'ethusd' ELSE 'dogeusd' END, 'spot', "
            "CASE {n} WHEN 3 THEN 'disabled' ELSE 'enabled' END",
        ),
    )


def barong(engine: Engine) -> tuple[Table, ...]:
    """One user in ten is banned; three have documents to be judged; every hundredth thing people try fails."""
    recent = aged("({rows} - {n})", engine)
    label = "CASE WHEN {n} > {rows} - 3 THEN 'pending' ELSE 'verified' END"
    result = "CASE WHEN {n} % 100 = 0 THEN 'failed' ELSE 'succeed' END"
    return (
        Table(
            name="users",
            columns="id {id}, email VARCHAR(255) NOT NULL, state VARCHAR(255) NOT NULL",
            indexes=("email",),
            rows=MANY,
            values="{n}, 'nobody', CASE WHEN {n} % 10 = 0 THEN 'banned' ELSE 'active' END",
        ),
        Table(
            name="labels",
            columns="id {id}, user_id BIGINT NOT NULL, {key} VARCHAR(60) NOT NULL, value VARCHAR(60) NOT NULL, "
            "scope VARCHAR(60) NOT NULL",
            indexes=("user_id, {key}, scope", "user_id"),
            rows=MANY,
            values=f"{{n}}, {{n}}, 'document', {label}, 'private'",
        ),
        Table(
            name="documents",
            columns="id {id}, user_id BIGINT NOT NULL, created_at {time} NOT NULL",
            indexes=("user_id",),
            rows=MANY,
            values=f"{{n}}, {{n}}, {recent}",
        ),
        Table(
            name="activities",
            columns="id {id}, user_id BIGINT NOT NULL, result VARCHAR(255) NOT NULL, created_at {stamp}",
            indexes=("user_id",),
            rows=MANY,
            values=f"{{n}}, 1, {result}, {recent}",
        ),
        Table(
            name="restrictions",
            columns="id {id}, category VARCHAR(255) NOT NULL, state VARCHAR(16) NOT NULL",
            rows=3,
            values="{n}, 'maintenance', CASE {n} WHEN 3 THEN 'disabled' ELSE 'enabled' END",
        ),
    )


LARGE = tuple(table.name for table in (*peatio("mysql"), *barong("mysql")) if table.rows == MANY)


def statements(tables: tuple[Table, ...], engine: Engine) -> Iterator[str]:
    """Create and fill the tables, and let the planner know them."""
    key = "`key`" if engine == "mysql" else '"key"'
    for table in tables:
        kinds = {**TYPES[engine], "key": key}
        yield f"CREATE TABLE {table.name} ({_filled(table.columns, kinds)})"
        for number, columns in enumerate(table.indexes):
            yield f"CREATE INDEX {table.name}_{number} ON {table.name} ({_filled(columns, kinds)})"
        counted = seq(table.rows) if engine == "mysql" else f"generate_series(1, {table.rows}) AS rows(seq)"
        values = _filled(table.values, {"n": "seq", "rows": str(table.rows), "json": JSON[engine]})
        yield f"INSERT INTO {table.name} SELECT {values} FROM {counted}"
        yield f"ANALYZE {'TABLE ' if engine == 'mysql' else ''}{table.name}"


def _filled(text: str, told: dict[str, str]) -> str:
    for name, value in told.items():
        text = text.replace(f"{{{name}}}", value)
    return text


EXPECTED = {
    ("db_peatio_deposits", "processing"): 4,
    ("db_peatio_deposits", "accepted"): 1,
    ("db_peatio_deposits", "submitted"): 0,
    ("db_peatio_withdraws", "confirming"): 4,
    ("db_peatio_orders", "pending"): 5,
    ("db_peatio_orders", "wait"): 1000,
    ("db_peatio_trades_total",): MANY,
    ("db_peatio_blockchain_height", "btc-mainnet"): 800_001,
    ("db_peatio_blockchain_min_confirmations", "eth-mainnet"): 6,
    ("db_peatio_wallet_balance", "btc", "hot"): 13,
    ("db_peatio_wallet_balance_known", "btc", "hot"): 1,
    ("db_peatio_wallet_balance_known", "eth", "hot"): 0,
    ("db_peatio_accounts_negative",): 2,
    ("db_peatio_addresses_missing",): 3,
    ("db_peatio_markets", "enabled"): 2,
    ("db_peatio_markets", "disabled"): 1,
    ("db_peatio_markets", "hidden"): 0,
    ("db_barong_users", "active"): 18_000,
    ("db_barong_users", "banned"): 2_000,
    ("db_barong_users", "deleted"): 0,
    ("db_barong_restrictions", "maintenance"): 2,
    ("db_barong_restrictions", "blacklist"): 0,
    ("db_barong_documents_pending",): 3,
}
"""Metric and labels' values, in order of the labels' names -> value."""
AGES = {
    ("db_peatio_deposits_oldest_timestamp_seconds", "processing"): (3600 + 18_001, 60),
    ("db_peatio_deposits_oldest_timestamp_seconds", "submitted"): (0, 5),
    ("db_peatio_trades_last_timestamp_seconds", "btcusd"): (0, 60),
    ("db_peatio_trades_last_timestamp_seconds", "ethusd"): (5_000, 60),
    ("db_peatio_addresses_missing_oldest_timestamp_seconds",): (2, 60),
    ("db_barong_documents_pending_oldest_timestamp_seconds",): (2, 60),
    ("db_sweep_timestamp_seconds", "accounts"): (0, 30),
    ("db_sweep_timestamp_seconds", "users"): (0, 30),
}
"""The same -> seconds ago, and how many more are allowed since the tables were filled."""
