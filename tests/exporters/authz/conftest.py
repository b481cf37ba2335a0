"""Real Envoys with the generated configuration, a Barong and a Peatio that obey the tests, and a prober of them."""

from collections.abc import Iterator
from contextlib import contextmanager
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
from tests.engines.servers.proxy import proxy
from tests.exporters.authz.bench import Bench, Gateway
from tests.exporters.authz.program import prober

SPEC = Path(__file__).resolve().parents[3] / "examples" / "opendax.yaml"


@pytest.fixture(scope="session")
def reference() -> Plan:
    """The reference platform."""
    return resolve(load(SPEC, library.components()), library.load())


@contextmanager
def servers(plan: Plan, folder: Path) -> Iterator[Gateway]:
    """A gateway and what is behind it."""
    with barongs.barong() as barong, peatios.peatio() as peatio:
        backends = {"peatio": peatio.port, "reports": free_port()}
        with envoys.envoy(plan, folder, authz=barong.port, backends=backends) as envoy:
            yield Gateway(envoy=envoy, barong=barong, peatio=peatio)


@pytest.fixture(scope="session")
def lonely(reference: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway that nobody but the tests calls, so that they can count."""
    with servers(reference, tmp_path_factory.mktemp("gateway")) as found:
        yield found


@pytest.fixture
def gateway(lonely: Gateway) -> Gateway:
    """The gateway with everything well."""
    lonely.calm()
    return lonely


@pytest.fixture(scope="session")
def probed(reference: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A prober, a gateway of its own, and a link to Barong that can be cut."""
    folder = tmp_path_factory.mktemp("prober")
    with servers(reference, folder) as found, proxy(found.barong.port) as link:
        key, through = found.barong.public_key, found.envoy.port
        with prober(folder, direct=link.port, gateway=through, public_key=key) as program:
            yield Bench(program=program, servers=found, link=link)


@pytest.fixture
def bench(probed: Bench) -> Bench:
    """The bench with everything well."""
    probed.settle()
    return probed
