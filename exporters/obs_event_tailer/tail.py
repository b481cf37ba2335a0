"""The work: list, watch, print what is news, keep the position; and from every failure, back to it."""

import logging
import random
import time
from collections.abc import Callable

from obs_event_tailer.client import Change, Events, Gone, Unreachable
from obs_event_tailer.ending import Ending
from obs_event_tailer.lines import line, moment, version
from obs_event_tailer.position import PositionFile
from obs_event_tailer.told import Told

log = logging.getLogger(__name__)
SHORTEST, LONGEST = 1.0, 30.0
"""Seconds between attempts: doubled each time, less up to half of it, so that many clients do not come at once."""


class Tail:
    """One reader. `out` takes a line and returns when it is written; `ending` ends it between two lines."""

    def __init__(
        self,
        events: Events,
        *,
        told: Told,
        file: PositionFile,
        out: Callable[[str], None],
        ending: Ending,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._events, self._told, self._file, self._out = events, told, file, out
        self._ending, self._sleep = ending, sleep
        self._state = file.read()
        """Everything up to this state of the cluster was printed; "" on a fresh start."""
        self._forgotten = False
        self._failures = 0
        self.heard: float | None = None
        """When the API server last answered, by the monotonic clock; None before its first answer."""

    def run(self) -> None:
        """Until `ending` raises Ended. Raises OSError when nothing can be written any more."""
        while True:
            began, pause = time.monotonic(), 0.0
            try:
                state = self._list() if self._forgotten or not self._state else self._state
                self._forgotten = False
                self._follow(state)
            except Gone:
                log.info("the state to go on from is forgotten; listing again")
                self._forgotten = True
            except Unreachable as error:
                log.warning("the events cannot be read", extra={"sentence": str(error)})
                pause = self._longer()
            # What ends at once, over and over, is not asked without a breath either.
            self._sleep(max(pause, SHORTEST if time.monotonic() - began < SHORTEST else 0.0))

    def _list(self) -> str:
        """Print what is news among the events there are; returns the state they show."""
        state, seen = "", self._state
        for items, found in self._events.pages():
            self._answered()
            state = found
            for event in sorted(items, key=moment):
                with self._ending.postponed():
                    if self._told.is_listed_news(event, seen):
                        self._out(line(event))
        self._keep(state)
        return state

    def _follow(self, state: str) -> None:
        changes = self._events.changes(state)
        self._answered()
        for change in changes:
            self._answered()
            self._take(change)

    def _take(self, change: Change) -> None:
        """Print, remember, and keep the position, in one step: no end comes between them."""
        with self._ending.postponed():
            if change.kind == "DELETED":
                self._told.forget(change.event)
            elif change.kind != "BOOKMARK" and self._told.is_news(change.event):
                self._out(line(change.event))
            self._keep(version(change.event))

    def _keep(self, state: str) -> None:
        self._state = state
        self._file.write(state)

    def _answered(self) -> None:
        self.heard = time.monotonic()
        self._failures = 0

    def _longer(self) -> float:
        self._failures += 1
        longest = min(LONGEST, SHORTEST * 2.0 ** min(self._failures - 1, 10))
        return longest * random.uniform(0.5, 1.0)

