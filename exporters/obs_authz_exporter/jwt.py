"""What a token of Barong's says of itself, and whether it is Barong's. The token itself is never kept."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt as pyjwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

ALGORITHM = "RS256"
CHECKS = ("signature", "issuer", "audience", "expiry")


class KeyWrong(Exception):
    """A public key cannot be used; the text says why, without quoting it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What a good token says."""

    issuer: str = "barong"
    audience: str = "peatio"


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What was learned of one token. `checks` lacks the signature when there is no key to check it with."""

    checks: Mapping[str, bool] = field(default_factory=dict)
    lifetime: float | None = None
    """exp less iat, in seconds."""
    issued: float | None = None
    """iat, Unix time; whole seconds."""

    @property
    def good(self) -> bool:
        """Whether it passed every check there was."""
        return bool(self.checks) and all(self.checks.values())


def public_key(text: str) -> RSAPublicKey:
    """The key of a PEM, or of a PEM in base64 as Barong's JWT_PUBLIC_KEY has it. Raises KeyWrong."""
    data = text.strip().encode()
    if not data.startswith(b"-----BEGIN"):
        try:
            data = base64.b64decode(data, validate=True)
        except binascii.Error:
            raise KeyWrong("it is neither PEM nor base64 of it") from None
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyWrong("it is no public key") from None
    if not isinstance(key, RSAPublicKey):
        raise KeyWrong("it is no RSA key")
    return key


def examined(token: str, *, key: RSAPublicKey | None, expected: Expected, now: float) -> Token | None:
    """What there is to say of a token; None when it is no token at all. `now` is Unix time."""
    claims = _claims(token)
    if claims is None:
        return None
    issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp"))
    audience = claims.get("aud")
    checks = {"signature": _signed(token, key)} if key else {}
    checks |= {
        "issuer": claims.get("iss") == expected.issuer,
        "audience": expected.audience in (audience if isinstance(audience, list) else [audience]),
        "expiry": expires is not None and expires > now,
    }
    lifetime = expires - issued if expires is not None and issued is not None else None
    return Token(checks=checks, lifetime=lifetime, issued=issued)


def _claims(token: str) -> Mapping[str, Any] | None:
    try:
        claims: Mapping[str, Any] = pyjwt.decode(token, options={"verify_signature": False})
    except pyjwt.PyJWTError:
        return None
    return claims


def _signed(token: str, key: RSAPublicKey) -> bool:
    """Whether the key's owner signed it with RS256; a token that names another algorithm is not."""
    try:
        pyjwt.PyJWS().decode(token, key, algorithms=[ALGORITHM])
    except pyjwt.PyJWTError:
        return False
    return True


def _moment(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
