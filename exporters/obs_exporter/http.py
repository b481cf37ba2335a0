"""What a request asks and what an answer says; h11 turns both into bytes and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import h11

TEXT = "text/plain; charset=utf-8"
MOST_FIELDS = 16
"""Parameters a query may have; nothing here has more than one."""


class BadRequest(Exception):
    """A request nobody can answer; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request's head. Header names are in lower case; of a repeated header the values are joined by commas."""

    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An answer."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b""
    content_type: str = TEXT
    headers: Mapping[str, str] = field(default_factory=dict)


def said(status: HTTPStatus, sentence: str, **headers: str) -> Response:
    """An answer of one sentence. Header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, body=f"{sentence}\n".encode(), headers=named)


def request_of(event: h11.Request) -> Request:
    """A parsed head as ours. Raises BadRequest for a target that is no path or has too many parameters."""
    target = event.target.decode("latin-1")
    if not target.startswith("/"):
        raise BadRequest("the target is not a path")
    try:
        parts = urlsplit(target)
        query = parse_qs(parts.query, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:  # UnicodeDecodeError is one
        raise BadRequest("the target cannot be read") from None
    headers: dict[str, str] = {}
    for raw, value in event.headers:
        name, text = raw.decode("latin-1"), value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return Request(method=event.method.decode("latin-1"), path=parts.path, query=query, headers=headers)


def head_of(response: Response) -> h11.Response:
    """The answer's head; HEAD gets the length the body would have."""
    headers = {"Content-Type": response.content_type, "Content-Length": str(len(response.body)), **response.headers}
    status = response.status
    return h11.Response(status_code=status.value, reason=status.phrase.encode(), headers=list(headers.items()))
