"""Promises about dashboards: what dashboard-linter's rules judge, and what on-call people expect."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from obs.check.facts import Board, boards, declared
from obs.check.promql import parse, selectors
from obs.conventions import UNITS, dashboard_v2_path
from obs.model.bundle import Bundle
from obs.model.finding import Finding

KINDS = frozenset(
    (
        *(
            "timeseries",
            "stat",
            "table",
            "bargauge",
            "gauge",
            "state-timeline",
            "status-history",
            "heatmap",
            "histogram",
        ),
        *("barchart", "piechart", "text", "logs", "trend", "xychart", "dashlist", "alertlist", "annolist", "nodeGraph"),
        *("geomap", "canvas", "news", "candlestick"),
    )
)
"""Panel types Grafana 12 and later still draw."""
WIDTH = 24
Panel = Mapping[str, Any]


def _queried(bundle: Bundle) -> Iterator[tuple[Board, Panel]]:
    """Panels that query data."""
    for board in boards(bundle):
        for panel in board.panels():
            if panel.get("type") != "text":
                yield board, panel


def _say(place: str, rule: str, what: str, fix: str) -> Finding:
    return Finding(place=place, rule=rule, what=what, fix=fix)


def panel_types(bundle: Bundle) -> Iterator[Finding]:
    """No panel type that Grafana removed."""
    for board in boards(bundle):
        for panel in board.panels():
            if panel.get("type") not in KINDS:
                yield _say(
                    board.place(panel),
                    "panel-types",
                    f'type "{panel.get("type")}" is gone',
                    "use timeseries, stat or table",
                )


def panel_texts(bundle: Bundle) -> Iterator[Finding]:
    """Every panel has a title and a description."""
    for board, panel in _queried(bundle):
        for field in ("title", "description"):
            if not str(panel.get(field, "")).strip():
                yield _say(board.place(panel), "panel-texts", f"has no {field}", "say what is seen and why it matters")


def panel_units(bundle: Bundle) -> Iterator[Finding]:
    """Every panel has a unit, or mappings that put words for its values."""
    for board, panel in _queried(bundle):
        defaults = panel.get("fieldConfig", {}).get("defaults", {})
        overridden = any(
            p.get("id") == "unit" for o in panel.get("fieldConfig", {}).get("overrides", []) for p in o["properties"]
        )
        if not (defaults.get("unit") or defaults.get("mappings") or overridden):
            yield _say(board.place(panel), "panel-units", "has no unit", "name one of conventions.UNITS")


def panel_targets(bundle: Bundle) -> Iterator[Finding]:
    """Every panel asks something, and no target is empty."""
    for board, panel in _queried(bundle):
        targets = panel.get("targets") or []
        if not targets or any(not str(t.get("expr", "")).strip() for t in targets):
            yield _say(board.place(panel), "panel-targets", "has no query", "give it one or remove the panel")


def panel_datasources(bundle: Bundle) -> Iterator[Finding]:
    """Every panel takes its data source from the dashboard's variable."""
    for board, panel in _queried(bundle):
        source = panel.get("datasource")
        uid = source.get("uid") if isinstance(source, dict) else source
        if uid not in ("${datasource}", "$datasource"):
            yield _say(board.place(panel), "panel-datasources", f"data source is {uid}", "use ${datasource}")


def _variables(board: Board) -> dict[str, Panel]:
    return {v["name"]: v for v in board.data.get("templating", {}).get("list", [])}


def datasource_variable(bundle: Bundle) -> Iterator[Finding]:
    """Every dashboard has a data source variable named datasource, labelled "Data source"."""
    for board in boards(bundle):
        variable = _variables(board).get("datasource", {})
        if variable.get("type") != "datasource" or variable.get("label") != "Data source":
            yield _say(
                board.path, "datasource-variable", "no data source variable", 'add "datasource", label "Data source"'
            )


def scope_variables(bundle: Bundle) -> Iterator[Finding]:
    """Every dashboard of ours filters by cluster, namespace, job and instance: several values, All means .+."""
    for board in boards(bundle):
        variables = _variables(board)
        for name in ("cluster", "namespace", "job", "instance") if board.ours else ():
            variable = variables.get(name)
            wanted = {"type": "query", "multi": True, "allValue": ".+", "label": name.capitalize()}
            wrong = [k for k, v in wanted.items() if variable is None or variable.get(k) != v]
            if wrong:
                what = f"variable {name} is missing or differs in {', '.join(wrong)}"
                yield _say(board.path, "scope-variables", what, "see Variable in the plan")


def variable_queries(bundle: Bundle) -> Iterator[Finding]:
    """Variables query valid PromQL, refresh when the time range changes, and use the chosen data source."""
    for board in boards(bundle):
        for name, variable in _variables(board).items():
            if variable.get("type") != "query":
                continue
            if variable.get("refresh") != 2:
                yield _say(
                    board.path, "variable-queries", f"{name} does not refresh with the time range", "set refresh 2"
                )
            error = _variable_error(variable.get("query"))
            if error:
                yield _say(board.path, "variable-queries", f"{name}: {error}", "write label_values(SELECTOR, LABEL)")


def _variable_error(query: object) -> str:
    if not isinstance(query, str):
        return "the query is no text"
    match = re.fullmatch(r"label_values\((.+),\s*\w+\)", query, flags=re.DOTALL)
    if not match:
        return (
            ""
            if re.fullmatch(r"(label_names|metrics|query_result|label_values)\(.*\)", query)
            else "no known query function"
        )
    try:
        parse(match.group(1))
    except ValueError as error:
        return str(error)
    return ""


def _targets(bundle: Bundle) -> Iterator[tuple[Board, Panel, str]]:
    for board, panel in _queried(bundle):
        for target in panel.get("targets", []):
            text = str(target.get("expr", ""))
            try:
                parse(text)
            except ValueError:
                continue
            yield board, panel, text


def targets_filtered(bundle: Bundle) -> Iterator[Finding]:
    """Every selector of a panel filters by the job and instance variables."""
    for board, panel, text in _targets(bundle):
        for selector in selectors(text) if board.ours else ():
            have = {(m.name, m.op, m.value) for m in selector.matchers}
            for name in ("job", "instance"):
                if (name, "=~", f"${name}") not in have:
                    what = f'{selector.name} is not filtered by {name}=~"${name}"'
                    yield _say(board.place(panel), "targets-filtered", what, "use <selector> in the signal")


def rate_intervals(bundle: Bundle) -> Iterator[Finding]:
    """Rates on panels use $__rate_interval, so that they hold at every zoom."""
    for board, panel, text in _targets(bundle):
        bare = re.sub(r"\{[^{}]*\}", "", re.sub(r'"[^"]*"', "", text))
        if board.ours and re.search(r"\bi?rate\([^()\[\]]*\[(?!\$__rate_interval)", bare):
            yield _say(board.place(panel), "rate-intervals", "a rate has a fixed range", "use <window> in the signal")


def unique_boards(bundle: Bundle) -> Iterator[Finding]:
    """Dashboard uids and titles are unique, uids at most 40 characters; two alike would overwrite each other."""
    for field in ("uid", "title"):
        seen: set[object] = set()
        for board in boards(bundle):
            value = board.data.get(field)
            if value in seen or not value or (field == "uid" and len(str(value)) > 40):
                yield _say(
                    board.path, "unique-boards", f'{field} "{value}" is empty, too long or used twice', "name it apart"
                )
            seen.add(value)


def board_settings(bundle: Bundle) -> Iterator[Finding]:
    """Dashboards cannot be edited in place, share their crosshair, have schema 42, tags and annotations."""
    for board in boards(bundle):
        wanted = {"editable": False, "graphTooltip": 1, "schemaVersion": 42}
        wrong = [k for k, v in wanted.items() if board.data.get(k) != v]
        wrong += [k for k in ("tags",) if not board.data.get(k)]
        if wrong:
            yield _say(board.path, "board-settings", f"{', '.join(wrong)} not as wanted", "go through the normaliser")


def no_overlap(bundle: Bundle) -> Iterator[Finding]:
    """Panels lie on the grid without covering each other, and their ids are unique."""
    for board in boards(bundle):
        covered: dict[tuple[int, int], object] = {}
        ids: set[object] = set()
        for panel in board.panels():
            grid = panel.get("gridPos", {})
            x, y, w, h = (int(grid.get(k, 0)) for k in ("x", "y", "w", "h"))
            cells = {(i, j) for i in range(x, x + w) for j in range(y, y + h)}
            if panel.get("id") in ids or x + w > WIDTH or not w or not h or any(c in covered for c in cells):
                yield _say(
                    board.place(panel),
                    "no-overlap",
                    "covers another panel, leaves the grid or repeats an id",
                    "let the layout place it",
                )
            covered |= dict.fromkeys(cells, panel.get("id"))
            ids.add(panel.get("id"))


def titles_unique(bundle: Bundle) -> Iterator[Finding]:
    """No two panels of a dashboard have the same title: a link or a person must be able to tell them apart."""
    for board in boards(bundle):
        seen: set[str] = set()
        for panel in board.panels():
            title = str(panel.get("title", ""))
            if title and title in seen and board.ours:
                yield _say(
                    board.place(panel), "titles-unique", f'the title "{title}" is there twice', "name them apart"
                )
            seen.add(title)


def units_match(bundle: Bundle) -> Iterator[Finding]:
    """A signal in seconds, bytes or a ratio reads metrics of that unit, or converts them."""
    metrics = declared(bundle.plan)
    for part in bundle.plan.parts:
        for signal in part.component.signals:
            if signal.unit not in UNITS:
                place = f"obs/catalog/{part.component.name}/signals.py"
                yield _say(
                    place, "units-match", f'{signal.name} has the unit "{signal.unit}"', "name one of conventions.UNITS"
                )
        for row in part.dashboard.rows:
            for panel in row.panels:
                for target in panel.targets:
                    wrong = _unit_conflict(panel.unit, target.expr, {n: m.unit for n, m in metrics.items()})
                    if wrong:
                        place = f"obs/catalog/{part.component.name}/signals.py"
                        yield _say(
                            place, "units-match", f"{panel.title}: {wrong}", "convert in the query or change the unit"
                        )


def _unit_conflict(unit: str, text: str, units: Mapping[str, str]) -> str:
    """Words for a plain read (no arithmetic) of a metric whose unit is not the panel's."""
    try:
        found = selectors(text)
    except ValueError:
        return ""
    if len(found) != 1 or re.search(r"[-+*/]|histogram_quantile|count|rate|resets|changes|avg_over|time\(", text):
        return ""
    own = units.get(found[0].name, "")
    expected = UNITS[unit].suffix if unit in UNITS else ""
    same = own == expected or not own or not expected or expected.endswith(own)
    return "" if same else f"{found[0].name} is in {own}, the panel in {unit}"


def both_schemas(bundle: Bundle) -> Iterator[Finding]:
    """Every dashboard is there in the classic and the v2 schema, with the same panels."""
    for board in boards(bundle):
        text = bundle.artifacts.get(dashboard_v2_path(board.uid))
        if text is None:
            yield _say(board.path, "both-schemas", "has no v2 resource", "render both")
            continue
        elements = json.loads(text)["spec"]["elements"].values()
        titles = sorted(str(e["spec"].get("title", "")) for e in elements)
        classic = sorted(str(p.get("title", "")) for p in board.panels())
        if titles != classic:
            yield _say(board.path, "both-schemas", "the v2 resource has other panels", "render both from one model")
