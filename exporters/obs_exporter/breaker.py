"""How soon a broken connection is tried again: later each time, and never all exporters at once."""

import random
from collections.abc import Callable


class Breaker:
    """Jittered exponential backoff. Times are seconds of whatever clock the caller passes in."""

    def __init__(
        self, *, first: float = 0.5, longest: float = 30.0, jitter: Callable[[], float] = random.random
    ) -> None:
        self._first, self._longest, self._jitter = first, longest, jitter
        self._failures = 0
        self._until = 0.0

    def allows(self, now: float) -> bool:
        """Whether it is time to try."""
        return now >= self._until

    def failed(self, now: float) -> None:
        """A try failed: the next waits between half and all of the doubled pause."""
        pause = min(self._longest, self._first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        self._until = now + pause * (0.5 + self._jitter() / 2)

    def succeeded(self) -> None:
        """A try succeeded: the next failure starts again from the first pause."""
        self._failures, self._until = 0, 0.0
