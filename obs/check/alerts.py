"""Promises about alerts and rule groups: named well, said well, charted, documented, tested, routed."""

import re
from collections.abc import Iterator

from obs.check.facts import PlacedRule, known_labels, placed_rules
from obs.check.promql import parse
from obs.check.shapes import Inference
from obs.conventions import rule_tests_path, runbook_path, seconds
from obs.model.alert import SEVERITIES
from obs.model.bundle import Bundle
from obs.model.finding import Finding
from obs.model.routing import NOBODY, WATCHDOG
from obs.model.routing import receivers as route

LONGEST_NAME = 40
LARGEST_GROUP = 20
ANNOTATIONS = ("summary", "description", "runbook_url", "dashboard_url")


def _alerts(bundle: Bundle) -> Iterator[PlacedRule]:
    return (placed for placed in placed_rules(bundle.plan) if placed.rule.alert)


def _say(placed: PlacedRule, rule: str, what: str, fix: str) -> Finding:
    return Finding(place=placed.place, rule=rule, what=what, fix=fix)


def alert_names(bundle: Bundle) -> Iterator[Finding]:
    """Alert names are CamelCase and at most 40 characters long."""
    for placed in _alerts(bundle):
        if not re.fullmatch(r"([A-Z][a-z0-9]*)+", placed.rule.alert) or len(placed.rule.alert) > LONGEST_NAME:
            what = f'"{placed.rule.alert}" is not CamelCase of at most {LONGEST_NAME} characters'
            yield _say(placed, "alert-names", what, "name it ComponentCondition")


def group_sizes(bundle: Bundle) -> Iterator[Finding]:
    """Rule groups hold at most 20 rules, have names of at most 40 characters, and run at least every 5 minutes."""
    seen: set[str] = set()
    for placed in placed_rules(bundle.plan):
        group = placed.group
        if group.name in seen or placed.rule is not group.rules[0]:
            continue
        seen.add(group.name)
        if len(group.rules) > LARGEST_GROUP and placed.ours:
            yield _say(placed, "group-sizes", f"{group.name} holds {len(group.rules)} rules", "split the group")
        if len(group.name) > LONGEST_NAME:
            yield _say(placed, "group-sizes", f"the group name {group.name} is long", "shorten it to 40 characters")
        if group.interval and seconds(group.interval) > 300:
            yield _say(placed, "group-sizes", f"{group.name} runs every {group.interval}", "run it at least every 5m")


def severities(bundle: Bundle) -> Iterator[Finding]:
    """Every alert says critical, warning or info, and names its component."""
    for placed in _alerts(bundle):
        labels = dict(placed.rule.labels)
        if labels.get("severity") not in SEVERITIES:
            what = f"severity is {labels.get('severity', 'missing')}"
            yield _say(placed, "severities", what, "write " + ", ".join(SEVERITIES))
        if not labels.get("component"):
            yield _say(placed, "severities", "has no component label", "add it")


def annotations(bundle: Bundle) -> Iterator[Finding]:
    """Every alert has a plain summary that is a sentence, a description with values, a runbook and a dashboard link."""
    for placed in _alerts(bundle):
        texts = dict(placed.rule.annotations)
        for name in ANNOTATIONS if placed.ours else ANNOTATIONS[:3]:
            if not texts.get(name):
                yield _say(placed, "annotations", f"has no {name}", "write it")
        summary = texts.get("summary", "")
        if "{{" in summary or not re.fullmatch(r"[A-Z].*\.", summary, flags=re.DOTALL):
            yield _say(
                placed,
                "annotations",
                f'the summary "{summary}" is no plain sentence',
                "capital first, full stop last, no template",
            )
        if "{{" not in texts.get("description", "") and placed.rule.expr != "vector(1)":
            yield _say(
                placed,
                "annotations",
                "the description quotes no value or label",
                "say what is where, with {{ $value }}",
            )


def no_values_in_labels(bundle: Bundle) -> Iterator[Finding]:
    """Labels hold no values: an alert whose label changes is a new alert at every evaluation."""
    for placed in _alerts(bundle):
        if any("$value" in value for _, value in placed.rule.labels):
            yield _say(placed, "no-values-in-labels", "a label holds $value", "put it into an annotation")


def template_labels(bundle: Bundle) -> Iterator[Finding]:
    """Annotations quote only labels the expression's result carries."""
    known = known_labels(bundle.plan)
    for placed in _alerts(bundle):
        shape = _shape(placed, known)
        if shape is None or not placed.ours:
            continue
        allowed = shape | {k for k, _ in placed.rule.labels}
        for name, text in placed.rule.annotations:
            for label in sorted(set(re.findall(r"\$labels\.([a-zA-Z_]\w*)", text)) - allowed):
                yield _say(
                    placed,
                    "template-labels",
                    f"{name} quotes $labels.{label}, which the result does not carry",
                    "quote a label it keeps",
                )


def _shape(placed: PlacedRule, known: dict[str, frozenset[str]]) -> frozenset[str] | None:
    try:
        parse(placed.rule.expr)
    except ValueError:
        return None
    return Inference(known).of(placed.rule.expr).labels


def values_humanized(bundle: Bundle) -> Iterator[Finding]:
    """A value in a text is rounded for people: humanize, humanizePercentage, humanizeDuration, printf."""
    for placed in _alerts(bundle):
        for name, text in placed.rule.annotations:
            if re.search(r"\{\{\s*\$value\s*\}\}", text):
                yield _say(placed, "values-humanized", f"{name} prints $value raw", "pipe it through humanize…")


def holds(bundle: Bundle) -> Iterator[Finding]:
    """Every alert is held for at least two evaluations, so that one bad scrape wakes nobody."""
    least = 2 * seconds(bundle.plan.platform.stack.evaluation_interval)
    for placed in _alerts(bundle):
        if placed.rule.expr == "vector(1)" or not placed.ours:
            continue
        if not placed.rule.hold or seconds(placed.rule.hold) < least:
            yield _say(
                placed, "holds", f"is held for {placed.rule.hold or 'no time'}", f"hold it for at least {least:g} s"
            )


def no_duplicates(bundle: Bundle) -> Iterator[Finding]:
    """No two rules have the same name and labels."""
    seen: set[tuple[str, object]] = set()
    for placed in placed_rules(bundle.plan):
        key = (placed.rule.alert or placed.rule.record, placed.rule.labels)
        if key in seen:
            yield _say(
                placed, "no-duplicates", "stands there twice with the same labels", "merge them or tell them apart"
            )
        seen.add(key)


def records_before_use(bundle: Bundle) -> Iterator[Finding]:
    """An alert reads recorded series of its own group, recorded above it, so that both see the same evaluation."""
    recorded = {p.rule.record: p for p in placed_rules(bundle.plan) if p.rule.record}
    order = {id(p.rule): i for i, p in enumerate(placed_rules(bundle.plan))}
    for placed in placed_rules(bundle.plan):
        for name in sorted(set(re.findall(r"[a-zA-Z_]\w*:[\w:]+", placed.rule.expr))):
            source = recorded.get(name)
            if source is None:
                yield _say(
                    placed, "records-before-use", f"reads {name}, which no rule records", "record it or mend the name"
                )
            elif source.group.name != placed.group.name or order[id(source.rule)] >= order[id(placed.rule)]:
                yield _say(
                    placed,
                    "records-before-use",
                    f"reads {name} of group {source.group.name}",
                    "record it above, in the same group",
                )


def record_names(bundle: Bundle) -> Iterator[Finding]:
    """Recorded series are named level:metric:operations."""
    for placed in placed_rules(bundle.plan):
        name = placed.rule.record
        if name and placed.ours and not re.fullmatch(r"[a-z_]+:[a-z0-9_]+:[a-z0-9_]+", name):
            yield _say(placed, "record-names", f'"{name}" is not level:metric:operations', "name it so")


def alerts_charted(bundle: Bundle) -> Iterator[Finding]:
    """Every alert's signal is on a panel of its component's dashboard."""
    for part in bundle.plan.parts:
        shown = {name for row in part.dashboard.rows for panel in row.panels for name in panel.alerts}
        for alert in part.alerts:
            if alert.name not in shown:
                place = f"obs/catalog/{alert.component}/signals.py"
                what = f"{alert.name} is on no panel"
                yield Finding(place=place, rule="alerts-charted", what=what, fix=f'show "{alert.signal}" in a row')


def alerts_documented(bundle: Bundle) -> Iterator[Finding]:
    """Every alert has a runbook section with Meaning, Impact, Diagnosis and Mitigation, in a page of the bundle."""
    for part in bundle.plan.parts:
        page = bundle.artifacts.get(runbook_path(part.component.name), "")
        for name in dict.fromkeys(a.name for a in part.alerts):
            section = part.runbook.sections.get(name)
            whole = section and section.meaning and section.impact and section.diagnosis and section.mitigation
            if not whole or f"## {name}\n" not in page:
                place = f"obs/catalog/{part.component.name}/runbook.md"
                yield Finding(
                    place=place,
                    rule="alerts-documented",
                    what=f"no whole section for {name}",
                    fix="write its four parts",
                )


def alerts_tested(bundle: Bundle) -> Iterator[Finding]:
    """Every alert is fired by a story or a boundary case of the generated rule tests; the Watchdog fires always.

    Where a component has more services than play, its alerts on absence are proven on platforms with fewer.
    """
    for part in bundle.plan.parts:
        derived = {a.name for a in part.alerts if a.alert is None and a.objective is None and 'job=~"' in a.rule.expr}
        paths = [rule_tests_path(part.component.name, topic) for topic in ("stories", "boundaries", "objectives")]
        text = "".join(t for p, t in bundle.artifacts.items() if p.startswith(tuple(q[:-5] for q in paths)))
        for name in dict.fromkeys(a.name for a in part.alerts):
            if name not in text and name != WATCHDOG and name not in derived:
                place = f"obs/catalog/{part.component.name}/faults.yaml"
                yield Finding(
                    place=place, rule="alerts-tested", what=f"no rule test fires {name}", fix="tell a story that does"
                )


def alerts_routed(bundle: Bundle) -> Iterator[Finding]:
    """Every alert that pages or makes a ticket is routed to receivers that exist; `obs build` names the unheard."""
    notify = bundle.plan.platform.notify
    known = {r.name for r in notify.receivers}
    for placed in _alerts(bundle):
        labels = dict(placed.rule.labels) | {"alertname": placed.rule.alert, "cluster": bundle.plan.platform.cluster}
        told = labels.get("severity") == "info" or (placed.rule.alert == WATCHDOG and not notify.heartbeat)
        receivers = set(route(notify, labels)) - ({NOBODY} if told else set())
        if not receivers <= known or not (receivers or told):
            goes = ", ".join(sorted(receivers)) or NOBODY
            yield _say(placed, "alerts-routed", f"goes to {goes}", "add a receiver or a route to the spec")
