"""The three questions, how each is asked directly and through the gateway, and which answer is the right one."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from obs_authz_exporter import answers
from obs_authz_exporter.client import Answer
from obs_authz_exporter.jwt import Token

Name = Literal["pass", "anonymous", "apikey"]
Via = Literal["direct", "gateway"]

AUTH_PREFIX = "/api/v2/auth"
"""Barong decides on a path below this one."""
PUBLIC_PATH = "/api/v2/peatio/public/timestamp"
"""On Barong's pass list: let through before any session is looked at."""
PRIVATE_PATH = "/api/v2/peatio/account/balances"
"""Needs a session or an API key. Asked without either: a denied permission would write a row on every call."""
HEADERS = {"User-Agent": "obs-authz-exporter", "Accept": "application/json", "X-Forwarded-Proto": "https"}
"""Never a cookie: a session belongs to one browser and is destroyed when another one shows it."""
BEARER = "Bearer "


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """One question asked one way."""

    name: Name
    via: Via
    path: str

    @property
    def labels(self) -> tuple[str, str]:
        """Values of the labels probe and via."""
        return self.name, self.via


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """`reason` is "" for the right answer; `code` is "" when AuthZ did not say anything."""

    reason: str = ""
    code: str = ""


def probe(name: Name, via: Via, *, public: str = PUBLIC_PATH, private: str = PRIVATE_PATH) -> Probe:
    """A question with its path; directly Barong is asked what the gateway asks it."""
    path = public if name == "pass" else private
    return Probe(name=name, via=via, path=f"{AUTH_PREFIX}{path}" if via == "direct" else path)


def signed(key_id: str, secret: str, *, now: float) -> Mapping[str, str]:
    """Headers of a call by API key: HMAC-SHA256 over nonce and key id, the nonce being Unix time in milliseconds."""
    nonce = str(int(now * 1000))
    signature = hmac.new(secret.encode(), (nonce + key_id).encode(), hashlib.sha256).hexdigest()
    return {"X-Auth-Apikey": key_id, "X-Auth-Nonce": nonce, "X-Auth-Signature": signature}


def bearer(answer: Answer) -> str:
    """The token of an answer; "" when there is none."""
    value = answer.headers.get("authorization", "")
    return value.removeprefix(BEARER) if value.startswith(BEARER) else ""


def judged(asked: Probe, answer: Answer, token: Token | None) -> Verdict:
    """What an answer means. `token` is what was learned of the one Barong gave, None without one."""
    allowed = _came_through(answer) if asked.via == "gateway" else answer.status == 200
    code = answers.OK if allowed else answers.code(answer.body)
    return Verdict(reason=_reason(asked, answer, token, code), code=code)


def _reason(asked: Probe, answer: Answer, token: Token | None, code: str) -> str:
    if not code:
        return "status"
    if asked.name == "anonymous":
        good = answer.status == 401 and code == "invalid_session"
        return "" if good else "status" if code == answers.OK else "code"
    if code != answers.OK:
        return "code"
    if asked.name == "apikey":
        refused = asked.via == "gateway" and answer.status == 401
        worthless = asked.via == "direct" and not (token and token.good)
        return "token" if refused or worthless else ""
    return ""


def _came_through(answer: Answer) -> bool:
    """Whether AuthZ let the call pass: a service answered it, or Envoy says in words why none did.

    Envoy answers a failed AuthZ call with an empty body (measured on 1.40), and a service that is gone with a sentence;
    what a service behind the gateway fails at is not AuthZ's failure.
    """
    if "x-envoy-upstream-service-time" in answer.headers or answer.status == 200:
        return True
    return answer.status >= 500 and answer.body != b"" and not answers.code(answer.body)
