"""The table of cases: for every alert who hears of it, and for every inhibition and mute timing when it holds."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from obs.model.plan import Plan, PlannedAlert
from obs.model.platform import Route
from obs.model.quiet import samples as moments
from obs.model.routing import Matcher, receivers, routes, taken
from obs.render.alert_labels import Labels, places, samples, static
from obs.render.inhibitions import Rule, rules

ELSEWHERE = "elsewhere"
"""The value that a label takes in a case where source and target must not agree."""

Case = dict[str, Any]
Pair = tuple[Labels, Labels]
"""A source that fires, and a target that it keeps quiet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """An alert, the labels it always has, and the label sets it may arrive with."""

    alert: PlannedAlert
    fixed: Labels
    labels: tuple[Labels, ...]


@lru_cache(maxsize=4)
def arrivals(plan: Plan) -> tuple[Arrival, ...]:
    """Every alert of the plan with its label sets."""
    known = places(plan)
    return tuple(
        Arrival(alert=alert, fixed=static(alert), labels=tuple(samples(plan, known, alert))) for alert in plan.alerts
    )


def route(plan: Plan, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Receivers that an alert with these labels reaches, in order."""
    return receivers(plan.platform.notify, labels)


def silencers(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Alert name -> names of the alerts that keep it quiet while they fire for the same place."""
    return _inhibitions(plan)[1]


@lru_cache(maxsize=4)
def _inhibitions(plan: Plan) -> tuple[list[Case], dict[str, tuple[str, ...]]]:
    """Every inhibition with its cases, and who keeps whom quiet. Both come from the same pairs, too many to be kept."""
    every, inhibited = arrivals(plan), rules(plan)
    pairs = [(rule, list(_pairs(rule, every))) for rule in inhibited]
    cases = [{"why": rule.why, "cases": list(_cases(rule, found, inhibited))} for rule, found in pairs if found]
    return cases, _names(pair for _, found in pairs for pair in found)


def _names(pairs: Iterable[Pair]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for source, target in pairs:
        found.setdefault(target["alertname"], set()).add(source["alertname"])
    return {name: tuple(sorted(names)) for name, names in found.items()}


def case_table(plan: Plan) -> Case:
    """Plain data: `alerts`, `routes`, `inhibitions` and `mute_timings`, each with what must be seen on Alertmanager.

    Labels are written as amtool takes them (`labels_of` reads them back).
    """
    inhibitions, quiet = _inhibitions(plan)
    return {
        "alerts": [
            *(_alert_case(plan, labels, quiet) for arrival in arrivals(plan) for labels in arrival.labels),
            *(_alert_case(plan, labels, {}) for labels in _of_mixins(plan)),
        ],
        "routes": [_route_case(plan, told) for told in routes(plan.platform.notify)],
        "inhibitions": inhibitions,
        "mute_timings": [
            {"name": timing.name, "location": timing.location, "moment": f"{moment:%Y-%m-%d %H:%M}", "muted": muted}
            for timing in plan.platform.notify.mute_timings
            for moment, muted in moments(timing)
        ],
    }


def _of_mixins(plan: Plan) -> Iterator[Labels]:
    """Labels of the alerts that upstream mixins bring."""
    place = {"cluster": plan.platform.cluster, "environment": plan.platform.environment}
    for name in sorted(plan.extra_groups):
        for rule in (rule for group in plan.extra_groups[name] for rule in group.rules if rule.alert):
            yield {k: v for k, v in {"alertname": rule.alert, **place, **dict(rule.labels)}.items() if v}


def _words(labels: Labels) -> str:
    return shlex.join(f"{name}={value}" for name, value in sorted(labels.items()))


def labels_of(words: str) -> Labels:
    """The labels that a case of the table is written with."""
    return dict(word.split("=", 1) for word in shlex.split(words))


def _alert_case(plan: Plan, labels: Labels, quiet: Mapping[str, tuple[str, ...]]) -> Case:
    muted = {leg.receiver: list(leg.mute) for leg in taken(plan.platform.notify, labels) if leg.mute}
    by = quiet.get(labels["alertname"], ())
    return {
        "labels": _words(labels),
        "receivers": list(route(plan, labels)),
        **({"silenced_by": ", ".join(by)} if by else {}),
        **({"muted_during": muted} if muted else {}),
    }


def _route_case(plan: Plan, told: Route) -> Case:
    """An alert made for this route; where an earlier route takes it first, the table says so."""
    fields = {"alertname": told.alert, "severity": told.severity, "component": told.component, "team": told.team}
    named = {"alertname": "Any", "cluster": plan.platform.cluster, "severity": "warning"}
    labels = named | {label: values[0] for label, values in fields.items() if values}
    return {"labels": _words(labels), "receivers": list(route(plan, labels))}


def _cases(rule: Rule, pairs: list[Pair], inhibited: tuple[Rule, ...]) -> Iterator[Case]:
    """Pairs that agree and are silenced, one per target where the rule speaks of a severity and not of named alerts;
    then the first pair, disagreeing in one label after the other."""
    named = any(matcher.label == "alertname" for matcher in rule.source)
    seen: set[str] = set()
    for source, target in pairs:
        if named or target["alertname"] not in seen:
            yield {"firing": _words(source), "labels": _words(target), "silenced": True}
        seen.add(target["alertname"])
    source, target = pairs[0]
    for label in rule.equal:
        apart = target | {label: ELSEWHERE}
        if label != "component" and not any(other.silences(source, apart) for other in inhibited):
            yield {"firing": _words(source), "labels": _words(apart), "silenced": False}


def _pairs(rule: Rule, every: tuple[Arrival, ...]) -> Iterator[Pair]:
    """For each target and source of a rule the first label sets that agree, missing labels filled in alike."""
    sources = [a for a in every if _meets(a, rule.source)]
    targets = [a for a in every if _meets(a, rule.target)]
    both = {id(a) for a in sources} & {id(a) for a in targets}
    local = "component" in rule.equal
    for target in targets:
        for source in sources:
            if (local and source.alert.component != target.alert.component) or {id(source), id(target)} <= both:
                continue
            yield from _agreeing(rule, source, target)


def _meets(arrival: Arrival, matchers: tuple[Matcher, ...]) -> bool:
    return all(matcher.matches(arrival.fixed) for matcher in matchers)


def _agreeing(rule: Rule, source: Arrival, target: Arrival) -> Iterator[Pair]:
    for theirs in source.labels:
        for ours in target.labels:
            if all(theirs.get(label) == ours.get(label) for label in rule.equal):
                yield _filled(rule, theirs, ours)
                return


def _filled(rule: Rule, source: Labels, target: Labels) -> Pair:
    """Both with the labels that must be equal and that differ from target to target, such as instance or queue."""
    free = {label: "same" for label in rule.equal if label not in source and label != "namespace"}
    return source | free, target | free
