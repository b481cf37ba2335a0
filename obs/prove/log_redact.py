"""The redaction table, applied as the pipeline does: every rule in order, pseudonyms last."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from functools import cache

from obs.model.expression import python
from obs.model.logs import Secret

PSEUDONYM_LENGTH = 12
"""Hexadecimal digits of a pseudonym: 48 bits, two of a million people share one with a chance of one in 500."""


def redacted(text: str, secrets: Iterable[Secret], key: str) -> str:
    """The text without what the table names; `key` keys the pseudonyms."""
    lower = text.lower()
    tried = [secret for secret in secrets if not secret.needs or any(word in lower for word in secret.needs)]
    for secret in (s for s in tried if not s.pseudonym):
        text = _pattern(secret.expression).sub(_template(secret.replace), text)
    for secret in (s for s in tried if s.pseudonym):
        text = _pseudonymous(text, secret, key)
    return text


def pseudonym(secret: Secret, value: str, key: str) -> str:
    """What stands for a value, e.g. email:3f2a…: the same in upper and lower case and in a URL."""
    digest = hmac.new(key.encode(), value.lower().replace("%40", "@").encode(), hashlib.sha256).hexdigest()
    return secret.replace + digest[:PSEUDONYM_LENGTH]


def _pseudonymous(text: str, secret: Secret, key: str) -> str:
    return _pattern(secret.expression).sub(lambda found: pseudonym(secret, found["it"], key), text)


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(python(expression), re.MULTILINE | re.ASCII)


@cache
def _template(replace: str) -> str:
    """Ruby's replacement as Python's: \\1 is one digit there."""
    return re.sub(r"\\(\d)", r"\\g<\1>", replace)
