"""Every folder of the catalogue is whole: a new one is tested from the day it is added."""

import pytest

from obs import library
from obs.check.component import missing_parts
from obs.model.alert import TRIAGE
from obs.resolve.names import alert_names

QUESTIONS = ("up", "failing", "slow", "full", "changed")


@pytest.mark.parametrize("name", library.names())
def test_the_component_is_whole(name: str) -> None:
    knowledge = library.knowledge(library.components()[name])
    missing = "\n".join(str(finding) for finding in missing_parts(knowledge))
    assert not missing, missing


@pytest.mark.parametrize("name", library.names())
def test_the_component_is_named_like_its_folder(name: str) -> None:
    assert library.components()[name].name == name


@pytest.mark.parametrize("name", library.names())
def test_stories_fire_only_alerts_that_exist(name: str) -> None:
    known = {alert for component in library.components().values() for alert in alert_names(component)}
    stories = library.knowledge(library.components()[name]).faults.stories
    unknown = {(story.name, alert) for story in stories for alert in story.fires if alert not in known}
    assert unknown == set()


@pytest.mark.parametrize("name", library.names())
def test_rows_stand_in_triage_order(name: str) -> None:
    titles = [row.title.lower() for row in library.components()[name].rows]
    asked = [QUESTIONS.index(question) for title in titles for question in QUESTIONS if f" {question}?" in title]
    assert asked == sorted(asked)
    assert QUESTIONS == TRIAGE


def test_alert_names_are_unique_in_the_catalogue() -> None:
    names = [alert for component in library.components().values() for alert in set(alert_names(component))]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", library.names())
def test_no_message_prints_the_number_of_a_state(name: str) -> None:
    component = library.components()[name]
    states = {signal.name for signal in component.signals if signal.unit == "state"}
    told = [alert.name for alert in component.alerts if alert.signal in states and "$value" in alert.description]
    assert [alert for alert in told if alert != "Watchdog"] == []


def test_fault_names_are_unique_in_the_catalogue() -> None:
    names = [s.name for c in library.components().values() for s in library.knowledge(c).faults.stories]
    assert sorted(names) == sorted(set(names))
