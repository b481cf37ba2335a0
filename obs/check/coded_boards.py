"""Promises about dashboards as code: bodies the API takes, and the same boards as the saved objects."""

from collections.abc import Iterator, Mapping
from typing import Any

from obs.check.coded_shapes import DASHBOARD, complaints
from obs.check.saved_objects import at, panels, read, saved, say
from obs.conventions import KIBANA_CODE
from obs.model.bundle import Bundle
from obs.model.finding import Finding

Json = Mapping[str, Any]
FIX = "make both from one board"
MOST = 100
"""Panels and choices of one dashboard that the API takes."""
KINDS = {"visualization": "markdown", "lens": "vis", "map": "vis", "search": "discover_session"}
"""Panel of a saved object -> its counterpart. The API takes no map; its region map is a visualization."""


def coded(bundle: Bundle) -> dict[str, Any]:
    """Id -> body of every dashboard as code; None for what is no JSON."""
    prefix = f"{KIBANA_CODE}/"
    files = {path: text for path, text in bundle.artifacts.items() if path.startswith(prefix)}
    return {path.removeprefix(prefix).removesuffix(".json"): read(text) for path, text in files.items()}


def coded_shapes(bundle: Bundle) -> Iterator[Finding]:
    """Bodies have the keys the dashboards API asks for and no others, and not more panels than it takes."""
    for name, body in coded(bundle).items():
        for path, what in complaints(body, DASHBOARD):
            yield say(_place(name), "coded-shapes", f"{path.lstrip('.')} {what}", "write what the API's schema has")
        found = [*_listed(body, "panels"), *_listed(body, "pinned_panels")]
        if len(found) > MOST:
            yield say(_place(name), "coded-shapes", f"has {len(found)} panels", f"stay below {MOST}")


def coded_references(bundle: Bundle) -> Iterator[Finding]:
    """What dashboards as code refer to is in the file that is imported before them."""
    known = {(one.kind, one.data.get("id")) for one in saved(bundle)}
    for name, body in coded(bundle).items():
        for kind, identifier in _references(body):
            if (kind, identifier) not in known:
                what = f"refers to {kind} {identifier}, which is not in the file"
                yield say(_place(name), "coded-references", what, "bring it along")


def coded_counterparts(bundle: Bundle) -> Iterator[Finding]:
    """Every dashboard of the saved objects is there as code, with each of its panels: place, title and question."""
    bodies = coded(bundle)
    for one in saved(bundle):
        if one.kind != "dashboard":
            continue
        body = bodies.pop(str(one.data.get("id")), None)
        source = read(at(one.attributes, "kibanaSavedObjectMeta", "searchSourceJSON"))
        ours = [(one.attributes.get("title"), at(source, "query", "query")), *map(_saved_panel, panels(one))]
        coded_panels = [_coded_panel(p) for p in _listed(body, "panels")]
        theirs = [(at(body, "title"), at(body, "query", "expression")), *coded_panels]
        for mine, other in zip(ours, theirs, strict=False):
            if mine != other:
                what = f"{other} stands where the saved object has {mine}"
                yield say(_place(str(one.data.get("id"))), "coded-counterparts", what, FIX)
        if len(ours) != len(theirs):
            what = f"has {len(theirs) - 1} panels, the saved object {len(ours) - 1}"
            yield say(_place(str(one.data.get("id"))), "coded-counterparts", what, FIX)
    for name in bodies:
        yield say(_place(name), "coded-counterparts", "is no dashboard of the saved objects", FIX)


def _saved_panel(panel: Json) -> tuple[Any, ...]:
    """(kind, grid, title, question, saved search) of a panel among saved objects."""
    attributes = at(panel, "embeddableConfig", "attributes")
    asked = at(attributes, "state", "query", "query")
    if panel.get("type") == "map":
        asked = at((read(at(attributes, "layerListJSON")) or [{}])[-1], "query", "query")
    grid = tuple(at(panel, "gridData", key) for key in "xywh")
    return KINDS.get(str(panel.get("type"))), grid, at(attributes, "title"), asked or "", "panelRefName" in panel


def _coded_panel(panel: Any) -> tuple[Any, ...]:
    """The same of a panel as code."""
    grid = tuple(at(panel, "grid", key) for key in "xywh")
    asked = at(panel, "config", "query", "expression") or ""
    return at(panel, "type"), grid, at(panel, "config", "title"), asked, at(panel, "config", "ref_id") is not None


def _references(body: Any) -> Iterator[tuple[str, Any]]:
    """(type, id) of everything a body refers to."""
    for tag in _listed(body, "tags"):
        yield "tag", tag
    for control in _listed(body, "pinned_panels"):
        yield "index-pattern", at(control, "config", "data_view_id")
    for panel in _listed(body, "panels"):
        config = at(panel, "config")
        if at(panel, "type") == "discover_session":
            yield "search", at(config, "ref_id")
        for part in (config, *_listed(config, "layers")):
            if at(part, "data_source") is not None:
                yield "index-pattern", at(part, "data_source", "ref_id")


def _listed(node: Any, key: str) -> list[Any]:
    found = at(node, key)
    return found if isinstance(found, list) else []


def _place(name: str) -> str:
    return f"{KIBANA_CODE}/{name}.json"
