"""A stand-in for Barong's AuthZ that keeps Barong's rules, signs real tokens, and misbehaves on command.

It answers what the gateway asks at /api/v2/auth/<path>: paths of the pass list with 200 and no token, others by API key
(HMAC-SHA256 of nonce and key id, a nonce of at most five seconds) with 200 and a token, or with Barong's own refusals.
"""

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.engines.servers.web import Answer, Call, WebServer

PREFIX = "/api/v2/auth/"
PASS = "api/v2/peatio/public"
NONCE_LIFETIME = 5.0
STATUS = {"restrict.maintenance": 471, "restrict.blacklist": 423, "invalid_api_key_headers": 422}
"""HTTP status of a refusal; 401 unless listed."""
KEY_ID, KEY_SECRET = "obsprobe01", "s3cr3t-of-the-probe"
"""Login of the user that only the prober uses."""
SESSION = "_barong_session=of-a-visitor"
"""Cookie of a visitor who is logged in."""


def key() -> rsa.RSAPrivateKey:
    """A key pair as Barong has one; 2048 bits, the least it accepts."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(private: rsa.RSAPrivateKey) -> str:
    """The half that everybody may read."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@dataclass
class Conduct:
    """How it behaves now; every field may change while it runs, and the defaults are good behaviour."""

    delay: float = 0.0
    """Seconds before each answer to a path that holds `slow_path`."""
    slow_path: str = ""
    status: int = 0
    """Answer every call with this status and an empty body, as Rails does for an exception."""
    code: str = ""
    """Refuse every call with this code."""
    vault_sealed: bool = False
    """Answer calls by API key with 500."""
    silent: bool = False
    broken: bool = False
    everybody: bool = False
    """Let everybody in everywhere."""
    blocks_public: bool = False
    """Its block list holds the public paths by mistake."""
    tokenless: bool = False
    skew: float = 0.0
    """Its clock less the true one, in seconds."""
    lifetime: int = 3600
    issuer: str = "barong"
    audience: tuple[str, ...] = ("peatio", "barong")
    forged: bool = False
    """Sign with a key nobody knows."""
    text: str = ""
    """Answer 200 with this instead of a token."""
    keys: dict[str, str] = field(default_factory=lambda: {KEY_ID: KEY_SECRET})


class Barong(WebServer):
    """The server: `conduct` is its behaviour, `public_key` what verifies its tokens."""

    def __init__(self) -> None:
        self.conduct = Conduct()
        self._key, self._unknown_key = key(), key()
        self.public_key = public_pem(self._key)
        super().__init__(self._answer)

    def rotate_key(self) -> None:
        """Sign with a new key from now on."""
        self._key = key()
        self.public_key = public_pem(self._key)

    def _answer(self, call: Call) -> Answer:
        does = self.conduct
        if does.silent or does.broken:
            return Answer(silent=does.silent, broken=does.broken)
        status, code, token = self._judged(call)
        delay = does.delay if does.slow_path in call.path else 0.0
        body = json.dumps({"errors": [f"authz.{code}"]}).encode() if code else b""
        headers = {"Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(self._now()))}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Content-Type": "application/json"} if code else {}
        return Answer(status=status, body=body, headers=headers, delay=delay)

    def _judged(self, call: Call) -> tuple[int, str, str]:
        """(status, code of a refusal, token) of a call."""
        does = self.conduct
        if does.status:
            return does.status, "", ""
        if not call.path.startswith(PREFIX):
            return 404, "", ""
        code = does.code or self._refusal(call)
        if code:
            return STATUS.get(code, 401), code, ""
        public = call.path.removeprefix(PREFIX).startswith(PASS)
        if does.vault_sealed and "x-auth-apikey" in call.headers and not public:
            return 500, "", ""
        nobody = does.everybody and not {"x-auth-apikey", "cookie"} & set(call.headers)
        return 200, "", "" if public or nobody or does.tokenless else does.text or self._token()

    def _refusal(self, call: Call) -> str:
        """Barong's order: pass list, API key, session; "" lets the call in."""
        public = call.path.removeprefix(PREFIX).startswith(PASS)
        if public and self.conduct.blocks_public:
            return "permission_denied"
        if public:
            return ""
        told = {name: call.headers.get(f"x-auth-{name}") for name in ("apikey", "nonce", "signature")}
        if any(value is not None for value in told.values()):
            return self._refusal_of_key(told)
        if self.conduct.everybody or call.headers.get("cookie") == SESSION:
            return ""
        if call.method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
            return "missing_csrf_token"
        return "invalid_session"

    def _refusal_of_key(self, told: dict[str, str | None]) -> str:
        kid, nonce, signature = told["apikey"], told["nonce"], told["signature"]
        if not kid or not nonce or not signature:
            return "invalid_api_key_headers"
        if not nonce.isdigit() or len(nonce) != 13:
            return "nonce_not_valid_timestamp"
        if abs(self._now() - int(nonce) / 1000) > NONCE_LIFETIME:
            return "nonce_expired"
        if kid not in self.conduct.keys:
            return "unexistent_apikey"
        expected = hmac.new(self.conduct.keys[kid].encode(), (nonce + kid).encode(), hashlib.sha256).hexdigest()
        return "" if hmac.compare_digest(expected, signature) else "invalid_signature"

    def _token(self) -> str:
        does, now = self.conduct, int(self._now())
        claims = {"iat": now, "exp": now + does.lifetime, "jti": uuid.uuid4().hex, "sub": "session"}
        claims |= {"iss": does.issuer, "aud": list(does.audience), "uid": "IDOBSPROBE", "email": "probe@example.com"}
        claims |= {"role": "member", "level": 1, "state": "active", "referral_id": None}
        return jwt.encode(claims, self._unknown_key if does.forged else self._key, algorithm="RS256")

    def _now(self) -> float:
        return time.time() + self.conduct.skew


@contextmanager
def barong() -> Iterator[Barong]:
    """The server while the block lasts."""
    made = Barong()
    try:
        yield made
    finally:
        made.end()
