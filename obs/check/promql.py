"""The one door to the PromQL grammar: parsing, walking, and the selectors of an expression."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import promql_parser as grammar

Node = Any
SET_OPERATORS = frozenset({"and", "or", "unless"})
COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
_INTERVALS = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "1h"}


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher; `op` is =, !=, =~ or !~."""

    name: str
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class Selector:
    """One vector selector: `range_` in seconds (0 = instant), `within` the functions around it, inner first."""

    name: str
    matchers: tuple[Matcher, ...]
    range_: float
    within: tuple[str, ...]


_OPS = {
    repr(grammar.MatchOp.Equal): "=",
    repr(grammar.MatchOp.NotEqual): "!=",
    repr(grammar.MatchOp.Re): "=~",
    repr(grammar.MatchOp.NotRe): "!~",
}
"""By their names, as the grammar's own values cannot be keys."""


@cache
def parse(text: str) -> Node:
    """The syntax tree of PromQL, Grafana's interval variables replaced; ValueError says what is wrong."""
    for variable, value in _INTERVALS.items():
        text = text.replace(variable, value)
    return grammar.parse(text)


def matchers_of(node: Node) -> tuple[Matcher, ...]:
    """The label matchers of a vector selector."""
    return tuple(Matcher(m.name, _OPS[repr(m.op)], m.value) for m in node.matchers.matchers)


def children(node: Node) -> tuple[Node, ...]:
    """The operands of a node, left to right."""
    if isinstance(node, grammar.BinaryExpr):
        return (node.lhs, node.rhs)
    if isinstance(node, grammar.AggregateExpr):
        return (node.param, node.expr) if node.param is not None else (node.expr,)
    if isinstance(node, grammar.Call):
        return tuple(node.args)
    if isinstance(node, grammar.MatrixSelector):
        return (node.vector_selector,)
    if isinstance(node, (grammar.ParenExpr, grammar.UnaryExpr, grammar.SubqueryExpr)):
        return (node.expr,)
    return ()


class Step(NamedTuple):
    """A node of a query, what holds it (None at the top), and the functions around it, inner first."""

    node: Node
    holder: Node | None
    within: tuple[str, ...]


def walk(node: Node) -> Iterator[Step]:
    """Every node from this one down, left to right."""
    ahead = [Step(node, None, ())]
    while ahead:
        step = ahead.pop()
        yield step
        name = function(step.node)
        within = (name, *step.within) if name else step.within
        ahead += [Step(child, step.node, within) for child in reversed(children(step.node))]


@cache
def steps(text: str) -> tuple[Step, ...]:
    """Every node of a query; kept, since half of the checks walk through all queries."""
    return tuple(walk(parse(text)))


@cache
def selectors(text: str) -> tuple[Selector, ...]:
    """Every vector selector of an expression, in order."""
    found = []
    for node, holder, within in steps(text):
        if isinstance(node, grammar.VectorSelector):
            matrix = holder if isinstance(holder, grammar.MatrixSelector) else None
            seconds = matrix.range.total_seconds() if matrix else 0.0
            found.append(Selector(node.name or _named(node), matchers_of(node), seconds, within))
    return tuple(found)


def _named(node: Node) -> str:
    return next((m.value for m in matchers_of(node) if m.name == "__name__" and m.op == "="), "")


def function(node: Node) -> str:
    """The function or aggregation a node applies, "" for anything else."""
    if isinstance(node, grammar.Call):
        return str(node.func.name)
    if isinstance(node, grammar.AggregateExpr):
        return str(node.op)
    return ""


def operator(node: Node) -> str:
    """The binary operator of a node, "" for anything else."""
    return str(node.op) if isinstance(node, grammar.BinaryExpr) else ""


def is_scalar(node: Node) -> bool:
    """Whether a node yields one number rather than series."""
    if isinstance(node, grammar.NumberLiteral):
        return True
    if isinstance(node, (grammar.ParenExpr, grammar.UnaryExpr)):
        return is_scalar(node.expr)
    if isinstance(node, grammar.BinaryExpr):
        return is_scalar(node.lhs) and is_scalar(node.rhs)
    return isinstance(node, grammar.Call) and node.func.name in ("scalar", "time", "pi")


def unwrapped(node: Node) -> Node:
    """A node without the parentheses around it."""
    while isinstance(node, grammar.ParenExpr):
        node = node.expr
    return node


def plain_regex(value: str) -> bool:
    """Whether a regex matcher's value is plain text, so that equality would do."""
    return re.fullmatch(r"[A-Za-z0-9_:/ -]*", value) is not None
