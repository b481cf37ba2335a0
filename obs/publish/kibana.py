"""Handing the bundle's saved objects to Kibana's import, and reading what it says of each."""

import json
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from obs.publish.reach import unreached

Json = Mapping[str, Any]
BOUNDARY = "obs-saved-objects"
SECONDS = 60
CODE_FROM = (9, 5)
"""The first version whose dashboards API is no preview any more."""


class ImportRefused(Exception):
    """Kibana did not take the file, or an object of it: one line each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


@dataclass(frozen=True, kw_only=True, slots=True)
class Kibana:
    """Where Kibana answers, who asks, and in which space. A key wins over a user."""

    url: str
    authorization: str = ""
    """The header's value: `ApiKey …` or `Basic …`."""
    space: str = ""
    ca: str = ""

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        """The JSON answer; ImportRefused with Kibana's own words for everything but success."""
        prefix = f"/s/{self.space}" if self.space else ""
        headers = {"kbn-xsrf": "true", "Content-Type": kind}
        headers |= {"Authorization": self.authorization} if self.authorization else {}
        request = urllib.request.Request(f"{self.url}{prefix}{path}", data=body, method=method, headers=headers)
        context = ssl.create_default_context(cafile=self.ca or None) if self.url.startswith("https") else None
        try:
            with urllib.request.urlopen(request, timeout=SECONDS, context=context) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise ImportRefused([f"{self.url}: Kibana answered {error.code}: {_said(error.read())}"]) from None
        except OSError as error:
            raise ImportRefused([f"{self.url}: {unreached(getattr(error, 'reason', error))}"]) from None


def known(asked: Kibana, ndjson: str) -> tuple[tuple[str, bool], ...]:
    """(type/id, whether Kibana has it) for every object of the file."""
    wanted = [{"type": one["type"], "id": one["id"]} for one in map(json.loads, ndjson.splitlines())]
    answer = asked.ask("POST", "/api/saved_objects/_bulk_get", json.dumps(wanted).encode())
    return tuple((f"{one['type']}/{one['id']}", "error" not in one) for one in answer["saved_objects"])


def load(asked: Kibana, ndjson: str) -> tuple[int, int]:
    """Import the file, in place of what has the same ids; (objects taken, of which replaced).

    An answer of 200 that says `success: false` is a failure, and names every object that was refused.
    """
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    answer = asked.ask("POST", "/api/saved_objects/_import?overwrite=true", _form(ndjson), kind)
    if not answer.get("success"):
        raise ImportRefused([_refusal(error) for error in answer.get("errors", [])] or ["Kibana took nothing"])
    replaced = [one for one in answer.get("successResults", []) if one.get("overwrite")]
    return int(answer.get("successCount", 0)), len(replaced)


def version(asked: Kibana) -> tuple[int, int]:
    """Major and minor of the Kibana that answers."""
    told = str(asked.ask("GET", "/api/status").get("version", {}).get("number", ""))
    found = re.match(r"(\d+)\.(\d+)\.", told)
    if found is None:
        raise ImportRefused([f"{asked.url}: Kibana does not tell its version, but {told!r}"])
    return int(found[1]), int(found[2])


def put_dashboards(asked: Kibana, bodies: Mapping[str, str]) -> int:
    """Put each body under its id, in place of the dashboard of that id; how many there were.

    ImportRefused names every one that was not taken; the others are in place.
    """
    if version(asked) < CODE_FROM:
        wanted = ".".join(map(str, CODE_FROM))
        raise ImportRefused([f"{asked.url}: dashboards as code need Kibana {wanted}; leave --as-code out"])
    refused: list[str] = []
    for identifier, body in bodies.items():
        try:
            asked.ask("PUT", f"/api/dashboards/{identifier}", body.encode())
        except ImportRefused as wrong:
            refused += [f"{identifier}: {line}" for line in wrong.lines]
    if refused:
        raise ImportRefused(refused)
    return len(bodies)


def _form(ndjson: str) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="obs.ndjson"\r\n'
    return f"{head}Content-Type: application/ndjson\r\n\r\n{ndjson}\r\n--{BOUNDARY}--\r\n".encode()


def _refusal(error: Json) -> str:
    found = error.get("error", {})
    missing = ", ".join(f"{r.get('type')} {r.get('id')}" for r in found.get("references", []))
    told = found.get("message") or (f"refers to {missing}, which is not there" if missing else "")
    return f"{error.get('type')} {error.get('id')}: {found.get('type')}{': ' + told if told else ''}"


def _said(content: bytes) -> str:
    try:
        data = json.loads(content)
    except ValueError:
        return content.decode(errors="replace")[:200]
    return str(data.get("message", data)) if isinstance(data, dict) else str(data)
