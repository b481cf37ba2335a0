"""Where a key belongs that stands in the wrong place."""

from collections.abc import Iterator, Mapping

from obs.spec.kinds import Kind, List, Map, Record, Tagged, keys_of
from obs.spec.problems import below

MANY = 3
"""Places that are named at once; a key of more of them says nothing of what was meant."""
UNTOLD = ("environments", "mixins", "sources", "images", "workloads")
"""Keys below which others repeat the rest of the table, or are names of things rather than settings."""


def homes(table: Kind) -> Mapping[str, str]:
    """Each key of the table that has few places -> what to say to somebody who wrote it in another one."""
    found: dict[str, set[str]] = {}
    for name, path in _walk(table, ""):
        found.setdefault(name, set()).add(f"under {path}" if path else "at the top level")
    return {
        name: f"it belongs {' or '.join(sorted(places))}" for name, places in found.items() if len(places) <= MANY
    }


def _walk(kind: Kind, path: str) -> Iterator[tuple[str, str]]:
    """Every key below, with the path of the mapping it stands in."""
    match kind:
        case List():
            yield from _walk(kind.item, f"{path}[]")
        case Map():
            yield from _walk(kind.value, below(path, "NAME"))
        case Record() | Tagged():
            for case in (None, *kind.cases) if isinstance(kind, Tagged) else (None,):
                for key in keys_of(kind, case):
                    yield key.name, path
                    if key.name not in UNTOLD:
                        yield from _walk(key.kind, below(path, key.name))
