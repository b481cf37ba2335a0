"""A prober between its servers, and what a test asks of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.engines.alertmanagers import eventually
from tests.engines.servers import barong as barongs
from tests.engines.servers import envoy as envoys
from tests.engines.servers import peatio as peatios
from tests.engines.servers.proxy import Proxy
from tests.exporters.authz.program import Program

EVERY = frozenset((name, via) for name in ("pass", "anonymous", "apikey") for via in ("direct", "gateway"))
DIRECT, THROUGH = (frozenset(p for p in EVERY if p[1] == via) for via in ("direct", "gateway"))
KEYS, ANYBODY = (frozenset(p for p in EVERY if p[0] == name) for name in ("apikey", "anonymous"))
LIVE_SECONDS = 12
"""How long a test waits for what must come; it comes within one or two."""
Probes = frozenset[tuple[str, str]]


@dataclass(kw_only=True)
class Gateway:
    """The servers of one module. `calm` makes them behave again."""

    envoy: envoys.Envoy
    barong: barongs.Barong
    peatio: peatios.Peatio

    def calm(self) -> None:
        """Good behaviour, whatever a test asked for."""
        self.barong.conduct = barongs.Conduct()
        self.peatio.conduct = peatios.Conduct()


@dataclass(kw_only=True)
class Bench:
    """The prober, what it probes, and the link between it and Barong."""

    program: Program
    servers: Gateway
    link: Proxy

    def failing(self) -> Probes:
        """The probes whose last answer was not the right one."""
        return self._probes(0)

    def succeeding(self) -> Probes:
        """The probes whose last answer was the right one; one that has none yet is in neither set."""
        return self._probes(1)

    def _probes(self, success: float) -> Probes:
        page = self.program.page()
        return frozenset(p for p in EVERY if page.get("authz_probe_success", probe=p[0], via=p[1]) == success)

    def grown(self, seconds: float = 0.5) -> Callable[..., float]:
        """How counters grow within a while: (name, labels) -> by how much."""
        before = self.program.page()
        time.sleep(seconds)
        after = self.program.page()
        return lambda name, **labels: after.sum(name, **labels) - before.sum(name, **labels)

    def settle(self) -> None:
        """Behave well until every probe has succeeded, for the first time or again, without a restart of anything."""
        self.link.mode = "pass"
        self.servers.calm()
        assert eventually(lambda: self.succeeding() == EVERY, seconds=LIVE_SECONDS), sorted(EVERY - self.succeeding())
