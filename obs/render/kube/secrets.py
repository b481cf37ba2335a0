"""Which keys of a mounted Secret a configuration reads: the configuration itself is the only list."""

from collections.abc import Iterator
from typing import Any


def keys_under(folder: str, node: Any) -> tuple[str, ...]:
    """File names below `folder` that any text of the configuration names, sorted."""
    return tuple(sorted({text.removeprefix(f"{folder}/") for text in _texts(node) if text.startswith(f"{folder}/")}))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)
