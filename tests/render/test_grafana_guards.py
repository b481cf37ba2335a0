"""What a panel says of guards: of its alerts' own, and of those that keep its numbers from being drawn."""

from dataclasses import replace

from obs.render.grafana_fields import Knowing
from obs.render.grafana_panels import build
from tests.render.plans import ALERTS, ROWS, SIGNALS

GUARD = "shop_requests > 1"
PANEL = next(panel for row in ROWS for panel in row.panels if panel.id == 5)
OWN = {a.name: a for a in ALERTS}


def knowing(*, of_signal: str) -> Knowing:
    """An alert with a guard, of its own or of its signal."""
    planned = OWN["ShopErrors"]
    assert planned.alert is not None
    alert = replace(planned, alert=replace(planned.alert, guard=GUARD))
    signals = {s.name: replace(s, guard=of_signal) for s in SIGNALS}
    return Knowing(alerts={**OWN, "ShopErrors": alert}, signals=signals)


def test_the_description_says_when_a_crossed_line_is_not_enough() -> None:
    panel = build(PANEL, knowing(of_signal=""))
    assert panel["description"].endswith("ShopErrors: only under a further condition, named in the runbook.")
    assert "noValue" not in panel["fieldConfig"]["defaults"]


def test_a_panel_that_draws_no_more_than_its_alert_sees_needs_no_further_condition() -> None:
    panel = build(PANEL, knowing(of_signal=GUARD))
    assert panel["description"].endswith("Watched by ShopErrors, ShopErrorsMany.")
    assert panel["fieldConfig"]["defaults"]["noValue"] == "too little to tell"
