"""What each answer means: codes, verdicts, tokens. No server."""

import base64
import json
import time
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from obs_authz_exporter import answers
from obs_authz_exporter.client import Answer, Call
from obs_authz_exporter.jwt import Expected, KeyWrong, Token, examined, public_key
from obs_authz_exporter.prober import Clocks
from obs_authz_exporter.probes import Name, Verdict, Via, bearer, judged, probe, signed
from obs_authz_exporter.tally import Tally
from tests.engines.servers.barong import key, public_pem

GOOD = Token(checks={"signature": True, "issuer": True, "audience": True, "expiry": True})
WRONG = Token(checks={"signature": False, "issuer": True, "audience": True, "expiry": True})
PAST_ENVOY = {"x-envoy-upstream-service-time": "3"}
OURS, THEIRS = key(), key()
NOW = 1_800_000_000.0


def refusal(code: str) -> bytes:
    """Barong's body for a code."""
    return json.dumps({"errors": [code]}).encode()


@pytest.mark.parametrize("code", [c for c in answers.CODES if c not in ("ok", "other")])
def test_every_known_code_is_its_own_word(code: str) -> None:
    assert answers.code(refusal(f"authz.{code}")) == code


@pytest.mark.parametrize(
    "body", [refusal("authz.restrict.new_thing"), refusal("authz.ok"), refusal("jwt.decode_and_verify"), refusal("ok")]
)
def test_a_code_outside_the_list_is_other(body: bytes) -> None:
    assert answers.code(body) == "other"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"errors": []}', b'{"errors": [1]}', b'{"errors": "x"}', b"\xff"]
)
def test_a_body_without_a_code_has_none(body: bytes) -> None:
    assert answers.code(body) == ""


def said(status: int, body: bytes = b"", *, past: bool = False) -> Answer:
    """An answer; `past` when it came from a service behind the gateway."""
    return Answer(status=status, headers=PAST_ENVOY if past else {}, body=body)


MAINTENANCE, NO_SESSION = refusal("authz.restrict.maintenance"), refusal("authz.invalid_session")
NO_CSRF, EXPIRED, OF_PEATIO = refusal("authz.missing_csrf_token"), refusal("authz.nonce_expired"), refusal("jwt.decode")
VERDICTS: list[tuple[Name, Via, Answer, Token | None, str, str]] = [
    ("pass", "direct", said(200), None, "", "ok"),
    ("pass", "direct", said(500), None, "status", ""),
    ("pass", "direct", said(471, MAINTENANCE), None, "code", "restrict.maintenance"),
    ("anonymous", "direct", said(401, NO_SESSION), None, "", "invalid_session"),
    ("anonymous", "direct", said(200), None, "status", "ok"),
    ("anonymous", "direct", said(401), None, "status", ""),
    ("anonymous", "direct", said(403, NO_SESSION), None, "code", "invalid_session"),
    ("anonymous", "gateway", said(401, NO_CSRF), None, "code", "missing_csrf_token"),
    ("anonymous", "gateway", said(401, OF_PEATIO, past=True), None, "status", "ok"),
    ("apikey", "direct", said(200), GOOD, "", "ok"),
    ("apikey", "direct", said(200), WRONG, "token", "ok"),
    ("apikey", "direct", said(200), None, "token", "ok"),
    ("apikey", "direct", said(401, EXPIRED), None, "code", "nonce_expired"),
    ("apikey", "gateway", said(200, b"[]", past=True), None, "", "ok"),
    ("apikey", "gateway", said(401, OF_PEATIO, past=True), None, "token", "ok"),
    ("pass", "gateway", said(503), None, "status", ""),
    ("pass", "gateway", said(403), None, "status", ""),
    ("pass", "gateway", said(500, b"{}", past=True), None, "", "ok"),
    ("pass", "gateway", said(503, b"no healthy upstream"), None, "", "ok"),
    ("pass", "gateway", said(504, b"upstream request timeout"), None, "", "ok"),
    ("pass", "gateway", said(404), None, "status", ""),
]


@pytest.mark.parametrize(("name", "via", "answer", "token", "reason", "code"), VERDICTS)
def test_an_answer_means(name: Name, via: Via, answer: Answer, token: Token | None, reason: str, code: str) -> None:
    assert judged(probe(name, via), answer, token) == Verdict(reason=reason, code=code)


def test_directly_barong_is_asked_what_the_gateway_asks_it() -> None:
    assert probe("pass", "direct").path == "/api/v2/auth/api/v2/peatio/public/timestamp"
    assert probe("apikey", "gateway").path == "/api/v2/peatio/account/balances"


def test_a_call_by_api_key_is_signed_over_nonce_and_key_id() -> None:
    headers = signed("kid", "secret", now=1.5)
    # printf 1500kid | openssl dgst -sha256 -hmac secret
    assert headers == {
        "X-Auth-Apikey": "kid",
        "X-Auth-Nonce": "1500",
        "X-Auth-Signature": "d3902a7abcf8cfa5d31dfa12f04cd71b676bdf41d13be5455023e8501a0329db",
    }


@pytest.mark.parametrize(("header", "token"), [("Bearer a.b.c", "a.b.c"), ("Basic x", ""), ("", ""), ("bearer a", "")])
def test_the_token_stands_behind_bearer(header: str, token: str) -> None:
    assert bearer(Answer(status=200, headers={"authorization": header}, body=b"")) == token


def token(signer: Any = OURS, algorithm: str = "RS256", **changes: Any) -> str:
    """A good token of Barong's but for the changes; None leaves a claim out."""
    claims = {"iat": int(NOW), "exp": int(NOW) + 3600, "iss": "barong", "aud": ["peatio", "barong"], "sub": "session"}
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return pyjwt.encode(kept, signer, algorithm=algorithm)


def learned(text: str) -> Token:
    """What is learned of a token that is one."""
    found = examined(text, key=OURS.public_key(), expected=Expected(), now=NOW)
    assert found is not None
    return found


def test_a_good_token_passes_every_check_and_tells_its_lifetime() -> None:
    found = learned(token())
    assert found.good
    assert (found.lifetime, found.issued) == (3600, NOW)


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        (token(THEIRS), "signature"),
        (token("a secret of at least thirty-two bytes", algorithm="HS256"), "signature"),
        (token(iss="barng"), "issuer"),
        (token(iss=None), "issuer"),
        (token(aud=["barong"]), "audience"),
        (token(aud=None), "audience"),
        (token(exp=int(NOW) - 1), "expiry"),
        (token(exp=None), "expiry"),
    ],
    ids=[
        "another key",
        "another algorithm",
        "another issuer",
        "no issuer",
        "another audience",
        "no audience",
        "over",
        "no end",
    ],
)
def test_a_token_fails_the_one_check_it_should(text: str, failed: str) -> None:
    found = learned(text)
    assert [check for check, passed in found.checks.items() if not passed] == [failed]
    assert not found.good


def test_a_token_that_says_it_needs_no_signature_has_none() -> None:
    def part(data: dict[str, Any]) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=")

    head, claims = {"alg": "none", "typ": "JWT"}, {"iss": "barong", "aud": "peatio", "exp": NOW + 60}
    assert learned(f"{part(head).decode()}.{part(claims).decode()}.").checks["signature"] is False


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "..", "a" * 5000])
def test_what_is_no_token_teaches_nothing(text: str) -> None:
    assert examined(text, key=OURS.public_key(), expected=Expected(), now=NOW) is None


def test_without_a_key_the_signature_is_not_judged() -> None:
    found = examined(token(THEIRS), key=None, expected=Expected(), now=NOW)
    assert found is not None
    assert sorted(found.checks) == ["audience", "expiry", "issuer"]


@pytest.mark.parametrize("wrap", [str, lambda pem: base64.b64encode(pem.encode()).decode()], ids=["pem", "base64"])
def test_a_public_key_may_be_pem_or_base64_of_it(wrap: Any) -> None:
    assert public_key(f"{wrap(public_pem(OURS))}\n").public_numbers() == OURS.public_key().public_numbers()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no key",
        "aGVsbG8=",
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    ],
    ids=["nothing", "words", "base64 of words", "a key of another kind"],
)
def test_what_is_no_rsa_key_is_said_to_be_none_without_being_quoted(text: str) -> None:
    with pytest.raises(KeyWrong) as error:
        public_key(text)
    assert not text or text not in str(error.value)


def answered(seconds: float) -> Call:
    """A call that got an answer."""
    return Call(answer=Answer(status=200, headers={}, body=b""), seconds=seconds)


def test_every_ended_attempt_is_in_the_histogram_and_one_without_an_answer_counts_as_the_timeout() -> None:
    tally = Tally(edges=(0.1, 0.5, 2.5), timeout=2.5)
    unanswered = (Call(reason="timeout", seconds=2.6), Call(reason="connect", seconds=0.001))
    for call in (answered(0.1), answered(0.2), *unanswered):
        tally.ended(call, Verdict(code="ok" if call.answer else ""), now=NOW)
    assert tally.buckets == [1, 1, 2, 0]
    assert tally.seconds == pytest.approx(0.3 + 2 * 2.5)
    assert (tally.failures["timeout"], tally.failures["connect"], tally.answers["ok"]) == (1, 1, 2)
    assert (tally.succeeded, tally.last_success) == (False, NOW)


def test_every_outcome_is_there_before_the_first_probe() -> None:
    tally = Tally(edges=(1.0,), timeout=1.0)
    assert set(tally.failures) == set(answers.REASONS)
    assert set(tally.answers) == set(answers.CODES)
    assert {*tally.failures.values(), *tally.answers.values()} == {0}


def test_barongs_clock_is_read_from_the_token_and_from_the_date_while_there_is_none() -> None:
    clocks = Clocks(patience=10)
    dated = Answer(status=401, headers={"date": "Fri, 15 Jan 2027 08:00:07 GMT"}, body=b"")  # NOW + 7 s
    clocks.told(dated, None, now=NOW)
    assert clocks.skew == pytest.approx(7.5)
    clocks.told(dated, Token(checks={}, issued=NOW - 3), now=NOW)
    assert clocks.skew == pytest.approx(-2.5)
    clocks.told(dated, None, now=NOW + 1)
    assert clocks.skew == pytest.approx(-2.5), "a token's word outweighs the Date header of the next answer"
    clocks.told(dated, None, now=NOW + 20)
    assert clocks.skew == pytest.approx(-12.5)


def test_a_date_nobody_can_read_changes_nothing() -> None:
    clocks = Clocks()
    clocks.told(Answer(status=200, headers={"date": "yesterday"}, body=b""), None, now=time.time())
    assert clocks.skew is None
