"""faults.yaml -> Faults: baseline, fault stories and boundary cases of one component, every mistake told."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Literal, TypeVar

from obs.conventions import seconds
from obs.model.component import Component
from obs.model.fault import Behaviour, Boundary, Faults, Line, Series, Story
from obs.model.finding import Finding
from obs.model.metric import Metric
from obs.spec.faults_line import line
from obs.spec.yaml_reader import Node, YamlProblem, read_all

Kind = Literal["value", "rate", "age", "at", "absent"]
KINDS: tuple[Kind, ...] = ("value", "rate", "age", "at", "absent")
SERIES_KEYS = ("labels", *KINDS, "grow", "buckets", "mean", "instance")
STORY_KEYS = ("title", "story", "lasts", "changes", "targets", "fires")
T = TypeVar("T")


class FaultsError(ValueError):
    """What is wrong with a faults.yaml: one finding per mistake, in file order."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def read_faults(text: str | bytes, name: str, component: Component) -> Faults:
    """The stories of a component; FaultsError names every mistake with file:line:column and what to write instead."""
    try:
        root, problems = read_all(text, name)
    except YamlProblem as problem:
        raise FaultsError((_finding(problem),)) from None
    reader = _Reader(component, problems)
    faults = reader.faults(root)
    if reader.problems:
        ordered = sorted(reader.problems, key=lambda p: (p.place.line, p.place.column))
        raise FaultsError(tuple(map(_finding, ordered)))
    return faults


def _finding(problem: YamlProblem) -> Finding:
    return Finding(place=str(problem.place), rule="faults", what=problem.what, fix=problem.fix)


def _near(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(word, names, 1)
    if close:
        return f'did you mean "{close[0]}"?'
    return "write one of: " + ", ".join(names) if names else "declare it in the component first"


def _pairs(node: Node | None) -> tuple[tuple[Node, Node], ...]:
    return node.pairs if node else ()


class _Reader:
    """Walks the tree; collects problems instead of stopping at the first."""

    def __init__(self, component: Component, problems: list[YamlProblem]) -> None:
        self.component, self.problems = component, problems
        self.metrics: dict[str, Metric] = {}
        for source in component.sources:
            for metric in source.metrics:
                suffixes = ("", "_bucket", "_sum", "_count") if metric.type == "histogram" else ("",)
                self.metrics |= {metric.name + suffix: metric for suffix in suffixes}

    def say(self, node: Node, what: str, fix: str) -> None:
        """Note one mistake."""
        self.problems.append(YamlProblem(node.place, f"{node.path}: {what}" if node.path else what, fix))

    def undeclared(self, node: Node, what: str, name: str, known: Iterable[str]) -> None:
        """Note a name the component does not declare."""
        self.say(node, f'component "{self.component.name}" declares no {what} "{name}"', _near(name, known))

    def faults(self, root: Node) -> Faults:
        """The whole file."""
        self.keys(root, ("targets", "baseline", "faults", "boundaries"))
        return Faults(
            instances={n: self.instances(node) for n, node in self.named(root.get("targets"), self.sources, "source")},
            baseline=tuple(self.baseline(root.get("baseline"))),
            stories=tuple(self.story(name, node) for name, node in self.entries(root.get("faults"))),
            boundaries=tuple(self.boundary(name, node) for name, node in self.entries(root.get("boundaries"))),
        )

    def baseline(self, root: Node | None) -> Iterator[Series]:
        """metric -> list of series."""
        for name, node in self.named(root, self.metrics, "metric"):
            yield from self.list(node, partial(self.series, metric=name))

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the component's sources."""
        return tuple(source.name for source in self.component.sources)

    def keys(self, node: Node, allowed: tuple[str, ...]) -> None:
        """A mapping with these keys only."""
        if node.kind != "mapping":
            self.say(node, "expected a mapping", "write key: value")
        for key, _ in node.pairs:
            if key.text not in allowed:
                self.say(key, f'no key "{key.text}" here', _near(key.text, allowed))

    def entries(self, node: Node | None) -> Iterator[tuple[str, Node]]:
        """Entries of an optional mapping."""
        if node is not None and node.kind != "mapping" and node.data is not None:
            self.say(node, "expected a mapping", "write key: value")
        return node.items() if node else iter(())

    def named(self, node: Node | None, known: Iterable[str], what: str) -> Iterator[tuple[str, Node]]:
        """Entries whose keys must be known."""
        known = set(known)
        for key, value in _pairs(node):
            if key.text in known:
                yield key.text, value
            else:
                self.undeclared(key, what, key.text, known)

    def list(self, node: Node | None, one: Callable[[Node], T | None]) -> tuple[T, ...]:
        """Each element of an optional list, read; None for elements with a mistake."""
        if node is not None and node.kind != "sequence" and node.data is not None:
            self.say(node, "expected a list", "start each entry with a dash")
        made = [one(element) for element in node.elements] if node else []
        return tuple(m for m in made if m is not None)

    def number(self, node: Node) -> float:
        """A plain number."""
        if isinstance(node.data, bool) or not isinstance(node.data, int | float):
            self.say(node, f'"{node.text}" is not a number', "write a number such as 0.5")
            return 0.0
        return float(node.data)

    def instances(self, node: Node) -> int:
        """{instances: N}."""
        self.keys(node, ("instances",))
        count = node.get("instances")
        if count is None or not isinstance(count.data, int) or count.data < 1:
            self.say(node, "how many instances are scraped?", "write {instances: 2}")
            return 1
        return count.data

    def series(self, node: Node, metric: str = "", *, free: bool = False) -> Series | None:
        """One series; `free` allows x in its number. The metric stands in the entry unless given."""
        self.keys(node, SERIES_KEYS if metric else ("metric", *SERIES_KEYS))
        said = dict(node.items())
        named = said.get("metric")
        name = metric or (named.text if named else "")
        if name not in self.metrics:
            if named or metric:
                self.undeclared(named or node, "metric", name, self.metrics)
            else:
                self.say(node, "which metric?", "write metric: NAME")
            return None
        instance = said.get("instance")
        behaviour = self.behaviour(node, said, name, free=free)
        if behaviour is None:
            return None
        return Series(
            metric=name,
            behaviour=behaviour,
            labels=self.labels(said.get("labels"), name),
            instance=int(self.number(instance)) if instance else None,
        )

    def labels(self, node: Node | None, metric: str) -> tuple[tuple[str, str], ...]:
        """Labels the metric declares, sorted."""
        declared = self.metrics[metric]
        known = (*declared.labels, "le") if metric.endswith("_bucket") else declared.labels
        for key, _ in _pairs(node):
            if key.text not in known:
                fix = _near(key.text, known) if known else "declare the label in the metric's table"
                self.say(key, f'metric "{metric}" has no label "{key.text}"', fix)
        return tuple(sorted((name, value.text) for name, value in self.entries(node)))

    def behaviour(self, node: Node, said: Mapping[str, Node], metric: str, *, free: bool) -> Behaviour | None:
        """What the series does; exactly one of value, rate, age, at, absent. `said` holds the node's entries."""
        chosen = [kind for kind in KINDS if kind in said]
        if len(chosen) != 1:
            self.say(node, f'metric "{metric}": what does it do?', "write exactly one of " + ", ".join(KINDS))
            return None
        kind, declared = chosen[0], self.metrics[metric]
        counts = declared.type != "gauge"
        if kind != "absent" and counts != (kind == "rate"):
            fits = "rate: increase per second" if counts else "value, age or at"
            self.say(node, f'{declared.type} "{metric}" cannot be played by {kind}', f"write {fits}")
        grow, mean = said.get("grow"), said.get("mean")
        return Behaviour(
            kind=kind,
            number=Line() if kind == "absent" else self.line(said[kind], free=free),
            grow=self.number(grow) if grow else 0.0,
            buckets=self.buckets(said.get("buckets")),
            mean=self.number(mean) if mean else 0.0,
        )

    def line(self, node: Node, *, free: bool) -> Line:
        """A number, or a line in x where x is allowed."""
        if not free:
            return Line(base=self.number(node))
        try:
            return line(node.text)
        except ValueError as error:
            self.say(node, str(error), "write a line in x such as 100*x, x/2, 5*x + 1 or 1 - x")
            return Line()

    def buckets(self, node: Node | None) -> tuple[tuple[str, float], ...]:
        """le -> cumulative share, ascending in both."""
        if node is None:
            return ()
        found = [(key.text, self.number(value)) for key, value in node.pairs]
        try:
            ordered = sorted(found, key=lambda b: float(b[0]))
        except ValueError:
            self.say(node, "a bucket's key is its upper bound", 'write {"0.5": 0.9, "1": 1.0}')
            return ()
        shares = [share for _, share in ordered]
        if shares != sorted(shares) or any(not 0 <= share <= 1 for share in shares):
            what = "shares are cumulative, from 0 to 1, never falling"
            self.say(node, what, 'write {"0.5": 0.9, "1": 1.0}')
        return tuple(ordered)

    def story(self, name: str, node: Node) -> Story:
        """One fault."""
        self.keys(node, STORY_KEYS)
        for key in ("title", "story", "fires"):
            if node.get(key) is None:
                self.say(node, f'"{key}" is missing', f"write {key}: " + ("[AlertName]" if key == "fires" else "TEXT"))
        return Story(
            name=name,
            title=self.text(node.get("title")),
            story=self.text(node.get("story")),
            changes=self.list(node.get("changes"), self.series),
            targets=tuple(self.target(*pair) for pair in _pairs(node.get("targets"))),
            lasts=self.duration(node.get("lasts"), "30m"),
            fires=self.list(node.get("fires"), lambda n: n.text),
        )

    def text(self, node: Node | None) -> str:
        """Text in one line."""
        return " ".join(node.text.split()) if node else ""

    def duration(self, node: Node | None, default: str) -> str:
        """A Prometheus duration."""
        if node is None:
            return default
        try:
            seconds(node.text)
        except ValueError as error:
            self.say(node, str(error), "write a duration")
        return node.text

    def target(self, key: Node, value: Node) -> tuple[str, int | None, Literal["down", "gone"]]:
        """source: down, or source/0: gone."""
        source, _, index = key.text.partition("/")
        if source not in self.sources:
            self.undeclared(key, "source", source, self.sources)
        if index and not index.isdigit():
            self.say(key, f'"{index}" is not an instance number', f"write {source}/0")
            index = ""
        if value.text not in ("down", "gone"):
            fix = "write down (scrape fails) or gone (no longer discovered)"
            self.say(value, f'a target is never "{value.text}"', fix)
        return source, int(index) if index else None, "gone" if value.text == "gone" else "down"

    def boundary(self, name: str, node: Node) -> Boundary:
        """How to drive one alert."""
        alerts = [a.name for a in self.component.alerts] + [o.alert for o in self.component.objectives]
        if name not in alerts:
            self.say(node, f'component "{self.component.name}" has no alert "{name}"', _near(name, alerts))
        self.keys(node, ("series", "step", "exact", "meets", "guard", "also"))
        step, exact = node.get("step"), node.get("exact")
        free = partial(self.series, free=True)
        driven = self.list(node.get("series"), free)
        if not any(s.behaviour.number.slope for s in driven):
            self.say(node, "no series depends on x", "write at least one number as a line in x, such as rate: 100*x")
        return Boundary(
            alert=name,
            series=driven,
            step=self.number(step) if step else 0.0,
            exact=bool(exact.data) if exact else False,
            meets=self.list(node.get("meets"), free),
            guard=self.list(node.get("guard"), free),
            also=self.list(node.get("also"), lambda n: self.list(n, free)),
        )
