"""One primary and one standby for all tests of the folder; what a test changes, it changes back."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engines.servers import postgresql as servers
from tests.engines.servers.certificates import Authority
from tests.engines.servers.proxy import proxy
from tests.exporters.db.exporter import DbExporter, Files, exporter
from tests.exporters.db.postgresql.stack import KEEPALIVE, Stack, beating, grants, rights


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A primary with TLS, and its standby."""
    with ExitStack() as running:
        folder = running.enter_context(servers.place())
        authority = Authority(folder / "authority")
        timeouts = {"wal_sender_timeout": f"{2 * KEEPALIVE:.0f}s"}
        tls = authority.issue("localhost", days=30)
        primary = running.enter_context(servers.server(folder / "primary", settings=timeouts, tls=tls))
        servers.allow_standbys(primary)
        primary.sql(grants("heartbeat"), rights(primary), grants("beat"))
        link = running.enter_context(proxy(primary.port))
        standby = running.enter_context(servers.standby(folder / "standby", primary, port=link.port))
        yield Stack(primary=primary, standby=standby, link=link, authority=authority.certificate)


@pytest.fixture(autouse=True)
def healed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that touches the servers leaves them well."""
    yield
    if "stack" in request.fixturenames:
        request.getfixturevalue("stack").heal()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Secrets of one test."""
    return Files(folder=tmp_path)


@pytest.fixture(scope="session")
def watched(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DbExporter]:
    """The exporter on both servers, while the heart beats."""
    folder = tmp_path_factory.mktemp("watched")
    files = Files(folder=folder)
    stack.watch(files)
    with beating(stack.primary, every=0.2), exporter(folder, files.targets) as running:
        yield running
