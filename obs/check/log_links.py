"""Promises about the ways between numbers and lines: none leads nowhere, in either direction."""

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

from obs.check.facts import boards, placed_rules
from obs.check.saved_objects import saved, say
from obs.check.searches import fields
from obs.conventions import DATA_VIEW
from obs.model.bundle import Bundle
from obs.model.finding import Finding

KINDS = {"discover": "search", "dashboards": "dashboard"}
FIX = "let obs.resolve.kibana_links make the link"


def links_into_kibana(bundle: Bundle) -> Iterator[Finding]:
    """Every link from an alert, a panel or a dashboard into Kibana opens an object of the bundle, with known fields."""
    if bundle.plan.logs is None:
        return
    known = {(one.kind, str(one.data.get("id"))) for one in saved(bundle)}
    fields_ = set(fields(bundle))
    for place, url in _into_kibana(bundle):
        for reason in _wrong(url, known, fields_):
            yield say(place, "links-into-kibana", reason, FIX)


def links_into_grafana(bundle: Bundle) -> Iterator[Finding]:
    """Every link from Kibana to Grafana opens a dashboard of the bundle."""
    uids = {board.uid for board in boards(bundle)}
    base = bundle.plan.platform.links.grafana
    for one in saved(bundle):
        for url in re.findall(re.escape(base) + r"/d/([\w-]+)", json.dumps(one.data)):
            if url not in uids:
                yield say(one.place, "links-into-grafana", f"leads to no dashboard: {url}", "name one of the bundle")


def alerts_have_lines(bundle: Bundle) -> Iterator[Finding]:
    """Every alert of a component with a board links to a saved search."""
    if bundle.plan.logs is None:
        return
    with_board = {board.component for board in bundle.plan.logs.boards if board.component and board.shown}
    for alert in bundle.plan.alerts:
        if alert.component in with_board and "logs_url" not in dict(alert.rule.annotations):
            yield say(f"alert {alert.name}", "alerts-have-lines", "links to no lines", "let log_links choose a search")


def _into_kibana(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """(place, URL) of every link into Kibana."""
    base = f"{bundle.plan.platform.links.kibana}/"
    for placed in placed_rules(bundle.plan):
        url = dict(placed.rule.annotations).get("logs_url", "")
        if url:
            yield placed.place, url
    for board in boards(bundle):
        every = [(board.place(panel), link) for panel in board.panels() for link in panel.get("links", [])]
        every += [(board.path, link) for link in board.data.get("links", [])]
        for place, link in every:
            if str(link.get("url", "")).startswith(base):
                yield place, str(link["url"])


def _wrong(url: str, known: set[tuple[str, str]], fields_: set[str]) -> Iterator[str]:
    match = re.search(r"/app/(discover|dashboards)#/view/([\w-]+)\?_g=\(time:\(from:.+?,to:.+?\)\)", unquote(url))
    if not match or (KINDS[match.group(1)], match.group(2)) not in known:
        yield f"leads to no saved object: {url[:80]}"
    for view, field in re.findall(r"index:([\w-]+),key:([\w.]+)", unquote(url)):
        if view != DATA_VIEW or (field not in fields_ and field != "query"):
            yield f"filters {field} of {view}, which no document has"
