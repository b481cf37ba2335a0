"""A primary and its replica, once per session."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from obs_db_exporter.config import DatabaseServer
from tests.engines.servers.certificates import Authority
from tests.engines.servers.mysql import MySqlServer, allow_replicas, caught_up, fresh, replicate, server
from tests.engines.servers.proxy import Proxy, proxy
from tests.exporters.db.mysql.watching import database_server, grants


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A primary, its replica, the link the replica follows through, and how the exporter is told of each."""

    primary: MySqlServer
    replica: MySqlServer
    link: Proxy
    authority: Authority
    folder: Path

    def told(self, node: MySqlServer, *, port: int | None = None) -> DatabaseServer:
        """The exporter's view of a node, directly or through a port of a proxy."""
        folder = self.folder / "secrets"
        return database_server(folder, port=port or node.port, ca=self.authority.certificate)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty data folder."""
    return fresh(tmp_path_factory.mktemp("mysql-empty"))


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Iterator[Pair]:
    """Primary and replica with TLS, the exporter's account and the heartbeat table; the replica is read-only."""
    folder = tmp_path_factory.mktemp("mysql")
    authority = Authority(folder / "tls")
    tls = authority.issue("node")
    with ExitStack() as stack:
        primary = stack.enter_context(server(folder / "primary", empty, server_id=1, tls=tls))
        options = ("--read-only=1", f"--{primary.flavour.thread.lower()}-net-timeout=60")
        replica = stack.enter_context(server(folder / "replica", empty, server_id=2, options=options, tls=tls))
        link = stack.enter_context(proxy(primary.port))
        allow_replicas(primary)
        primary.sql(*grants("heartbeat"), *grants(primary.flavour.grants))
        replicate(replica, port=link.port)
        caught_up(primary, replica)
        yield Pair(primary=primary, replica=replica, link=link, authority=authority, folder=folder)
