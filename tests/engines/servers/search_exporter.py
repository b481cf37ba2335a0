"""A real elasticsearch_exporter with the bundle's own command line; only its address and files are the test's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from obs.render.kube.search_exporter import CERTIFICATES, PORT, arguments
from tests.engines.families import page_at
from tests.engines.processes import engine_path, free_port, running

NAME = "elasticsearch_exporter"


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """A running exporter."""

    port: int

    def page(self) -> str:
        """What it tells now."""
        return page_at(self.port)


@contextmanager
def watcher(
    url: str, key: str, folder: Path, *, port: int | None = None, program: Path | None = None
) -> Iterator[Watcher]:
    """The exporter on an address while the block lasts, with an API key as its Secret holds it.

    `folder` holds the authority it trusts, as `ca.crt`; a `port` is given where Prometheus already looks at it.
    """
    made = Watcher(port=port or free_port())
    told = " ".join(arguments(url)).replace(CERTIFICATES, str(folder)).replace(f"=:{PORT}", f"=127.0.0.1:{made.port}")
    command = [program or engine_path(NAME), *told.split()]
    ready = f"http://127.0.0.1:{made.port}/healthz"
    with running(command, ready_url=ready, log=folder / "exporter.log", seconds=60, env={"ES_API_KEY": key}):
        yield made
