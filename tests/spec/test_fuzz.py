"""Two thousand mutated specs: each is read, or refused with findings that say where, what and what to write."""

import random
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.model.finding import Finding
from obs.spec import SpecError, load_text, schema
from obs.spec.yaml_reader import read
from tests.spec.fake_library import LIBRARY
from tests.spec.mutate import GARBAGE, VALUES, mutate

EXAMPLES = Path(__file__).parents[2] / "examples"
SPECS = {name: (EXAMPLES / f"{name}.yaml").read_bytes() for name in ("minimal", "opendax")}
CASES, BATCH = 2000, 250
SCHEMA = jsonschema.Draft202012Validator(schema(LIBRARY))
PLACE = re.compile(r"spec\.yaml:[1-9][0-9]*:[1-9][0-9]*")


def judge(text: str | bytes) -> str:
    """Whether the text is "read" or "refused"; anything else than a SpecError escapes and fails the test."""
    findings = refusal(text)
    for finding in findings:
        assert PLACE.fullmatch(finding.place), finding
        assert finding.what, finding
        assert finding.fix, finding
        assert str(finding).isprintable(), finding
    assert findings or not list(SCHEMA.iter_errors(read(text, "spec.yaml").value()))
    return "refused" if findings else "read"


def refusal(text: str | bytes) -> list[Finding]:
    """What is wrong with a text, nothing when it is read."""
    try:
        load_text(text, "spec.yaml", LIBRARY)
    except SpecError as error:
        return error.findings or [Finding(place="", rule="", what="", fix="")]
    return []


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("start", range(0, CASES // 2, BATCH))
def test_mutated_specs_are_read_or_refused_and_what_is_read_fits_the_schema(name: str, start: int) -> None:
    seen = [judge(mutate(SPECS[name], random.Random(f"{name} {number}"))) for number in range(start, start + BATCH)]
    assert "refused" in seen


def test_the_mutations_leave_some_specs_valid_and_break_most() -> None:
    seen = [judge(mutate(SPECS["opendax"], random.Random(number))) for number in range(100)]
    assert 0 < seen.count("read") < 50


FRAGMENTS = st.sampled_from([*GARBAGE, *VALUES, *SPECS["opendax"].split(b"\n")])


@given(st.lists(FRAGMENTS, max_size=30).map(b"\n".join))
def test_any_heap_of_lines_is_read_or_refused(text: bytes) -> None:
    assert judge(text) in ("read", "refused")


@given(st.randoms(use_true_random=False))
def test_any_mutation_of_the_reference_platform_is_read_or_refused(dice: random.Random) -> None:
    assert judge(mutate(SPECS["opendax"], dice)) in ("read", "refused")


@given(st.text(max_size=100))
def test_any_text_is_refused_without_a_traceback(text: str) -> None:
    assert judge(text) in ("read", "refused")
