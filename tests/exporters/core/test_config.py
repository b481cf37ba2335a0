"""A configuration is held against its schema, and every problem is told with its place and what to write."""

from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as some

from obs_exporter.config import ConfigWrong, Settings, load
from obs_exporter.config import settings as serving
from obs_exporter.config_schema import KEYWORDS, problems
from obs_exporter.config_yaml import read
from obs_exporter.program import Exporter
from tests.exporters.core.fake import EXPORTER

EXPORTERS = ("obs_authz_exporter", "obs_db_exporter", "obs_event_exporter")
BAD = """\
listen: 8080
lisen: 127.0.0.1:9999
scrapes: 0
series_limit: "many"
targets:
- name: one
  collectors:
  - nmae: fast
    series: -1
    password_file: hunter2
- name: one
  collectors: {}
scrapes: 3
"""
TOLD = """\
:1:1: listen: is 8080; write text
:2:1: lisen: no such key; did you mean "listen"?
:4:1: series_limit: is text; write a whole number
:8:5: targets[0].collectors[0].nmae: no such key; did you mean "name"?
:8:5: targets[0].collectors[0]: lacks the key name
:9:5: targets[0].collectors[0].series: must be at least 0
:11:3: targets[1].name: another target has this name
:12:3: targets[1].collectors: is a mapping; write a list
:13:1: scrapes: stands twice; the first would be lost
"""


def exporter(package: str) -> Exporter:
    found: Exporter = import_module(f"{package}.__main__").EXPORTER
    return found


def test_all_problems_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(BAD, encoding="utf-8")
    with pytest.raises(ConfigWrong) as error:
        load(file, EXPORTER.document_schema)
    assert [line.removeprefix(str(file)) for line in str(error.value).splitlines()] == TOLD.splitlines()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1", "1:6: is no YAML"),
        ("- a", "1:1: is no mapping"),
        ("a: &x [1]\nb: *x", "1:4: aliases"),
        ("\0", "is no YAML"),
        ("a: !!python/object/apply:os.system [ls]", "targets"),
    ],
)
def test_a_file_that_cannot_be_read_as_data_is_told(text: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigWrong, match=sentence):
        load(file, EXPORTER.document_schema)


def test_bytes_that_are_no_text_and_a_missing_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"a: \xe9")
    with pytest.raises(ConfigWrong, match="not written in UTF-8"):
        read(tmp_path / "latin")
    with pytest.raises(ConfigWrong, match="No such file"):
        read(tmp_path / "none")


def test_what_is_left_out_takes_its_default() -> None:
    assert serving({"targets": [], "scrapes": 3}) == Settings(scrapes=3)


def test_the_documented_keys_are_those_that_exist() -> None:
    from obs_exporter.config import SERVING

    assert sorted(SERVING) == sorted(Settings.__dataclass_fields__)
    page = (Path(__file__).parents[3] / "docs" / "exporters.md").read_text(encoding="utf-8")
    assert [key for key in SERVING if f"`{key}`" not in page] == []


@pytest.mark.parametrize("package", EXPORTERS)
def test_schemas_use_keywords_that_are_checked(package: str) -> None:
    assert set(_keywords(dict(exporter(package).document_schema))) - KEYWORDS == set()


@pytest.mark.parametrize("package", EXPORTERS)
def test_schemas_are_valid_and_every_object_closes_its_keys(package: str) -> None:
    schema = dict(exporter(package).document_schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert schema["properties"]["targets"]["items"]["additionalProperties"] is False


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers(-3, 3) | some.floats(-3, 3) | some.sampled_from(["", "a", "ab", "b"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(["a", "b", "c"]), inner),
    max_leaves=6,
)
SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"enum": [1]}}, "additionalProperties": False},
    {"type": "object", "required": ["a"], "additionalProperties": {"type": "string", "minLength": 1}},
    {"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 2}, "minItems": 1, "maxItems": 2},
    {"type": "array", "items": {"type": "string", "pattern": "^a"}, "uniqueItems": True},
    {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}], "maxProperties": 2, "minProperties": 1},
    {"type": "object", "dependentRequired": {"a": ["b"], "b": ["a"]}},
    {"type": "number", "exclusiveMinimum": 0},
    {"type": "boolean"},
    {"enum": ["a", 0, True]},
)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: str(schema)[:60])
@given(VALUES)
def test_the_small_checker_agrees_with_the_library(schema: dict[str, Any], value: object) -> None:
    judge = jsonschema.Draft202012Validator(schema)
    assert any(problems(value, schema)) is not judge.is_valid(value)


def test_a_pattern_that_is_none_is_told() -> None:
    [(_, sentence)] = problems("a(", {"type": "string", "format": "regex"})
    assert sentence.startswith("is no regular expression: missing )")


def _keywords(schema: dict[str, Any]) -> list[str]:
    """Every keyword of a schema and the schemas in it; names of properties are none."""
    found = list(schema)
    for keyword, inner in schema.items():
        found += [word for each in _schemas_in(keyword, inner) if isinstance(each, dict) for word in _keywords(each)]
    return found


def _schemas_in(keyword: str, inner: Any) -> list[Any]:
    if keyword == "properties":
        return list(inner.values())
    return inner if isinstance(inner, list) else [] if keyword == "dependentRequired" else [inner]
