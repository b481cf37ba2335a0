"""Publishers and consumers of a test: AMQP connections that stay open until told otherwise."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import aiormq
from aiormq.abc import AbstractChannel, AbstractConnection, DeliveredMessage
from pamqp.commands import Basic

T = TypeVar("T")


class Bus:
    """One connection of an application. Everything it does has reached the broker when the call returns."""

    def __init__(self, port: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._held: list[DeliveredMessage] = []
        self._connection: AbstractConnection = self.run(aiormq.connect(f"amqp://guest:guest@127.0.0.1:{port}/"))
        self._channel: AbstractChannel = self.run(self._open())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the connection's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _open(self) -> AbstractChannel:
        return await self._connection.channel(publisher_confirms=False)

    def exchange(self, name: str, kind: str = "direct") -> None:
        """Declare an exchange."""
        self.run(self._channel.exchange_declare(name, exchange_type=kind))

    def queue(
        self,
        name: str = "",
        *,
        bound: Mapping[str, str] | None = None,
        durable: bool = False,
        exclusive: bool = False,
        auto_delete: bool = False,
    ) -> str:
        """Declare a queue and bind it: exchange -> routing key. Returns the queue's name."""
        told = self.run(
            self._channel.queue_declare(name, durable=durable, exclusive=exclusive, auto_delete=auto_delete)
        )
        for exchange, key in (bound or {}).items():
            self.run(self._channel.queue_bind(str(told.queue), exchange, key))
        return str(told.queue)

    def unbind(self, queue: str, exchange: str, key: str) -> None:
        """Take a binding away."""
        self.run(self._channel.queue_unbind(queue, exchange, key))

    def publish(self, exchange: str, key: str, body: bytes = b"{}", *, times: int = 1, timestamp: Any = None) -> None:
        """Publish non-mandatory messages, as Peatio and Barong do."""
        self.run(self._publish(exchange, key, body, Basic.Properties(timestamp=timestamp), times))

    async def _publish(self, exchange: str, key: str, body: bytes, about: Basic.Properties, times: int) -> None:
        """Then ask a question, whose answer comes after everything before it was done."""
        for _ in range(times):
            await self._channel.basic_publish(body, exchange=exchange, routing_key=key, properties=about)
        await self._channel.exchange_declare("amq.direct", passive=True)

    def consume(self, queue: str, *, hold: bool = False, requeue: bool = False, auto: bool = False) -> str:
        """Subscribe; acknowledge what comes, or hold it, or give it back. Returns the consumer's tag."""

        async def take(message: DeliveredMessage) -> None:
            assert isinstance(message.delivery, Basic.Deliver)
            tag = message.delivery.delivery_tag or 0
            if hold:
                self._held.append(message)
            elif requeue:
                await asyncio.sleep(0.01)
                await self._channel.basic_nack(tag, requeue=True)
            elif not auto:
                await self._channel.basic_ack(tag)

        told = self.run(self._channel.basic_consume(queue, take, no_ack=auto))
        return str(told.consumer_tag)

    def purge(self, queue: str) -> None:
        """Empty a queue."""
        self.run(self._channel.queue_purge(queue))

    def delete(self, queue: str) -> None:
        """Delete a queue."""
        self.run(self._channel.queue_delete(queue))

    def cancel(self, tag: str) -> None:
        """End a subscription."""
        self.run(self._channel.basic_cancel(tag))

    def close(self) -> None:
        """End the connection and its loop."""
        self.run(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def bus(port: int) -> Iterator[Bus]:
    """A connection while the block lasts."""
    made = Bus(port)
    try:
        yield made
    finally:
        made.close()
