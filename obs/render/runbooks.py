"""docs/runbooks: one page per component, one section per alert, with the numbers and receivers of this platform."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obs.conventions import GENERATED, dashed, quantity, runbook_path
from obs.model.artifact import Artifact
from obs.model.plan import Part, Plan, PlannedAlert
from obs.model.routing import NOBODY
from obs.render.expressions import laid_out
from obs.render.routes import arrivals, route, silencers
from obs.render.runbook_words import filled

INDEX_PATH = "docs/runbooks/README.md"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the plan decides about alerts by name: who hears of them, and what keeps them quiet."""

    receivers: Mapping[tuple[str, str], tuple[str, ...]]
    """(alert name, severity) -> receivers."""
    quiet: Mapping[str, tuple[str, ...]]


def render(plan: Plan) -> Iterator[Artifact]:
    """The index, then one page per component."""
    heard: dict[tuple[str, str], tuple[str, ...]]
    heard = {(a.alert.name, a.alert.severity): route(plan, labels) for a in arrivals(plan) for labels in a.labels}
    told = Told(receivers=heard, quiet=silencers(plan))
    yield Artifact(path=INDEX_PATH, text=_index(plan))
    for part in plan.parts:
        yield Artifact(path=runbook_path(part.component.name), text=page(plan, part, told))


def _index(plan: Plan) -> str:
    rows = [
        f"| [{part.component.title}]({dashed(part.component.name)}.md) | {part.component.summary} "
        f"| {len({alert.name for alert in part.alerts})} |"
        for part in plan.parts
    ]
    return _text(
        "# Runbooks",
        _generated(plan),
        "Every alert links to its own section: what it means, whom it hurts, how to find the cause, how to mend it. "
        "The commands paste and run; words in `<angle brackets>` are yours to fill in.",
        "\n".join(["| Component | What it watches | Alerts |", "|---|---|---|", *rows]),
    )


def page(plan: Plan, part: Part, told: Told) -> str:
    """The runbook page of one component, as Markdown."""
    by_name: dict[str, list[PlannedAlert]] = {}
    for alert in part.alerts:
        by_name.setdefault(alert.name, []).append(alert)
    dashboard = f"{plan.platform.links.grafana}/d/{part.dashboard.uid}"
    return _text(
        f"# {part.component.title}",
        _generated(plan),
        filled(plan, part, part.runbook.intro),
        f"[Dashboard]({dashboard}) · [All runbooks](README.md)",
        _contents(by_name),
        _jobs(part),
        *(_section(plan, part, alerts, told) for alerts in by_name.values()),
    )


def _contents(by_name: Mapping[str, list[PlannedAlert]]) -> str:
    rows = [
        f"| [{name}](#{name.lower()}) | {_severities(alerts)} | {_summary(alerts[0])} |"
        for name, alerts in by_name.items()
    ]
    return "\n".join(["| Alert | Severity | In a sentence |", "|---|---|---|", *rows]) if rows else ""


def _jobs(part: Part) -> str:
    """Where the component's metrics come from, so that a person can ask the source itself."""
    rows = [
        f"| `{job.name}` | `{job.namespace}` | `{','.join(f'{k}={v}' for k, v in job.selector) or 'any'}` "
        f"| `{job.port}` | `{job.path}` |"
        for job in part.jobs
        if job.kind in ("pods", "node")
    ]
    return "\n".join(["| Job | Namespace | Pods | Port | Path |", "|---|---|---|---|---|", *rows]) if rows else ""


def _section(plan: Plan, part: Part, alerts: list[PlannedAlert], told: Told) -> str:
    alert = alerts[0]
    written = part.runbook.sections.get(alert.name)
    prose = (written.meaning, written.impact, written.diagnosis, written.mitigation) if written else ("",) * 4
    titles = ("Meaning", "Impact", "Diagnosis", "Mitigation")
    return _text(
        f"## {alert.name}",
        _summary(alert),
        _facts(plan, part, alerts, told),
        *(f"### {title}\n\n{filled(plan, part, text)}" for title, text in zip(titles, prose, strict=True) if text),
        _looks_like(part, alert.name),
        "### Query",
        *(f"```promql\n{laid_out(each.expr)}\n```" for each in alerts),
    ).rstrip("\n")


def _facts(plan: Plan, part: Part, alerts: list[PlannedAlert], told: Told) -> str:
    alert = alerts[0]
    panel = f"{plan.platform.links.grafana}/d/{alert.dashboard}?viewPanel={alert.panel_id}"
    quiet = ", ".join(f"`{name}`" for name in told.quiet.get(alert.name, ()))
    rows = [
        ("Severity", _severities(alerts)),
        *(("Fires when", _condition(part, each)) for each in alerts),
        ("Why there", _sentences(alerts)),
        ("Who is told", _heard(alerts, told)),
        *((("Quiet while", quiet),) if quiet else ()),
        ("Panel", f"[{_panel_title(part, alert)}]({panel})"),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _heard(alerts: list[PlannedAlert], told: Told) -> str:
    """The receivers, by severity where the alert has several."""
    by_severity = {}
    for severity in dict.fromkeys(alert.severity for alert in alerts):
        names = [name for name in told.receivers.get((alerts[0].name, severity), ()) if name != NOBODY]
        by_severity[severity] = ", ".join(names) or "nobody: it shows on dashboards and in Alertmanager"
    if len(by_severity) == 1:
        return "".join(by_severity.values())
    return "; ".join(f"{severity}: {names}" for severity, names in by_severity.items())


def _condition(part: Part, alert: PlannedAlert) -> str:
    hold = f" for {alert.hold}" if alert.hold else ""
    if alert.objective is not None:
        windows = dict(alert.rule.labels)
        limit = quantity(alert.threshold, "ratio")
        where = f"the last {windows.get('long_window', '')} and the last {windows.get('short_window', '')}"
        return f"more than {limit} of events missed the objective in {where}{hold} ({alert.severity})"
    if alert.alert is None:
        return f"it holds{hold}"
    signal = part.signals[alert.signal]
    unit = quantity(alert.threshold, signal.unit)
    guarded = ", and its guard in the query holds" if alert.alert.guard else ""
    return f"{signal.title} {_escaped(alert.alert.is_)} {unit}{hold}{guarded}"


def _sentences(alerts: list[PlannedAlert]) -> str:
    shared = alerts[0].objective.why if alerts[0].objective else ""
    own = [alert.why.removesuffix(shared).strip() for alert in alerts] if shared else [alert.why for alert in alerts]
    return _escaped(" ".join([*dict.fromkeys(own), *([shared] if shared else [])]))


def _severities(alerts: list[PlannedAlert]) -> str:
    return ", ".join(dict.fromkeys(alert.severity for alert in alerts))


def _summary(alert: PlannedAlert) -> str:
    return dict(alert.rule.annotations).get("summary", "")


def _panel_title(part: Part, alert: PlannedAlert) -> str:
    for row in part.dashboard.rows:
        for panel in row.panels:
            if panel.id == alert.panel_id:
                return panel.title
    return part.dashboard.title


def _looks_like(part: Part, name: str) -> str:
    stories = [story for story in part.faults.stories if name in story.fires]
    if not stories:
        return ""
    told = [f"- **{story.title}** {story.story.strip()}{_company(story.fires, name)}" for story in stories]
    return "### What this looks like\n\n" + "\n".join(told)


def _company(fires: tuple[str, ...], name: str) -> str:
    others = [f"[{other}](#{other.lower()})" for other in fires if other != name]
    return f" Fires together with {', '.join(others)}." if others else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _generated(plan: Plan) -> str:
    return f"<!-- {GENERATED.format(spec=plan.platform.spec_name)} -->"


def _text(*paragraphs: str) -> str:
    return "\n\n".join(p for p in paragraphs if p) + "\n"
