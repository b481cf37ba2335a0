"""A stand-in for Kibana's import and its dashboards API: it keeps what it is given, and enforces the real one's rules.

What is enforced is written from Kibana's own code: the import route (headers, form, file name), its collector (one
object a line, no duplicates), the migrations (versions present and not newer than the server's), the schemas of 8.9
(unknown attributes refused), and the validation of references, which looks at data views and searches only. Of the
dashboards API: strict keys, its kinds of panels, and how many it takes.
"""

import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http import HTTPStatus
from typing import Any

LAST = {
    "index-pattern": "8.0.0",
    "tag": "8.0.0",
    "query": "10.2.0",
    "search": "10.6.0",
    "map": "8.4.0",
    "dashboard": "10.3.0",
    "lens": "10.1.0",
    "visualization": "8.5.0",
}
"""The last known version of each type in the oldest Kibana we support, 8.19."""
CORE = "8.8.0"
ATTRIBUTES = {
    "dashboard": {
        *("title", "description", "panelsJSON", "optionsJSON", "controlGroupInput", "refreshInterval", "timeRestore"),
        *("timeFrom", "timeTo", "version", "hits", "kibanaSavedObjectMeta"),
    },
    "tag": {"name", "description", "color"},
}
DASHBOARD = {
    *("title", "description", "tags", "filters", "query", "time_range", "refresh_interval", "options", "panels"),
    *("pinned_panels", "access_control", "project_routing"),
}
PANELS = {"vis", "markdown", "discover_session", "image", "options_list_control", "range_slider_control"}
MOST_PANELS = 100
CHECKED = ("index-pattern", "search")
Json = dict[str, Any]


@dataclass(kw_only=True)
class Store:
    """What was imported, by space, type and id; who may ask, and where."""

    objects: dict[tuple[str, str, str], Json] = field(default_factory=dict)
    dashboards: dict[tuple[str, str], Json] = field(default_factory=dict)
    """Bodies of the dashboards API, by space and id."""
    version: str = "9.5.3"
    authorization: str = ""
    url: str = ""


class Refuse(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"statusCode": status, "error": HTTPStatus(status).phrase, "message": message}


@contextmanager
def kibana(*, authorization: str = "") -> Iterator[Store]:
    """The server while the block lasts. With `authorization` every other one is turned away."""
    store = Store(authorization=authorization)

    class Endpoint(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({"version": {"number": store.version}}, 200)

        def do_PUT(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                answer, status = self._answer(content), 200
            except Refuse as refused:
                answer, status = refused.body, refused.status
            self._reply(answer, status)

        def _reply(self, answer: Json, status: int) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _answer(self, content: bytes) -> Json:
            if store.authorization and self.headers.get("Authorization") != store.authorization:
                raise Refuse(401, "Unauthorized")
            if "kbn-xsrf" not in self.headers:
                raise Refuse(400, "Request must contain a kbn-xsrf header.")
            coded = re.fullmatch(r"(?:/s/([a-z0-9_-]+))?/api/dashboards/([A-Za-z0-9_-]+)", self.path)
            if coded and self.command == "PUT":
                return _put(store, coded[1] or "default", coded[2], json.loads(content))
            found = re.fullmatch(r"(?:/s/([a-z0-9_-]+))?/api/saved_objects/_(import|bulk_get)(\?.*)?", self.path)
            if not found:
                raise Refuse(404, "Not Found")
            space = found[1] or "default"
            if found[2] == "bulk_get":
                return {"saved_objects": [_get(store, space, one) for one in json.loads(content)]}
            text = _file(self.headers["Content-Type"], content)
            return _import(store, space, text, overwrite="overwrite=true" in (found[3] or ""))

        def log_message(self, *_: object) -> None:
            """Nothing: tests print what they need."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    store.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()


def _put(store: Store, space: str, identifier: str, body: Json) -> Json:
    """A dashboard as code."""
    unknown = set(body) - DASHBOARD
    panels = body.get("panels", [])
    if not body.get("title"):
        raise Refuse(400, "[request body.title]: expected value of type [string]")
    if unknown:
        raise Refuse(400, f"[request body]: Unrecognized key: {min(unknown)}")
    for number, panel in enumerate(panels):
        if panel.get("type") not in PANELS:
            raise Refuse(400, f"[request body.panels.{number}]: panel type {panel.get('type')} is not supported")
    if len(panels) + len(body.get("pinned_panels", [])) > MOST_PANELS:
        raise Refuse(400, f"Dashboard contains more than {MOST_PANELS} panels")
    store.dashboards[space, identifier] = body
    return {"id": identifier, "data": body, "meta": {}}


def _get(store: Store, space: str, asked: Json) -> Json:
    found = store.objects.get((space, asked["type"], asked["id"]))
    return found or {**asked, "error": {"statusCode": 404, "error": "Not Found", "message": "Not Found"}}


def _file(kind: str, content: bytes) -> str:
    """The form's one file."""
    form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + content)
    parts = form.get_payload()
    part = parts[0] if isinstance(parts, list) and parts else None
    if part is None or isinstance(part, str):
        raise Refuse(400, "[request body.file]: expected value of type [Stream]")
    if not str(part.get_filename()).endswith(".ndjson"):
        raise Refuse(400, f"Invalid file extension {part.get_filename()}")
    payload = part.get_payload(decode=True)
    return payload.decode() if isinstance(payload, bytes) else ""


def _import(store: Store, space: str, text: str, *, overwrite: bool) -> Json:
    try:
        objects: list[Json] = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise Refuse(400, f"Unexpected token in JSON: {error}") from None
    keys = [f"{one['type']}:{one['id']}" for one in objects]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise Refuse(400, f"Non-unique import objects detected: [{','.join(twice)}]")
    judged = (_error(store, space, one, objects, overwrite=overwrite) for one in objects)
    errors = [wrong for wrong in judged if wrong]
    bad = {(wrong["type"], wrong["id"]) for wrong in errors}
    taken = []
    for one in objects:
        _migrate(one)
        if (one["type"], one["id"]) not in bad:
            key = (space, one["type"], one["id"])
            taken.append({"type": one["type"], "id": one["id"], "meta": {}, "managed": False})
            taken[-1] |= {"overwrite": True} if key in store.objects else {}
            store.objects[key] = one
    failed = {"errors": errors} if errors else {}
    return {"success": not errors, "successCount": len(taken), "successResults": taken, "warnings": []} | failed


def _error(store: Store, space: str, one: Json, objects: list[Json], *, overwrite: bool) -> Json | None:
    """What the import says of one object; None when nothing."""
    frame = {"type": one["type"], "id": one["id"], "meta": {}}
    if one["type"] not in LAST:
        return frame | {"error": {"type": "unsupported_type"}}
    if not overwrite and (space, one["type"], one["id"]) in store.objects:
        return frame | {"error": {"type": "conflict"}}
    known = {(other["type"], other["id"]) for other in objects} | {key[1:] for key in store.objects if key[0] == space}
    missing = [
        {"type": r["type"], "id": r["id"]}
        for r in one.get("references", [])
        if r["type"] in CHECKED and (r["type"], r["id"]) not in known
    ]
    return frame | {"error": {"type": "missing_references", "references": missing}} if missing else None


def _migrate(one: Json) -> None:
    """What the migrations make of it: without a version all of them run, and those of 7.x break on newer shapes."""
    version = one.get("typeMigrationVersion")
    if not version and one["type"] in ("lens", "dashboard"):
        raise Refuse(500, "An internal server error occurred. Check Kibana server logs for details.")
    for found, last in ((version or "0.0.0", LAST.get(one["type"], "99.0.0")), (one.get("coreMigrationVersion"), CORE)):
        if _ordered(str(found)) > _ordered(last):
            what = f'Document "{one["id"]}" belongs to a more recent version of Kibana [{found}]'
            raise Refuse(422, f"{what} when the last known version is [{last}].")
    unknown = set(one["attributes"]) - ATTRIBUTES.get(one["type"], set(one["attributes"]))
    if unknown:
        raise Refuse(400, f"[attributes.{min(unknown)}]: definition for this key is missing")


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
