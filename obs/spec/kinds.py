"""The vocabulary of the spec's table: the kinds of values that are read, printed as JSON Schema and documented.

The kinds a table row is made of take positional arguments, so that the table reads as one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

NameOf = Literal[
    "alert",
    "component",
    "implied component",
    "mute timing",
    "objective",
    "panel",
    "platform component",
    "receiver",
    "team",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Text that matches `pattern` as a whole. `advise` turns a wrong text into what to write; "" when it has no idea.

    `numbers`: unquoted numbers count as text (ports, chat ids). `secret`: messages never repeat the text.
    `check` is a further test that a pattern cannot make; it returns what is wrong, or "".
    """

    what: str
    example: str
    pattern: str
    advise: Callable[[str], str] = lambda text: ""
    check: Callable[[str], str] = lambda text: ""
    numbers: bool = False
    secret: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A finite number; `above` and `below` exclude the bound, `least` and `most` include it."""

    whole: bool = False
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    advise: Callable[[float], str] = lambda value: ""


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false, and nothing that other YAML readers take for them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """The name of something that exists: in the catalogue or elsewhere in the spec."""

    of: NameOf


@dataclass(frozen=True, slots=True)
class List:
    """A list; with `one`, a single item may stand for a list of one."""

    item: "Kind"
    one: bool = False
    least: int = 0


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping whose keys the user chooses."""

    key: "Text | Name"
    value: "Kind"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record. `default` is the value it takes when left out; `otherwise` says it in words when it depends.

    `guesses` are other names people try; they are answered with this one.
    """

    name: str
    kind: "Kind"
    help: str
    required: bool = False
    default: object = None
    otherwise: str = ""
    guesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys. `title` heads its table in the documentation."""

    title: str
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A record whose further keys depend on the value of one: a service's options on its component.

    `cases` gives the keys of each value, which stand beside (or refine) those of `common`.
    """

    by: str
    common: Record
    cases: Mapping[str, tuple[Key, ...]]


Kind = Text | Number | Flag | Choice | Name | List | Map | Record | Tagged


def keys_of(kind: Record | Tagged, tag: object = None) -> tuple[Key, ...]:
    """Every key of a record; of a tagged one those of its case, where a case's key replaces the common one."""
    if isinstance(kind, Record):
        return kind.keys
    own = kind.cases.get(tag, ()) if isinstance(tag, str) else ()
    refined = {key.name: key for key in own}
    common = tuple(refined.pop(key.name, key) for key in kind.common.keys)
    return (*common, *refined.values())


def words(kind: Kind) -> str:
    """The kind in words, as error messages and the documentation say it."""
    match kind:
        case Text():
            return kind.what
        case Number():
            return "a whole number" if kind.whole else "a number"
        case Flag():
            return "true or false"
        case Choice():
            return "one of " + ", ".join(kind.values)
        case Name():
            return f"the name of {'an' if kind.of[0] in 'aeio' else 'a'} {kind.of.removeprefix('platform ')}"
        case List():
            return f"{words(kind.item)}, or a list of such" if kind.one else f"a list, each {words(kind.item)}"
        case _:
            return "a mapping"
