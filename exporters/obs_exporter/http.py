"""HTTP/1.1 as far as an exporter needs it, without any I/O: a request's head read, an answer's bytes written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

TEXT = "text/plain; charset=utf-8"


class BadRequest(Exception):
    """What came is no HTTP request; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request's head. Header names are in lower case; of a repeated header the values are joined by commas."""

    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    version: str = "HTTP/1.1"

    @property
    def keeps_alive(self) -> bool:
        """Whether the client will send another request on this connection."""
        asked = self.headers.get("connection", "").lower()
        return asked == "keep-alive" if self.version == "HTTP/1.0" else asked != "close"

    @property
    def has_body(self) -> bool:
        """Whether a body follows the head; nothing here reads one."""
        return self.headers.get("content-length", "0").strip() != "0" or "transfer-encoding" in self.headers


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


def parsed(head: bytes) -> Request:
    """The request whose head (with the empty line at its end) these bytes are."""
    try:
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, version = first.split(" ")
    except ValueError:
        raise BadRequest("the first line is no request line") from None
    if version not in ("HTTP/1.0", "HTTP/1.1"):
        raise BadRequest("only HTTP/1.0 and HTTP/1.1 are spoken here")
    if not target.startswith("/"):
        raise BadRequest("the request's target is not a path")
    try:
        parts = urlsplit(target)
        query = parse_qs(parts.query, keep_blank_values=True, max_num_fields=16)
    except ValueError:
        raise BadRequest("the request's target cannot be read") from None
    return Request(method=method, path=parts.path, query=query, headers=_headers(lines), version=version)


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequest("a header line is no header")
        key = name.lower()
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    return headers


def encoded(response: Response, *, to: Request | None, close: bool) -> bytes:
    """The answer's bytes; a HEAD request gets the head alone, with the length the body would have."""
    lines = [
        f"HTTP/1.1 {response.status.value} {response.status.phrase}",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(response.body)}",
        f"Connection: {'close' if close else 'keep-alive'}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if to is not None and to.method == "HEAD" else head + response.body
