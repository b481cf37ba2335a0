"""Events as Peatio and Barong sign them."""

import json
import time
from base64 import urlsafe_b64encode

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def private_key() -> RSAPrivateKey:
    """A new key."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key: RSAPrivateKey) -> str:
    """Its public half, as the exporter reads it."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def event(name: str, *keys: RSAPrivateKey, age: float = 0, lifetime: float = 60, secret: str = "") -> bytes:
    """The body of an event with one signature for each key, issued `age` seconds ago."""
    issued = int(time.time() - age)
    record = {"email": secret, "token": secret}
    claims = {"iss": "peatio", "jti": "x", "iat": issued, "exp": int(issued + lifetime)}
    claims["event"] = {"name": name, "record": record, "changes": {}}
    signatures = []
    payload = ""
    for number, key in enumerate(keys):
        protected, payload, signature = jwt.encode(claims, key, algorithm="RS256").split(".")
        signatures.append({"protected": protected, "header": {"kid": f"key{number}"}, "signature": signature})
    payload = payload or urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return json.dumps({"payload": payload, "signatures": signatures}).encode()
