"""An exporter that serves inside the test, on a loop in a thread of its own, and requests to it."""

import asyncio
import gzip
import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from obs_exporter.config import load
from obs_exporter.service import Service
from tests.exporters.core.fake import EXPORTER, FakeTarget, targets

T = TypeVar("T")
ONE: Mapping[str, Any] = {"name": "one", "collectors": [{"name": "fast"}]}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back; the body is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: str

    def value(self, series: str) -> float | None:
        """Of a series, named as on the page; None when it is not there."""
        found = [line.rpartition(" ")[2] for line in self.body.splitlines() if line.startswith(f"{series} ")]
        return float(found[0]) if found else None


@dataclass(kw_only=True)
class Running:
    """A serving exporter: its port, its configuration file, and every target it ever made."""

    service: Service
    loop: asyncio.AbstractEventLoop
    config: Path
    made: list[FakeTarget]
    port: int = 0

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the exporter's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=30)

    def get(self, path: str, method: str = "GET", tls: ssl.SSLContext | None = None, **headers: str) -> Answer:
        """One request on a connection of its own; header names are written with underscores."""
        return get(self.port, path, method, tls, **headers)

    def write(self, **config: Any) -> None:
        """Put another configuration on disk."""
        self.config.write_text(written(**config), encoding="utf-8")


def get(port: int, path: str, method: str = "GET", tls: ssl.SSLContext | None = None, **headers: str) -> Answer:
    """One request to loopback."""
    client = (
        http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=tls)
        if tls
        else http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    )
    try:
        client.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = client.getresponse()
        body, told = answer.read(), dict(answer.getheaders())
    finally:
        client.close()
    body = gzip.decompress(body) if body and told.get("Content-Encoding") == "gzip" else body
    return Answer(status=answer.status, headers=told, body=body.decode())


def eventually(holds: Callable[[], bool], *, seconds: float = 10) -> bool:
    """Whether it came to hold within this time."""
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return held


def written(**config: Any) -> str:
    """A configuration as text: YAML reads JSON too."""
    return json.dumps({"listen": "127.0.0.1:0", "targets": [ONE]} | config)


@contextmanager
def serving(folder: Path, **config: Any) -> Iterator[Running]:
    """The fake exporter with this configuration, for as long as the block lasts."""
    path = folder / "config.yaml"
    path.write_text(written(**config), encoding="utf-8")
    made: list[FakeTarget] = []

    def remembered(document: Mapping[str, Any]) -> list[FakeTarget]:
        fresh = list(targets(document))
        made.extend(fresh)
        return fresh

    def read() -> Mapping[str, Any]:
        return load(path, EXPORTER.document_schema)

    service = Service(
        name="fake_exporter",
        prefix="fake",
        rows=EXPORTER.rows,
        on_metrics=False,
        targets=remembered,
        load=read,
        watched=path,
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    running = Running(service=service, loop=loop, config=path, made=made)
    try:
        running.port = running.do(service.start(read()))
        yield running
        running.do(service.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()
