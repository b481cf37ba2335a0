"""What checks look at: every rule and query of a bundle with its place, and what is known of metrics and labels."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from obs.check.shapes import Inference, Labels
from obs.conventions import dashboard_path, rules_path
from obs.model.bundle import Bundle
from obs.model.metric import Metric
from obs.model.plan import Plan, Rule, RuleGroup

TARGET_LABELS = frozenset({"cluster", "namespace", "job", "instance", "pod", "node", "zone"})
"""Labels the scrape configuration puts on every series."""
ALWAYS = {"up": TARGET_LABELS, "scrape_duration_seconds": TARGET_LABELS, "scrape_samples_scraped": TARGET_LABELS}
ALERTS = frozenset({"alertname", "alertstate", "severity", "component", "team", "long_window", "short_window"})


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedRule:
    """A rule with the file and group it stands in; `ours` is False for a mixin's."""

    place: str
    group: RuleGroup
    rule: Rule
    ours: bool


@lru_cache(maxsize=4)
def placed_rules(plan: Plan) -> tuple[PlacedRule, ...]:
    """Every rule of the bundle, mixins' included."""
    return tuple(
        rule
        for name, groups in plan.rule_files.items()
        for rule in _placed(rules_path(name), groups, ours=name not in plan.extra_groups)
    )


def _placed(path: str, groups: tuple[RuleGroup, ...], *, ours: bool) -> Iterator[PlacedRule]:
    for group in groups:
        for rule in group.rules:
            yield PlacedRule(
                place=f"{path}: {group.name}/{rule.alert or rule.record}", group=group, rule=rule, ours=ours
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """One dashboard as printed: path, uid, and its classic JSON."""

    path: str
    uid: str
    ours: bool
    data: Mapping[str, Any]

    def panels(self) -> Iterator[Mapping[str, Any]]:
        """Every panel but rows, nested ones included."""
        yield from _panels(self.data.get("panels", []))

    def place(self, panel: Mapping[str, Any]) -> str:
        """Where a panel stands, for findings."""
        return f"{self.path}: {panel.get('title') or panel.get('id')}"


def _panels(panels: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for panel in panels:
        if panel.get("type") == "row":
            yield from _panels(panel.get("panels", []))
        else:
            yield panel


@lru_cache(maxsize=4)
def _boards(texts: tuple[tuple[str, str, bool], ...]) -> tuple[Board, ...]:
    return tuple(
        Board(path=dashboard_path(uid), uid=uid, ours=ours, data=json.loads(text)) for uid, text, ours in texts
    )


def boards(bundle: Bundle) -> tuple[Board, ...]:
    """The classic dashboards of a bundle."""
    return _boards(
        tuple((d.uid, bundle.artifacts.get(dashboard_path(d.uid), "{}"), not d.raw) for d in bundle.plan.dashboards)
    )


def declared(plan: Plan) -> dict[str, Metric]:
    """Series name -> the metric that declares it; histograms under their three series names."""
    found: dict[str, Metric] = {}
    for part in plan.parts:
        for source in part.component.sources:
            for metric in source.metrics:
                for suffix in ("_bucket", "_sum", "_count") if metric.type == "histogram" else ("",):
                    found[metric.name + suffix] = metric
    return found


@lru_cache(maxsize=4)
def known_labels(plan: Plan) -> dict[str, Labels]:
    """Series name -> labels it can carry: declared metrics, recorded series, and what Prometheus adds itself."""
    known: dict[str, Labels] = dict(ALWAYS)
    for name, metric in declared(plan).items():
        known[name] = TARGET_LABELS | set(metric.labels) | ({"le"} if name.endswith("_bucket") else set())
    every = frozenset().union(*known.values(), ALERTS)
    known |= {"ALERTS": every, "ALERTS_FOR_STATE": every}
    for placed in placed_rules(plan):
        if placed.rule.record and placed.ours:
            shape = Inference(known).of(placed.rule.expr)
            if shape.labels is not None:
                known[placed.rule.record] = shape.labels | {k for k, _ in placed.rule.labels}
    return known
