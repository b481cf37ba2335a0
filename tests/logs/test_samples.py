"""Every sample line of every format lands as its expected document."""

import json

import pytest

from obs import library
from obs.model.log_fields import COMMON_FIELDS, SPELLINGS
from obs.model.logs import LogFormat
from obs.prove.log_parse import UNPARSED
from tests.logs.samples import Sample, samples

FORMATS = [form for form, _ in library.log_formats().values()]
SAMPLES = list(samples())


def _name(sample: Sample) -> str:
    return f"{sample.form.name}-{sample.file.stem}"


@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_every_sample_lands_as_its_expected_document(sample: Sample) -> None:
    expected = json.loads(sample.expected.read_text(encoding="utf-8"))
    assert sample.documents() == expected


@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_no_line_of_a_sample_is_lost(sample: Sample) -> None:
    said = sum(len(str(d["message"]).split("\n")) for d in sample.documents())
    whole = [d for d in sample.documents() if UNPARSED in str(d.get("tags"))]
    assert said >= len(sample.documents()) >= len(whole)
    assert {str(d["message"]) for d in whole} <= set(sample.file.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: str(form.name))
def test_every_dialect_has_a_sample_and_every_format_a_line_that_is_none(form: LogFormat) -> None:
    landed = {str(d["event.dataset"]) for s in SAMPLES if s.form is form for d in s.documents()}
    assert landed == {d.dataset for d in form.dialects} | {f"{form.name}.{UNPARSED}"}


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: str(form.name))
def test_every_field_of_a_format_is_filled_by_a_sample(form: LogFormat) -> None:
    filled = {name for s in SAMPLES if s.form is form for d in s.documents() for name in d}
    assert sorted({f.name for f in form.fields} - filled) == []


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: str(form.name))
def test_documents_hold_only_fields_of_the_contract(form: LogFormat) -> None:
    known = {f.name for f in (*COMMON_FIELDS, *form.fields)}
    landed = {name for s in SAMPLES if s.form is form for d in s.documents() for name in d}
    assert sorted(landed - known) == []


def test_one_field_has_one_type_in_all_formats() -> None:
    types: dict[str, set[str]] = {}
    for field in (*COMMON_FIELDS, *(f for form in FORMATS for f in form.fields)):
        types.setdefault(field.name, set()).add(field.type)
    assert {name: said for name, said in types.items() if len(said) > 1} == {}


def test_a_spelling_of_a_severity_means_the_same_in_all_formats() -> None:
    said: dict[str, set[str]] = {word: {level} for word, level in SPELLINGS.items()}
    for form in FORMATS:
        for word, level in form.levels.items():
            said.setdefault(word, set()).add(level)
    assert {word: levels for word, levels in said.items() if len(levels) > 1} == {}


def test_severities_of_every_degree_appear_among_the_samples() -> None:
    landed = {d.get("log.level") for s in SAMPLES for d in s.documents()} - {None}
    assert landed == {"trace", "debug", "info", "notice", "warn", "error", "fatal"}
