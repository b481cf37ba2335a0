"""A planned dashboard as Grafana's classic JSON, schema 42."""

import re
from collections.abc import Iterable

from obs.conventions import (
    DATASOURCE_UID,
    GENERATED,
    GRAFANA_FOLDER,
    dashboard_uid,
    duration,
    runbook_url,
    seconds,
)
from obs.model.plan import Dashboard, PlannedRow, Variable
from obs.model.platform import Platform
from obs.render.grafana_fields import Knowing
from obs.render.grafana_normalise import DATASOURCE, Json
from obs.render.grafana_panels import build
from obs.render.grafana_skeletons import skeleton

SCHEMA_VERSION = 42
"""The last version of the classic schema; Grafana's DashboardMigrator.ts says not to go further."""

_REFRESH = ("30s", "1m", "5m", "15m", "30m", "1h")


def classic(dashboard: Dashboard, platform: Platform, knowing: Knowing) -> Json:
    """The whole dashboard."""
    names = [v.name for v in dashboard.variables]
    return frame(dashboard, platform) | {
        "annotations": {"list": annotations(dashboard, platform, names)},
        "description": f"{dashboard.help} {GENERATED.format(spec=platform.spec_name)}",
        "panels": [panel for row in dashboard.rows for panel in _row(row, knowing)],
        "templating": {"list": [datasource_variable(), *(query_variable(v) for v in dashboard.variables)]},
        "time": {"from": dashboard.range, "to": "now"},
    }


def frame(dashboard: Dashboard, platform: Platform) -> Json:
    """What every dashboard carries, a mixin's as well: identity, links, one crosshair, no edits."""
    return {
        "editable": False,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "links": links(dashboard, platform),
        "liveNow": False,
        "preload": False,
        "refresh": refresh(platform),
        "schemaVersion": SCHEMA_VERSION,
        "tags": sorted({GRAFANA_FOLDER, *dashboard.tags}),
        "timepicker": {"refresh_intervals": intervals(platform)},
        "timezone": "browser",
        "title": dashboard.title,
        "uid": dashboard.uid,
        "weekStart": "",
    }


def intervals(platform: Platform) -> list[str]:
    """Refresh rates on offer: none faster than the data comes in."""
    scrape = seconds(platform.stack.scrape_interval)
    return [choice for choice in _REFRESH if seconds(choice) >= scrape] or [platform.stack.scrape_interval]


def refresh(platform: Platform) -> str:
    """The fastest of them."""
    return intervals(platform)[0]


def _row(row: PlannedRow, knowing: Knowing) -> list[Json]:
    """The row and its panels: inside it when it is collapsed, after it otherwise."""
    built = skeleton("row") | {"id": row.id, "title": row.title, "collapsed": row.collapsed}
    built["gridPos"] = {"h": 1, "w": 24, "x": 0, "y": row.y}
    if row.repeat:
        built["repeat"] = row.repeat
    panels = [build(panel, knowing) for panel in row.panels]
    return [built | {"panels": panels}] if row.collapsed else [built, *panels]


def datasource_variable() -> Json:
    """The choice of Prometheus; the first choice is the one our provisioning makes."""
    return {
        "current": {"selected": True, "text": "Prometheus", "value": DATASOURCE_UID},
        "hide": 0,
        "includeAll": False,
        "label": "Data source",
        "multi": False,
        "name": "datasource",
        "options": [],
        "query": "prometheus",
        "refresh": 1,
        "regex": "",
        "skipUrlSync": False,
        "type": "datasource",
    }


def query_variable(variable: Variable) -> Json:
    """A label's values, all of them to begin with, asked again when the time range changes."""
    return {
        "allValue": ".+",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "datasource": DATASOURCE,
        "definition": variable.query,
        "hide": 0,
        "includeAll": True,
        "label": variable.label,
        "multi": True,
        "name": variable.name,
        "options": [],
        "query": variable.query,
        "refresh": 2,
        "regex": "",
        "skipUrlSync": False,
        "sort": 1,
        "type": "query",
    }


def annotations(dashboard: Dashboard, platform: Platform, variables: Iterable[str]) -> list[Json]:
    """What people note by hand, deploys and firing alerts; those that ask for a variable not there are left out."""
    window = duration(max(120.0, 4 * seconds(platform.stack.scrape_interval)))
    where = 'cluster=~"$cluster", namespace=~"$namespace"'
    deploys = f"changes(kube_deployment_status_observed_generation{{{where}}}[{window}]) > 0"
    component = f', component="{dashboard.component}"' if dashboard.component else ""
    firing = f'ALERTS{{alertstate="firing", severity=~"critical|warning"{component}, cluster=~"$cluster|"}}'
    ours = [
        _annotation("Deploys", deploys, "blue", "Deployed {{deployment}}", "{{namespace}}", "namespace"),
        _annotation("Alerts", firing, "red", "{{alertname}}", "{{severity}} {{job}} {{instance}}", "severity"),
    ]
    known = set(variables)
    return [
        {
            "builtIn": 1,
            "datasource": {"type": "grafana", "uid": "-- Grafana --"},
            "enable": True,
            "hide": True,
            "iconColor": "rgba(0, 211, 255, 1)",
            "name": "Annotations & Alerts",
            "type": "dashboard",
        },
        *(a for a in ours if set(re.findall(r"\$(\w+)", a["expr"])) <= known),
    ]


def _annotation(name: str, expr: str, colour: str, title: str, text: str, tags: str) -> Json:
    return {
        "datasource": DATASOURCE,
        "enable": True,
        "expr": expr,
        "hide": False,
        "iconColor": colour,
        "name": name,
        "step": "60s",
        "tagKeys": tags,
        "target": {"expr": expr, "interval": "60s", "refId": "Anno"},
        "textFormat": text,
        "titleFormat": title,
    }


def links(dashboard: Dashboard, platform: Platform) -> list[Json]:
    """Up to the overview, sideways to the other dashboards and the one looked at next, out to the logs of the same time
    and to the runbook. Whoever is next has other jobs and instances, so only the time goes along."""
    base = platform.links.runbooks
    runbook = runbook_url(base, dashboard.component) if dashboard.component else base
    overview = _link("Overview", url=f"/d/{dashboard_uid('overview')}", keep=True)
    out = _link("Runbook", url=runbook, blank=True, icon="doc")
    beside = _link("Dashboards", keep=True) | {"asDropdown": True, "tags": [GRAFANA_FOLDER], "type": "dashboards"}
    logs = [_link("Logs", url=dashboard.logs, blank=True)] if dashboard.logs else []
    near = [_link(title, url=f"/d/{uid}") | {"keepTime": True} for title, uid in dashboard.neighbours]
    return [*([] if dashboard.uid == dashboard_uid("overview") else [overview]), beside, *near, *logs, out]


def _link(title: str, *, url: str = "", keep: bool = False, blank: bool = False, icon: str = "external link") -> Json:
    return {
        "asDropdown": False,
        "icon": icon,
        "includeVars": keep,
        "keepTime": keep,
        "tags": [],
        "targetBlank": blank,
        "title": title,
        "tooltip": "",
        "type": "link",
        "url": url,
    }
