"""Our Fluentd plugins, in Ruby: everything between a line of a file and a document, in one pass over each read.

They read `tables.json`, which is made from the catalogue and the spec, so there is no knowledge in them and they are
written to the shelf as they are. Reading files, looking up pods, joining traces, buffering and sending are done by
Fluentd and its plugins.
"""

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "ruby"


def plugins() -> Iterator[tuple[str, str]]:
    """(name, text) of each plugin, by name: Fluentd reads every one of the folder in that order."""
    for path in sorted(FOLDER.glob("*.rb")):
        yield path.name, path.read_text(encoding="utf-8")
