"""A mixin's own dashboard, however old, arrives in schema 42 and keeps what it shows."""

import json
from dataclasses import replace
from typing import Any

import pytest

from obs.model.plan import Dashboard
from obs.model.platform import Platform
from obs.render.grafana_mixin import adopt
from obs.render.grafana_normalise import datasource, panel
from obs.render.grafana_old_panels import modern
from tests.render.plans import MIXIN, shop

Json = dict[str, Any]
PLATFORM: Platform = shop().platform
DASHBOARD: Dashboard = shop().dashboards[2]
OURS = {"type": "prometheus", "uid": "${datasource}"}


@pytest.fixture(scope="module")
def adopted() -> Json:
    return adopt(DASHBOARD, PLATFORM)


def raw(**changes: object) -> Dashboard:
    """The mixin's dashboard with some of its keys changed."""
    return replace(DASHBOARD, raw=json.dumps(json.loads(MIXIN.read_text(encoding="utf-8")) | changes))


def test_it_takes_our_uid_title_and_tag_and_keeps_its_own_tags(adopted: Json) -> None:
    assert (adopted["uid"], adopted["title"], adopted["tags"]) == ("obs-queue-mixin", "Queues", ["obs", "queue-mixin"])


def test_rows_of_old_schemas_become_row_panels_on_the_grid(adopted: Json) -> None:
    places = [(p["type"], *(p["gridPos"][key] for key in "xywh")) for p in adopted["panels"]]
    assert places == [("row", 0, 0, 24, 1), ("timeseries", 0, 1, 16, 8), ("stat", 16, 1, 8, 8), ("row", 0, 9, 24, 1)]
    assert [p["title"] for p in adopted["panels"][3]["panels"]] == ["States"]


def test_panels_that_do_not_fit_beside_each_other_wrap() -> None:
    rows = [{"title": "", "panels": [{"type": "stat", "span": 8}, {"type": "stat", "span": 6}]}]
    _, first, second = adopt(raw(rows=rows), PLATFORM)["panels"]
    assert (first["gridPos"]["y"], second["gridPos"]["y"], second["gridPos"]["x"]) == (1, 9, 0)


def test_panels_already_on_the_grid_keep_place_and_id() -> None:
    placed = [{"type": "stat", "title": "a", "id": 7, "gridPos": {"h": 4, "w": 6, "x": 3, "y": 2}}]
    (only,) = adopt(raw(rows=[], panels=placed), PLATFORM)["panels"]
    assert (only["id"], only["gridPos"]) == (7, {"h": 4, "w": 6, "x": 3, "y": 2})


def test_graph_becomes_a_time_series_with_its_unit_stack_fill_and_legend(adopted: Json) -> None:
    graph = adopted["panels"][1]
    defaults = graph["fieldConfig"]["defaults"]
    assert (defaults["unit"], defaults["min"]) == ("mps", 0.0)
    assert (defaults["custom"]["fillOpacity"], defaults["custom"]["lineWidth"]) == (30, 2)
    assert defaults["custom"]["stacking"]["mode"] == "normal"
    assert graph["options"]["legend"] == {
        "calcs": ["lastNotNull", "mean"], "displayMode": "table", "placement": "right", "showLegend": True,
    }  # fmt: skip


def test_singlestat_becomes_a_stat_with_its_unit_thresholds_and_texts(adopted: Json) -> None:
    stat = adopted["panels"][2]
    defaults = stat["fieldConfig"]["defaults"]
    assert [s["value"] for s in defaults["thresholds"]["steps"]] == [None, 80.0, 90.0]
    assert defaults["unit"] == "percent"
    assert defaults["mappings"][0]["options"]["0"]["text"] == "down"
    assert stat["options"]["colorMode"] == "background"
    assert stat["options"]["reduceOptions"]["calcs"] == ["lastNotNull"]


def test_a_pie_of_the_old_plugin_becomes_grafanas_own() -> None:
    new = modern({"type": "grafana-piechart-panel", "title": "Share", "targets": [{"expr": "up"}]})
    assert (new["type"], new["title"], new["targets"][0]["refId"]) == ("piechart", "Share", "A")


def test_a_removed_type_without_a_simple_successor_stays_for_the_checks_to_name(adopted: Json) -> None:
    assert adopted["panels"][3]["panels"][0]["type"] == "natel-discrete-panel"


def test_its_variables_are_completed_and_their_queries_are_strings(adopted: Json) -> None:
    source, cluster, *rest = adopted["templating"]["list"]
    assert source["label"] == "Data source"
    assert (cluster["query"], cluster["refresh"], cluster["allValue"]) == ("label_values(up, cluster)", 2, ".+")
    assert [v["type"] for v in rest] == ["interval", "custom", "textbox", "constant"]


def test_a_dashboard_without_a_choice_of_data_source_gets_ours() -> None:
    first, *_ = adopt(raw(templating={"list": []}), PLATFORM)["templating"]["list"]
    assert (first["name"], first["type"]) == ("datasource", "datasource")


def test_a_dashboard_that_is_no_object_is_named() -> None:
    with pytest.raises(ValueError, match="dashboard obs-queue-mixin: a dashboard is a JSON object, not list"):
        adopt(replace(DASHBOARD, raw="[]"), PLATFORM)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, OURS),
        ("$datasource", OURS),
        ("${datasource}", OURS),
        ("Prometheus", OURS),
        ("$DS_PROMETHEUS", OURS),
        ({"uid": "${DS_PROMETHEUS}"}, OURS),
        ({"type": "prometheus", "uid": "$datasource"}, OURS),
        ("${loki}", {"type": "prometheus", "uid": "${loki}"}),
        ({"type": "loki", "uid": "$loki"}, {"type": "loki", "uid": "${loki}"}),
        ({"type": "loki", "uid": "abc"}, {"type": "loki", "uid": "abc"}),
        ("-- Mixed --", {"type": "datasource", "uid": "-- Mixed --"}),
    ],
)
def test_data_sources_become_objects(old: object, new: Json) -> None:
    assert datasource(old) == new


def test_the_normaliser_drops_dead_keys_and_mends_half_filled_ones() -> None:
    old = {
        "type": "timeseries",
        "editable": True,
        "span": 3,
        "description": None,
        "links": [],
        "transparent": False,
        "targets": [{"expr": "up", "intervalFactor": 2, "step": 10, "query": "up", "interval": ""}],
        "fieldConfig": {
            "defaults": {
                "decimals": None,
                "thresholds": {"steps": ""},
                "custom": {
                    "stacking": {},
                    "displayMode": "auto",
                    "axisSoftMax": None,
                    "scaleDistribution": {"type": "linear", "log": 2},
                },
            }
        },
    }
    assert panel(old) == {
        "type": "timeseries",
        "datasource": OURS,
        "targets": [{"expr": "up", "datasource": OURS, "exemplar": False}],
        "fieldConfig": {
            "overrides": [],
            "defaults": {
                "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}]},
                "custom": {
                    "stacking": {"group": "A", "mode": "none"},
                    "cellOptions": {"type": "auto"},
                    "scaleDistribution": {"type": "linear"},
                },
            },
        },
    }


def test_threshold_steps_of_grafanalib_lose_their_old_keys() -> None:
    steps = [
        {"op": "gt", "yaxis": "left", "color": "green", "line": True, "index": 0, "value": "null"},
        {"color": "red", "value": 80.0},
    ]
    config = panel({"type": "stat", "fieldConfig": {"defaults": {"thresholds": {"steps": steps}}}})["fieldConfig"]
    assert config["defaults"]["thresholds"]["steps"] == [
        {"color": "green", "value": None},
        {"color": "red", "value": 80.0},
    ]
