"""An ordinary day on the bus: daemons that consume, applications that publish, a websocket server that listens."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.exporters.event.bus import Bus
from tests.exporters.event.signing import event

ORDERS, MATCHING, TRADES = "peatio.order.processor", "peatio.matching", "peatio.trade.new"
WITHDRAWALS, ADDRESSES = "peatio.withdraw.coin", "peatio.deposit.coin.address"
MAIL, RETRY = "barong.event.mailer.main", "barong.event.mailer.retry"
CHARTS, ERRORS = "peatio.trade.writer", "peatio.trades.errors"
CONSUMED = (ORDERS, MATCHING, TRADES, WITHDRAWALS, ADDRESSES, MAIL, CHARTS)
MODEL, SYSTEM, STREAM = "peatio.events.model", "barong.events.system", "peatio.events.ranger"
EVENT = "deposit.updated"
TICK = 0.25


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What one application publishes on each tick."""

    exchange: str
    key: str
    body: Callable[[], bytes] = lambda: b"{}"


class Day:
    """Everybody at work. A fault changes it; `begin_again` puts it right."""

    def __init__(self, port: int, key: RSAPrivateKey) -> None:
        self._port, self.key = port, key
        self.flows: dict[str, Flow] = {}
        self.daemons: dict[str, Bus] = {}
        self.app = Bus(port)
        self.declare()
        self.begin_again()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._publish, daemon=True)
        self._thread.start()

    def declare(self) -> None:
        """The topology, as daemons declare it when they start."""
        self.app.exchange(MODEL)
        self.app.exchange(SYSTEM)
        self.app.exchange(STREAM, "topic")
        self.app.exchange("peatio.matching")
        for name in (*CONSUMED, RETRY, ERRORS):
            self.app.queue(name, durable=True)
        self.app.queue(MAIL, durable=True, bound={MODEL: EVENT})
        self.app.queue(ORDERS, durable=True, bound={"peatio.matching": ORDERS})

    def begin_again(self) -> None:
        """Every flow and every daemon as on an ordinary day, and nothing left over in the queues."""
        self.flows = {
            "ticker": Flow(exchange=STREAM, key="public.global.tickers"),
            "events": Flow(exchange=MODEL, key=EVENT, body=lambda: event(EVENT, self.key)),
            "orders": Flow(exchange="peatio.matching", key=ORDERS),
            "addresses": Flow(exchange="", key=ADDRESSES),
            "charts": Flow(exchange="", key=CHARTS),
        }
        for name in (*CONSUMED, RETRY, ERRORS):
            self.app.purge(name)
        for name in CONSUMED:
            if name not in self.daemons:
                self.start(name)
        if "rango" not in self.daemons:
            rango = self.daemons["rango"] = Bus(self._port)
            rango.consume(rango.queue("rango.instance.1", exclusive=True, auto_delete=True, bound={STREAM: "#"}))

    def start(self, queue: str, *, hold: bool = False, requeue: bool = False, name: str = "") -> None:
        """Start a daemon under the name of its queue, or another."""
        daemon = self.daemons[name or queue] = Bus(self._port)
        daemon.consume(queue, hold=hold, requeue=requeue)

    def stop(self, *names: str) -> None:
        """Stop daemons."""
        for name in names:
            self.daemons.pop(name).close()

    def end(self) -> None:
        """Everybody goes home."""
        self._ended.set()
        self._thread.join()
        self.stop(*list(self.daemons))
        self.app.close()

    def _publish(self) -> None:
        publisher = Bus(self._port)
        while not self._ended.wait(TICK):
            for flow in list(self.flows.values()):
                publisher.publish(flow.exchange, flow.key, flow.body())
        publisher.close()
