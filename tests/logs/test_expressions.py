"""No expression of the catalogue is read differently by Ruby and Python."""

import pytest

from obs import library
from obs.catalog.redaction import SECRETS
from obs.model.expression import differences

EXPRESSIONS = {
    **{f"secret {s.name}": s.expression for s in SECRETS},
    **{
        f"{form.name} {dialect.name}": dialect.pattern
        for form, _ in library.log_formats().values()
        for dialect in form.dialects
        if dialect.pattern
    },
    **{
        f"{form.name} join {part}": text
        for form, _ in library.log_formats().values()
        if form.join
        for part, text in (("start", form.join.start), ("follow", form.join.follow))
    },
    **{
        f"{form.name} secret {secret.name}": secret.expression
        for form, _ in library.log_formats().values()
        for secret in form.secrets
    },
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_ruby_and_python_read_it_alike(name: str) -> None:
    assert differences(EXPRESSIONS[name]) == []


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (r"\h+", "something else"),
        (r"\Z", "something else"),
        (r"\p{Alpha}", "unknown to Python"),
        (r"(?P<name>x)", "unknown to Ruby"),
        (r"(x)(?(1)y)", "conditions"),
        (r"(?~x)", "absence operator"),
        (r"[[:alpha:]]", "unknown to Python"),
        (r"(?<a>x)\k<a>", "differ: write the group again"),
        (r"[a-z&&[^b]]", "Ruby only"),
        (r"(?m:.)", "flags m, s and x"),
        (r"x(?i)y", "flags without a group"),
        (r"a++", "possessive"),
        (r"(?>a)", "atomic"),
        (r"a$b", "end of a line"),
        (r"(?<Name>x)", "names of groups"),
        (r"(?<a>x)(y)", "plain groups"),
        (r"(?<a>x", "does not read it"),
    ],
)
def test_what_the_two_read_differently_is_named(expression: str, why: str) -> None:
    assert why in " ".join(differences(expression))


SHARED = [r"(?i:bearer) +[A-Z]+", r"\[[(]", r"a\$b|c$", r"[$]x", r"(?<it>[a-z]+)(?:x)", r"(?<!y)x(?=z)"]


@pytest.mark.parametrize("expression", SHARED)
def test_what_both_read_alike_passes(expression: str) -> None:
    assert differences(expression) == []
