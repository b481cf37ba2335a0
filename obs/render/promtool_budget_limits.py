"""Objectives at their very limits: two samples of recorded events are enough to meet each limit to the last bit."""

import math
from collections.abc import Iterator

from obs.conventions import number
from obs.model.plan import Part, PlannedAlert
from obs.render.acting import Segment
from obs.render.play import Theatre
from obs.render.promtool_budgets import Budget, budgets, burning, pace, title, window
from obs.render.promtool_notation import Case, series_text, values

EVENTS = 128.0
"""Events per second: a power of two, so that a share of it divides without rounding."""


def cases(theatre: Theatre, part: Part) -> Iterator[Case]:
    """Every burn alert of a component at its limits."""
    for budget in budgets(theatre, part):
        for burn in budget.burns:
            if burn.threshold < 0.98:
                yield _ratio(budget, burn, "long", (0.0, 2.0))
                yield _ratio(budget, burn, "short", (4.0, 1.0))
                yield from _minimum(budget, burn)


def _ratio(budget: Budget, burn: PlannedAlert, which: str, levels: tuple[float, float]) -> Case:
    """One window's share is the limit itself, the other's is above it: quiet. The first sample has left the short
    window when the second comes."""
    apart = window(burn, "short") + pace(burn)
    limit = float(number(burn.threshold))
    series = _series(budget, [(level * limit * EVENTS, EVENTS) for level in levels], apart)
    check = burning(budget, burn, apart, "", there=False)
    name = f"{title(budget, burn)}, the {which} one at its very limit"
    return Case(name=name, interval=apart, evaluation=pace(burn), series=series, checks=(check,))


def _minimum(budget: Budget, burn: PlannedAlert) -> Iterator[Case]:
    """Everything fails, but exactly the minimum of events is not enough."""
    minimum, long = burn.objective.minimum_events if burn.objective else 0, window(burn, "long")
    guess = minimum / long
    tried = (guess, math.nextafter(guess, 0.0), math.nextafter(guess, math.inf))
    if rate := next((rate for rate in tried if long * rate == minimum), None):
        check = burning(budget, burn, 0.0, "", there=False)
        name = f"{title(budget, burn)} with exactly the minimum of events"
        series = _series(budget, [(rate, rate)], pace(burn))
        yield Case(name=name, interval=pace(burn), series=series, checks=(check,))


def _series(budget: Budget, samples: list[tuple[float, float]], apart: float) -> tuple[tuple[str, str], ...]:
    """Input series of (bad events, events) per second, one sample every `apart` seconds."""
    labels = dict(budget.labels)
    texts = [
        values(
            [Segment(n * apart, (n + 1) * apart, one[column], 0.0, exact=True) for n, one in enumerate(samples)], apart
        )
        for column in (0, 1)
    ]
    return ((series_text(budget.errors, labels), texts[0]), (series_text(budget.events, labels), texts[1]))
