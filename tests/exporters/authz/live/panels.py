"""Every panel of some components' dashboards, asked of the Prometheus that watches real servers."""

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from typing import Any

from obs.conventions import dashboard_path, dashboard_uid
from obs.model.plan import Plan
from obs.render import grafana
from tests.exporters.live.watch import WATCHED

VARIABLES = {"$__rate_interval": "30s", "$__interval": "10s", "$__range": "5m"}
LOOKING_BACK = 600.0
"""Seconds: the whole life of the stage."""


def panels(plan: Plan, components: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(title, panel) of everything that asks Prometheus."""
    wanted = {dashboard_path(dashboard_uid(component)) for component in components}
    for artifact in grafana.render(plan):
        if artifact.path in wanted:
            board = json.loads(artifact.text)
            for panel in (each for row in board["panels"] for each in (row, *row.get("panels", ()))):
                if panel["type"] != "row" and panel.get("targets"):
                    yield f"{board['title']} / {panel['title']}", panel


def empty(plan: Plan, prometheus: str, components: Iterable[str] = WATCHED) -> list[str]:
    """Titles of panels of which a query brings nothing."""
    asked = ((title, [target["expr"] for target in panel["targets"]]) for title, panel in panels(plan, components))
    return [title for title, queries in asked if not all(_answers(prometheus, query) for query in queries)]


def _answers(prometheus: str, expr: str) -> bool:
    for name, value in VARIABLES.items():
        expr = expr.replace(name, value).replace("${" + name[1:] + "}", value)
    asked = {"query": re.sub(r"\$\{?(\w+)(?::\w+)?\}?", ".+", expr), "step": "5"}
    asked |= {"start": f"{time.time() - LOOKING_BACK}", "end": f"{time.time()}"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{prometheus}/api/v1/query_range?{urllib.parse.urlencode(asked)}", timeout=30) as answer:
        found = json.loads(answer.read())["data"]["result"]
    return any(value != "NaN" for series in found for _, value in series["values"])
