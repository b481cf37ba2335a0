"""Our small KQL parser against Kibana's own grammar: what we let pass, Kibana reads; what Kibana refuses, we refuse."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.check.kql import KqlError, Term, terms
from tests.search.kibana import translate
from tests.search.questions import questions

pytestmark = pytest.mark.engine("kibana-libraries")

PIECES = ("a", "b.c", ":", "(", ")", "and", "or", "not", '"x y"', "*", "x*", "5", ">=", "<", '"', "AND", "é", "{", "\\")

COMPARISONS = ("a: b", 'a.b: "x y"', "a: (b or not c)", "a: (b and c*)", "a >= 5", "a:*", "not a: b")
BETWEEN = ("and", "or", "and not", "OR", "", "and (")


def reads(query: str) -> bool:
    """Whether our parser takes it."""
    try:
        terms(query)
    except KqlError:
        return False
    return True


def test_terms_name_fields_operators_and_values() -> None:
    query = 'log.level: (error or fatal) and not message: "a \\" b" and event.duration >= 5'
    assert terms(query) == (
        Term(field="log.level", operator=":", values=("error", "fatal")),
        Term(field="message", operator=":", values=('"a \\" b"',)),
        Term(field="event.duration", operator=">=", values=("5",)),
    )


def test_an_empty_query_asks_for_nothing() -> None:
    assert terms(" ") == ()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("a: (b", "\\) should stand before 'the end'"),
        ("a: b c: d", "quote values of several words"),
        ("a: b or", "a word should stand before 'the end'"),
        ("failed", "a mark should stand before 'the end'"),
        ('a: "b', "cannot read on"),
        ("a*: b", "name the field"),
        ("a > (b or c)", "a value should stand before"),
    ],
)
def test_a_mistake_is_told_where_it_is(query: str, said: str) -> None:
    with pytest.raises(KqlError, match=said):
        terms(query)


def test_every_short_query_we_take_is_kql() -> None:
    """All rows of up to four pieces, and pairs of comparisons with all between and around them."""
    rows = itertools.chain.from_iterable(itertools.product(PIECES, repeat=n) for n in (1, 2, 3, 4))
    pairs = itertools.product(("", "not", "(", "not ("), COMPARISONS, BETWEEN, COMPARISONS, ("", ")"))
    taken = [query for row in (*rows, *pairs) if reads(query := " ".join(row))]
    answers = translate([[query] for query in taken], ())
    assert len(taken) > 300
    assert [(q, a["error"]) for q, a in zip(taken, answers, strict=True) if "error" in a] == []


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), min_size=5, max_size=14))
def test_long_queries_end_in_terms_or_in_a_reason(row: list[str]) -> None:
    assert reads(" ".join(row)) in (True, False)


def test_every_query_of_the_reference_platform_is_read_by_both() -> None:
    texts = sorted({text for question in questions() for text in question.queries if text})
    assert [text for text in texts if not reads(text)] == []
    assert [a["error"] for a in translate([[text] for text in texts], ()) if "error" in a] == []
