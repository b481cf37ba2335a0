"""One way to break each promise about what people see of logs in Kibana, on a bundle that keeps them all."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from obs.conventions import KIBANA_OBJECTS
from obs.model.bundle import Bundle
from obs.model.plan import Part
from obs.model.search import Chart, Measure, Search
from tests.check.breaking import alert, with_part, with_rules
from tests.check.breaking import board as boarded
from tests.check.breaking_store import Break, Change

FAILED = "https://kibana.example.com/app/discover#/view/obs-search-gateway-failed?_g=(time:(from:a,to:b))"


def annotated(name: str, text: str) -> Break:
    """One more alert with one more annotation."""
    return lambda bundle: with_rules(bundle, alert(annotations=(*alert().annotations, (name, text))))


def board(**changes: Any) -> Break:
    """The gateway's board with changes."""

    def change(bundle: Bundle) -> Bundle:
        logs = bundle.plan.logs
        assert logs is not None
        boards = tuple(replace(b, **changes) if b.name == "gateway" else b for b in logs.boards)
        return replace(bundle, plan=replace(bundle.plan, logs=replace(logs, boards=boards)))

    return change


def asking(query: str) -> Break:
    """The board's query says something else."""
    return board(query=query)


def charting(**changes: Any) -> Break:
    """The board has one chart, this one."""
    chart: dict[str, Any] = {"name": "one", "title": "One", "help": "One."}
    return board(charts=(Chart(**(chart | changes)),))


def searching(**changes: Any) -> Break:
    """The board has one search, this one, and shows it."""
    search: dict[str, Any] = {"name": "one", "title": "One", "help": "One.", "query": "", "columns": ("message",)}
    return board(searches=(Search(**(search | changes)),), shown=("one",))


def lines(change: Callable[[list[str]], list[str]]) -> Break:
    """The lines of Kibana's file changed."""

    def changed(bundle: Bundle) -> Bundle:
        text = "\n".join(change(bundle.artifacts[KIBANA_OBJECTS].splitlines())) + "\n"
        return replace(bundle, artifacts={**bundle.artifacts, KIBANA_OBJECTS: text})

    return changed


def saved(kind: str, change: Change) -> Break:
    """The first saved object of a kind changed in place."""

    def changed(texts: list[str]) -> list[str]:
        number = next(n for n, text in enumerate(texts) if json.loads(text)["type"] == kind)
        data = json.loads(texts[number])
        change(data)
        return [*texts[:number], json.dumps(data), *texts[number + 1 :]]

    return lines(changed)


def panel(change: Change, *, kind: str = "lens") -> Break:
    """The first panel of a kind on any dashboard, changed in place."""

    def changed(texts: list[str]) -> list[str]:
        objects = [json.loads(text) for text in texts]
        for data in objects:
            panels = json.loads(data["attributes"].get("panelsJSON", "[]"))
            found = next((p for p in panels if p["type"] == kind), None)
            if found:
                change(found)
                data["attributes"]["panelsJSON"] = json.dumps(panels)
                break
        return [json.dumps(data) for data in objects]

    return lines(changed)


def layer(change: Change) -> Break:
    """The layer of the first chart changed in place."""

    def changed(drawn: Any) -> None:
        change(drawn["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]["layer"])

    return panel(changed)


def map_layers(change: Change) -> Break:
    """The layers of the first map changed in place."""

    def changed(drawn: Any) -> None:
        attributes = drawn["embeddableConfig"]["attributes"]
        found = json.loads(attributes["layerListJSON"])
        change(found)
        attributes["layerListJSON"] = json.dumps(found)

    return panel(changed, kind="map")


def undrawn(found: Any) -> None:
    """A column nobody draws."""
    found["columns"]["more"] = found["columns"]["value0"]
    found["columnOrder"].append("more")


def unfiltered(data: Any) -> None:
    """A dashboard that asks for everything."""
    data["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"] = "{}"


def as_object(texts: list[str]) -> list[str]:
    """A chart of its own beside the dashboards."""
    return [*texts, json.dumps({**json.loads(texts[0]), "type": "lens", "id": "alone"})]


def elsewhere(drawn: Any) -> None:
    """The way back leads to a dashboard nobody has."""
    drawn["embeddableConfig"]["savedVis"]["params"]["markdown"] = "https://grafana.example.com/d/obs-nowhere?from=now-1h"


def alert_without_lines(bundle: Bundle) -> Bundle:
    """The first alert's link to its lines is gone."""

    def change(part: Part) -> Part:
        first, *rest = part.alerts
        kept = tuple((name, text) for name, text in first.rule.annotations if name != "logs_url")
        return replace(part, alerts=(replace(first, rule=replace(first.rule, annotations=kept)), *rest))

    return with_part(bundle, change)


BREAKS_OF_LOGS: dict[str, tuple[Break, ...]] = {
    "kql-syntax": (
        asking("log.level: (error"),
        asking("error in the message"),
        asking('message: "half'),
        asking("message: two words"),
        asking("log.*: error"),
        searching(query="and"),
    ),
    "kql-fields": (asking("log.lavel: error"), asking("message >= 5"), charting(query="nobody: 1")),
    "kql-values": (asking("http.response.status_code: many"), asking("url.path: *sessions")),
    "board-fields": (
        searching(columns=("no.such.field",)),
        charting(by=("message",)),
        charting(by=("log.lavel",)),
        charting(by=("source.geo.location",)),
        charting(by=("source.ip",), kind="map"),
        board(controls=("kubernetes.labels",)),
    ),
    "board-measures": (
        charting(values=(Measure(operation="average", field="log.level"),)),
        charting(values=(Measure(operation="sum"),)),
    ),
    "board-names": (
        board(name="overview"),
        board(shown=("nothing",)),
        board(charts=(Chart(name="a", title="A", help="A."),) * 2),
    ),
    "board-alerts": (searching(alerts=("EnvoyIsTired",)), searching(alerts=("EnvoyEdgeErrors", "EnvoyEdgeErrors"))),
    "saved-lines": (
        lines(lambda texts: [*texts, "{"]),
        saved("tag", lambda data: data.pop("managed")),
        saved("tag", lambda data: data.update(updated_at="today")),
    ),
    "saved-versions": (
        saved("search", lambda data: data.update(typeMigrationVersion="10.13.0")),
        saved("dashboard", lambda data: data.update(typeMigrationVersion="")),
        saved("tag", lambda data: data.update(coreMigrationVersion="9.0.0")),
    ),
    "saved-attributes": (
        saved("search", lambda data: data["attributes"].pop("title")),
        saved("dashboard", lambda data: data["attributes"].update(sections=[])),
        saved("dashboard", lambda data: data["attributes"].update(panelsJSON="[")),
        saved("dashboard", lambda data: data["attributes"].update(panelsJSON=[])),
    ),
    "saved-ids": (
        lines(lambda texts: [*texts, texts[0]]),
        saved("search", lambda data: data.update(id="")),
    ),
    "saved-references": (
        saved("search", lambda data: data["references"][0].update(id="another-view")),
        saved("dashboard", lambda data: data["references"].append(data["references"][0])),
        lines(lambda texts: [text for text in texts if json.loads(text)["type"] != "tag"]),
    ),
    "saved-names": (
        saved("search", lambda data: data["references"].pop(0)),
        saved("dashboard", lambda data: data["references"].pop()),
        panel(lambda p: p.update(panelIndex="other")),
    ),
    "panels-by-value": (lines(as_object), panel(lambda p: p.update(panelRefName="panel_x"))),
    "panels-of-lasting-kinds": (
        panel(lambda p: p.update(type="input_control_vis")),
        panel(lambda p: p["embeddableConfig"]["savedVis"].update(type="metrics"), kind="visualization"),
    ),
    "boards-filter": (saved("dashboard", unfiltered),),
    "panels-placed": (
        panel(lambda p: p["gridData"].update(w=49)),
        panel(lambda p: p["gridData"].update(y=0, x=0)),
        panel(lambda p: p["gridData"].update(h=0)),
    ),
    "lens-columns": (
        layer(lambda found: found["columnOrder"].pop()),
        layer(lambda found: found["columns"]["value0"].update(sourceField="no.such.field")),
        layer(undrawn),
        panel(lambda p: p["embeddableConfig"]["attributes"].update(visualizationType="lnsGauge")),
    ),
    "map-layers-drawn": (
        map_layers(lambda found: found.pop()),
        map_layers(lambda found: found[1]["sourceDescriptor"].update(geoField="source.ip")),
        map_layers(lambda found: found[1]["sourceDescriptor"].update(applyGlobalQuery=False)),
        panel(lambda p: p["embeddableConfig"]["attributes"]["references"].clear(), kind="map"),
        panel(lambda p: p["embeddableConfig"]["attributes"].update(mapStateJSON="{}"), kind="map"),
    ),
    "links-into-kibana": (
        annotated("logs_url", "https://kibana.example.com/app/discover#/view/obs-search-gateway-nothing?_g=(time:(from:a,to:b))"),
        annotated("logs_url", "https://kibana.example.com/app/discover#/view/obs-search-gateway-failed"),
        annotated("logs_url", f"{FAILED}&_a=(filters:!((meta:(index:obs-logs,key:no.field))))"),
        boarded(lambda data: data["links"][-2].update(url="https://kibana.example.com/app/dashboards#/view/obs-logs-x")),
    ),
    "links-into-grafana": (panel(elsewhere, kind="visualization"),),
    "alerts-have-lines": (alert_without_lines,),
}
