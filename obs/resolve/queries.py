"""Filling placeholders of PromQL texts, once for alerts and once for dashboards."""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

from obs.conventions import GROUP, matchers, panel_matchers
from obs.model.component import Component
from obs.model.metric import Source

_PLACEHOLDER = re.compile(r"<(selector|jobs|window|group|namespaces|option)(?::([A-Za-z0-9_.-]+))?>")
PANEL_WINDOW = "$__rate_interval"
_NAME = "_" + string.ascii_letters + string.digits
_SUFFIXES = ("", "_bucket", "_sum", "_count")
EVERY_TARGET = ("cluster", "job", "instance")
"""What targets of every kind can be narrowed by; nodes lie in no namespace."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filler:
    """Replaces placeholders for one component; `selectors` maps source names to label matchers."""

    component: Component
    selectors: Mapping[str, str]
    options: Mapping[str, object]
    namespaces: tuple[str, ...]
    jobs: tuple[str, ...] = ()
    """Every job of the platform."""

    def fill(self, text: str, *, window: str, panel: bool = False) -> str:
        """`text` with every placeholder replaced; KeyError names a source or option that does not exist."""

        def one(match: re.Match[str]) -> str:
            word, name = match.group(1), match.group(2) or ""
            if word == "window":
                return PANEL_WINDOW if panel else window
            if word == "namespaces":
                return "|".join(self.namespaces)
            if word == "option":
                return option_text(self.options[name])
            if word == "jobs":
                return self._narrowed(EVERY_TARGET, matchers(self.jobs or ("",)), panel=panel)
            source = self._source(name)
            if word == "group":
                return ", ".join(group_of(source))
            scope = scope_of(source, _opened(text[: match.start()]))
            return self._narrowed(scope, self.selectors[source.name], panel=panel)

        return _PLACEHOLDER.sub(one, text)

    def guard(self, text: str, on: str, *, window: str, panel: bool = False) -> str:
        """The end of an expression that holds only where `text` does for the same labels `on`; "" without a text."""
        if not text:
            return ""
        filled = self.fill(text, window=window, panel=panel)
        return f"\nand on ({self.fill(on, window=window, panel=panel)}) (\n  {filled}\n)"

    @staticmethod
    def _narrowed(scope: tuple[str, ...], own: str, *, panel: bool) -> str:
        """`$job` may be "All": the component's own jobs keep out others that expose the same metrics."""
        return f"{panel_matchers(scope)}, {own}" if panel and own else own

    def _source(self, name: str) -> Source:
        sources = self.component.sources
        return next(s for s in sources if s.name == name) if name else sources[0]


def _opened(text: str) -> str:
    """The metric in whose braces a text ends, "" when it ends outside of any. By hand: a regex that looks back from an
    end tries every position before it, in each of a thousand placeholders."""
    before, _, inside = text.rpartition("{")
    return "" if "}" in inside else before[len(before.rstrip(_NAME)) :].lstrip(string.digits)


def scope_of(source: Source, metric: str) -> tuple[str, ...]:
    """The labels that narrow one metric of a source. Where metrics speak of objects themselves, as kube-state-metrics
    does of namespaces, those that do not are narrowed by the target's labels only: a node lies in no namespace."""
    spoken = {label for m in source.metrics for label in m.labels}
    family = [m for m in source.metrics if metric.startswith(m.name) and metric[len(m.name) :] in _SUFFIXES]
    own = {label for m in family for label in m.labels}
    return tuple(label for label in source.scope if not family or label not in spoken or label in own)


def group_of(source: Source) -> tuple[str, ...]:
    """The labels every aggregated result of a source keeps."""
    return tuple(label for label in GROUP if label in source.scope)


def option_text(value: object) -> str:
    """An option inside PromQL: a list becomes a regex alternation of literal names."""
    if isinstance(value, tuple):
        return "|".join(str(v).replace(".", "[.]") for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


_BY = re.compile(r"\bby\s*\(([^)]*)\)")


def kept_labels(expr: str, scope: tuple[str, ...]) -> tuple[str, ...]:
    """The target labels of `scope` that survive every aggregation of the expression."""
    kept = set(scope)
    for clause in _BY.findall(expr):
        kept &= {label.strip() for label in clause.split(",")}
    return tuple(label for label in scope if label in kept)


def metrics_read(component: Component, text: str) -> tuple[tuple[Source, str], ...]:
    """(source, metric family) pairs the text mentions, in declaration order."""
    words = set(re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*", text))
    found = []
    for source in component.sources:
        for metric in source.metrics:
            suffixes = ("_bucket", "_sum", "_count") if metric.type == "histogram" else ("",)
            if any(metric.name + suffix in words for suffix in suffixes):
                found.append((source, metric.name))
    return tuple(found)
