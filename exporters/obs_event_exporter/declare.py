"""The last source: passive declares over AMQP, for the queues of a list that neither HTTP listener tells of.

The answer counts messages that are ready, not those a consumer holds, and renews the lease of a queue with x-expires
(https://www.rabbitmq.com/docs/ttl#queue-ttl): the list is for durable queues that never expire. A queue that is
missing or exclusive costs the channel, so the next question opens another one on the same connection.
"""

import asyncio

from aiormq.abc import AbstractChannel
from aiormq.exceptions import (
    AMQPError,
    ChannelAccessRefused,
    ChannelInvalidStateError,
    ChannelLockedResource,
    ChannelNotFoundEntity,
)

from obs_event_exporter import metrics as rows
from obs_event_exporter.amqp import Link
from obs_event_exporter.config import Declare
from obs_event_exporter.handing import Handing
from obs_event_exporter.nodes import SHARE
from obs_exporter.collect import CollectFailed, Deadline
from obs_exporter.page import Page


class DeclareCollector:
    """Asks over one kept connection, and only where the collector of queues knows nothing of a queue.

    It fails while the connection is down even where nothing is to be asked: a spare is no spare unless it is there.
    """

    name = "declare"

    def __init__(self, declare: Declare, handing: Handing) -> None:
        self._vhost, self._queues, self._handing = declare.vhost, declare.queues, handing
        at = (declare.hosts, declare.port, declare.vhost, declare.login)
        self._link = Link(*at, tls=declare.tls, name="declare")
        self._channel: AbstractChannel | None = None

    def start(self) -> None:
        """Begin to connect."""
        self._link.start()

    async def close(self) -> None:
        """End the connection."""
        await self._link.close()

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Write what the broker says of each queue nobody told of. Raises CollectFailed where one cannot be asked."""
        known = await self._handing.take(page)
        asked = deadline.part(SHARE)
        try:
            self._link.connection()
        except CollectFailed as error:
            if error.reason == "forbidden":
                page.set(rows.PERMISSION, 0, "declare")
            raise
        lacking = [queue for queue in self._queues if known.lacks((self._vhost, queue))]
        refused = [why for queue in lacking if (why := await self._tell(page, queue, asked))]
        if lacking:
            page.set(rows.PERMISSION, float(all(why.reason != "forbidden" for why in refused)), "declare")
        if refused:
            raise refused[0]

    async def _tell(self, page: Page, queue: str, deadline: Deadline) -> CollectFailed | None:
        """Write one queue, or tell why the broker does not answer about it. Raises CollectFailed where it is lost."""
        at = (self._vhost, queue)
        try:
            ready, consumers = await self._ask(queue, deadline)
        except ChannelNotFoundEntity:
            _exists(page, 0, *at)
            return None
        except ChannelLockedResource:
            _exists(page, 1, *at)
            return CollectFailed("locked", f"the queue {queue} is exclusive; only its owner may ask for it")
        except ChannelAccessRefused:
            return CollectFailed("forbidden", f"the user has no permission on the queue {queue}")
        _exists(page, 1, *at)
        page.set(rows.MESSAGES, ready, *at, "ready")
        page.set(rows.CONSUMERS, consumers, *at)
        return None

    async def _ask(self, queue: str, deadline: Deadline) -> tuple[int, int]:
        """(ready, consumers). A question without an answer costs the connection: its answer would be the next one's."""
        try:
            async with asyncio.timeout(deadline.remaining()):
                channel = await self._open()
                told = await channel.queue_declare(queue, passive=True)
        except (ChannelNotFoundEntity, ChannelLockedResource, ChannelAccessRefused):
            raise
        except TimeoutError:
            self._link.drop()
            raise CollectFailed("timeout", f"the broker does not answer in time about the queue {queue}") from None
        except (OSError, AMQPError, ChannelInvalidStateError) as error:
            self._link.drop()
            raise CollectFailed("closed", f"the AMQP connection broke: {type(error).__name__}") from None
        except asyncio.CancelledError:
            self._link.drop()
            raise
        return told.message_count or 0, told.consumer_count or 0

    async def _open(self) -> AbstractChannel:
        """The channel of the connection there is now."""
        connection, channel = self._link.connection(), self._channel
        if channel is None or channel.is_closed or channel.connection is not connection:
            channel = self._channel = await connection.channel(publisher_confirms=False)
        return channel


def _exists(page: Page, value: float, vhost: str, queue: str) -> None:
    """Whether a queue exists, unless the management API, which knows more, told so already."""
    if not page.has(rows.PRESENT, vhost, queue):
        page.set(rows.PRESENT, value, vhost, queue)
