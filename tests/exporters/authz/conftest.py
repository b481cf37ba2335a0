"""One real Envoy with the generated configuration per module, a Barong and a Peatio that obey the tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from obs import library
from obs.model.plan import Plan
from obs.resolve import resolve
from obs.spec import load
from tests.engines.processes import free_port
from tests.engines.servers import barong as barongs
from tests.engines.servers import envoy as envoys
from tests.engines.servers import peatio as peatios

SPEC = Path(__file__).resolve().parents[3] / "examples" / "opendax.yaml"


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


@pytest.fixture(scope="session")
def reference() -> Plan:
    """The reference platform."""
    return resolve(load(SPEC, library.components()), library.load())


@pytest.fixture(scope="module")
def servers(reference: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The servers, started once."""
    folder = tmp_path_factory.mktemp("gateway")
    with barongs.barong() as barong, peatios.peatio() as peatio:
        backends = {"peatio": peatio.port, "reports": free_port()}
        with envoys.envoy(reference, folder, authz=barong.port, backends=backends) as envoy:
            yield Gateway(envoy=envoy, barong=barong, peatio=peatio)


@pytest.fixture
def gateway(servers: Gateway) -> Gateway:
    """The servers, behaving well."""
    servers.calm()
    return servers
