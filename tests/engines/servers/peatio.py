"""A stand-in for a service behind the gateway: it wants a token for private paths, as Peatio does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.engines.servers.web import Answer, Call, WebServer


@dataclass
class Conduct:
    """How it behaves now."""

    delay: float = 0.0
    status: int = 0
    """Answer every call with this status."""
    rejects_tokens: bool = False


class Peatio(WebServer):
    """Public paths for everybody, others with a token that came from AuthZ; websockets that stay silent."""

    def __init__(self) -> None:
        self.conduct = Conduct()
        super().__init__(self._answer)

    def _answer(self, call: Call) -> Answer:
        does = self.conduct
        public = "/public/" in call.path
        if "upgrade" in call.headers:
            return Answer(status=101, headers={"Upgrade": "websocket", "Connection": "Upgrade"})
        if does.status:
            return Answer(status=does.status, body=b"{}", delay=does.delay)
        trusted = call.headers.get("authorization", "").startswith("Bearer ") and not does.rejects_tokens
        if public or trusted:
            return Answer(body=b"[]", delay=does.delay)
        return Answer(status=401, body=json.dumps({"errors": ["jwt.decode_and_verify"]}).encode(), delay=does.delay)


@contextmanager
def peatio() -> Iterator[Peatio]:
    """The server while the block lasts."""
    made = Peatio()
    try:
        yield made
    finally:
        made.end()
