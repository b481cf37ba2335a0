"""The distribution's prometheus-mysqld-exporter, to be measured beside ours on the same server."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.engines.processes import engine_path, free_port, running
from tests.engines.servers.mysql import MySqlServer

NAME = "prometheus-mysqld-exporter"
ACCOUNT, PASSWORD = "peer", "peers"


class Peer:
    """A running exporter."""

    def __init__(self, url: str) -> None:
        self.url = url

    def page(self) -> str:
        """What it tells now."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url, timeout=60) as answer:
            return str(answer.read().decode())

    def value(self, name: str) -> float | None:
        """The first value of a family, None if it is not there."""
        for family in text_string_to_metric_families(self.page()):
            for sample in family.samples:
                if sample.name == name:
                    return sample.value
        return None


@contextmanager
def peer(server: MySqlServer, folder: Path, *flags: str) -> Iterator[Peer]:
    """The exporter on a server, with an account that may do all its defaults need."""
    server.account(ACCOUNT, password=PASSWORD)
    may = ", ".join(("PROCESS", *server.flavour.log_reader, "SELECT"))
    server.sql("SET SESSION sql_log_bin = 0", f"GRANT {may} ON *.* TO {ACCOUNT}@'127.0.0.1'")
    port = free_port()
    source = {"DATA_SOURCE_NAME": f"{ACCOUNT}:{PASSWORD}@tcp(127.0.0.1:{server.port})/"}
    command = [engine_path(NAME), f"--web.listen-address=127.0.0.1:{port}", *flags]
    url = f"http://127.0.0.1:{port}/metrics"
    with running(command, ready_url=url, log=folder / f"peer-{server.server_id}.log", seconds=20, env=source):
        yield Peer(url)
