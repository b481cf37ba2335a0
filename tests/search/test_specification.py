"""Every request body against Elasticsearch's own specification: no key, type or word of ours that it does not know."""

import copy
from typing import Any

import pytest

from obs.model.search_store import Stored
from obs.render.elasticsearch import bodies
from tests.search.bodies import plan_with_logs
from tests.search.questions import reference_plan
from tests.search.specification import complaints

pytestmark = pytest.mark.engine("kibana-libraries")


def named(kind: str) -> Any:
    """The reference platform's first body of a kind, to be broken."""
    return copy.deepcopy(next(dict(one.body) for one in bodies(reference_plan()) if one.kind == kind))


def told(stored: Stored) -> list[str]:
    return [f"{stored.path}: {said}" for said in complaints(stored.kind, stored.body)]


def test_the_specification_knows_all_that_the_bundle_asks_for() -> None:
    asked = [*bodies(reference_plan()), *bodies(plan_with_logs())]
    assert {one.kind for one in asked} >= {"ingest-pipelines", "snapshot-policies", "api-keys"}
    assert [said for one in asked for said in told(one)] == []


def test_a_processor_that_nobody_knows_is_told() -> None:
    pipeline = named("ingest-pipelines")
    pipeline["processors"].append({"geopi": {"field": "source.ip"}})
    assert complaints("ingest-pipelines", pipeline) == ["processors[3].geopi is unknown"]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("databse_file", "x.mmdb", "databse_file is unknown"),
        ("ignore_missing", "yes", "ignore_missing is no boolean"),
        ("properties", [1], "properties[0] is no string"),
        ("field", None, "field is no string"),
    ],
)
def test_a_parameter_that_does_not_fit_is_told(key: str, value: object, said: str) -> None:
    pipeline = named("ingest-pipelines")
    pipeline["processors"][2]["geoip"][key] = value
    assert complaints("ingest-pipelines", pipeline) == [f"processors[2].geoip.{said}"]


def test_a_parameter_that_is_missing_is_told() -> None:
    pipeline = named("ingest-pipelines")
    del pipeline["processors"][2]["geoip"]["field"]
    assert complaints("ingest-pipelines", pipeline) == ["processors[2].geoip.field is missing"]


def test_a_misspelt_field_type_is_told() -> None:
    template = named("component-templates")
    template["template"]["mappings"]["properties"]["tags"]["type"] = "keywrod"
    said = "template.mappings.properties.tags.type: there is no keywrod"
    assert complaints("component-templates", template) == [said]
