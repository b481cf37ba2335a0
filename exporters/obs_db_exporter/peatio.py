"""What Peatio's tables tell: money under way, orders, trades, blockchains, wallets. No label names a person."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from obs_db_exporter.business import (
    BOUND,
    Dialect,
    Part,
    Question,
    Rows,
    Sample,
    Sweep,
    by_state,
    counted,
    quoted,
    since,
)

DEPOSITS = ("submitted", "aml_processing", "aml_suspicious", "processing", "fee_processing", "errored", "refunding")
"""States a deposit does not stay in (app/models/deposit.rb), but `accepted`: fiat ends there, coins pass through."""
WITHDRAWS = ("prepared", "accepted", "skipped", "to_reject", "processing", "errored", "confirming")
"""States a withdrawal does not stay in (app/models/withdraw.rb)."""
ORDERS = {"pending": "0", "wait": "100"}
MARKETS = ("enabled", "disabled", "hidden", "locked", "sale", "presale")
KINDS = {100: "deposit", 200: "fee", 310: "hot", 320: "warm", 330: "cold"}
"""wallets.kind (app/models/wallet.rb)."""
UNAVAILABLE = "N/A"
MEMBERS_PER_STEP = 2_000
"""Members whose accounts are read at once: one account per currency each."""


def newest(dialect: Dialect, table: str, columns: str) -> str:
    """The newest rows of a table, by its primary key, as a derived table."""
    return f"(SELECT {columns} FROM {dialect.tables}{table} ORDER BY id DESC LIMIT {BOUND}) AS newest"


def _deposits(dialect: Dialect) -> str:
    """By the index on aasm_state; coins in `accepted` among the newest deposits, as that state holds all fiat ones."""
    accepted = (
        f"SELECT 'accepted' AS state, count(*) AS n, {dialect.since('min(updated_at)')} AS age "
        f"FROM {newest(dialect, 'deposits', 'aasm_state, type, updated_at')} "
        "WHERE aasm_state = 'accepted' AND type = 'Deposits::Coin'"
    )
    return f"{by_state('deposits', 'aasm_state', quoted(DEPOSITS))(dialect)} UNION ALL {accepted}"


def _trades(dialect: Dialect) -> str:
    """The highest id; ids may skip, and a rate of them is near enough to see that trading stopped."""
    return f"SELECT coalesce(max(id), 0) AS last FROM {dialect.tables}trades"


def _total(rows: Rows, now: float) -> Iterator[Sample]:
    yield "db_peatio_trades_total", float(rows[0]["last"]), ()


def _last_trades(dialect: Dialect) -> str:
    """A row per enabled market. One without a trade among the newest had its last no later than the oldest of them."""
    trades = newest(dialect, "trades", "market_id, market_type, created_at")
    oldest = f"SELECT min(created_at) FROM {newest(dialect, 'trades', 'created_at')}"
    found = f"SELECT market_id, max(created_at) AS moment FROM {trades} WHERE market_type = 'spot' GROUP BY market_id"
    return (
        f"SELECT m.symbol AS market, {dialect.since(f'coalesce(t.moment, ({oldest}))')} AS age "
        f"FROM {dialect.tables}markets m LEFT JOIN ({found}) AS t ON t.market_id = m.symbol "
        "WHERE m.state = 'enabled' AND m.type = 'spot' ORDER BY m.symbol LIMIT 1000"
    )


def _ages(rows: Rows, now: float) -> Iterator[Sample]:
    for row in rows:
        if row["age"] is not None:
            yield "db_peatio_trades_last_timestamp_seconds", since(row["age"], now), (str(row["market"]),)


def _blockchains(dialect: Dialect) -> str:
    return (
        "SELECT b.key AS blockchain, b.height AS height, b.min_confirmations AS confirmations "
        f"FROM {dialect.tables}blockchains b WHERE b.status = 'active' LIMIT 1000"
    )


def _heights(rows: Rows, now: float) -> Iterator[Sample]:
    for row in rows:
        labels = (str(row["blockchain"]),)
        yield "db_peatio_blockchain_height", float(row["height"]), labels
        yield "db_peatio_blockchain_min_confirmations", float(row["confirmations"]), labels


def _wallets(dialect: Dialect) -> str:
    return f"SELECT kind, balance FROM {dialect.tables}wallets WHERE status = 'active' LIMIT 1000"


def _balances(rows: Rows, now: float) -> Iterator[Sample]:
    """Sums over wallets of a kind. A balance that Peatio could not read counts as 0 and makes the sum unknown."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    unread: set[tuple[str, str]] = set()
    for row in rows:
        for currency, told in _by_currency(row["balance"]).items():
            key = (KINDS.get(int(row["kind"]), "other"), currency)
            amount = _amount(told)
            sums[key] += amount or 0.0
            unread |= {key} if amount is None else set()
    for key, total in sorted(sums.items()):
        yield "db_peatio_wallet_balance", total, key
        yield "db_peatio_wallet_balance_known", float(key not in unread), key


def _by_currency(balance: Any) -> dict[str, Any]:
    """wallets.balance: an object by currency, as JSON or as text that holds JSON (once more); {} for anything else."""
    with suppress(ValueError):
        for _ in range(2):
            balance = json.loads(balance) if isinstance(balance, str) else balance
    return balance if isinstance(balance, dict) else {}


def _amount(told: Any) -> float | None:
    """A decimal as Ruby prints it, such as "0.125e2"; None for N/A."""
    try:
        return float(told)
    except (TypeError, ValueError):
        return None


def _addresses(dialect: Dialect) -> str:
    """Among the newest: no index says which have none."""
    return (
        f"SELECT count(*) AS n, {dialect.since('min(created_at)')} AS age "
        f"FROM {newest(dialect, 'payment_addresses', 'address, created_at')} WHERE address IS NULL"
    )


def _missing(rows: Rows, now: float) -> Iterator[Sample]:
    yield "db_peatio_addresses_missing", float(rows[0]["n"]), ()
    yield "db_peatio_addresses_missing_oldest_timestamp_seconds", since(rows[0]["age"], now), ()


def _markets(dialect: Dialect) -> str:
    return f"SELECT state, count(*) AS n FROM {dialect.tables}markets GROUP BY state"


def _states(rows: Rows, now: float) -> Iterator[Sample]:
    counts = {str(row["state"]): float(row["n"]) for row in rows}
    yield from (("db_peatio_markets", counts.get(state, 0.0), (state,)) for state in MARKETS)


def _negative(dialect: Dialect, after: int, to: int) -> str:
    return (
        f"SELECT 'negative' AS name, count(*) AS n FROM {dialect.tables}accounts "
        f"WHERE member_id > {after} AND member_id <= {to} AND (balance < 0 OR locked < 0)"
    )


def _accounts(sums: Any) -> Iterator[Sample]:
    yield "db_peatio_accounts_negative", float(sums.get("negative", 0.0)), ()


QUESTIONS = (
    Question(name="deposits", statement=_deposits, samples=counted("db_peatio_deposits")),
    Question(
        name="withdraws",
        statement=by_state("withdraws", "aasm_state", quoted(WITHDRAWS)),
        samples=counted("db_peatio_withdraws"),
    ),
    Question(name="orders", statement=by_state("orders", "state", ORDERS), samples=counted("db_peatio_orders")),
    Question(name="trades", statement=_trades, samples=_total),
    Question(name="last_trades", statement=_last_trades, samples=_ages),
    Question(name="blockchains", statement=_blockchains, samples=_heights),
    Question(name="wallets", statement=_wallets, samples=_balances),
    Question(name="addresses", statement=_addresses, samples=_missing),
    Question(name="markets", statement=_markets, samples=_states),
)


def sweeps() -> tuple[Sweep, ...]:
    """New ones for each target: they remember how far they came."""
    return (
        Sweep(
            "accounts",
            last=lambda dialect: f"SELECT max(member_id) AS last FROM {dialect.tables}accounts",
            part=_negative,
            samples=_accounts,
            step=MEMBERS_PER_STEP,
        ),
    )


PEATIO = Part(questions=QUESTIONS, sweeps=sweeps)
