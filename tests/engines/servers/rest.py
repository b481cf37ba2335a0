"""JSON over HTTP, as search engines speak it."""

import base64
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """Status code and body."""

    status: int
    body: Any

    @property
    def reason(self) -> str:
        """Every reason of an error answer, outermost first; "" when the answer is none."""
        return " / ".join(_reasons(self.body.get("error"))) if isinstance(self.body, dict) else ""


@dataclass(frozen=True, kw_only=True)
class Rest:
    """One server and who asks it."""

    url: str
    user: str = ""
    password: str = ""
    api_key: str = ""

    def as_key(self, encoded: str) -> "Rest":
        """The same server asked with an API key."""
        return replace(self, user="", password="", api_key=encoded)

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Send JSON (or text, as `_bulk` wants it) and return what comes back, whatever its status."""
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "application/x-ndjson" if isinstance(body, str) else "application/json"
        request = urllib.request.Request(
            f"{self.url}/{path}",
            data=None if body is None else text.encode(),
            method=method,
            headers={"Content-Type": kind} | self._login(),
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
                return Answer(answer.status, _read(answer.read()))
        except urllib.error.HTTPError as error:
            return Answer(error.code, _read(error.read()))

    def _login(self) -> dict[str, str]:
        if self.api_key:
            return {"Authorization": f"ApiKey {self.api_key}"}
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"} if self.user else {}


def _read(content: bytes) -> Any:
    try:
        return json.loads(content or b"{}")
    except json.JSONDecodeError:
        return content.decode(errors="replace")


def _reasons(error: Any) -> list[str]:
    if not isinstance(error, dict):
        return [str(error)] if error else []
    return [str(error.get("reason", ""))] + (_reasons(error["caused_by"]) if "caused_by" in error else [])
