"""What is whole in a table and first in a legend: names of pods, and whatever is worst."""

from dataclasses import replace

from obs.model.plan import Threshold
from obs.render.grafana_fields import Knowing
from obs.render.grafana_panels import build
from tests.render.plans import ALERTS, ROWS, SIGNALS

TABLE = next(panel for row in ROWS for panel in row.panels if panel.id == 6)
KNOWING = Knowing(alerts={a.name: a for a in ALERTS}, signals={s.name: s for s in SIGNALS})


def test_the_name_of_a_pod_is_whole_beside_a_yes() -> None:
    waiting = replace(TABLE.targets[0], legend="{{namespace}} {{pod}} {{container}} {{reason}}", signal="")
    panel = build(replace(TABLE, unit="bool", targets=(waiting,), thresholds=()), KNOWING)
    found = {
        o["matcher"]["options"]: p["value"]
        for o in panel["fieldConfig"]["overrides"]
        for p in o["properties"]
        if p["id"] == "custom.width"
    }
    assert found == {"Pod": 210, "Now": 70}


def test_the_lowest_is_first_in_a_legend_where_low_is_bad() -> None:
    graph = next(panel for row in ROWS for panel in row.panels if panel.kind == "timeseries")
    several = replace(graph.targets[0], legend="{{instance}} {{queue}}")
    low, high = (
        build(replace(graph, targets=(several,), width=12, thresholds=lines), KNOWING)["options"]["legend"]
        for lines in ((Threshold(value=0.5, severity="warning", below=True, alert=""),), ())
    )
    assert (low["sortBy"], low["sortDesc"]) == ("Last *", False)
    assert high["sortDesc"] is True
