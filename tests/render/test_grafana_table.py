"""Widths of a table's columns: names are whole, and a yes or a no takes no more room than it needs."""

from dataclasses import replace

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
    assert found == {"Pod": 240, "Now": 80}
