"""Colours of states: red is what pages, as with numbers."""

from dataclasses import replace

import pytest

from obs.model.alert import Severity
from obs.model.plan import PlannedPanel
from obs.render.grafana_fields import Knowing, states
from tests.render.plans import ALERTS, ROWS, STATES

PANEL = next(panel for row in ROWS for panel in row.panels if panel.id == 2)
KNOWING = Knowing(alerts={a.name: a for a in ALERTS})


def coloured(panel: PlannedPanel, severity: Severity = "critical") -> list[str]:
    """The colour of every state while the alert has a severity."""
    thresholds = tuple(replace(t, severity=severity) for t in panel.thresholds)
    return [colour for _, _, colour in states(panel, thresholds, KNOWING)]


@pytest.mark.parametrize(("severity", "colour"), [("critical", "red"), ("warning", "orange"), ("info", "blue")])
def test_a_bad_state_has_the_colour_of_its_alert(severity: Severity, colour: str) -> None:
    assert coloured(PANEL, severity) == [colour, "green"]


def test_a_bad_state_without_an_alert_stays_red() -> None:
    assert coloured(replace(PANEL, thresholds=())) == ["red", "green"]


def test_a_bad_state_whose_value_no_alert_means_stays_red() -> None:
    panel = replace(PANEL, mappings=(*STATES, ("2", "gone", "red")))
    assert coloured(panel, "warning") == ["orange", "green", "red"]


def test_a_state_that_is_called_by_its_colour_keeps_it() -> None:
    panel = replace(PANEL, mappings=(("0", "red", "red"), ("1", "green", "green")))
    assert coloured(panel, "warning") == ["red", "green"]
