"""The files the prober reads anew whenever it uses them: its API key, and Barong's public key."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from obs_authz_exporter.jwt import Expected, KeyWrong, Token, examined, public_key
from obs_authz_exporter.probes import signed
from obs_exporter.secret import Secret, SecretMissing


class Credentials:
    """The API key of a user that only the prober uses."""

    def __init__(self, key_id: Secret, secret: Secret) -> None:
        self._key_id, self._secret = key_id, secret

    def headers(self, now: float) -> Mapping[str, str]:
        """Headers of a call signed now. Raises SecretMissing."""
        key_id, secret = self._key_id.read().strip(), self._secret.read().strip()
        if not key_id.isalnum() or not key_id.isascii():
            raise SecretMissing(f"{self._key_id.path} holds no key id: letters and digits are expected")
        if not secret:
            raise SecretMissing(f"{self._secret.path} is empty")
        return signed(key_id, secret, now=now)


class Verifier:
    """Barong's public key, parsed once per content of its file."""

    def __init__(self, key: Secret | None, expected: Expected) -> None:
        self._file, self._expected = key, expected
        self._text = ""
        self._key: RSAPublicKey | None = None

    def key(self) -> RSAPublicKey | None:
        """The key as the file has it now; None where none is configured. Raises SecretMissing or KeyWrong."""
        if self._file is None:
            return None
        text = self._file.read()
        if self._key is None or text != self._text:
            self._key, self._text = public_key(text), text
        return self._key

    def examined(self, token: str, now: float) -> Token | None:
        """What there is to say of a token; without a usable key its signature is not judged."""
        try:
            key = self.key()
        except (SecretMissing, KeyWrong):
            key = None
        return examined(token, key=key, expected=self._expected, now=now)
