"""The changes: threshold, comparison, window, hold, label and join of a rule, each one at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from obs.conventions import duration, number, seconds
from tests.mutants.tree import (
    Aggregate,
    Binary,
    Bracket,
    Call,
    Literal,
    Node,
    Selector,
    Subquery,
    children,
    everywhere,
    read,
    text,
    walk,
    with_children,
)

KINDS = ("threshold", "comparison", "window", "hold", "label", "join")
OTHER_WAYS = {
    ">": (">=", "<"),
    "<": ("<=", ">"),
    ">=": (">", "<"),
    "<=": ("<", ">"),
    "==": ("!=", "<="),
    "!=": ("==", ">"),
}
"""For each comparison the one that differs at the threshold only, then the opposite. (What equals 0 or 1 has no other
value on one side as a rule; `==` becomes the comparison that takes in the other side.)"""
OF_OTHERS = frozenset({"kube-state-metrics", "kubelet", "cadvisor"})
"""Jobs whose series carry the namespaces of what they tell of; any other job has the one namespace it runs in."""
SMALL = 5
"""Whole thresholds below this are moved by one instead of a quarter: a count has nothing between 1 and 1.25."""

Change = tuple[str, str, Node]
Matcher = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed rule: kind of change, what was changed in words, and what the rule says now."""

    kind: str
    what: str
    expr: str
    hold: str


def mutants(expr: str, hold: str) -> tuple[Mutant, ...]:
    """Every mutant of a rule, no two alike and none that says the same as the rule itself.

    Of a long list of `absent(...)`, all made alike, the first, the middle and the last one stand for all.
    """
    tree = read(expr)
    seen = {text(tree)}
    found = []
    spared = _spared(tree)
    for kind, what, changed in (*_places(tree, spared), *_windows(tree), *_matchers(tree), *_labels(tree)):
        if (now := text(changed)) not in seen:
            seen.add(now)
            found.append(Mutant(kind, what, now, hold))
    found += [Mutant("hold", f"hold {hold} becomes {new or 'none'}", expr, new) for new in _holds(hold)]
    return tuple(sorted(found, key=lambda m: KINDS.index(m.kind)))


def _holds(hold: str) -> tuple[str, ...]:
    return (duration(2 * seconds(hold)), "") if hold and seconds(hold) else ()


def _spared(tree: Node) -> frozenset[Node]:
    """The selectors within `absent()` that others of their list stand for."""
    listed = dict.fromkeys(n.arguments[0] for n in walk(tree) if isinstance(n, Call) and n.name == "absent")
    names = list(dict.fromkeys(n.name for n in listed if isinstance(n, Selector)))
    kept = {names[n] for n in (0, len(names) // 2, -1)} if names else set()
    return frozenset(n for n in listed if isinstance(n, Selector) and n.name not in kept)


def _places(tree: Node, spared: frozenset[Node]) -> Iterator[Change]:
    """Changes of one operator: thresholds, comparisons, joins."""
    guards = {guard for node in walk(tree) if (guard := _divisor_guard(node))}

    def local(node: Node) -> Iterator[Change]:
        if not isinstance(node, Binary):
            return
        if node in guards:
            yield "join", f"guard `> 0` of the divisor {told(node.left)} is dropped", node.left
        elif node.operator in OTHER_WAYS:
            yield from _thresholds(node)
            yield from _comparisons(node)
        if not spared or not _all_spared(node, spared):
            yield from _joins(node)

    yield from _anywhere(tree, local)


def _all_spared(node: Binary, spared: frozenset[Node]) -> bool:
    """Whether the operand a join would lose is one others stand for."""
    return all(n in spared for n in walk(node.right) if isinstance(n, Selector))


def _anywhere(node: Node, local: Callable[[Node], Iterator[Change]]) -> Iterator[Change]:
    yield from local(node)
    operands = children(node)
    for n, child in enumerate(operands):
        for kind, what, new in _anywhere(child, local):
            yield kind, what, with_children(node, (*operands[:n], new, *operands[n + 1 :]))


def _divisor_guard(node: Node) -> Node | None:
    """The comparison `> 0` that keeps zeros out of a divisor."""
    if not isinstance(node, Binary) or node.operator != "/":
        return None
    inside = node.right
    while isinstance(inside, Bracket):
        inside = inside.inside
    return inside if isinstance(inside, Binary) and (inside.operator, inside.right) == (">", Literal("0")) else None


def _thresholds(node: Binary) -> Iterator[Change]:
    bare = node.right.inside if isinstance(node.right, Bracket) and node.right.sign == "-" else node.right
    if not isinstance(bare, Literal):
        return
    value = float(bare.text) * (1 if bare is node.right else -1)
    for new in _moved(value):
        what = f"{told(node.left)} `{node.operator} {number(value)}` becomes `{node.operator} {number(new)}`"
        yield "threshold", what, replace(node, right=Literal(number(new)))


def _moved(value: float) -> tuple[float, float]:
    if value == int(value) and abs(value) < SMALL:
        return value + 1, value - 1
    return 1.25 * value, 0.8 * value


def _comparisons(node: Binary) -> Iterator[Change]:
    limit = text(node.right) if isinstance(node.right, Literal) else told(node.right)
    zero = (node.operator, limit) == ("==", "0")
    for operator in ("!=", ">=") if zero else OTHER_WAYS[node.operator]:
        what = f"{told(node.left)} `{node.operator} {limit}` becomes `{operator} {limit}`"
        yield "comparison", what, replace(node, operator=operator)


def _joins(node: Binary) -> Iterator[Change]:
    if node.operator in ("and", "unless", "or"):
        yield "join", f"`{node.operator}` {told(node.right)} is dropped", node.left
    if node.operator == "or":
        yield "join", f"{told(node.left)} before `or` {told(node.right)} is dropped", node.right
    if node.group:
        yield "join", f"`{node.operator} {node.group}` {told(node.right)} is dropped", node.left
    for label in node.labels:
        if label == "cluster" or (label in ("job", "namespace") and _one_job(node, label)):
            continue
        fewer = tuple(one for one in node.labels if one != label)
        what = f"`{node.operator} {node.how}` {told(node.right)} without {label}"
        yield "join", what, replace(node, labels=fewer)
    for label in node.extra:
        what = f"`{node.operator} {node.group}` {told(node.right)} no longer brings {label}"
        yield "join", what, replace(node, extra=tuple(one for one in node.extra if one != label))


def _one_job(node: Binary, label: str) -> bool:
    """Whether both operands read one and the same job, so that matching by it tells nothing apart, nor matching by its
    namespace unless the job's series tell of other people's namespaces."""
    chosen = [{v for k, op, v in n.matchers if (k, op) == ("job", "=")} for n in walk(node) if isinstance(n, Selector)]
    one = bool(chosen) and all(len(jobs) == 1 and jobs == chosen[0] for jobs in chosen)
    return one and (label == "job" or not chosen[0] & OF_OTHERS)


def _windows(tree: Node) -> Iterator[Change]:
    """Every window and every offset of one length, all at once: that is how a rule is written."""
    for part in ("range_", "offset"):
        for length in sorted({getattr(n, part) for n in walk(tree) if isinstance(n, (Selector, Subquery))} - {0.0}):
            for new in (2 * length, length / 2):

                def moved(node: Node, part: str = part, old: float = length, new: float = new) -> Node:
                    hit = isinstance(node, (Selector, Subquery)) and getattr(node, part) == old
                    return replace(node, **{part: new}) if hit else node  # type: ignore[arg-type]

                word = "window" if part == "range_" else "offset"
                yield "window", f"{word} {duration(length)} becomes {duration(new)}", everywhere(tree, moved)


def _matchers(tree: Node) -> Iterator[Change]:
    """Each label matcher, in all selectors that carry it: that is how a rule is written. The job of a recorded series
    stays: its own rule gives it."""
    carried = dict.fromkeys(
        one for n in walk(tree) if isinstance(n, Selector) for one in n.matchers if not _own_job(n, one)
    )
    for one in carried:

        def bare(node: Node, one: Matcher = one) -> Node:
            if isinstance(node, Selector) and one in node.matchers and not _own_job(node, one):
                return replace(node, matchers=tuple(m for m in node.matchers if m != one))
            return node

        label, operator, value = one
        shown = value if len(value) <= 40 else value[:37] + "..."
        yield "label", f'matcher `{label}{operator}"{shown}"` is dropped', everywhere(tree, bare)


def _own_job(selector: Selector, matcher: Matcher) -> bool:
    return ":" in selector.name and matcher[0] == "job"


def _labels(tree: Node) -> Iterator[Change]:
    """Each label of the aggregations, in all that name it."""
    for label in dict.fromkeys(one for n in walk(tree) if isinstance(n, Aggregate) for one in n.labels):

        def fewer(node: Node, label: str = label) -> Node:
            if isinstance(node, Aggregate) and label in node.labels:
                return replace(node, labels=tuple(one for one in node.labels if one != label))
            return node

        how = next(n.how for n in walk(tree) if isinstance(n, Aggregate) and label in n.labels)
        yield "label", f"`{how}` without {label}", everywhere(tree, fewer)


def told(node: Node) -> str:
    """A node in a few words: the series it reads."""
    names = list(dict.fromkeys(n.name for n in walk(node) if isinstance(n, Selector)))
    if not names:
        return text(node)
    return names[0] if len(names) == 1 else f"{names[0]} and others"
