"""One panel at a time: lines and colours where the alert is, emptiness explained, tables with human headings."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from obs.conventions import REMOVED_PANEL_TYPES, UNITS
from obs.model.alert import Comparison
from obs.model.plan import PlannedPanel, Threshold
from obs.model.signal import PanelKind
from obs.render.grafana_fields import Knowing, lines, regions
from obs.render.grafana_panels import build, reference
from obs.render.grafana_skeletons import skeleton
from tests.render.plans import ALERTS, ROWS, RUNBOOK, SIGNALS

Json = dict[str, Any]
KNOWING = Knowing(alerts={a.name: a for a in ALERTS}, signals={s.name: s for s in SIGNALS})
PLANNED = {panel.id: panel for row in ROWS for panel in row.panels}
ONE_OF_EACH = {panel.kind: panel for panel in PLANNED.values()}


def built(id_: int) -> Json:
    return build(PLANNED[id_], KNOWING)


def defaults(panel: Json) -> Json:
    found: Json = panel["fieldConfig"]["defaults"]
    return found


def steps(thresholds: Json) -> list[tuple[float | None, str]]:
    return [(step["value"], step["color"]) for step in thresholds["steps"]]


def colour(value: float, thresholds: Json) -> str:
    """The colour Grafana gives a value: that of the last step not above it."""
    reached = [c for start, c in steps(thresholds) if start is None or value >= start]
    return str(reached[-1])


@pytest.mark.parametrize("kind", get_args(PanelKind))
def test_every_kind_of_the_model_can_be_built(kind: str) -> None:
    assert build(ONE_OF_EACH[kind], KNOWING)["type"] == kind


@pytest.mark.parametrize("kind", sorted(REMOVED_PANEL_TYPES))
def test_a_removed_type_cannot_be_built(kind: str) -> None:
    with pytest.raises(KeyError):
        skeleton(kind)


@pytest.mark.parametrize("kind", get_args(PanelKind))
def test_no_dead_key_and_no_null_is_left_of_the_old_shapes(kind: str) -> None:
    panel = build(ONE_OF_EACH[kind], KNOWING)
    allowed = {
        "datasource",
        "description",
        "fieldConfig",
        "gridPos",
        "id",
        "links",
        "options",
        "targets",
        "title",
        "type",
    }
    assert set(panel) <= allowed | {"transformations"}
    assert None not in panel.values()


@pytest.mark.parametrize("name", sorted(UNITS))
def test_a_panel_takes_the_grafana_id_of_its_unit(name: str) -> None:
    panel = build(replace(PLANNED[13], unit=name, targets=PLANNED[13].targets[:1]), Knowing())
    assert defaults(panel)["unit"] == UNITS[name].grafana


def test_a_panel_that_is_empty_by_nature_says_none_and_why() -> None:
    panel = built(8)
    assert defaults(panel)["noValue"] == "none"
    assert panel["description"] == "What panel 8 shows.\n\nReads “none” when healthy: no request is slow."


def test_a_panel_that_always_has_data_does_not_hide_its_absence() -> None:
    assert "noValue" not in defaults(built(5))


def test_the_description_names_the_alerts_that_watch_the_panel() -> None:
    assert built(5)["description"].endswith("Watched by ShopErrors, ShopErrorsMany.")


def test_links_lead_one_step_down_and_to_the_runbook() -> None:
    panel, below = built(5), "/d/obs-pods?x&${datasource:queryparam}"
    assert [(link["title"], link["url"]) for link in panel["links"]] == [("Drill down", below), ("Runbook", RUNBOOK)]
    assert [link["url"] for link in defaults(panel)["links"]] == [below]


def test_at_the_bottom_there_is_no_step_down() -> None:
    panel = built(6)
    assert [link["title"] for link in panel["links"]] == ["Runbook"]
    assert "links" not in defaults(panel)


def test_lines_stand_at_the_alerts_own_numbers_in_the_alerts_colours() -> None:
    panel = built(5)
    assert steps(defaults(panel)["thresholds"]) == [(None, "transparent"), (0.05, "orange"), (0.2, "red")]
    assert defaults(panel)["custom"]["thresholdsStyle"] == {"mode": "dashed"}


def test_lines_of_alerts_that_fire_below_take_the_colour_of_the_step_that_ends_there() -> None:
    assert steps(defaults(built(9))["thresholds"]) == [(None, "red"), (3600, "orange"), (86400, "transparent")]


def test_a_panel_without_alerts_has_no_line() -> None:
    panel = built(14)
    assert defaults(panel)["custom"]["thresholdsStyle"] == {"mode": "off"}
    assert steps(defaults(panel)["thresholds"]) == [(None, "transparent")]


def test_the_first_line_above_is_always_in_sight() -> None:
    assert defaults(built(5))["custom"]["axisSoftMax"] == pytest.approx(0.055)


@pytest.mark.parametrize(("unit", "top"), [("count", 1), ("ratio", 0.01), ("bytes", 1024), ("seconds", 0.01)])
def test_a_flat_zero_without_a_line_is_not_drawn_against_a_hundred(unit: str, top: float) -> None:
    plain = replace(PLANNED[14], unit=unit, targets=PLANNED[14].targets[:1])
    assert defaults(build(plain, Knowing()))["custom"]["axisSoftMax"] == top


@pytest.mark.parametrize(
    ("alert", "value", "expected"),
    [
        ("ShopErrors", 0.05, "green"), ("ShopErrors", 0.051, "orange"), ("ShopErrors", 0.0, "green"),
        ("ShopQueueWaiting", 0, "green"), ("ShopQueueWaiting", 1, "orange"),
        ("ShopDown", 0, "red"), ("ShopDown", 1, "green"),
        ("ShopCertificateOld", 3599, "red"), ("ShopCertificateOld", 3600, "green"),
        ("ShopCertificateAging", 86400, "orange"), ("ShopCertificateAging", 86401, "green"),
    ],
)  # fmt: skip
def test_a_value_has_a_colour_exactly_when_its_alert_would_fire(alert: str, value: float, expected: str) -> None:
    planned = KNOWING.alerts[alert]
    comparison: Comparison = planned.alert.is_ if planned.alert else ">"
    threshold = Threshold(
        value=planned.threshold, severity=planned.severity, below=comparison in ("<", "<=", "=="), alert=alert
    )
    assert colour(value, regions((threshold,), KNOWING)) == expected


def test_where_two_alerts_fire_the_worse_colour_wins() -> None:
    both = (
        Threshold(value=1, severity="critical", below=True, alert=""),
        Threshold(value=5, severity="warning", below=False, alert=""),
    )
    assert steps(lines(both)) == [(None, "red"), (1, "transparent"), (5, "orange")]


def test_a_number_without_threshold_or_state_claims_no_health() -> None:
    panel = built(13)
    assert panel["options"]["colorMode"] == "none"
    assert steps(defaults(panel)["thresholds"]) == [(None, "text")]


def test_a_state_is_written_out_and_coloured() -> None:
    panel = built(2)
    assert panel["options"]["colorMode"] == "background"
    assert defaults(panel)["mappings"] == [
        {
            "type": "value",
            "options": {
                "0": {"color": "red", "index": 0, "text": "down"},
                "1": {"color": "green", "index": 1, "text": "up"},
            },
        }
    ]


@pytest.mark.parametrize("kind", get_args(PanelKind))
def test_numbers_of_the_present_ask_for_one_moment_and_graphs_for_a_range(kind: str) -> None:
    present = kind in ("stat", "table", "bargauge", "gauge")
    graph = replace(ONE_OF_EACH[kind], targets=tuple(replace(t, instant=False) for t in ONE_OF_EACH[kind].targets))
    queries = build(graph, KNOWING)["targets"]
    assert {(q["instant"], q["range"]) for q in queries} == {(present, not present)}
    assert {q["exemplar"] for q in queries} == {False}


def test_heatmaps_and_tables_ask_for_their_format() -> None:
    found = {kind: build(panel, KNOWING)["targets"][0]["format"] for kind, panel in ONE_OF_EACH.items()}
    others = dict.fromkeys(("timeseries", "stat", "bargauge", "gauge", "state-timeline"), "time_series")
    assert found == others | {"heatmap": "heatmap", "table": "table"}


def test_a_second_unit_on_a_panel_is_told_per_query() -> None:
    assert built(14)["fieldConfig"]["overrides"] == [
        {"matcher": {"id": "byFrameRefID", "options": "B"}, "properties": [{"id": "unit", "value": "bytes"}]}
    ]


def test_a_long_legend_stands_beside_a_wide_graph_with_the_highest_first() -> None:
    several = replace(PLANNED[14].targets[0], legend="{{instance}} {{queue}}")
    wide = build(replace(PLANNED[14], targets=(several,)), KNOWING)["options"]["legend"]
    assert (wide["placement"], wide["displayMode"], wide["sortBy"], wide["sortDesc"]) == (
        "right",
        "table",
        "Last *",
        True,
    )


@pytest.mark.parametrize(("legend", "width"), [("{{instance}} {{queue}}", 8), ("{{instance}}", 12)])
def test_other_legends_are_a_line_below(legend: str, width: int) -> None:
    one = replace(PLANNED[14].targets[0], legend=legend)
    short = build(replace(PLANNED[14], targets=(one,), width=width), KNOWING)["options"]["legend"]
    assert (short["placement"], short["displayMode"]) == ("bottom", "list")


def test_response_classes_keep_their_colours() -> None:
    classes = replace(PLANNED[14].targets[0], legend="{{code_class}}xx")
    overrides = build(replace(PLANNED[14], targets=(classes,)), KNOWING)["fieldConfig"]["overrides"]
    colours = {o["matcher"]["options"]: o["properties"][0]["value"]["fixedColor"] for o in overrides}
    assert colours == {"1xx": "purple", "2xx": "green", "3xx": "blue", "4xx": "orange", "5xx": "red"}


def test_only_lines_that_are_few_are_filled() -> None:
    one = build(replace(PLANNED[14], targets=(replace(PLANNED[14].targets[0], legend="all"),)), KNOWING)
    assert (defaults(one)["custom"]["fillOpacity"], defaults(built(14))["custom"]["fillOpacity"]) == (8, 0)


def test_a_share_that_must_stay_high_is_drawn_up_to_the_whole() -> None:
    low = (Threshold(value=0.8, severity="critical", below=True, alert=""),)
    share = replace(PLANNED[14], unit="ratio", targets=PLANNED[14].targets[:1], thresholds=low)
    assert defaults(build(share, Knowing()))["custom"]["axisSoftMax"] == 1


def test_an_axis_can_end_where_a_forecast_does_not() -> None:
    assert defaults(build(replace(PLANNED[5], minimum=0), KNOWING))["min"] == 0
    assert "min" not in defaults(built(5))


def test_stacking_is_drawn() -> None:
    assert defaults(built(9))["custom"]["stacking"] == {"group": "A", "mode": "normal"}


def test_a_table_has_the_labels_of_its_legend_and_one_column_per_signal() -> None:
    merge, only, order = built(6)["transformations"]
    assert merge["id"] == "merge"
    assert only["options"]["include"]["names"] == ["queue", "Value #A", "Value #B"]
    assert order["options"]["renameByName"] == {"queue": "Queue", "Value #A": "Waiting", "Value #B": "Size"}


def test_only_the_column_an_alert_judges_is_coloured() -> None:
    overrides = {
        o["matcher"]["options"]: {p["id"] for p in o["properties"]} for o in built(6)["fieldConfig"]["overrides"]
    }
    assert overrides == {"Waiting": {"unit", "thresholds", "custom.cellOptions"}, "Size": {"unit"}}


def test_a_table_of_one_query_needs_no_merge() -> None:
    single = replace(PLANNED[6], targets=PLANNED[6].targets[:1])
    only, order = build(single, KNOWING)["transformations"]
    assert only["options"]["include"]["names"] == ["queue", "Value"]
    assert order["options"]["indexByName"] == {"queue": 0, "Value": 1}


def test_a_table_of_an_info_metric_shows_no_ones() -> None:
    versions = replace(PLANNED[6].targets[0], legend="{{instance}} {{version}}", signal="")
    panel = build(replace(PLANNED[6], unit="state", targets=(versions,), thresholds=()), KNOWING)
    assert panel["transformations"][0]["options"]["include"]["names"] == ["instance", "version"]
    assert panel["fieldConfig"]["overrides"] == []
    assert panel["options"]["sortBy"] == [{"desc": False, "displayName": "Instance"}]


def test_severities_in_a_table_have_the_colours_of_the_lines() -> None:
    firing = replace(PLANNED[6].targets[0], legend="{{severity}} {{alertname}}", signal="")
    panel = build(replace(PLANNED[6], targets=(firing,), unit="count", thresholds=()), KNOWING)
    order, overrides = panel["transformations"][1]["options"], panel["fieldConfig"]["overrides"]
    assert order["renameByName"] == {"severity": "Severity", "alertname": "Alert", "Value": "Number"}
    severity = next(o for o in overrides if o["matcher"]["options"] == "Severity")
    colours = {key: value["color"] for key, value in severity["properties"][0]["value"][0]["options"].items()}
    assert colours == {"critical": "red", "warning": "orange", "info": "blue"}
    assert [column["displayName"] for column in panel["options"]["sortBy"]] == ["Severity", "Number"]


def test_cells_of_a_table_are_no_links() -> None:
    panel = build(replace(PLANNED[6], drilldown="/d/obs-pods"), KNOWING)
    assert "links" not in defaults(panel)
    assert panel["links"][0]["title"] == "Drill down"


def test_queries_are_lettered_past_z() -> None:
    assert [reference(i) for i in (0, 25, 26, 27, 51, 52)] == ["A", "Z", "AA", "AB", "AZ", "BA"]


def test_panels_do_not_share_state() -> None:
    first: PlannedPanel = PLANNED[5]
    build(replace(first, stack=True, maximum=1.0), KNOWING)
    assert "max" not in defaults(build(first, KNOWING))
