"""KQL, as far as our own queries use it: parsed strictly, so that what passes here passes Kibana's grammar as well.

Kibana's grammar allows more (nested fields, fields with wildcards, bare values); tests hold both against each other.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<mark><=|>=|<|>|[():])|(?P<word>[^\s"():<>{}\\]+))', re.DOTALL
)
_WORDS = ("and", "or", "not")


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One comparison: `operator` is ":" or a comparison sign, `values` the alternatives, quotes included."""

    field: str
    operator: str
    values: tuple[str, ...]


class KqlError(ValueError):
    """What is wrong with a query, in words."""


def terms(query: str) -> tuple[Term, ...]:
    """Every comparison of a query, in order; () for an empty one. KqlError for what is no query."""
    parser = _Parser(_tokens(query))
    if not parser.tokens:
        return ()
    parser.disjunction()
    parser.end()
    return tuple(parser.found)


def _tokens(query: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while query[at:].strip():
        match = _TOKEN.match(query, at)
        if match is None:
            raise KqlError(f"cannot read on at {query[at:].strip()[:20]!r}")
        kind = str(match.lastgroup)
        text = match[kind]
        tokens.append(("operator", text.lower()) if kind == "word" and text.lower() in _WORDS else (kind, text))
        at = match.end()
    return tokens


class _Parser:
    """Recursive descent: or, and, not, parentheses, comparisons; lists of values likewise."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.found: list[Term] = []

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, kind: str, text: str = "") -> str:
        """The next token's text when it is of this kind (and text); KqlError otherwise."""
        found = self.peek()
        if found[0] != kind or (text and found[1] != text):
            raise KqlError(f"{text or 'a ' + kind} should stand before {self._rest()!r}")
        self.at += 1
        return found[1]

    def accept(self, kind: str, text: str) -> bool:
        if self.peek() == (kind, text):
            self.at += 1
            return True
        return False

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise KqlError(f'"and" or "or" should stand before {self._rest()!r}')

    def disjunction(self) -> None:
        self.conjunction()
        while self.accept("operator", "or"):
            self.conjunction()

    def conjunction(self) -> None:
        self.negation()
        while self.accept("operator", "and"):
            self.negation()

    def negation(self) -> None:
        self.accept("operator", "not")
        if self.accept("mark", "("):
            self.disjunction()
            self.take("mark", ")")
        else:
            self.comparison()

    def comparison(self) -> None:
        field = self.take("word")
        if "*" in field:
            raise KqlError(f"{field}: name the field, so that its existence can be checked")
        sign = self.take("mark")
        if sign in "()":
            raise KqlError(f"a comparison should stand behind {field}")
        values = self.values() if sign == ":" else (self.value(),)
        self.found.append(Term(field=field, operator=sign, values=values))

    def values(self) -> tuple[str, ...]:
        if not self.accept("mark", "("):
            return (self.value(),)
        found = [self.listed()]
        while self.peek()[0] == "operator" and self.peek()[1] in ("or", "and"):
            self.at += 1
            found.append(self.listed())
        self.take("mark", ")")
        return tuple(found)

    def listed(self) -> str:
        self.accept("operator", "not")
        return self.value()

    def value(self) -> str:
        """A quoted text, or words up to the next operator or mark: `a: b c` is one value to Kibana, not to us."""
        kind, text = self.peek()
        if kind not in ("string", "word"):
            raise KqlError(f"a value should stand before {self._rest()!r}")
        self.at += 1
        if self.peek()[0] in ("string", "word"):
            raise KqlError(f"quote values of several words, at {text!r}")
        return text

    def _rest(self) -> str:
        return " ".join(text for _, text in self.tokens[self.at : self.at + 4]) or "the end"
