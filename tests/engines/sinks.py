"""Receivers of notifications on loopback: every HTTP channel's endpoint, and a mail relay."""

import http.server
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any


@dataclass(kw_only=True)
class Sinks:
    """What arrived so far: (path, JSON body) pairs and whole mails, and where to send more."""

    http: list[tuple[str, Any]] = field(default_factory=list)
    mails: list[Message] = field(default_factory=list)
    http_port: int = 0
    mail_port: int = 0

    def at(self, path: str) -> list[Any]:
        """Bodies that arrived under this path, oldest first."""
        return [body for where, body in self.http if where.startswith(path)]


class Quiet(socketserver.ThreadingTCPServer):
    """Does not mind an Alertmanager that ends in the middle of a mail."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing: what did not arrive is missing from the sink, and the test says so."""


@contextmanager
def listening() -> Iterator[Sinks]:
    """Both servers while the block lasts."""
    sinks = Sinks()

    class Endpoint(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sinks.http.append((self.path, json.loads(body)))
            answer = json.dumps(ANSWER).encode()
            self.send_response(202 if self.path.startswith("/pagerduty") else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing: tests print what they need."""

    class Relay(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 sink\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self._take()
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

        def _take(self) -> None:
            self.wfile.write(b"354 go on\r\n")
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            sinks.mails.append(message_from_bytes(b"".join(lines)))
            self.wfile.write(b"250 taken\r\n")

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    relay = Quiet(("127.0.0.1", 0), Relay)
    sinks.http_port, sinks.mail_port = web.server_address[1], relay.server_address[1]
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in (web, relay)]
    for thread in threads:
        thread.start()
    try:
        yield sinks
    finally:
        for server in (web, relay):
            server.shutdown()
            server.server_close()


ANSWER = {"ok": True, "status": "success", "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "group"}}}
"""What Slack, PagerDuty and Telegram want to hear, in one."""
