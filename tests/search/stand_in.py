"""In front of the tests' node: answers for the parts it lacks, and faults that no single node can have."""

import json
import ssl
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from obs.render.kube.search import AUTHORITY
from tests.engines.servers.certificates import Authority
from tests.engines.servers.rest import Rest

SNAPSHOTS = {
    "retention_runs": 4,
    "retention_failed": 0,
    "retention_timed_out": 0,
    "retention_deletion_time_millis": 1404,
    "total_snapshots_taken": 9,
    "total_snapshots_failed": 0,
    "total_snapshots_deleted": 2,
    "total_snapshot_deletion_failures": 0,
    "policy_stats": [],
}
"""As the documentation of `GET _slm/stats` shows them; the node of the tests has no snapshot policies."""
LIFECYCLES = {"status": "green", "details": {"policies": 5, "ilm_status": "RUNNING", "stagnating_indices": 0}}
POLICIES = {"status": "green", "details": {"policies": 1, "slm_status": "RUNNING"}}
"""Two indicators of `GET _health_report`, as its documentation shows them."""


@dataclass(kw_only=True)
class StandIn:
    """What is said in place of the node; a test changes it while it runs."""

    node: Rest
    said: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """Path -> status and body."""
    indicators: dict[str, Any] = field(default_factory=dict)
    """Put into the node's health report."""
    refuses: bool = False
    """Whether every question is answered as if the key had ended."""

    def answer(self, path: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        """Status and body for a question."""
        plain = path.partition("?")[0]
        if self.refuses:
            return 401, {"error": {"type": "security_exception", "reason": "unable to authenticate"}, "status": 401}
        if plain in self.said:
            return self.said[plain]
        status, body = self._ask(path, headers)
        if plain == "/_health_report" and status == 200:
            body["indicators"] |= self.indicators
        return status, body

    def _ask(self, path: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        kept = {"Authorization": headers["Authorization"]} if "Authorization" in headers else {}
        request = urllib.request.Request(self.node.url + path, headers=kept)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


@contextmanager
def standing_in(node: Rest, folder: Path) -> Iterator[tuple[StandIn, str]]:
    """The stand-in and its address, while the block lasts. It speaks TLS; `folder` gets the authority as `ca.crt`."""
    told = StandIn(
        node=node,
        said={"/_slm/status": (200, {"operation_mode": "RUNNING"}), "/_slm/stats": (200, dict(SNAPSHOTS))},
        indicators={"ilm": LIFECYCLES, "slm": POLICIES},
    )
    with _Server(("127.0.0.1", 0), partial(_Front, told)) as server:
        server.socket = _certified(folder).wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told, f"https://127.0.0.1:{server.server_port}"
        server.shutdown()


def _certified(folder: Path) -> ssl.SSLContext:
    authority = Authority(folder / "tls")
    (folder / AUTHORITY).write_bytes(authority.certificate.read_bytes())
    issued = authority.issue("elasticsearch")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(issued.certificate, issued.key)
    return context


class _Server(ThreadingHTTPServer):
    """The exporter opens ten connections at once; one that finds the queue full is tried again after a second."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Not a word about an exporter that went away in the middle of an answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Front(BaseHTTPRequestHandler):
    """GET of anything."""

    def __init__(self, told: StandIn, *args: Any) -> None:
        self.told = told
        super().__init__(*args)

    def do_GET(self) -> None:
        status, body = self.told.answer(self.path, dict(self.headers))
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the exporter asks every second."""
