"""Selectors in a rule's text, and whether a series of a play is one of theirs."""

import re
from dataclasses import dataclass
from functools import lru_cache

from obs.render.play import Track

_SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{((?:[^{}\"]|\"(?:[^\"\\]|\\.)*\")*)\}")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher; the value as PromQL means it, without escapes."""

    label: str
    operator: str
    value: str

    def takes(self, value: str) -> bool:
        """Whether a label's value fits."""
        if self.operator in ("=", "!="):
            return (value == self.value) is (self.operator == "=")
        return (re.fullmatch(self.value, value) is not None) is (self.operator == "=~")


@dataclass(frozen=True, slots=True)
class Selector:
    """A series name with its matchers."""

    name: str
    matchers: tuple[Matcher, ...]

    def takes(self, track: Track) -> bool:
        """Whether a series of a play is selected."""
        labels = dict(track.labels)
        return track.name == self.name and all(m.takes(labels.get(m.label, "")) for m in self.matchers)


@lru_cache(maxsize=4096)
def selectors(expr: str) -> tuple[Selector, ...]:
    """Every selector with braces, in the order of the text."""
    return tuple(Selector(name, _matchers(inside)) for name, inside in _SELECTOR.findall(expr))


def _matchers(inside: str) -> tuple[Matcher, ...]:
    return tuple(Matcher(label, operator, _plain(value)) for label, operator, value in _MATCHER.findall(inside))


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value)
