"""A stand-in for what Fluentd talks to: the Kubernetes API, and an Elasticsearch that refuses on demand."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
Verdict = Callable[[Json], int]
"""Status Elasticsearch gives a document."""


def accept(document: Json) -> int:
    """Elasticsearch at its best."""
    return 201


@dataclass(slots=True)
class Cluster:
    """What arrived, and how to answer. `down` is the status of every bulk while it is not 0."""

    pods: dict[str, Json]
    verdict: Verdict = accept
    down: int = 0
    stored: dict[tuple[str, str], Json] = field(default_factory=dict)
    conflicts: int = 0
    refused: int = 0
    bulks: int = 0
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0
    server: ThreadingHTTPServer | None = None

    def documents(self, stream: str = "logs-obs.") -> list[Json]:
        """What is in the data streams whose names begin so."""
        with self.lock:
            return [document for (index, _), document in self.stored.items() if index.startswith(stream)]

    def bulk(self, lines: list[str]) -> Json:
        """The answer to a bulk request, item by item."""
        with self.lock:
            self.bulks += 1
            items = [self._item(json.loads(lines[i]), json.loads(lines[i + 1])) for i in range(0, len(lines) - 1, 2)]
        return {"took": 1, "errors": any(item["create"]["status"] >= 300 for item in items), "items": items}

    def _item(self, action: Json, document: Json) -> Json:
        (meta,) = action.values()
        place = (meta["_index"], meta.get("_id", f"none-{len(self.stored)}"))
        status = 409 if place in self.stored else self.verdict(document)
        if status == 201:
            self.stored[place] = document
        self.conflicts += status == 409
        self.refused += status == 400
        error = {} if status == 201 else {"error": {"type": _ERRORS.get(status, "error"), "reason": "told to"}}
        return {"create": {"_index": place[0], "_id": place[1], "status": status, **error}}


_ERRORS = {
    400: "document_parsing_exception",
    409: "version_conflict_engine_exception",
    429: "es_rejected_execution_exception",
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cluster: Cluster

    def do_GET(self) -> None:
        """The API server, and Elasticsearch's greeting."""
        path = self.path.partition("?")[0]
        if path.startswith("/api"):
            with self.cluster.lock:
                self.cluster.asked.append(path)
            self._answer(200, _api(path, self.cluster.pods))
        else:
            self._answer(200, {"version": {"number": "8.19.0"}, "tagline": "You Know, for Search"})

    def do_HEAD(self) -> None:
        """Elasticsearch's sign of life."""
        self._answer(200, {})

    def do_POST(self) -> None:
        """A bulk request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if self.cluster.down == -1:
            self.connection.close()
        elif self.cluster.down:
            self._answer(self.cluster.down, {"error": {"type": "unavailable", "reason": "told to"}})
        else:
            self._answer(200, self.cluster.bulk(body.decode().splitlines()))

    def _answer(self, status: int, said: Json) -> None:
        text = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-elastic-product", "Elasticsearch")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Nothing: requests are counted, not printed."""


def _api(path: str, pods: dict[str, Json]) -> Json:
    if path.count("/") < 3 and path.rstrip("/") != "/api/v1":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path.startswith("/api/v1/namespaces/") and path.count("/") == 4:
        return {"metadata": {"name": path.rpartition("/")[2], "uid": "namespace", "labels": {}}}
    if "/pods/" in path:
        return pods.get(path.rpartition("/")[2], {"metadata": {}, "spec": {}, "status": {}})
    resources = [
        {"name": "pods", "singularName": "", "namespaced": True, "kind": "Pod", "verbs": ["get", "list", "watch"]},
        {"name": "namespaces", "singularName": "", "namespaced": False, "kind": "Namespace", "verbs": ["get"]},
    ]
    return {"kind": "APIResourceList", "groupVersion": "v1", "resources": resources}


@contextmanager
def serve(pods: dict[str, Json], kind: type[Cluster] = Cluster) -> Iterator[Cluster]:
    """A cluster that listens until the block ends."""
    cluster = kind(pods=pods)
    cluster.server = _listening(cluster)
    try:
        yield cluster
    finally:
        _closed(cluster.server)


def restart(cluster: Cluster, seconds: float) -> None:
    """Nobody listens for a while, and every connection is gone; then it is back with all it had stored."""
    assert cluster.server is not None
    cluster.down = -1
    _closed(cluster.server)
    time.sleep(seconds)
    cluster.server, cluster.down = _listening(cluster), 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: connections are cut on purpose."""


def _listening(cluster: Cluster) -> ThreadingHTTPServer:
    server = _Server(("127.0.0.1", cluster.port), type("Handler", (_Handler,), {"cluster": cluster}))
    cluster.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _closed(server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()
