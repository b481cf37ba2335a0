"""What Barong's tables tell: users, restrictions, documents to judge, what people try. No label names a person."""

from collections.abc import Iterator
from typing import Any

from obs_db_exporter.business import BOUND, Dialect, Part, Question, Rows, Sample, Sweep, since

USERS = ("pending", "active", "locked", "banned", "deleted")
CATEGORIES = ("whitelist", "maintenance", "blacklist", "blocklogin")
"""app/models/restriction.rb; an enabled `maintenance` explains a wave of 471."""
RESULTS = ("succeed", "failed", "denied")
RECENT_SECONDS = 300
USERS_PER_STEP = 5_000
DOCUMENTS = 2_000
"""The newest documents whose users' labels are looked up, each by an index."""


def _restrictions(dialect: Dialect) -> str:
    """A small table, which administrators write by hand."""
    part = f"SELECT category FROM {dialect.tables}restrictions WHERE state = 'enabled' LIMIT {BOUND}"
    return f"SELECT category, count(*) AS n FROM ({part}) AS enabled_ones GROUP BY category"


def _categories(rows: Rows, now: float) -> Iterator[Sample]:
    counts = {str(row["category"]): float(row["n"]) for row in rows}
    yield from (("db_barong_restrictions", counts.get(name, 0.0), (name,)) for name in CATEGORIES)


def _documents(dialect: Dialect) -> str:
    """A document has no state of its own: its user's private label `document` says pending.

    The label is a subquery of its own, which every planner runs once per row, by the unique index on labels; as a join
    PostgreSQL read all labels instead.
    """
    newest = f"SELECT user_id, created_at FROM {dialect.tables}documents ORDER BY id DESC LIMIT {DOCUMENTS}"
    label = (
        f"SELECT l.value FROM {dialect.tables}labels l "
        "WHERE l.user_id = d.user_id AND l.key = 'document' AND l.scope = 'private' LIMIT 1"
    )
    judged = f"SELECT d.created_at AS created_at, ({label}) AS judgement FROM ({newest}) AS d"
    return (
        f"SELECT count(*) AS n, {dialect.since('min(created_at)')} AS age FROM ({judged}) AS judged "
        "WHERE judgement = 'pending'"
    )


def _pending(rows: Rows, now: float) -> Iterator[Sample]:
    yield "db_barong_documents_pending", float(rows[0]["n"]), ()
    yield "db_barong_documents_pending_oldest_timestamp_seconds", since(rows[0]["age"], now), ()


def _activities(dialect: Dialect) -> str:
    """Among the newest rows: the table has no index on time."""
    newest = f"SELECT result, created_at FROM {dialect.tables}activities ORDER BY id DESC LIMIT {BOUND}"
    return (
        f"SELECT result, count(*) AS n FROM ({newest}) AS newest "
        f"WHERE {dialect.since('created_at')} < {RECENT_SECONDS} GROUP BY result"
    )


def _results(rows: Rows, now: float) -> Iterator[Sample]:
    counts = {str(row["result"]): float(row["n"]) for row in rows}
    yield from (("db_barong_activities_recent", counts.get(name, 0.0), (name,)) for name in RESULTS)


def _users(dialect: Dialect, after: int, to: int) -> str:
    users = f"{dialect.tables}users{dialect.by_key}"
    return f"SELECT state AS name, count(*) AS n FROM {users} WHERE id > {after} AND id <= {to} GROUP BY state"


def _user_states(sums: Any) -> Iterator[Sample]:
    yield from (("db_barong_users", float(sums.get(state, 0.0)), (state,)) for state in USERS)


QUESTIONS = (
    Question(name="restrictions", statement=_restrictions, samples=_categories),
    Question(name="documents", statement=_documents, samples=_pending),
    Question(name="activities", statement=_activities, samples=_results),
)


def sweeps() -> tuple[Sweep, ...]:
    """New ones for each target: they remember how far they came."""
    return (
        Sweep(
            "users",
            last=lambda dialect: f"SELECT max(id) AS last FROM {dialect.tables}users",
            part=_users,
            samples=_user_states,
            step=USERS_PER_STEP,
        ),
    )


BARONG = Part(questions=QUESTIONS, sweeps=sweeps)
