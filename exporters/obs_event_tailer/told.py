"""What was printed already: bounded, because a cluster in trouble makes events without end."""

from collections import OrderedDict
from datetime import datetime

from obs_event_tailer.lines import Event, Happening, happening, identity, is_after, moment

MOST = 50_000
"""Event objects remembered, some 300 bytes each; the API server keeps an object for an hour."""


class Told:
    """Happenings by event object, the one that was looked at longest ago forgotten first.

    `floor`: what was there before the program is printed if it is from then or later.
    """

    def __init__(self, floor: datetime, *, most: int = MOST) -> None:
        self._floor, self._most = floor, most
        self._known: OrderedDict[str, Happening] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def is_news(self, event: Event) -> bool:
        """Whether something that was watched is to be printed; asked twice, the answer is no."""
        known, what = self._known.get(identity(event)), happening(event)
        self._remember(event, what)
        return known != what

    def is_listed_news(self, event: Event, seen: str) -> bool:
        """The same of something in a list, when everything up to the state `seen` was printed; "" is a fresh start."""
        is_new = identity(event) in self._known or (is_after(event, seen) if seen else moment(event) >= self._floor)
        return self.is_news(event) and is_new

    def forget(self, event: Event) -> None:
        """The object is gone; its uid does not come again."""
        self._known.pop(identity(event), None)

    def _remember(self, event: Event, what: Happening) -> None:
        uid = identity(event)
        self._known[uid] = what
        self._known.move_to_end(uid)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
