"""The printer's own JSON is that of the standard library, byte for byte."""

import json

from hypothesis import given
from hypothesis import strategies as st

from obs.printer import to_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
DATA = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


def by_the_library(data: object) -> str:
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@given(DATA)
def test_json_is_printed_as_the_standard_library_prints_it(data: object) -> None:
    assert to_json(data) == by_the_library(data)


def test_tuples_are_lists_and_empty_values_stay_on_one_line() -> None:
    data = {"b": ({}, [], ()), "a": -0.0, "é": 'say "hi"\n', "big": 10**30, "small": 1e-7}
    assert to_json(data) == by_the_library(data)
