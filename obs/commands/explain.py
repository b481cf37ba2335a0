"""`obs explain`: from an alert to everything that belongs to it."""

import difflib
import json
from pathlib import Path

import click

from obs import conventions, library
from obs.commands.common import SPEC, bundle_of, environment_option, json_option
from obs.commands.problems import Problems
from obs.model.bundle import Bundle
from obs.model.plan import Part, PlannedAlert
from obs.render.routes import route
from obs.resolve.names import alert_names


@click.command(short_help="Walk from an alert to its spec line, query, test, panel, route and runbook.")
@click.argument("alert")
@click.argument("spec", type=click.Path(path_type=Path), required=False)
@environment_option
@json_option
def explain(alert: str, spec: Path | None, environment: str, as_json: bool) -> None:
    """Walk from ALERT to its spec line, signal, query, test, panel, route, receiver and runbook.

    \b
    obs explain EnvoyEdgeErrors
    obs explain RabbitmqMemoryAlarm platform.yaml --environment staging
    """
    if spec is None and not Path(SPEC).exists():
        raise click.UsageError(f"an alert belongs to a platform: obs explain {alert} SPEC")
    made = bundle_of(spec or Path(SPEC), environment)
    found = [(part, a) for part in made.plan.parts for a in part.alerts if a.name == alert]
    if not found:
        raise Problems((_unknown(alert, made),))
    told = [_told(made, part, planned) for part, planned in found]
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo("\n\n".join(_text(facts) for facts in told))


def _unknown(alert: str, made: Bundle) -> str:
    return f'{made.plan.platform.spec_name}: no alert "{alert}" in this bundle; {_hint(alert, made)}'


def _hint(alert: str, made: Bundle) -> str:
    platform = made.plan.platform
    if alert in platform.overrides:
        return f"it is switched off in {platform.overrides[alert].place}"
    for component in library.components().values():
        if alert in alert_names(component) and not platform.of(component.name):
            return f'it belongs to {component.name}: add a service with "component: {component.name}"'
    for file, groups in made.plan.extra_groups.items():
        if any(rule.alert == alert for group in groups for rule in group.rules):
            return f"it is a mixin's: its rule stands in {conventions.rules_path(file)}"
    close = difflib.get_close_matches(alert, sorted({a.name for a in made.plan.alerts}), 1)
    return f'did you mean "{close[0]}"?' if close else "obs list alerts SPEC names them all"


def _told(made: Bundle, part: Part, planned: PlannedAlert) -> dict[str, str]:
    platform = made.plan.platform
    override = platform.overrides.get(planned.name)
    labels = dict(planned.rule.labels) | {"alertname": planned.name, "cluster": platform.cluster}
    panel = next(p for row in part.dashboard.rows for p in row.panels if p.id == planned.panel_id)
    annotations = dict(planned.rule.annotations)
    services = ", ".join(f"{s.name} ({str(s.place) or 'in every platform'})" for s in part.services)
    tests = [p for p, text in made.artifacts.items() if p.startswith("alerts/tests/") and planned.name in text]
    files = made.plan.rule_files.items()
    stories = [s.name for s in part.faults.stories if planned.name in s.fires]
    return {
        "alert": f"{planned.name} ({planned.severity}, for {planned.hold})",
        "says": annotations["summary"],
        "because": planned.why,
        "services": services,
        "overridden": str(override.place) if override else "no",
        "catalogue": f"obs/catalog/{planned.component}/",
        "signal": planned.signal or "derived from the component's sources",
        "query": planned.expr,
        "rule": next(
            conventions.rules_path(name) for name, found in files if any(planned.rule in g.rules for g in found)
        ),
        "tests": ", ".join(tests),
        "fault stories": ", ".join(stories) or "none",
        "panel": f"{part.dashboard.title} / {panel.title}, id {panel.id}",
        "dashboard file": conventions.dashboard_path(planned.dashboard),
        "receivers": ", ".join(route(made.plan, labels)) or "none",
        "dashboard": annotations["dashboard_url"].partition("&var-")[0],
        "logs": annotations.get("logs_url", "no saved search").partition("?")[0],
        "runbook": annotations["runbook_url"],
    }


def _text(facts: dict[str, str]) -> str:
    width = max(map(len, facts))
    lines = []
    for word, value in facts.items():
        first, *rest = value.split("\n")
        lines += [f"{word:<{width}}  {first}", *(f"{'':<{width}}  {line}" for line in rest)]
    return "\n".join(lines)
