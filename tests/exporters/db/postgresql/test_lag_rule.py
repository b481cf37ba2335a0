"""The truth table of a replica's lag, as a function of what the node says."""

from dataclasses import replace

import pytest

from obs_db_exporter.postgresql_lag import Replay, lag

NOW = 1_000_000.0
UP_TO_DATE = Replay(
    in_recovery=True,
    pg_monitor=True,
    has_primary=True,
    receiver="streaming",
    position=500.0,
    sent=500.0,
    heard=NOW - 1,
    replayed=NOW - 12,
    now=NOW,
)
PRIMARY = replace(UP_TO_DATE, in_recovery=False, receiver="", sent=None, heard=None, replayed=None, has_primary=False)
SITUATIONS = {
    "a primary has none": (PRIMARY, 0.0, True),
    "idle primary, keepalive a second ago": (UP_TO_DATE, 0.0, True),
    "idle primary, keepalive nearly stale": (replace(UP_TO_DATE, heard=NOW - 34.9), 0.0, True),
    "streaming, silent for too long": (replace(UP_TO_DATE, heard=NOW - 35, replayed=NOW - 35.2), 35.2, True),
    "received but not replayed": (replace(UP_TO_DATE, position=499.0), 12.0, True),
    "receiver that cannot connect": (replace(UP_TO_DATE, receiver="", sent=None, heard=None), 12.0, True),
    "receiver that waits": (replace(UP_TO_DATE, receiver="waiting"), 12.0, True),
    "clock of the standby behind": (replace(UP_TO_DATE, receiver="", replayed=NOW + 3), 0.0, True),
    "nothing replayed yet": (replace(UP_TO_DATE, receiver="", replayed=None), 0.0, False),
    "fed from an archive": (replace(UP_TO_DATE, has_primary=False, receiver=""), 0.0, False),
    "primary not to be known": (replace(UP_TO_DATE, has_primary=None), 0.0, False),
    "without pg_monitor": (replace(UP_TO_DATE, pg_monitor=False, receiver=""), 0.0, False),
}


@pytest.mark.parametrize(("replay", "seconds", "known"), SITUATIONS.values(), ids=SITUATIONS)
def test_the_lag_is_believed_only_where_it_can_be(replay: Replay, seconds: float, known: bool) -> None:
    found = lag(replay, stale_seconds=35)
    assert found.seconds == pytest.approx(seconds)
    assert found.known is known
