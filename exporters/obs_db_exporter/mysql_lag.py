"""How far a replica is behind: what its rows say, and what they do not. Pure.

Measured on MariaDB 10.11 with GTID: on a link that swallows packets both threads say Yes and Seconds_Behind_Master
says 0 until slave_net_timeout; once either thread stops it is NULL. So the threads are told always, the engine's own
figure with a word on whether it means anything, and the heartbeat alone is believed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lag:
    """State of replication on one node, over all channels. `pending` is None where nobody can count."""

    replica: bool
    io_running: bool
    sql_running: bool
    seconds: float
    known: bool
    pending: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Heartbeat:
    """The newest beat this node has, in Unix seconds of the writer's clock; None without a readable row."""

    timestamp: float | None

    @property
    def known(self) -> bool:
        """Whether there is one."""
        return self.timestamp is not None


PRIMARY = Lag(replica=False, io_running=False, sql_running=False, seconds=0.0, known=True, pending=None)


def lag(channels: Rows, *, now: float, committed: float = 0.0, applied: Mapping[str, Any] | None = None) -> Lag:
    """Read a row per channel, as SHOW ALL SLAVES STATUS or SHOW REPLICA STATUS gives it with names in lower case.

    `committed`: origin's commit time of the oldest transaction MySQL 8 applies now, 0 for none; what it applies is at
    least that old, whatever Seconds_Behind_Source says. `applied`: MariaDB's `position` or MySQL's `missing`.
    """
    if not channels:
        return PRIMARY
    behind = [row.get("seconds_behind_master", row.get("seconds_behind_source")) for row in channels]
    known = all(seconds is not None for seconds in behind)
    at_least = max(0.0, now - committed) if committed else 0.0
    return Lag(
        replica=True,
        io_running=all(_says_yes(row, "io") for row in channels),
        sql_running=all(_says_yes(row, "sql") for row in channels),
        seconds=max(at_least, *(float(seconds) for seconds in behind)) if known else 0.0,
        known=known,
        pending=_pending(channels, applied or {}),
    )


def heartbeat(row: Mapping[str, Any], *, replica: bool) -> Heartbeat:
    """Choose a beat: on a replica one of another server, so that a writer gone astray on it cannot hide its lag.

    Where another server never wrote (the statement was replicated as text), the newest of all has to do.
    """
    newest, elsewhere = row.get("newest"), row.get("elsewhere")
    chosen = elsewhere if replica and elsewhere is not None else newest
    return Heartbeat(timestamp=None if chosen is None else float(chosen))


def _says_yes(row: Mapping[str, Any], thread: str) -> bool:
    """Whether a thread runs: No, Connecting and Preparing do not count."""
    return bool(row.get(f"slave_{thread}_running", row.get(f"replica_{thread}_running")) == "Yes")


def _pending(channels: Rows, applied: Mapping[str, Any]) -> int | None:
    """Transactions received and not applied, None without GTID."""
    if applied.get("missing") is not None:
        return transactions(str(applied["missing"]))
    received = [str(row["gtid_io_pos"]) for row in channels if row.get("gtid_io_pos")]
    if not received or applied.get("position") is None:
        return None
    done = sequences(str(applied["position"]))
    return sum(max(0, last - done.get(domain, 0)) for gtids in received for domain, last in sequences(gtids).items())


def sequences(gtids: str) -> dict[str, int]:
    """MariaDB: domain -> sequence number of "0-1-123,1-2-3". Text that is no position counts for nothing."""
    parts = [gtid.strip().split("-") for gtid in gtids.split(",")]
    return {part[0]: int(part[2]) for part in parts if len(part) == 3 and part[2].isdigit()}


def transactions(gtids: str) -> int:
    """MySQL: how many transactions a set holds, e.g. 6 in "3e11fa47-…:1-5, 4f22fb58-…:tag:7"."""
    intervals = [part for source in gtids.split(",") for part in source.strip().split(":")[1:]]
    return sum(_length(interval) for interval in intervals)


def _length(interval: str) -> int:
    first, _, last = interval.partition("-")
    return int(last or first) - int(first) + 1 if first.isdigit() else 0
