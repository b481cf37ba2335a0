"""A YAML file as plain data that still knows where each part of it stands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Data = Mapping[str, Any]
Place = tuple[str | int, ...]
"""Keys and indexes that lead to a part of the document: ("targets", 2, "host")."""


class ConfigWrong(Exception):
    """The configuration cannot be used; the text has one line per problem, each with its place."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a file says."""

    path: Path
    data: Data
    marks: Mapping[Place, yaml.Mark]
    doubled: tuple[Place, ...]
    """Keys that stand twice in one mapping."""

    def told(self, problems: Iterable[tuple[Place, str]]) -> str:
        """One line per problem, in the file's order: file:line:column, the key, what is wrong, what to write."""
        placed = sorted((self._mark(place), f"{written(place)}{sentence}") for place, sentence in problems)
        return "\n".join(f"{self.path}:{line}:{column}: {text}" for (line, column), text in placed)

    def _mark(self, place: Place) -> tuple[int, int]:
        """Line and column of a part, or of what should hold it; both count from 1."""
        while place and place not in self.marks:
            place = place[:-1]
        return self.marks[place].line + 1, self.marks[place].column + 1


def written(place: Place) -> str:
    """`targets[2].host: `; nothing for the document as a whole."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return f"{text.removeprefix('.')}: " if text else ""


def read(path: Path) -> Document:
    """The file's document, {} for an empty one. Raises ConfigWrong where it is no YAML, or none we read."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise ConfigWrong(f"{path}: cannot be read: {error.strerror or type(error).__name__}") from None
    except UnicodeDecodeError:
        raise ConfigWrong(f"{path}: is not written in UTF-8") from None
    except yaml.MarkedYAMLError as error:
        raise ConfigWrong(_syntax(path, error)) from None
    except (yaml.YAMLError, RecursionError):
        raise ConfigWrong(f"{path}: is no YAML") from None
    return _document(path, node)


def _syntax(path: Path, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
    return f"{place}: is no YAML: {error.problem}"


def _document(path: Path, node: yaml.Node | None) -> Document:
    marks: dict[Place, yaml.Mark] = {(): node.start_mark if node else yaml.Mark("", 0, 0, 0, "", 0)}
    reading = _Reading(path, marks)
    data = reading.value(node, ()) if node is not None else {}
    if not isinstance(data, dict):
        raise ConfigWrong(f"{path}:1:1: is no mapping; write keys with values")
    return Document(path=path, data=data, marks=marks, doubled=tuple(reading.doubled))


class _Reading:
    """One walk over the nodes of a file."""

    def __init__(self, path: Path, marks: dict[Place, yaml.Mark]) -> None:
        self._path, self._marks = path, marks
        self._scalars = yaml.SafeLoader("")
        self._seen: set[int] = set()
        self.doubled: list[Place] = []

    def value(self, node: yaml.Node, place: Place) -> Any:
        """The node's data. An alias is refused: expanded over and over, a few lines could fill the memory."""
        mark = node.start_mark
        if id(node) in self._seen:
            raise ConfigWrong(f"{self._path}:{mark.line + 1}:{mark.column + 1}: aliases (*name) are not read here")
        self._seen.add(id(node))
        self._marks.setdefault(place, mark)
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, place))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _pairs(self, node: yaml.MappingNode, place: Place) -> Iterator[tuple[str, Any]]:
        seen = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            inner = (*place, key)
            if key in seen:
                self.doubled.append(inner)
            seen.add(key)
            self._marks[inner] = key_node.start_mark
            yield key, self.value(value_node, inner)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError):
            return str(node.value)
