"""The whole stage: two gateways, Barong, services, a prober, people, and those who watch."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from obs.model.plan import Plan
from tests.engines.processes import free_port
from tests.engines.servers.barong import SESSION, Barong, Conduct, barong
from tests.engines.servers.peatio import Peatio, peatio
from tests.engines.sinks import listening
from tests.exporters.authz.live.gateways import Backends, Gateways
from tests.exporters.authz.live.traffic import Stream, Traffic
from tests.exporters.authz.program import prober
from tests.exporters.live.watch import Heard, Target, watching

LATE = ("EnvoyRestarting", " 6h", " 1d", " 3d")
"""What goes on for long after its fault by design: half of a long window must pass first."""


@dataclass(kw_only=True)
class Stage:
    """Everything a fault can touch."""

    barong: Barong
    peatio: Peatio
    gateways: Gateways
    traffic: Traffic
    heard: Heard
    secrets: Path
    folder: Path
    port: int
    """Of the prober's page."""
    prometheus: str = ""
    """Its address."""
    _prober: ExitStack = field(default_factory=ExitStack)

    def start_prober(self) -> None:
        """The prober, where it was before."""
        self._prober.enter_context(
            prober(
                self.secrets,
                port=self.port,
                direct=self.barong.port,
                gateway=self.gateways.ports[0][0],
                public_key=self.barong.public_key,
                interval_seconds=0.5,
            )
        )

    def stop_prober(self) -> None:
        """As when its pod is gone."""
        self._prober.close()

    def people(self) -> None:
        """An ordinary day: visitors who are logged in, and nobody else."""
        self.traffic.streams.clear()
        self.stream("visitors", "peatio/account/balances", rate=12, headers={"Cookie": SESSION})

    def stream(
        self, name: str, path: str, *, rate: float, headers: dict[str, str] | None = None, gateway: int = 0
    ) -> None:
        """More calls, by visitors who are logged in unless `headers` say otherwise."""
        told = {"Cookie": SESSION} if headers is None else headers
        port = self.gateways.ports[gateway][0]
        self.traffic.streams[name] = Stream(port=port, path=f"/api/v2/{path}", rate=rate, headers=told)

    def calm(self) -> None:
        """Everybody behaves again."""
        self.barong.conduct = Conduct()
        self.peatio.conduct.status = 0
        self.people()

    def quiet(self) -> set[str]:
        """What still fires, but for what does so by design."""
        return {name for name in self.heard.now() if not name.startswith(LATE[0]) and not name.endswith(LATE[1:])}


@contextmanager
def stage(plan: Plan, folder: Path) -> Iterator[Stage]:
    """The stage while the block lasts."""
    with ExitStack() as stack:
        sinks = stack.enter_context(listening())
        found, fine, slow = (stack.enter_context(made) for made in (barong(), peatio(), peatio()))
        assert isinstance(found, Barong)
        assert isinstance(fine, Peatio)
        assert isinstance(slow, Peatio)
        slow.conduct.delay = 3.0
        backends = Backends(peatio=fine.port, slow=slow.port, nobody_listens=free_port())
        gateways = Gateways(plan, folder, authz=found.port, backends=backends)
        stack.callback(gateways.stop)
        gateways.start()
        traffic = Traffic()
        stack.callback(traffic.end)
        secrets = folder / "prober"
        secrets.mkdir()
        made = Stage(
            barong=found,
            peatio=fine,
            gateways=gateways,
            traffic=traffic,
            heard=Heard(sinks=sinks),
            secrets=secrets,
            folder=folder,
            port=free_port(),
        )
        stack.callback(made.stop_prober)
        made.start_prober()
        made.people()
        targets = [Target(job="barong-authz", instance="obs-authz-exporter-0", port=made.port)]
        targets += [Target(job="gateway", instance=f"envoy-{n}", port=p[1]) for n, p in enumerate(gateways.ports)]
        made.prometheus = stack.enter_context(watching(plan, targets, folder, sinks))
        yield made
