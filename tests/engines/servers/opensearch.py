"""A real OpenSearch node without security: what takes documents and answers queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engines.processes import engine_path
from tests.engines.servers.elasticsearch import node
from tests.engines.servers.rest import Rest


@contextmanager
def opensearch(folder: Path) -> Iterator[Rest]:
    """A node while the block lasts; its data and log stay in `folder`. Up in some 10 seconds."""
    (folder / "data" / "config").mkdir(parents=True)
    home = engine_path("opensearch-distribution")
    arguments = ["--enable-native-access=ALL-UNNAMED", "-cp", f"{home / 'lib'}/*:{home / 'launcher'}"]
    with node([*arguments, "OpenSearchNode", home], folder) as url:
        yield Rest(url=url)
