"""Which alerts are kept quiet while another fires, so that one fault makes one page."""

from collections.abc import Mapping
from dataclasses import dataclass

from obs.model.plan import Part, Plan
from obs.model.routing import WATCHDOG, Matcher

TARGET_MISSING = "TargetMissing"
METRICS_MISSING = "MetricsMissing"
_WHERE = ("cluster", "component")
_OBJECTS = ("namespace", "job", "instance", "node", "pod", "deployment", "statefulset", "daemonset")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """While an alert meets all `source` matchers, those that meet all `target` ones and agree on `equal` are quiet."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]
    why: str

    def silences(self, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
        """Whether a firing `source` keeps `target` quiet; two alerts that each match both sides do not."""
        if not _all(self.source, source) or not _all(self.target, target):
            return False
        if _all(self.target, source) and _all(self.source, target):
            return False
        return all(source.get(label, "") == target.get(label, "") for label in self.equal)


def _all(matchers: tuple[Matcher, ...], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)


def rules(plan: Plan) -> tuple[Rule, ...]:
    """Every inhibition of the platform: the general ones first, then what components declare."""
    return (*_critical(plan), *_missing(plan), *(rule for part in plan.parts for rule in _declared(plan, part)))


def _critical(plan: Plan) -> tuple[Rule, ...]:
    """Critical silences the tickets of the same component, as narrowly as the component is one thing.

    A component with one service is one thing; with several, each job is; what belongs to every platform (the cluster,
    the monitoring) and what a mixin watches is many things, so there only tickets on the same object are quiet. The
    watchdog is never a target: silencing it would report a dead pipeline.
    """
    own = [part for part in plan.parts if not part.component.implied]
    many = [part.component.name for part in plan.parts if part.component.implied]
    made = (
        ("one service", _WHERE, [p.component.name for p in own if len(p.services) <= 1]),
        ("several services", (*_WHERE, "job"), [p.component.name for p in own if len(p.services) > 1]),
        ("many objects", (*_WHERE, *_OBJECTS), [*many, *plan.extra_groups]),
    )
    return tuple(_tickets(names, equal, kind) for kind, equal, names in made if names)


def _tickets(names: list[str], equal: tuple[str, ...], kind: str) -> Rule:
    components = Matcher(label="component", values=tuple(sorted(names)))
    return Rule(
        source=(Matcher(label="severity", values=("critical",)), components),
        target=(
            Matcher(label="severity", values=("warning", "info")),
            components,
            Matcher(label="alertname", values=(WATCHDOG,), negated=True),
        ),
        equal=equal,
        why=f"Somebody is at it already: a page silences the tickets of the same component ({kind}).",
    )


def _missing(plan: Plan) -> tuple[Rule, ...]:
    names = {alert.name for alert in plan.alerts}
    gone = tuple(sorted(name for name in names if name.endswith(TARGET_MISSING)))
    blind = tuple(sorted(name for name in names if name.endswith(METRICS_MISSING)))
    if not gone or not blind:
        return ()
    return (
        Rule(
            source=(Matcher(label="alertname", values=gone),),
            target=(Matcher(label="alertname", values=blind),),
            equal=("cluster", "component", "job"),
            why="Without its target a job has no metrics: the missing target is the news.",
        ),
    )


def _declared(plan: Plan, part: Part) -> tuple[Rule, ...]:
    """The component's own inhibitions, without alerts that this platform does not have."""
    names = {alert.name for alert in plan.alerts}
    made = []
    for inhibition in part.component.inhibitions:
        source = tuple(name for name in inhibition.source if name in names)
        target = tuple(name for name in inhibition.target if name in names and name != WATCHDOG)
        if source and target:
            made.append(
                Rule(
                    source=(Matcher(label="alertname", values=source),),
                    target=(Matcher(label="alertname", values=target),),
                    equal=inhibition.equal,
                    why=inhibition.why,
                )
            )
    return tuple(made)
