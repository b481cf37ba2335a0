"""What a catalogue folder must hold to be whole: each missing part is named, with what to write."""

import re
from collections.abc import Iterator

from obs.model.finding import Finding
from obs.model.plan import Knowledge
from obs.model.routing import WATCHDOG
from obs.resolve.names import alert_names, prefix
from obs.resolve.queries import metrics_read

_MADE_BY_PROMETHEUS = re.compile(r"\b(?:up|ALERTS)\{|\bvector\(")
"""What no source exposes: whether targets answer, which alerts fire, and the number that is always there."""


def missing_parts(knowledge: Knowledge) -> Iterator[Finding]:
    """Every part the component still lacks."""
    yield from _declarations(knowledge)
    yield from _signals(knowledge)
    yield from _alerts(knowledge)
    yield from _runbook(knowledge)
    yield from _faults(knowledge)


def _missing(knowledge: Knowledge, file: str, what: str, fix: str) -> Finding:
    return Finding(place=f"obs/catalog/{knowledge.component.name}/{file}", rule="component-whole", what=what, fix=fix)


def _declarations(knowledge: Knowledge) -> Iterator[Finding]:
    component = knowledge.component
    if not component.summary:
        yield _missing(knowledge, "__init__.py", "no summary", "say in one sentence what the dashboard shows")
    for source in component.sources:
        if not source.metrics:
            yield _missing(
                knowledge, "metrics.py", f"source {source.name} has no metrics", "declare each metric it exposes"
            )
    if not component.rows:
        yield _missing(knowledge, "signals.py", "no rows", "lay the signals out in triage order")
    if component.headline.signal not in {s.name for s in component.signals}:
        what = f'the headline names no signal ("{component.headline.signal}")'
        yield _missing(knowledge, "signals.py", what, "name the signal that tells whether it is well")


def _signals(knowledge: Knowledge) -> Iterator[Finding]:
    component = knowledge.component
    if not component.signals:
        yield _missing(knowledge, "signals.py", "no signals", "ask: is it up, failing, slow, full, changed?")
    shown = {name for row in component.rows for panel in row.panels for name in panel.signals}
    known = {s.name for s in component.signals}
    for name in sorted(shown - known):
        yield _missing(
            knowledge, "signals.py", f'a panel shows "{name}", which is no signal', "declare it or mend the name"
        )
    used = shown | {a.signal for a in component.alerts} | {component.headline.signal}
    for signal in component.signals:
        if signal.name not in used and not signal.record:
            yield _missing(
                knowledge, "signals.py", f'signal "{signal.name}" is never shown', "put it on a panel or delete it"
            )
        if not metrics_read(component, signal.query) and not _MADE_BY_PROMETHEUS.search(signal.query):
            what = f'signal "{signal.name}" reads no declared metric'
            yield _missing(knowledge, "metrics.py", what, "declare the metrics it reads")


def _alerts(knowledge: Knowledge) -> Iterator[Finding]:
    component = knowledge.component
    if not component.alerts:
        yield _missing(knowledge, "alerts.py", "no alerts", "write one per symptom and per cause worth a ticket")
    known = {s.name for s in component.signals}
    for alert in component.alerts:
        if alert.signal not in known:
            what = f'{alert.name} stands on "{alert.signal}", which is no signal'
            yield _missing(knowledge, "alerts.py", what, "declare the signal or mend the name")
        if not alert.name.startswith(prefix(component.name)) and alert.name != WATCHDOG:
            what = f"{alert.name} does not start with {prefix(component.name)}"
            yield _missing(knowledge, "alerts.py", what, "name alerts ComponentCondition")
        if not alert.why:
            yield _missing(knowledge, "alerts.py", f"{alert.name} has no why", "name the source of its threshold")


def _runbook(knowledge: Knowledge) -> Iterator[Finding]:
    sections = knowledge.runbook.sections
    expected = alert_names(knowledge.component)
    for name in expected:
        if name not in sections:
            yield _missing(
                knowledge, "runbook.md", f"no section ## {name}", "write Meaning, Impact, Diagnosis and Mitigation"
            )
            continue
        section = sections[name]
        for part in ("meaning", "impact", "diagnosis", "mitigation"):
            if not getattr(section, part):
                yield _missing(
                    knowledge,
                    "runbook.md",
                    f"## {name} has no ### {part.capitalize()}",
                    "write what a person does at 3 a.m.",
                )
    for name in sorted(set(sections) - set(expected)):
        yield _missing(
            knowledge, "runbook.md", f"## {name} is no alert of this component", "mend the name or delete the section"
        )
    if not knowledge.runbook.intro:
        yield _missing(knowledge, "runbook.md", "no introduction", "say what the component does and how to reach it")


def _faults(knowledge: Knowledge) -> Iterator[Finding]:
    component, faults = knowledge.component, knowledge.faults
    if not faults.stories:
        yield _missing(knowledge, "faults.yaml", "no fault story", "tell what really goes wrong with it")
    played = {s.metric for s in faults.baseline}
    for source in component.sources:
        if source.component and source.component != component.name:
            continue
        if source.name not in faults.instances:
            yield _missing(
                knowledge, "faults.yaml", f"no targets for source {source.name}", "say how many instances are scraped"
            )
        for metric in source.metrics:
            if metric.name not in played:
                what = f"the baseline does not play {metric.name}"
                yield _missing(knowledge, "faults.yaml", what, "give it the values of a healthy day")
    fired = {name for story in faults.stories for name in story.fires}
    bounded = {b.alert for b in faults.boundaries}
    for alert in component.alerts:
        if alert.name not in fired and alert.name != WATCHDOG:
            yield _missing(knowledge, "faults.yaml", f"no story fires {alert.name}", "tell the fault it is there for")
        if alert.name not in bounded and metrics_read(component, component.signal(alert.signal).query):
            yield _missing(
                knowledge, "faults.yaml", f"no boundary for {alert.name}", "say which series carry its signal to x"
            )
