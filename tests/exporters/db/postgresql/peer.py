"""Debian's prometheus-postgres-exporter on the same server, for comparison: what it says of replication lag."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from obs.printer import to_yaml
from tests.engines.processes import engine_path, free_port, running
from tests.exporters.db.exporter import Labels, samples

# Version 0.11 has the first as an example query; later ones have the second built in. Both run on the same data here.
NAIVE = "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp()) AS seconds"
BUILT_IN = (
    "SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 "
    "ELSE greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp())) END AS seconds"
)


@dataclass(frozen=True, kw_only=True)
class Peer:
    """The running exporter."""

    url: str

    def text(self) -> str:
        """Its page."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}/metrics", timeout=30) as answer:
            return str(answer.read().decode())

    def lag(self) -> tuple[float, float]:
        """Lag by the naive query, and by the one that later versions have built in."""
        found: dict[str, float] = {name: value for (name, _), value in _samples(self.text()).items()}
        return found["naive_lag_seconds"], found["pg_replication_lag_seconds"]


def _samples(text: str) -> dict[tuple[str, Labels], float]:
    return samples("".join(line for line in text.splitlines(keepends=True) if "lag_seconds" in line))


@contextmanager
def peer(folder: Path, *, socket: Path, port: int, user: str, queries: bool = True) -> Iterator[Peer]:
    """prometheus-postgres-exporter, logged in over the server's socket, while the block lasts."""
    told = {"naive_lag": NAIVE, "pg_replication_lag": BUILT_IN}
    gauge = [{"seconds": {"usage": "GAUGE", "description": "Lag."}}]
    file, listen = folder / "queries.yaml", free_port()
    extended = {name: {"query": query, "metrics": gauge} for name, query in told.items()}
    file.write_text(to_yaml(extended), encoding="utf-8")
    command = [engine_path("prometheus-postgres-exporter"), f"--web.listen-address=127.0.0.1:{listen}"]
    command += [f"--extend.query-path={file}"] if queries else []
    login = {"DATA_SOURCE_NAME": f"host={socket} port={port} user={user} dbname=postgres sslmode=disable"}
    url = f"http://127.0.0.1:{listen}"
    with running(command, ready_url=url, log=folder / "peer.log", env=login):
        yield Peer(url=url)
