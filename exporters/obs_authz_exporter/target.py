"""One Barong and the gateway before it: the probes of both, begun, read and ended together."""

import asyncio
import time
from collections.abc import Iterator

from obs_authz_exporter import collector
from obs_authz_exporter.client import Address
from obs_authz_exporter.config import Settings
from obs_authz_exporter.files import Verifier
from obs_authz_exporter.prober import Clocks, Prober
from obs_authz_exporter.probes import Name, Via, probe
from obs_authz_exporter.tally import Tally
from obs_exporter.collect import Clock, Collector


class AuthzTarget:
    """Probes in the background; a scrape reads what they counted and waits for nothing."""

    def __init__(self, told: Settings, *, monotonic: Clock = time.monotonic, wall: Clock = time.time) -> None:
        self.name = told.name
        self._told, self._monotonic, self._wall = told, monotonic, wall
        self._clocks = Clocks(patience=collector.LATE * told.interval)
        self._verifier = Verifier(told.public_key, told.expected)
        self.probers = tuple(self._probers())
        self.collectors: tuple[Collector, ...] = tuple(self._collectors())
        self._running: tuple[asyncio.Task[None], ...] = ()

    @property
    def connections(self) -> int:
        """The most connections ever open at once."""
        return sum(prober.bound for prober in self.probers)

    async def start(self) -> None:
        """Begin to probe."""
        self._running = tuple(asyncio.create_task(prober.run()) for prober in self.probers)

    async def close(self) -> None:
        """Stop, and give up the calls under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _probers(self) -> Iterator[Prober]:
        names: tuple[Name, ...] = ("pass", "anonymous", "apikey") if self._told.credentials else ("pass", "anonymous")
        ways: list[tuple[Via, Address]] = [("direct", self._told.direct)]
        if self._told.gateway:
            ways.append(("gateway", self._told.gateway))
        for name in names:
            yield from (self._prober(name, via, address) for via, address in ways)

    def _prober(self, name: Name, via: Via, address: Address) -> Prober:
        told = self._told
        return Prober(
            probe(name, via, public=told.public_path, private=told.private_path),
            address,
            tally=Tally(edges=told.edges, timeout=told.timeout),
            clocks=self._clocks,
            interval=told.interval,
            timeout=told.timeout,
            sign=self._told.credentials.headers if self._told.credentials and name == "apikey" else None,
            examine=self._verifier.examined,
            monotonic=self._monotonic,
            wall=self._wall,
        )

    def _collectors(self) -> Iterator[Collector]:
        told = self._told
        yield collector.Probes(
            self.probers, self._clocks, edges=told.edges, interval=told.interval, monotonic=self._monotonic
        )
        if self._told.credentials:
            yield collector.credentials(self._told.credentials)
        if told.public_key:
            yield collector.keys(self._verifier)
