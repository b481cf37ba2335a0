"""Which labels an expression's result carries, and what can go wrong on the way there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import promql_parser as grammar

from obs.check.promql import SET_OPERATORS, Node, function, is_scalar, matchers_of, operator, parse, unwrapped

Labels = frozenset[str]
KEEPING = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
FOLLOWS = {"label_topology_kubernetes_io_zone": "node", "label_topology_kubernetes_io_region": "node"}
"""Labels that follow from another one, which therefore tell nothing more: a node lies in one zone."""
ABSENT = frozenset({"absent", "absent_over_time"})


@dataclass(frozen=True, slots=True)
class Shape:
    """Labels of a result (None: unknown); `pinned` ones have one value only, so they do not tell series apart."""

    labels: Labels | None
    pinned: Labels = frozenset()

    @property
    def telling(self) -> Labels:
        """The labels that tell series of the result apart."""
        known = self.labels or frozenset()
        return known - self.pinned - {label for label, owner in FOLLOWS.items() if owner in known}


@dataclass(slots=True)
class Inference:
    """Infers shapes from the labels each metric is known to carry; `problems` collects (rule, what, fix)."""

    known: Mapping[str, Labels]
    problems: list[tuple[str, str, str]] = field(default_factory=list)

    def of(self, text: str) -> Shape:
        """The shape of an expression."""
        return self._shape(parse(text))

    def _shape(self, node: Node) -> Shape:
        node = unwrapped(node)
        if isinstance(node, grammar.VectorSelector):
            return self._selector(node)
        if isinstance(node, grammar.MatrixSelector):
            return self._selector(node.vector_selector)
        if isinstance(node, (grammar.SubqueryExpr, grammar.UnaryExpr)):
            return self._shape(node.expr)
        if isinstance(node, grammar.AggregateExpr):
            return self._aggregate(node)
        if isinstance(node, grammar.Call):
            return self._call(node)
        if isinstance(node, grammar.BinaryExpr):
            return self._binary(node)
        return Shape(frozenset())

    def _selector(self, node: Node) -> Shape:
        matchers = matchers_of(node)
        pinned = frozenset(m.name for m in matchers if m.op == "=" and "$" not in m.value)
        labels = self.known.get(node.name or "")
        if labels is None:
            return Shape(None, pinned)
        for matcher in matchers:
            if matcher.name not in labels and matcher.name != "__name__":
                what = f"{node.name} has no label {matcher.name}"
                self.problems.append(("labels-declared", what, "declare the label on the metric or drop the matcher"))
        return Shape(labels, pinned & labels)

    def _aggregate(self, node: Node) -> Shape:
        inner = self._shape(node.expr)
        if inner.labels is None or function(node) in KEEPING:
            return inner
        if node.modifier is None:
            return Shape(frozenset())
        named = frozenset(node.modifier.labels)
        if node.modifier.type == grammar.AggModifierType.Without:
            return Shape(inner.labels - named, inner.pinned - named)
        for label in sorted(named - inner.labels):
            what = f"by ({label}): the series below carry no label {label}"
            self.problems.append(("impossible-label", what, "aggregate by labels that exist"))
        return Shape(named & inner.labels, inner.pinned & named)

    def _call(self, node: Node) -> Shape:
        name = function(node)
        if name in ABSENT:
            inner = unwrapped(node.args[0])
            while not isinstance(inner, (grammar.VectorSelector, grammar.MatrixSelector)):
                inner = unwrapped(getattr(inner, "lhs", None) or inner.expr)
            selector = getattr(inner, "vector_selector", inner)
            named = frozenset(m.name for m in matchers_of(selector) if m.op == "=")
            self._selector(selector)
            return Shape(named, named)
        vectors = [
            self._shape(a) for a in node.args if not isinstance(a, (grammar.StringLiteral, grammar.NumberLiteral))
        ]
        if not vectors or name in ("vector", "scalar", "time"):
            return Shape(frozenset())
        shape = vectors[-1] if name == "histogram_quantile" else vectors[0]
        if shape.labels is None:
            return shape
        if name in ("label_replace", "label_join"):
            added = str(node.args[1].val)
            return Shape(shape.labels | {added}, shape.pinned - {added})
        if name == "histogram_quantile":
            if "le" not in shape.labels:
                self.problems.append(
                    ("histogram-le", "histogram_quantile over series without le", "keep le in the by clause")
                )
            return Shape(shape.labels - {"le"}, shape.pinned - {"le"})
        return shape

    def _binary(self, node: Node) -> Shape:
        left, right = self._shape(node.lhs), self._shape(node.rhs)
        if is_scalar(node.lhs) or is_scalar(node.rhs):
            return right if is_scalar(node.lhs) else left
        if left.labels is None or right.labels is None:
            return left
        on = _matched(node, left, right)
        self.problems += list(_unmatched(node, left, right, on))
        if operator(node) in SET_OPERATORS:
            if operator(node) == "or":
                return Shape(left.labels | right.labels, left.pinned & right.pinned)
            return left
        return self._joined(node, left, right, on)

    def _joined(self, node: Node, left: Shape, right: Shape, on: Labels) -> Shape:
        card = node.modifier.card if node.modifier else grammar.VectorMatchCardinality.OneToOne
        extra = frozenset(node.modifier.group_labels or ()) if node.modifier else frozenset()
        many, one = (right, left) if card == grammar.VectorMatchCardinality.OneToMany else (left, right)
        sides = (left, right) if card == grammar.VectorMatchCardinality.OneToOne else (one,)
        loose = sorted({label for side in sides for label in side.telling - on})
        if loose:
            what = f"series of one side of {operator(node)} differ in {', '.join(loose)}, which is not matched on"
            self.problems.append(
                ("many-to-many", what, "aggregate that side by the matching labels or use group_left on it")
            )
        if card == grammar.VectorMatchCardinality.OneToOne:
            return Shape((left.labels or frozenset()) & (on | left.pinned if not _on(node) else on), left.pinned & on)
        return Shape((many.labels or frozenset()) | extra, many.pinned)


def _on(node: Node) -> bool:
    matching = node.modifier.matching if node.modifier else None
    return matching is not None and matching.type == grammar.LabelModifierType.Include


def _matched(node: Node, left: Shape, right: Shape) -> Labels:
    matching = node.modifier.matching if node.modifier else None
    if matching is None:
        return (left.labels or frozenset()) | (right.labels or frozenset())
    named = frozenset(matching.labels)
    if matching.type == grammar.LabelModifierType.Include:
        return named
    return ((left.labels or frozenset()) | (right.labels or frozenset())) - named


def _unmatched(node: Node, left: Shape, right: Shape, on: Labels) -> Iterator[tuple[str, str, str]]:
    """Labels that only one side has: the match can never succeed."""
    if operator(node) == "or":
        return
    lonely = sorted(label for label in on if (label in (left.labels or ())) != (label in (right.labels or ())))
    if lonely:
        what = f"only one side of {operator(node)} carries {', '.join(lonely)}, so nothing can match"
        yield "impossible-label", what, "name the common labels with on (...)"
