"""Dashboards as a person and Grafana meet them: identity, variables, annotations, links, grid, bytes."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from obs.conventions import REMOVED_PANEL_TYPES
from obs.render.grafana import render
from tests.render.grafana_sdk import classic_again, lost, resource_again
from tests.render.plans import shop

Json = dict[str, Any]
OURS = ("obs-overview", "obs-shop")
EVERY = (*OURS, "obs-queue-mixin")


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in render(shop())}


@pytest.fixture(scope="module")
def classics(files: dict[str, str]) -> dict[str, Json]:
    return {uid: json.loads(files[f"dashboards/{uid}.json"]) for uid in EVERY}


@pytest.fixture(scope="module")
def resources(files: dict[str, str]) -> dict[str, Json]:
    return {uid: json.loads(files[f"dashboards/v2/{uid}.json"]) for uid in EVERY}


def panels(dashboard: Json) -> Iterator[Json]:
    """Every panel that is no row."""
    for panel in dashboard["panels"]:
        yield from panel["panels"] if panel["type"] == "row" else [panel]


def every(value: object, key: str) -> Iterator[Any]:
    """Every value of that key, however deep."""
    if isinstance(value, dict):
        yield from (value[key] for _ in [0] if key in value)
        for inner in value.values():
            yield from every(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from every(inner, key)


def test_every_dashboard_comes_in_both_schemas_with_provisioning_and_a_readme(files: dict[str, str]) -> None:
    expected = {f"dashboards/{uid}.json" for uid in EVERY} | {f"dashboards/v2/{uid}.json" for uid in EVERY}
    provisioning = {f"dashboards/provisioning/{kind}/obs.yaml" for kind in ("dashboards", "datasources")}
    assert set(files) == expected | provisioning | {"dashboards/README.md"}


def test_the_same_plan_gives_the_same_bytes(files: dict[str, str]) -> None:
    assert {artifact.path: artifact.text for artifact in render(shop())} == files


def test_keys_are_sorted_so_that_a_change_moves_nothing_else(files: dict[str, str]) -> None:
    texts = [text for path, text in files.items() if path.endswith(".json")]
    assert [json.dumps(json.loads(t), indent=2, sort_keys=True, ensure_ascii=False) + "\n" for t in texts] == texts


@pytest.mark.parametrize("uid", EVERY)
def test_grafanas_own_classic_models_know_every_key(uid: str, classics: dict[str, Json]) -> None:
    assert list(lost(classics[uid], classic_again(classics[uid]))) == []


@pytest.mark.parametrize("uid", EVERY)
def test_grafanas_own_v2_models_know_every_key(uid: str, resources: dict[str, Json]) -> None:
    assert list(lost(resources[uid], resource_again(resources[uid]))) == []


def test_the_sdk_judge_sees_a_key_that_is_none_and_a_value_of_the_wrong_shape() -> None:
    ours = {"title": "a", "tags": ["x"], "made_up": 1, "time": {"from": "now-1h", "to": "now", "until": 3}}
    assert list(lost(ours, classic_again(ours))) == ["$.made_up", "$.time.until"]


@pytest.mark.parametrize("uid", EVERY)
def test_identity_stays_what_links_point_to(uid: str, classics: dict[str, Json]) -> None:
    built = classics[uid]
    kept = {key: built[key] for key in ("uid", "schemaVersion", "editable", "graphTooltip", "timezone", "refresh")}
    assert kept == {
        "uid": uid, "schemaVersion": 42, "editable": False, "graphTooltip": 1, "timezone": "browser", "refresh": "30s",
    }  # fmt: skip
    assert "obs" in built["tags"]
    assert "id" not in built
    assert "version" not in built


@pytest.mark.parametrize(("interval", "refresh"), [("15s", "30s"), ("30s", "30s"), ("1m", "1m"), ("2h", "2h")])
def test_no_dashboard_refreshes_faster_than_its_data_comes_in(interval: str, refresh: str) -> None:
    found = {
        json.loads(a.text)["refresh"] for a in render(shop(interval=interval)) if re.match(r"dashboards/obs", a.path)
    }
    assert found == {refresh}


@pytest.mark.parametrize("uid", OURS)
def test_variables_are_what_the_dashboard_linter_asks_for(uid: str, classics: dict[str, Json]) -> None:
    source, *queries = classics[uid]["templating"]["list"]
    assert (source["name"], source["type"], source["label"]) == ("datasource", "datasource", "Data source")
    assert [q["name"] for q in queries] == ["cluster", "namespace", "job", "instance"]
    for q in queries:
        assert isinstance(q["query"], str)
        assert q["query"] == q["definition"]
        assert (q["refresh"], q["sort"], q["multi"], q["includeAll"], q["allValue"]) == (2, 1, True, True, ".+")
        assert q["current"]["value"] == ["$__all"]
        assert q["label"] == q["name"].capitalize()
        assert q["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


@pytest.mark.parametrize("uid", EVERY)
def test_every_data_source_is_an_object_and_only_grafana_itself_is_no_variable(
    uid: str, classics: dict[str, Json]
) -> None:
    found = {json.dumps(d, sort_keys=True) for d in every(classics[uid], "datasource")}
    grafana = '{"type": "grafana", "uid": "-- Grafana --"}'
    assert found == {grafana, '{"type": "prometheus", "uid": "${datasource}"}'}


def test_deploys_and_the_components_own_firing_alerts_are_marked_on_every_graph(classics: dict[str, Json]) -> None:
    _, deploys, alerts = classics["obs-shop"]["annotations"]["list"]
    assert "changes(kube_deployment_status_observed_generation{" in deploys["target"]["expr"]
    assert 'namespace=~"$namespace"' in deploys["target"]["expr"]
    assert 'ALERTS{alertstate="firing"' in alerts["target"]["expr"]
    assert 'component="shop"' in alerts["target"]["expr"]


def test_the_overview_marks_the_alerts_of_all_components(classics: dict[str, Json]) -> None:
    assert "component=" not in classics["obs-overview"]["annotations"]["list"][2]["target"]["expr"]


def test_a_mixin_dashboard_has_no_annotation_with_a_variable_it_lacks(classics: dict[str, Json]) -> None:
    built = classics["obs-queue-mixin"]
    names = {v["name"] for v in built["templating"]["list"]}
    used = {name for a in built["annotations"]["list"][1:] for name in re.findall(r"\$(\w+)", a["expr"])}
    assert used <= names


def test_links_lead_up_sideways_and_to_the_runbook(classics: dict[str, Json]) -> None:
    found = [(link["title"], link["url"], link["tags"]) for link in classics["obs-shop"]["links"]]
    assert found == [
        ("Overview", "/d/obs-overview", []),
        ("Dashboards", "", ["obs"]),
        ("Runbook", "https://runbooks.example.com/shop.md", []),
    ]


def test_the_overview_does_not_link_to_itself(classics: dict[str, Json]) -> None:
    assert "Overview" not in {link["title"] for link in classics["obs-overview"]["links"]}


@pytest.mark.parametrize("uid", EVERY)
def test_ids_are_unique(uid: str, classics: dict[str, Json]) -> None:
    ids = list(every(classics[uid]["panels"], "id"))
    numbers = [i for i in ids if isinstance(i, int)]
    assert len(numbers) == len(set(numbers)) > 0


@pytest.mark.parametrize("uid", EVERY)
def test_nothing_overlaps_on_the_grid(uid: str, classics: dict[str, Json]) -> None:
    taken: set[tuple[int, int]] = set()
    for place in every(classics[uid]["panels"], "gridPos"):
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken
        taken |= cells


def test_collapsed_rows_hold_their_panels_and_open_rows_none(classics: dict[str, Json]) -> None:
    rows = [p for p in classics["obs-shop"]["panels"] if p["type"] == "row"]
    assert [(r["title"], r["collapsed"], len(r["panels"])) for r in rows] == [
        ("Is it up?", False, 0), ("Is it failing?", False, 0), ("Is it slow?", False, 0), ("Is it full?", True, 4),
    ]  # fmt: skip
    assert rows[3]["repeat"] == "job"


@pytest.mark.parametrize("uid", OURS)
def test_no_panel_of_ours_is_of_a_removed_type(uid: str, classics: dict[str, Json]) -> None:
    assert not {panel["type"] for panel in panels(classics[uid])} & set(REMOVED_PANEL_TYPES)


@pytest.mark.parametrize("uid", OURS)
def test_every_panel_says_what_it_shows_in_which_unit(uid: str, classics: dict[str, Json]) -> None:
    for panel in panels(classics[uid]):
        assert panel["title"]
        assert panel["description"]
        assert panel["targets"]
        assert panel["fieldConfig"]["defaults"]["unit"]


@pytest.mark.parametrize("uid", EVERY)
def test_both_schemas_show_the_same_panels(uid: str, classics: dict[str, Json], resources: dict[str, Json]) -> None:
    elements = [e["spec"] for e in resources[uid]["spec"]["elements"].values()]
    again = {
        spec["id"]: (
            spec["title"], spec["description"], spec["links"], spec["vizConfig"]["group"],
            spec["vizConfig"]["spec"]["options"], spec["vizConfig"]["spec"]["fieldConfig"],
            [(q["spec"]["refId"], q["spec"]["query"]["spec"]["expr"]) for q in spec["data"]["spec"]["queries"]],
            [(t["group"], t["spec"]["options"]) for t in spec["data"]["spec"]["transformations"]],
        )
        for spec in elements
    }  # fmt: skip
    assert again == {
        panel["id"]: (
            panel["title"], panel.get("description", ""), panel.get("links", []), panel["type"],
            panel.get("options", {}), panel.get("fieldConfig", {"defaults": {}, "overrides": []}),
            [(t["refId"], t["expr"]) for t in panel["targets"]],
            [(t["id"], t["options"]) for t in panel.get("transformations", [])],
        )
        for panel in panels(classics[uid])
    }  # fmt: skip


@pytest.mark.parametrize("uid", EVERY)
def test_both_schemas_place_panels_in_the_same_rows(
    uid: str, classics: dict[str, Json], resources: dict[str, Json]
) -> None:
    placed: dict[str, tuple[str, int, int]] = {}
    for row in resources[uid]["spec"]["layout"]["spec"]["rows"]:
        for item in row["spec"]["layout"]["spec"]["items"]:
            placed[item["spec"]["element"]["name"]] = (row["spec"]["title"], item["spec"]["x"], item["spec"]["y"])
    expected: dict[str, tuple[str, int, int]] = {}
    head: Json = {}
    for panel in classics[uid]["panels"]:
        head = panel if panel["type"] == "row" else head
        for member in panel["panels"] if panel["type"] == "row" else [panel]:
            place = member["gridPos"]
            expected[f"panel-{member['id']}"] = (head["title"], place["x"], place["y"] - head["gridPos"]["y"] - 1)
    assert placed == expected


@pytest.mark.parametrize("uid", EVERY)
def test_a_v2_file_is_the_whole_object_and_leaves_the_folder_to_the_provider(
    uid: str, resources: dict[str, Json]
) -> None:
    built = resources[uid]
    assert (built["apiVersion"], built["kind"]) == ("dashboard.grafana.app/v2", "Dashboard")
    assert built["metadata"] == {"name": uid}
    assert built["spec"]["cursorSync"] == "Crosshair"


def test_both_schemas_ask_the_same_variable_queries(classics: dict[str, Json], resources: dict[str, Json]) -> None:
    _, *ours = resources["obs-shop"]["spec"]["variables"]
    queries = [v["spec"]["query"]["spec"]["__legacyStringValue"] for v in ours]
    assert queries == [v["query"] for v in classics["obs-shop"]["templating"]["list"][1:]]
    assert {v["spec"]["refresh"] for v in ours} == {"onTimeRangeChanged"}
