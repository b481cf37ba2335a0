"""What exporters told of real engines: families with type and labels, kept as text, so that the newest can be compared.

`python -m tests.search.families EXPORTER…` writes it anew, each program against Elasticsearch and OpenSearch in turn.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.engines import families as pages
from tests.engines.families import Family, record
from tests.engines.servers.elasticsearch import elasticsearch
from tests.engines.servers.opensearch import opensearch
from tests.engines.servers.rest import Rest
from tests.engines.servers.search_exporter import version, watcher
from tests.search.stand_in import standing_in

FILE = Path(__file__).with_name("families.txt")
ENGINES = {"Elasticsearch": elasticsearch, "OpenSearch": opensearch}
OWN = "elasticsearch_"
EVERYWHERE = frozenset({"cluster", "host", *(f"es_{role}_node" for role in ("client", "data", "ingest", "master"))})
"""Labels that say the same on every series of a node; they are left out."""
WATERMARK = "cluster.routing.allocation.disk.watermark"
BYTES = {"persistent": {f"{WATERMARK}.{name}": "1gb" for name in ("low", "high", "flood_stage")}}
"""Watermarks in bytes are families of their own."""


def families(page: str) -> dict[str, Family]:
    """The exporter's own families by name."""
    return pages.families(page, own=(OWN,), without=EVERYWHERE)


def recorded() -> Mapping[str, Mapping[str, Family]]:
    """`1.11.0 of Elasticsearch 9.5.3` -> the families of its page."""
    return pages.recorded(FILE)


def main(programs: list[str]) -> None:
    """Every program against every engine."""
    record(FILE, _pages(programs), module="tests.search.families")


def _pages(programs: list[str]) -> Iterator[tuple[str, Mapping[str, Family]]]:
    for name, engine in ENGINES.items():
        with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as node:
            release = node.ask("GET", "").body["version"]["number"]
            for program in map(Path, programs):
                said = ".".join(map(str, version(program)))
                with _told(node, program, Path(folder)) as page:
                    yield f"{said} of {name} {release}", families(page)


@contextmanager
def _told(node: Rest, program: Path, folder: Path) -> Iterator[str]:
    """The page with watermarks as shares, and that with watermarks in bytes, as one."""
    with standing_in(node) as (told, url), watcher(url, key(node), folder, program=program) as exporter:
        if not node.user:  # OpenSearch without security, which has none of what is stood in for
            told.said.clear()
        before = exporter.page()
        node.ask("PUT", "_cluster/settings", BYTES)
        after = exporter.page()
        node.ask("PUT", "_cluster/settings", {"persistent": dict.fromkeys(BYTES["persistent"])})
        yield before + after


def key(node: Rest) -> str:
    """An API key that may do everything; any text where nobody asks for one."""
    made = node.ask("POST", "_security/api_key", {"name": "recorder"}) if node.user else None
    return str(made.body["encoded"]) if made else "bm9ib2R5OmFza3M="


if __name__ == "__main__":
    main(sys.argv[1:])
