"""What the HTTP sources know of the queues, handed within one scrape to the source that comes after them."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from obs_event_exporter.detailed import Queue
from obs_exporter.page import Page


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Queues that were told of; `complete` means that what is not among them does not exist."""

    queues: Collection[Queue]
    complete: bool

    def lacks(self, queue: Queue) -> bool:
        """Whether nobody knows what is with a queue."""
        return not self.complete and queue not in self.queues


NOTHING = Known(queues=(), complete=False)


class Handing:
    """From one collector to another by the page both write on, so that scrapes do not mix; each page is let go of."""

    def __init__(self) -> None:
        self._by_page: WeakKeyDictionary[Page, asyncio.Future[Known]] = WeakKeyDictionary()

    def give(self, page: Page, known: Known) -> None:
        """Say what is known, once for a page."""
        self._of(page).set_result(known)

    async def take(self, page: Page) -> Known:
        """What is known, as soon as it is said."""
        return await asyncio.shield(self._of(page))

    def _of(self, page: Page) -> "asyncio.Future[Known]":
        future = self._by_page.get(page)
        if future is None:
            future = self._by_page[page] = asyncio.get_running_loop().create_future()
        return future
