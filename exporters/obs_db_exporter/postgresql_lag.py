"""How far a replica is behind, as far as it can know itself: the truth table of a dead link, in one function."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """What a node says of its replication. Positions are bytes, times Unix times by the server's clock.

    `has_primary` is whether it is told to stream from somewhere; None where the account may not know.
    `sent`, `heard` and `receiver` (a status, "" without a receiver) come from pg_stat_wal_receiver.
    """

    in_recovery: bool
    pg_monitor: bool
    has_primary: bool | None
    receiver: str
    position: float | None
    sent: float | None
    heard: float | None
    replayed: float | None
    now: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Lag:
    """Seconds behind; 0 while `known` is False."""

    seconds: float
    known: bool


PRIMARY = Lag(seconds=0.0, known=True)
UNKNOWN = Lag(seconds=0.0, known=False)


def lag(replay: Replay, *, stale_seconds: float) -> Lag:
    """The lag as it may be believed.

    A primary has none. A replica that has replayed all its receiver was told of has none either, but only while the
    receiver has heard from the primary lately: on a dead link it says "streaming" for up to wal_receiver_timeout.
    Otherwise it is as old as the newest transaction it has replayed. Without a receiver that holds if there is a
    primary to stream from; a replica fed from an archive, or a logical one, does not know, nor does an account
    without pg_monitor, which sees a receiver's columns as NULL.
    """
    if not replay.in_recovery:
        return PRIMARY
    if not replay.pg_monitor or not replay.has_primary:
        return UNKNOWN
    if _up_to_date(replay, stale_seconds):
        return Lag(seconds=0.0, known=True)
    if replay.replayed is None:
        return UNKNOWN
    return Lag(seconds=max(0.0, replay.now - replay.replayed), known=True)


def _up_to_date(replay: Replay, stale_seconds: float) -> bool:
    told = replay.receiver == "streaming" and replay.heard is not None and replay.now - replay.heard < stale_seconds
    return told and replay.position is not None and replay.sent is not None and replay.position >= replay.sent
