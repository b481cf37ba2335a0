"""What an exporter tells of an engine, as families; what older exporters told is kept as text.

`python -m tests.search.families EXPORTER…` writes it anew, each program against Elasticsearch and OpenSearch in turn.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from obs.render.elasticsearch_access import WATCHER
from tests.engines import families as pages
from tests.engines.families import Family, record
from tests.engines.servers.elasticsearch import elasticsearch
from tests.engines.servers.opensearch import opensearch
from tests.engines.servers.rest import Rest
from tests.engines.servers.search_exporter import watcher
from tests.search.stand_in import standing_in
from tests.search.test_exporter import keys, shop

FILE = Path(__file__).with_name("families.txt")
ENGINES = {"Elasticsearch": elasticsearch, "OpenSearch": opensearch}
OWN = "elasticsearch_"
EVERYWHERE = frozenset({"cluster", "host", *(f"es_{role}_node" for role in ("client", "data", "ingest", "master"))})
"""Labels that say the same on every series of a node; they are left out."""
WATERMARK = "cluster.routing.allocation.disk.watermark"
BYTES = {"persistent": {f"{WATERMARK}.{name}": "1gb" for name in ("low", "high", "flood_stage")}}
"""Watermarks in bytes are families of their own."""


def told_of(node: Rest, folder: Path, *, program: Path | None = None) -> dict[str, Family]:
    """What an exporter tells of an engine, with watermarks as shares and with watermarks in bytes."""
    with standing_in(node, folder) as (front, url), watcher(url, key(node), folder, program=program) as exporter:
        if not node.user:  # OpenSearch without security, which has none of what is stood in for
            front.said.clear()
        before = exporter.page()
        node.ask("PUT", "_cluster/settings", BYTES)
        after = exporter.page()
        node.ask("PUT", "_cluster/settings", {"persistent": dict.fromkeys(BYTES["persistent"])})
    return pages.families(before + after, own=(OWN,), without=EVERYWHERE)


def key(node: Rest) -> str:
    """An API key of the bundle's own body; any text where nobody asks for one."""
    made = node.ask("POST", "_security/api_key", keys(shop())[WATCHER].body) if node.user else None
    return str(made.body["encoded"]) if made else "bm9ib2R5OmFza3M="


def recorded() -> Mapping[str, Mapping[str, Family]]:
    """`1.10.0 of Elasticsearch 9.5.3` -> the families of its page."""
    return pages.recorded(FILE)


def main(programs: list[str]) -> None:
    """Every program against every engine."""
    record(FILE, _pages(list(map(Path, programs))), module="tests.search.families")


def _pages(programs: list[Path]) -> Iterator[tuple[str, Mapping[str, Family]]]:
    for name, engine in ENGINES.items():
        with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as node:
            release = node.ask("GET", "").body["version"]["number"]
            for program in programs:
                title = f"{_version(program)} of {name} {release}"
                yield title, told_of(node, Path(folder), program=program)


def _version(program: Path) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=30)
    [found] = re.findall(r"version (\d\S+)", done.stdout + done.stderr)
    return str(found)


if __name__ == "__main__":
    main(sys.argv[1:])
