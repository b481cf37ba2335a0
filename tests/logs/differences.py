"""What differs between documents, field by field, short enough to read."""

from collections.abc import Iterator, Sequence

from tests.logs.cluster import Json


def differing(found: Sequence[Json], expected: Sequence[Json]) -> Iterator[str]:
    """One line per field that is not as expected; one for documents that are missing or too many."""
    if len(found) != len(expected):
        yield f"{len(found)} documents instead of {len(expected)}"
    for position, (one, other) in enumerate(zip(found, expected, strict=False)):
        for name in sorted({*one, *other}):
            if one.get(name) != other.get(name):
                yield f"{position} {name}: {one.get(name)!r} instead of {other.get(name)!r}"
