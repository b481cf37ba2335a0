"""The table of cases: for every alert who hears of it, and for every inhibition and mute timing when it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from obs.model.plan import Plan, PlannedAlert
from obs.model.platform import Route
from obs.model.quiet import samples as moments
from obs.model.routing import receivers, routes, taken
from obs.render.alert_labels import Labels, places, samples, static
from obs.render.inhibitions import Rule, rules

ELSEWHERE = "elsewhere"
"""The value that a label takes in a case where source and target must not agree."""

Case = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """An alert and the label sets it may arrive with."""

    alert: PlannedAlert
    labels: tuple[Labels, ...]


def arrivals(plan: Plan) -> tuple[Arrival, ...]:
    """Every alert of the plan with its label sets."""
    known = places(plan)
    return tuple(Arrival(alert=alert, labels=tuple(samples(plan, known, alert))) for alert in plan.alerts)


def route(plan: Plan, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Receivers that an alert with these labels reaches, in order."""
    return receivers(plan.platform.notify, labels)


def silencers(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Alert name -> names of the alerts that keep it quiet while they fire for the same place."""
    found: dict[str, set[str]] = {}
    every = arrivals(plan)
    for rule in rules(plan):
        for source, target in _pairs(rule, every):
            found.setdefault(target["alertname"], set()).add(source["alertname"])
    return {name: tuple(sorted(names)) for name, names in found.items()}


def case_table(plan: Plan) -> Case:
    """Plain data: `alerts`, `routes`, `inhibitions` and `mute_timings`, each with what must be seen on Alertmanager."""
    quiet, every, inhibited = silencers(plan), arrivals(plan), rules(plan)
    return {
        "alerts": [_alert_case(plan, labels, quiet) for arrival in every for labels in arrival.labels],
        "routes": [_route_case(plan, told) for told in routes(plan.platform.notify)],
        "inhibitions": [
            {"why": rule.why, "cases": cases} for rule in inhibited if (cases := list(_cases(rule, every, inhibited)))
        ],
        "mute_timings": [
            {"name": timing.name, "location": timing.location, "moment": f"{moment:%Y-%m-%d %H:%M}", "muted": muted}
            for timing in plan.platform.notify.mute_timings
            for moment, muted in moments(timing)
        ],
    }


def _alert_case(plan: Plan, labels: Labels, quiet: Mapping[str, tuple[str, ...]]) -> Case:
    muted = {leg.receiver: list(leg.mute) for leg in taken(plan.platform.notify, labels) if leg.mute}
    by = quiet.get(labels["alertname"], ())
    return {
        "labels": labels,
        "receivers": list(route(plan, labels)),
        **({"silenced_by": list(by)} if by else {}),
        **({"muted_during": muted} if muted else {}),
    }


def _route_case(plan: Plan, told: Route) -> Case:
    """An alert made for this route; where an earlier route takes it first, the table says so."""
    fields = {"alertname": told.alert, "severity": told.severity, "component": told.component, "team": told.team}
    named = {"alertname": "Any", "cluster": plan.platform.cluster, "severity": "warning"}
    labels = named | {label: values[0] for label, values in fields.items() if values}
    return {"labels": dict(sorted(labels.items())), "receivers": list(route(plan, labels))}


def _cases(rule: Rule, every: tuple[Arrival, ...], inhibited: tuple[Rule, ...]) -> Iterator[Case]:
    """Pairs that agree and are silenced, one per target where the rule speaks of a severity and not of named alerts;
    then the first pair, disagreeing in one label after the other."""
    named = any(matcher.label == "alertname" for matcher in rule.source)
    pairs = list(_pairs(rule, every))
    seen: set[str] = set()
    for source, target in pairs:
        if named or target["alertname"] not in seen:
            yield {"firing": source, "labels": target, "silenced": True}
        seen.add(target["alertname"])
    for label in rule.equal if pairs else ():
        source, target = pairs[0]
        apart = target | {label: ELSEWHERE}
        if label != "component" and not any(other.silences(source, apart) for other in inhibited):
            yield {"firing": source, "labels": dict(sorted(apart.items())), "silenced": False}


def _pairs(rule: Rule, every: tuple[Arrival, ...]) -> Iterator[tuple[Labels, Labels]]:
    """For each target and source of a rule the first label sets that agree, missing labels filled in alike."""
    sources = [a for a in every if all(matcher.matches(static(a.alert)) for matcher in rule.source)]
    for target in every:
        if all(matcher.matches(static(target.alert)) for matcher in rule.target):
            yield from (pair for source in sources if (pair := _agreeing(rule, source, target)))


def _agreeing(rule: Rule, source: Arrival, target: Arrival) -> tuple[Labels, Labels] | None:
    for theirs in source.labels:
        for ours in target.labels:
            pair = _filled(rule, theirs, ours)
            if rule.silences(*pair):
                return pair
    return None


def _filled(rule: Rule, source: Labels, target: Labels) -> tuple[Labels, Labels]:
    """Both with the labels that must be equal and that differ from target to target, such as instance or queue."""
    unknown = [label for label in rule.equal if label not in source and label not in target and label != "namespace"]
    free = dict.fromkeys(unknown, "same")
    return dict(sorted((source | free).items())), dict(sorted((target | free).items()))
