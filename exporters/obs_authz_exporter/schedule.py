"""When a probe is due. No clock in here: whoever asks brings the time."""

import random
from collections.abc import Callable

JITTER = 0.1
"""Share of the interval by which a beat may come earlier or later, so that no prober marches in step with anything."""


class Schedule:
    """Beats `interval` seconds apart from a random moment of the first interval on. Beats that were missed are skipped.

    A prober that was stopped (a paused machine, a busy loop) goes on with the next beat and does not make up for the
    ones it missed, which would be a burst at the worst moment.
    """

    def __init__(self, *, interval: float, now: float, random: Callable[[], float] = random.random) -> None:
        self._interval, self._random = interval, random
        self._origin = now + interval * random()
        self._beat = 0
        self._due = self._origin
        self.skipped = 0
        """Beats that no probe was sent for."""

    @property
    def due(self) -> float:
        """When the next probe is to be sent, on the clock of `now`."""
        return self._due

    def advance(self, now: float) -> None:
        """The beat that was due is taken; beats that passed meanwhile are skipped."""
        passed = int((now - self._origin) / self._interval) if now > self._origin else 0
        self.skipped += max(0, passed - self._beat - 1)
        self._beat = max(self._beat + 1, passed)
        jitter = (2 * self._random() - 1) * JITTER * self._interval
        self._due = self._origin + self._beat * self._interval + jitter

    def skip(self) -> None:
        """No probe could be sent for the beat that was due."""
        self.skipped += 1
