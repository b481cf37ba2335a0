"""Reads a tree by the table: plain values out, every mistake noted on the way."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from obs.model.platform import Place
from obs.spec.kinds import Choice, Flag, Key, Kind, List, Map, Name, Number, Record, Tagged, Text, keys_of, words
from obs.spec.names import Names
from obs.spec.problems import Problems, below, described, nearest, short, suggestion
from obs.spec.texts import foreign, in_bytes
from obs.spec.yaml_node import Node

TEXT_LIMIT = 10_000
"""Characters of one text; the longest in a spec is a mixin's config."""


@dataclass(frozen=True, slots=True)
class Values:
    """What a record said: only the keys that were given."""

    place: Place
    data: dict[str, Any]
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where the value of each key stands."""

    def get(self, key: str, otherwise: Any = None) -> Any:
        """The value given under a key, else the other one."""
        return self.data.get(key, otherwise)

    def given(self, *keys: str) -> dict[str, Any]:
        """Those of the keys that were given, with their values."""
        return {key: self.data[key] for key in keys if key in self.data}


@dataclass(frozen=True, slots=True)
class Reading:
    """One pass over one tree. Each method returns the value, or None after noting why there is none."""

    names: Names
    problems: Problems
    homes: Callable[[], Mapping[str, str]] = dict
    """Where a key in the wrong place belongs, as `homes` tells it; asked for only when one does."""

    def read(self, node: Node, kind: Kind) -> Any:
        """The value of a node as the kind says it should be."""
        if node.kind == "scalar" and node.data is None:
            fix = 'give it a value (text that starts with "#" needs quotes), or remove the line'
            return self._say(node, "is empty", fix)
        match kind:
            case Text():
                return self._text(node, kind)
            case Number():
                return self._number(node, kind)
            case Flag():
                return self._flag(node)
            case Choice():
                return self._choice(node, kind)
            case Name():
                return self._name(node, kind)
            case List():
                return self._list(node, kind)
            case Map():
                return self._map(node, kind)
            case Record() | Tagged():
                return self._record(node, kind)

    def _say(self, node: Node, what: str, fix: str) -> Any:
        """Note a mistake; None, in place of the value."""
        self.problems.say(node.place, node.path, what, fix)
        return None

    def _mistyped(self, node: Node, wanted: str, fix: str, *, secret: bool = False) -> Any:
        return self._say(node, f"must be {wanted}, is {described(node, secret=secret)}", fix)

    def _text(self, node: Node, kind: Text) -> Any:
        fits = node.kind == "scalar" and len(node.text) <= TEXT_LIMIT and re.fullmatch(kind.pattern, node.text)
        example = f"write one such as {kind.example}"
        number = isinstance(node.data, int | float) and not isinstance(node.data, bool)
        if node.kind != "scalar":
            return self._mistyped(node, kind.what, example)
        if not isinstance(node.data, str) and not (kind.numbers and number):
            advice = f'quote it: "{node.text[:60]}"' if fits else kind.advise(node.text[:60])
            return self._mistyped(node, kind.what, advice or example, secret=kind.secret)
        if not fits:
            letter = "" if kind.secret else foreign(node.text[:TEXT_LIMIT])
            what = f"must be {kind.what}" + ("" if kind.secret else f", is {short(node.text)}")
            advice = kind.advise(node.text[:TEXT_LIMIT] if len(node.text) < 200 else "")
            return self._say(node, what + (f" ({letter})" if letter else ""), advice or example)
        if node.trap:
            return self._trapped(node)
        if wrong := kind.check(node.text):
            what, _, fix = wrong.partition(": ")
            return self._say(node, f"{short(node.text)} {what}", fix or example)
        return node.text

    def _trapped(self, node: Node) -> Any:
        return self._say(
            node, f"{short(node.text)} means {node.trap} to other YAML readers", f'quote it: "{node.text}"'
        )

    def _number(self, node: Node, kind: Number) -> Any:
        value = node.data
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self._mistyped(node, words(kind), _numeric(node, "3" if kind.whole else "5 or 0.05"))
        if not math.isfinite(value):
            return self._mistyped(node, "a finite number", "write a number such as 100")
        if kind.whole and not isinstance(value, int):
            return self._mistyped(node, "a whole number", f"write {round(value)}" if abs(value) < 1e15 else "write 1")
        if limit := _limit(kind, value):
            return self._say(node, f"must be {limit}, is {node.text[:30]}", kind.advise(value) or f"write one {limit}")
        return value

    def _flag(self, node: Node) -> Any:
        if isinstance(node.data, bool):
            return node.data
        quoted = not node.plain and node.text in ("true", "false")
        meant = node.trap if node.trap in ("true", "false") else ""
        fix = "remove the quotes" if quoted else f"write {meant}" if meant else "write true or false"
        return self._mistyped(node, "true or false", fix)

    def _choice(self, node: Node, kind: Choice) -> Any:
        if isinstance(node.data, str) and node.data in kind.values:
            return self._trapped(node) if node.trap else node.data
        near = nearest(node.text, kind.values)
        near = near or next((value for value in kind.values if node.text.startswith(f"{value}.")), "")
        return self._mistyped(node, words(kind), f'did you mean "{near}"?' if near else f'write "{kind.values[0]}"')

    def _name(self, node: Node, kind: Name) -> Any:
        noun = kind.of.removeprefix("platform ")
        if not isinstance(node.data, str):
            return self._mistyped(node, words(kind), suggestion("", self.names.known[kind.of], noun))
        if node.data in self.names.known[kind.of]:
            return self._trapped(node) if node.trap else node.data
        if absent := self.names.absent.get(kind.of, {}).get(node.data):
            return self._say(node, f"{noun} {short(node.text)} {absent[0]}", absent[1])
        known, absent_here = self.names.known[kind.of], self.names.absent.get(kind.of, {})
        near = "" if nearest(node.text, known) else nearest(node.text, absent_here)
        fix = f'did you mean "{near}"? It {absent_here[near][0]}' if near else suggestion(node.text, known, noun)
        return self._say(node, f"no {noun} {short(node.text)}", fix)

    def _list(self, node: Node, kind: List) -> Any:
        if node.kind != "sequence":
            if kind.one and node.kind == "scalar":
                return (self.read(node, kind.item),)
            return self._mistyped(node, "a list", 'start each entry with "- "')
        if len(node.elements) < kind.least:
            return self._say(node, "the list is empty", f"write at least {kind.least} entry")
        return tuple(self.read(element, kind.item) for element in node.elements)

    def _map(self, node: Node, kind: Map) -> Any:
        if node.kind != "mapping":
            return self._mistyped(node, "a mapping", 'write "key: value"')
        return {self.read(_at(key, value), kind.key): self.read(value, kind.value) for key, value in node.pairs}

    def _record(self, node: Node, kind: Record | Tagged) -> Any:
        if node.kind != "mapping":
            return self._mistyped(node, "a mapping", _as_entry(node, kind))
        tag = _tag(node, kind)
        keys = {key.name: key for key in keys_of(kind, tag)}
        elsewhere = _case_keys(kind) if isinstance(kind, Tagged) and tag not in kind.cases else set()
        data = {}
        for name, value in node.pairs:
            if name.text in keys and name.text not in elsewhere:
                data[name.text] = self.read(value, keys[name.text].kind)
            elif name.text not in elsewhere:
                fix = _meant(name.text, tuple(keys.values()), self.homes, node.path)
                self.problems.say(name.place, _shortened(value.path), "unknown key", fix)
        for key in keys.values():
            if key.required and key.name not in data and node.get(key.name) is None:
                self.problems.say(
                    node.place, below(node.path, key.name), "missing", f"add {key.name}: {_sample(key.kind)}"
                )
        return Values(node.place, data, {name.text: value.place for name, value in node.pairs})


def _tag(node: Node, kind: Record | Tagged) -> object:
    value = node.get(kind.by) if isinstance(kind, Tagged) else None
    return value.data if value else None


def _case_keys(kind: Tagged) -> set[str]:
    """Keys nothing can be said about while it is unknown which case holds."""
    return {key.name for keys in kind.cases.values() for key in keys}


def _as_entry(node: Node, kind: Record | Tagged) -> str:
    """How a text becomes an entry, when the record has a key that must be given."""
    first = next((key.name for key in keys_of(kind) if key.required), "")
    plain = re.fullmatch(r"[\w.-]{1,31}", node.text)
    return f'write "{first}: {node.text}"' if first and plain else 'write "key: value"'


def _at(key: Node, value: Node) -> Node:
    """A key as a value of its own, so that it is read like one; its path is that of its entry."""
    return replace(key, where=value.where, data=key.text)


def _meant(name: str, keys: tuple[Key, ...], homes: Callable[[], Mapping[str, str]], path: str) -> str:
    """What to do about a key that is none here: another spelling, another place, or the keys there are."""
    if not keys:
        return "remove it: nothing can be set here"
    names = [key.name for key in keys]
    if guessed := next((key.name for key in keys if name in key.guesses), "") or nearest(name, names):
        return f'did you mean "{guessed}"?'
    elsewhere, here = homes().get(name, ""), re.sub(r"\[\d+\]", "[]", path)
    if elsewhere and not elsewhere.endswith(f" {here}"):  # it may be a key of another case of the same record
        return elsewhere
    return suggestion(name, names, "key")


def _shortened(path: str) -> str:
    """A path whose last key, which may be any text, is cut to a length that fits a message."""
    return path if len(path) < 200 else f"{path[:200]}…"


def _sample(kind: Kind) -> str:
    """A value to show in "add key: value"."""
    match kind:
        case Text():
            return kind.example
        case Choice():
            return kind.values[0]
        case List():
            return _sample(kind.item) if kind.one else "and a list under it"
        case Record() | Tagged() | Map():
            return "and a mapping under it"
        case Name():
            return f"with {words(kind)}"
        case _:
            return "with a value"


def _numeric(node: Node, example: str) -> str:
    text = node.text.strip()[:30]
    if node.path.endswith("_bytes") and (amount := in_bytes(text)):
        return f"write {amount}"
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?%", text):
        return f"write {float(text[:-1]) / 100:.10g}"
    if re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", text):
        return f"write {text.lstrip('+').lstrip('0') or 0}" if node.plain else "remove the quotes"
    return f"write a number such as {example}"


def _limit(kind: Number, value: float) -> str:
    """The bound a value breaks, in words; "" when it keeps them all."""
    if kind.above is not None and kind.below is not None and not kind.above < value < kind.below:
        return f"between {kind.above:g} and {kind.below:g}"
    if kind.least is not None and kind.most is not None and not kind.least <= value <= kind.most:
        return f"from {kind.least:g} to {kind.most:g}"
    if kind.least is not None and value < kind.least:
        return f"{kind.least:g} or more"
    return f"{kind.most:g} or less" if kind.most is not None and value > kind.most else ""
