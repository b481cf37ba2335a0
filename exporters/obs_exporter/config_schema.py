"""A document held against a JSON Schema: the part of that language our configurations use, all problems at once.

The library `jsonschema` says the same (a test compares both) and would cost each exporter seven megabytes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import gt, le, lt
from typing import Any

from obs_exporter.config_yaml import Place

Schema = Mapping[str, Any]
Problem = tuple[Place, str]
TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}
NUMBER = (int, float)
SAID_ELSEWHERE = {"type", "description", "title", "default", "examples", "$schema"}
"""Keywords without a check of their own."""


def problems(value: Any, schema: Schema, place: Place = ()) -> Iterator[Problem]:
    """What the schema finds wrong, in the order of the document's keys."""
    kind = schema.get("type")
    if kind and not _is(value, kind):
        yield place, f"is {_told(value)}; write {NAMES.get(kind, f'a {kind}')}"
        return
    for keyword, limit in schema.items():
        if keyword not in SAID_ELSEWHERE:
            yield from _CHECKS[keyword](value, limit, schema, place)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, float) and value.is_integer())


def _told(value: Any) -> str:
    """A value as an error may show it; never more than a line, and text only by its length: it may be a secret."""
    if value is None:
        return "empty"
    if isinstance(value, str):
        return "text"
    return "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else str(value).lower()


def _enum(value: Any, allowed: list[Any], _: Schema, place: Place) -> Iterator[Problem]:
    if not any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in allowed):
        near = _nearest(value, [str(each) for each in allowed]) if isinstance(value, str) else ""
        yield place, f"is none of {', '.join(map(str, allowed))}{near}"


def _nearest(word: str, known: list[str]) -> str:
    from difflib import get_close_matches  # a bad configuration may take its time; a good one need not load this

    near = get_close_matches(word, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _properties(value: Any, inner: Schema, _: Schema, place: Place) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in inner:
                yield from problems(item, inner[key], (*place, key))


def _additional(value: Any, allowed: bool | Schema, schema: Schema, place: Place) -> Iterator[Problem]:
    known = schema.get("properties", {})
    for key, item in value.items() if isinstance(value, dict) else ():
        if key in known or allowed is True:
            continue
        elif allowed is False:
            near = _nearest(key, list(known)) or f"; known are {', '.join(known)}"
            yield (*place, key), f"no such key{near}"
        else:
            yield from problems(item, allowed, (*place, key))


def _required(value: Any, names: list[str], schema: Schema, place: Place) -> Iterator[Problem]:
    for name in names if isinstance(value, dict) else ():
        if name not in value:
            about = schema.get("properties", {}).get(name, {}).get("description", "")
            yield place, f"lacks the key {name}" + (f": {about}" if about else "")


def _dependent(value: Any, needs: Mapping[str, list[str]], _: Schema, place: Place) -> Iterator[Problem]:
    for name in needs if isinstance(value, dict) else ():
        missing = [other for other in needs[name] if name in value and other not in value]
        if missing:
            yield (*place, name), f"needs {' and '.join(missing)} beside it"


def _items(value: Any, inner: Schema, _: Schema, place: Place) -> Iterator[Problem]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield from problems(item, inner, (*place, index))


def _pattern(value: Any, pattern: str, schema: Schema, place: Place) -> Iterator[Problem]:
    if isinstance(value, str) and not re.search(pattern, value):
        yield place, f"does not look like {schema.get('description') or f'the pattern {pattern}'}"


def _format(value: Any, name: str, _: Schema, place: Place) -> Iterator[Problem]:
    if name == "regex" and isinstance(value, str):
        try:
            re.compile(value)
        except re.error as error:
            yield place, f"is no regular expression: {error.msg} at its character {(error.pos or 0) + 1}"


def _unique(value: Any, wanted: bool, _: Schema, place: Place) -> Iterator[Problem]:
    for index, item in enumerate(value if wanted and isinstance(value, list) else ()):
        if item in value[:index]:
            yield (*place, index), "stands twice"


def _any_of(value: Any, choices: list[Schema], _: Schema, place: Place) -> Iterator[Problem]:
    if all(any(problems(value, choice)) for choice in choices):
        yield place, f"needs {' or '.join(_wish(choice) for choice in choices)}"


def _one_of(value: Any, choices: list[Schema], _: Schema, place: Place) -> Iterator[Problem]:
    fitting = [choice for choice in choices if not any(problems(value, choice))]
    if len(fitting) != 1:
        yield place, f"needs one of {', '.join(_wish(choice) for choice in choices)}, and only one"


def _wish(choice: Schema) -> str:
    return " with ".join(choice["required"]) if "required" in choice else str(choice.get("description", "another form"))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bound:
    """The check of a limit on a number, or on the length of something."""

    of: tuple[type, ...]
    wrong: Callable[[float, float], bool]
    sentence: str

    def __call__(self, value: Any, limit: float, _: Schema, place: Place) -> Iterator[Problem]:
        if type(value) in self.of and self.wrong(value if self.of is NUMBER else len(value), limit):
            yield place, self.sentence.format(limit)


_CHECKS: Mapping[str, Callable[..., Iterator[Problem]]] = {
    "additionalProperties": _additional,
    "anyOf": _any_of,
    "dependentRequired": _dependent,
    "enum": _enum,
    "exclusiveMinimum": _Bound(of=NUMBER, wrong=le, sentence="must be more than {}"),
    "format": _format,
    "items": _items,
    "maxItems": _Bound(of=(list,), wrong=gt, sentence="has more than {} entries"),
    "maxProperties": _Bound(of=(dict,), wrong=gt, sentence="has more than {} keys"),
    "maximum": _Bound(of=NUMBER, wrong=gt, sentence="must be at most {}"),
    "minItems": _Bound(of=(list,), wrong=lt, sentence="has fewer than {} entries"),
    "minLength": _Bound(of=(str,), wrong=lt, sentence="has fewer than {} characters"),
    "minProperties": _Bound(of=(dict,), wrong=lt, sentence="has fewer than {} keys"),
    "minimum": _Bound(of=NUMBER, wrong=lt, sentence="must be at least {}"),
    "oneOf": _one_of,
    "pattern": _pattern,
    "properties": _properties,
    "required": _required,
    "uniqueItems": _unique,
}
KEYWORDS = frozenset(_CHECKS) | SAID_ELSEWHERE
"""All that a schema may say; any other keyword is a bug, found by the test of every exporter's schema."""
