"""PromQL as plain frozen trees: read with the grammar, changed with `dataclasses.replace`, printed as text again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import promql_parser as grammar

from obs.check.promql import matchers_of, parse
from obs.conventions import duration, number


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a quoted string, as text."""

    text: str


@dataclass(frozen=True, slots=True)
class Selector:
    """One vector selector; `range_` and `offset` in seconds, 0 = none."""

    name: str
    matchers: tuple[tuple[str, str, str], ...]
    range_: float = 0.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Subquery:
    """`(inside)[range_:step] offset ...`, all in seconds."""

    inside: "Node"
    range_: float
    step: float
    offset: float


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregation; `how` is by, without or "" (all labels go)."""

    name: str
    how: str
    labels: tuple[str, ...]
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands; `how` is on, ignoring or "", `group` is group_left, group_right or ""."""

    left: "Node"
    operator: str
    right: "Node"
    how: str = ""
    labels: tuple[str, ...] = ()
    group: str = ""
    extra: tuple[str, ...] = ()
    bool_: bool = False


@dataclass(frozen=True, slots=True)
class Bracket:
    """Parentheses, or a unary minus before an operand."""

    sign: str
    inside: "Node"


Node = Literal | Selector | Subquery | Call | Aggregate | Binary | Bracket
_HOW = {"By": "by", "Without": "without", "Include": "on", "Exclude": "ignoring"}


def read(text: str) -> Node:
    """The tree of an expression; ValueError when it does not parse."""
    return _node(parse(text))


def children(node: Node) -> tuple[Node, ...]:
    """The operands of a node, left to right."""
    match node:
        case Call() | Aggregate():
            return node.arguments
        case Binary():
            return (node.left, node.right)
        case Subquery() | Bracket():
            return (node.inside,)
        case _:
            return ()


def with_children(node: Node, new: tuple[Node, ...]) -> Node:
    """The node with other operands."""
    match node:
        case Call() | Aggregate():
            return replace(node, arguments=new)
        case Binary():
            return replace(node, left=new[0], right=new[1])
        case Subquery() | Bracket():
            return replace(node, inside=new[0])
        case _:
            return node


def walk(node: Node) -> Iterator[Node]:
    """Every node, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def everywhere(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with `change` applied to every node, leaves first."""
    return change(with_children(node, tuple(everywhere(child, change) for child in children(node))))


def text(node: Node) -> str:
    """One line of PromQL. Operands keep the parentheses they were written with, so the meaning stays."""
    match node:
        case Literal():
            return node.text
        case Selector():
            inside = ", ".join(f"{name}{op}{quoted(value)}" for name, op, value in node.matchers)
            range_ = f"[{duration(node.range_)}]" if node.range_ else ""
            return node.name + (f"{{{inside}}}" if inside else "") + range_ + _offset(node.offset)
        case Subquery():
            step = duration(node.step) if node.step else ""
            return f"{text(node.inside)}[{duration(node.range_)}:{step}]{_offset(node.offset)}"
        case Call():
            return f"{node.name}({', '.join(text(one) for one in node.arguments)})"
        case Aggregate():
            how = f" {node.how} ({', '.join(node.labels)})" if node.how else ""
            return f"{node.name}{how} ({', '.join(text(one) for one in node.arguments)})"
        case Bracket():
            return f"-{text(node.inside)}" if node.sign == "-" else f"({text(node.inside)})"
        case Binary():
            return f"{text(node.left)} {node.operator}{_modifiers(node)} {text(node.right)}"


def quoted(value: str) -> str:
    """A PromQL string in double quotes."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _offset(seconds: float) -> str:
    return f" offset {duration(seconds)}" if seconds else ""


def _modifiers(node: Binary) -> str:
    words = " bool" if node.bool_ else ""
    words += f" {node.how} ({', '.join(node.labels)})" if node.how else ""
    return words + (f" {node.group} ({', '.join(node.extra)})" if node.group else "")


def _node(node: Any) -> Node:
    if getattr(node, "at", None) is not None:
        raise ValueError("the @ modifier is not known here")
    match node:
        case grammar.NumberLiteral():
            return Literal(number(node.val))
        case grammar.StringLiteral():
            return Literal(quoted(node.val))
        case grammar.VectorSelector():
            matchers = tuple((m.name, m.op, m.value) for m in matchers_of(node))
            return Selector(node.name or "", matchers, 0.0, _seconds(node.offset))
        case grammar.MatrixSelector():
            inner = _node(node.vector_selector)
            assert isinstance(inner, Selector)
            return replace(inner, range_=_seconds(node.range))
        case grammar.SubqueryExpr():
            return Subquery(_node(node.expr), _seconds(node.range), _seconds(node.step), _seconds(node.offset))
        case grammar.Call():
            return Call(str(node.func.name), tuple(_node(one) for one in node.args))
        case grammar.AggregateExpr():
            return _aggregate(node)
        case grammar.ParenExpr():
            return Bracket("", _node(node.expr))
        case grammar.UnaryExpr():
            return Bracket("-", _node(node.expr))
        case _:
            return _binary(node)


def _aggregate(node: Any) -> Aggregate:
    how = _HOW[str(node.modifier.type).rpartition(".")[2]] if node.modifier else ""
    labels = tuple(node.modifier.labels) if node.modifier else ()
    inside = (node.expr,) if node.param is None else (node.param, node.expr)
    return Aggregate(str(node.op), how, labels, tuple(_node(one) for one in inside))


def _binary(node: Any) -> Binary:
    plain = Binary(_node(node.lhs), str(node.op), _node(node.rhs))
    modifier = node.modifier
    if modifier is None:
        return plain
    matching = modifier.matching
    group = {"ManyToOne": "group_left", "OneToMany": "group_right"}.get(str(modifier.card).rpartition(".")[2], "")
    return replace(
        plain,
        how=_HOW[str(matching.type).rpartition(".")[2]] if matching else "",
        labels=tuple(matching.labels) if matching else (),
        group=group,
        extra=tuple(modifier.group_labels or ()) if group else (),
        bool_=modifier.return_bool,
    )


def _seconds(value: timedelta | None) -> float:
    return value.total_seconds() if value else 0.0
