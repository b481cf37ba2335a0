"""The end of the program: a signal breaks off whatever waits, but never a line half written."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Ended(BaseException):
    """Somebody asked for the end. No error: nothing on the way may take it for one."""


class Ending:
    """Raises Ended in the main thread once a signal came: at once, or after what is postponed for."""

    def __init__(self) -> None:
        self._asked = self._busy = False

    def listen(self) -> None:
        """From now on the signals end the program this way. Main thread only."""
        for number in SIGNALS:
            signal.signal(number, self.ask)

    def ask(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        """End it. A signal's handler: it runs between two steps of the main thread, also while that waits."""
        self._asked = True
        if not self._busy:
            raise Ended

    @contextmanager
    def postponed(self) -> Iterator[None]:
        """What happens within is finished before the end comes."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
        if self._asked:
            raise Ended
