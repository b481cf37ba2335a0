"""A YAML value with its place: what the reader hands on, and what plain scalars mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol

from obs.model.platform import Place

Scalar = str | int | float | bool | None


class YamlProblem(Exception):
    """Text that is not the YAML we read: where, what is wrong, what to write."""

    def __init__(self, place: Place, what: str, fix: str) -> None:
        super().__init__(f"{place}: {what}; {fix}")
        self.place, self.what, self.fix = place, what, fix


class Mark(Protocol):
    """A place as the parser tells it, counted from 0."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


Where = tuple["Where", str | int] | None
"""How a value is reached, last step first: the key or the position in what holds it, and how that is reached."""


@dataclass(kw_only=True, slots=True, eq=False)
class Node:
    """One scalar, mapping or sequence.

    `text` is the scalar as written, without quotes; `plain` is False when it was quoted. `data` is what it means by the
    YAML 1.2 core schema: true and false are the only booleans, 0777, 22:22 and 2024-01-01 are text. Not frozen, and
    told where it stands only when asked, since making thirty thousand is most of what reading the catalogue's stories
    costs, and hardly one of them is ever asked.
    """

    kind: Literal["scalar", "mapping", "sequence"]
    file: str
    mark: Mark | None
    where: Where = None
    text: str = ""
    plain: bool = False
    data: Scalar = None
    pairs: tuple[tuple["Node", "Node"], ...] = ()
    elements: tuple["Node", ...] = ()

    @property
    def place(self) -> Place:
        """Where its first character stands."""
        return place_of(self.file, self.mark)

    @property
    def path(self) -> str:
        """The way to it: services[2].component; a key's path is that of its mapping."""
        steps: list[str] = []
        where = self.where
        while where:
            where, step = where
            steps.append(_step(step))
        return "".join(reversed(steps)).removeprefix(".")

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """Key text and value of each entry, in file order; nothing for scalars and sequences."""
        return ((key.text, value) for key, value in self.pairs)

    def get(self, key: str) -> "Node | None":
        """The value under a key, or None."""
        for name, value in self.pairs:
            if name.text == key:
                return value
        return None

    def value(self) -> Any:
        """Plain data: dict (keys are text), list, str, int, float, bool or None."""
        if self.kind == "mapping":
            return {key: value.value() for key, value in self.items()}
        return [element.value() for element in self.elements] if self.kind == "sequence" else self.data

    @property
    def trap(self) -> str:
        """What other YAML readers take this unquoted text for, although it is text here; "" when all agree."""
        if not self.plain or not isinstance(self.data, str):
            return ""
        return next((meaning for meaning, pattern in _TRAPS if pattern.fullmatch(self.text)), "")


def place_of(file: str, mark: Mark | None) -> Place:
    """A mark of the parser's as a place, which counts from 1."""
    return Place(file=file, line=mark.line + 1, column=mark.column + 1) if mark else Place(file=file)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _WORD.fullmatch(step) else f"[{step[:63]!r}]"


_WORD = re.compile(r"[\w-]{1,63}")
"""A key that can stand in a path as it is."""
_TRAPS = (
    ("true", re.compile(r"[yY]|[yY]es|YES|[oO]n|ON")),
    ("false", re.compile(r"[nN]|[nN]o|NO|[oO]ff|OFF")),
    ("an octal number", re.compile(r"[-+]?0o?[0-7_]+")),
    ("a number of base 60", re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")),
    ("a number", re.compile(r"[-+]?[0-9][0-9_]*(\.[0-9_]*)?|0b[01_]+")),
    ("a date", re.compile(r"\d{4}-\d\d?-\d\d?([Tt ].*)?")),
)
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@lru_cache(maxsize=4096)
def meaning(text: str) -> Scalar:
    """What an unquoted scalar means by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _HEX.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _ENDLESS.fullmatch(text) else text
