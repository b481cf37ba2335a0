"""The reading door: what plain text means, where things stand, and limits that no input can get around."""

import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.model.platform import Place
from obs.spec.yaml_reader import ALIAS_LIMIT, DEPTH_LIMIT, YamlProblem, read, read_all


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", "a"),
        ("'5'", "5"),
        ("5", 5),
        ("-5", -5),
        ("0x1f", 31),
        ("5.5", 5.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("no", "no"),
        ("ON", "ON"),
        ("0777", "0777"),
        ("08", "08"),
        ("0o17", "0o17"),
        ("22:22", "22:22"),
        ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"),
        ("!!str 5", "5"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("1e999", math.inf),
        ("9" * 5000, math.inf),
    ],
)
def test_plain_text_means_what_yaml_1_2_says(text: str, value: object) -> None:
    got = read(f"a: {text}\n", "x.yaml").value()["a"]
    assert (type(got), got) == (type(value), value)


def test_not_a_number_is_read_as_such() -> None:
    assert math.isnan(read("a: .nan", "x.yaml").value()["a"])


@pytest.mark.parametrize(
    ("text", "trap"),
    [
        ("no", "false"),
        ("y", "true"),
        ("Off", "false"),
        ("0777", "an octal number"),
        ("22:22", "a number of base 60"),
        ("1_000", "a number"),
        ("08", "a number"),
        ("2024-01-01", "a date"),
        ("'no'", ""),
        ("word", ""),
        ("5", ""),
        ("true", ""),
        ("22:22-23:00", ""),
    ],
)
def test_text_that_other_readers_take_for_something_else_is_marked(text: str, trap: str) -> None:
    node = read(f"a: {text}\n", "x.yaml").get("a")
    assert node is not None
    assert node.trap == trap


def test_every_node_knows_its_place_and_path() -> None:
    node = read("a:\n  - b: 1\n    'c d': [x, y]\n", "folder/x.yaml")
    outer = node.get("a")
    assert outer is not None
    inner = outer.elements[0].get("c d")
    assert inner is not None
    assert inner.elements[1].place == Place(file="folder/x.yaml", line=3, column=16)
    assert inner.elements[1].path == "a[0]['c d'][1]"
    assert str(outer.elements[0].place) == "folder/x.yaml:2:5"


def test_columns_count_characters_not_bytes() -> None:
    node = read("{é: ü, a: b}", "x.yaml").get("a")
    assert node is not None
    assert node.place.column == 11


def test_merge_keys_fill_in_behind_the_own_keys_first_source_first() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], y: 3}\n"
    assert read(text, "x.yaml").value()["c"] == {"y": 3, "x": 1, "z": 2}


def test_a_quoted_merge_key_is_a_key() -> None:
    assert read("a: {'<<': 1}", "x.yaml").value() == {"a": {"<<": 1}}


def test_all_problems_that_leave_the_tree_readable_come_together() -> None:
    node, problems = read_all("a: 1\na: 2\nb: !x 3\n[c]: 4\n", "x.yaml")
    assert [p.place.line for p in problems] == [2, 3, 4]
    assert node.value() == {"a": 1, "b": "3"}


def test_read_raises_the_first_problem() -> None:
    with pytest.raises(YamlProblem) as caught:
        read("a: 1\na: 2\n", "x.yaml")
    assert str(caught.value) == 'x.yaml:2:1: the key "a" stands twice, first in line 1; keep one of the two'


def test_an_anchor_may_be_used_again_up_to_the_limit() -> None:
    lines = f"a: &a x\nb: [{', '.join(['*a'] * ALIAS_LIMIT)}]\n"
    assert len(read(lines, "x.yaml").value()["b"]) == ALIAS_LIMIT
    with pytest.raises(YamlProblem, match="aliases repeat more than"):
        read(lines.replace("[", "[*a, "), "x.yaml")


def test_aliases_of_aliases_count_as_deep_as_they_are() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, DEPTH_LIMIT + 5))
    with pytest.raises(YamlProblem, match="aliases repeat"):
        read(chain, "x.yaml")


def test_a_redefined_anchor_stands_for_its_latest_value() -> None:
    assert read("a: &x 1\nb: &x 2\nc: *x\n", "x.yaml").value()["c"] == 2


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "a: &a [*a]", "? " * 100_000])
def test_deep_nesting_is_refused_quickly_and_without_a_crash(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(YamlProblem):
        read(text, "x.yaml")
    assert time.monotonic() - started < 5


def test_nesting_up_to_the_limit_is_fine() -> None:
    assert read("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT, "x.yaml").kind == "sequence"


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_gives_a_tree_or_a_problem_with_place_and_advice(text: str | bytes) -> None:
    problem = None
    try:
        read(text, "x.yaml").value()
    except YamlProblem as caught:
        problem = caught
    assert problem is None or (problem.place.line > 0 and problem.what and problem.fix)


TEXT = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")))
DATA = st.recursive(TEXT | st.integers(-(10**9), 10**9) | st.booleans() | st.none(), st.lists)


@given(DATA)
def test_what_json_prints_is_read_back(data: object) -> None:
    assert read(json.dumps({"data": data}, ensure_ascii=False), "x.yaml").value() == {"data": data}
