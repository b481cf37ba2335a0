"""When probes are due, on a clock of the test's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs_authz_exporter.schedule import JITTER, Schedule


def centred() -> float:
    """Randomness that adds nothing."""
    return 0.5


def test_beats_lie_one_interval_apart_from_a_random_moment_on() -> None:
    schedule = Schedule(interval=2.0, now=100.0, random=centred)
    found = []
    for _ in range(3):
        found.append(schedule.due)
        schedule.advance(schedule.due)
    assert found == [101.0, 103.0, 105.0]
    assert schedule.skipped == 0


def test_beats_missed_while_the_prober_stood_still_are_skipped_and_counted_not_made_up_for() -> None:
    schedule = Schedule(interval=1.0, now=0.0, random=centred)
    schedule.advance(0.5)
    schedule.advance(5.6)
    assert schedule.skipped == 3
    assert schedule.due == pytest.approx(5.5)
    schedule.advance(5.6)
    assert schedule.due == pytest.approx(6.5)


@given(interval=st.floats(0.1, 60), numbers=st.lists(st.floats(0, 1), min_size=2, max_size=50), now=st.floats(0, 1e6))
def test_a_beat_is_never_further_from_its_place_than_the_jitter_and_never_before_the_last_one(
    interval: float, numbers: list[float], now: float
) -> None:
    rest = iter(numbers)
    schedule = Schedule(interval=interval, now=now, random=lambda: next(rest))
    first = last = schedule.due
    for beat in range(1, len(numbers)):
        schedule.advance(last)
        assert abs(schedule.due - (first + beat * interval)) <= JITTER * interval + 1e-6
        assert schedule.due > last
        last = schedule.due
    assert schedule.skipped == 0
