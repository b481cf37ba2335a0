"""What Barong can answer, as a closed set of words fit for a label."""

import json
from typing import Any

OK = "ok"
OTHER = "other"
PREFIX = "authz."
CODES = (
    OK,
    "apikey_not_active",
    "client_session_mismatch",
    "csrf_token_mismatch",
    "disabled_2fa",
    "invalid_api_key_headers",
    "invalid_permission",
    "invalid_session",
    "invalid_signature",
    "missing_csrf_token",
    "nonce_expired",
    "nonce_not_valid_timestamp",
    "permission_denied",
    "restrict.blacklist",
    "restrict.blocklogin",
    "restrict.maintenance",
    "unexistent_apikey",
    "user_not_active",
    OTHER,
)
"""Every code of Barong's authorize.rb, authorize_controller.rb and restriction.rb, without its `authz.`."""

REASONS = ("dns", "connect", "tls", "timeout", "protocol", "status", "code", "token")
"""Why a probe did not get what it should: the first five before there was an answer, the last three because of it."""


def code(body: bytes) -> str:
    """The code of a refusal, `other` for one that is not in the list, "" when the body holds none."""
    try:
        said: Any = json.loads(body)
    except ValueError:
        return ""
    errors = said.get("errors") if isinstance(said, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, str):
        return ""
    known = first.removeprefix(PREFIX) if first.startswith(PREFIX) else ""
    return known if known in CODES and known not in (OK, OTHER) else OTHER
