"""Mute timings: when a recurring time window is open, as Alertmanager decides it."""

import calendar
from collections.abc import Iterator
from datetime import datetime, timedelta

from obs.model.platform import MuteTiming

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
DAY_MINUTES = 24 * 60
SAMPLE_YEAR = 2026


def is_muted(timing: MuteTiming, moment: datetime) -> bool:
    """Whether the window is open at `moment`, local time of the timing's location without a zone attached."""
    minute = moment.hour * 60 + moment.minute
    return is_day(timing, moment) and (
        not timing.times or any(_minute(a) <= minute < _minute(b) for a, b in timing.times)
    )


def is_day(timing: MuteTiming, moment: datetime) -> bool:
    """Whether the window opens at all on the day of `moment`."""
    weekday = (moment.weekday() + 1) % 7
    return (
        (not timing.weekdays or any(weekday in _span(text, WEEKDAYS, 0) for text in timing.weekdays))
        and (not timing.months or any(moment.month in _span(text, MONTHS, 1) for text in timing.months))
        and (not timing.days_of_month or any(moment.day in _days(text, moment) for text in timing.days_of_month))
    )


def samples(timing: MuteTiming) -> Iterator[tuple[datetime, bool]]:
    """Moments that show the window's edges: first minute, the minute before, the minute it ends, a day without it."""
    days = [datetime(SAMPLE_YEAR, 1, 1) + timedelta(days=n) for n in range(365)]
    inside = next((day for day in days if is_day(timing, day)), None)
    outside = next((day for day in days if not is_day(timing, day)), None)
    moments = [inside + timedelta(minutes=minute) for minute in _edges(timing)] if inside else []
    moments += [outside + timedelta(hours=12)] if outside else []
    yield from ((moment, is_muted(timing, moment)) for moment in moments)


def _edges(timing: MuteTiming) -> Iterator[int]:
    for start, end in timing.times or (("00:00", "24:00"),):
        first, last = _minute(start), _minute(end)
        yield from (m for m in (first - 1, first, last - 1, last) if 0 <= m < DAY_MINUTES)


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _span(text: str, names: tuple[str, ...], first: int) -> range:
    """`monday:friday`, `january`, `3:5` as numbers; `first` is the number of the first name."""
    numbers = [int(word) if word.isdigit() else names.index(word) + first for word in text.lower().split(":")]
    return range(numbers[0], numbers[-1] + 1)


def _days(text: str, moment: datetime) -> range:
    """`1:5` or `-3:-1` as days of the moment's month; negative ones count from its end, what lies beyond it is cut."""
    length = calendar.monthrange(moment.year, moment.month)[1]
    numbers = [int(word) if int(word) > 0 else length + 1 + int(word) for word in text.split(":")]
    return range(max(1, numbers[0]), min(length, numbers[-1]) + 1)
