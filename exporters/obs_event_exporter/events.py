"""Events as Peatio and Barong publish them: signed tokens of which the times are read and nothing else.

A body is a JWT in JSON serialization with any number of signatures (RFC 7515, section 7.2.1). It holds names,
addresses and one-time tokens of people: nothing of it is kept, and no error quotes it.
"""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.algorithms import AllowedPublicKeys, RSAAlgorithm

PublicKey = AllowedPublicKeys
ALGORITHM = "RS256"
MOST_SIGNATURES = 8
_RSA = RSAAlgorithm(RSAAlgorithm.SHA256)
_JWS = jwt.PyJWS(algorithms=[ALGORITHM])


class NotVerified(Exception):
    """The body is no token, or none of its signatures is made with the expected key."""


class KeyWrong(Exception):
    """The file holds no public key in PEM."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """When an event was issued and when it ends, Unix time; None where the token does not say."""

    issued: float | None
    expires: float | None


def public_key(pem: str) -> PublicKey:
    """An RSA public key: PEM, or base64 of it, as the platform's environment carries it. Raises KeyWrong."""
    try:
        key = _RSA.prepare_key(pem if pem.startswith("-----") else urlsafe_b64decode(pem))
    except (ValueError, TypeError, jwt.InvalidKeyError):
        raise KeyWrong("is no RSA public key in PEM") from None
    return key  # type: ignore[return-value]


def verified(body: bytes, key: PublicKey) -> Times:
    """The times of an event one of whose signatures verifies. Raises NotVerified, without a word of the body."""
    try:
        token = json.loads(body)
        payload, signatures = token["payload"], token["signatures"][:MOST_SIGNATURES]
        compact = [f"{one['protected']}.{payload}.{one['signature']}" for one in signatures]
    except (ValueError, KeyError, TypeError):
        raise NotVerified("is no token with signatures") from None
    for one in compact:
        try:
            return _times(json.loads(_JWS.decode(one, key, algorithms=[ALGORITHM])))
        except (jwt.InvalidTokenError, ValueError):
            continue
    raise NotVerified("has no signature of this key")


def _times(claims: Any) -> Times:
    told = claims if isinstance(claims, dict) else {}
    return Times(issued=_moment(told.get("iat")), expires=_moment(told.get("exp")))


def _moment(told: object) -> float | None:
    return float(told) if isinstance(told, int | float) and not isinstance(told, bool) else None
