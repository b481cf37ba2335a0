"""What the kubelet asks, answered beside the work: is it there, and does it hear of the cluster?"""

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from http import HTTPStatus

from obs_event_tailer.client import ANSWER_SECONDS, WATCH_SECONDS
from obs_event_tailer.ending import SIGNALS
from obs_exporter.connection import Limits
from obs_exporter.http import Request, Response, said
from obs_exporter.server import Server
from obs_exporter.web import Web

SILENCE = WATCH_SECONDS + 2 * ANSWER_SECONDS
"""Seconds without an answer of the API server after which nothing is known of the cluster: a watch and a list."""


class Health:
    """/-/healthy: the process answers. /-/ready: the API server has been heard lately; `heard` says when."""

    def __init__(self, heard: Callable[[], float | None]) -> None:
        self._heard = heard

    async def handle(self, request: Request) -> Response:
        """One answer."""
        if request.path == "/-/healthy":
            return said(HTTPStatus.OK, "Alive.")
        if request.path != "/-/ready":
            return said(HTTPStatus.NOT_FOUND, "There is /-/healthy and /-/ready.")
        heard = self._heard()
        if heard is None or time.monotonic() - heard > SILENCE:
            return said(HTTPStatus.SERVICE_UNAVAILABLE, "The API server has not answered lately.")
        return said(HTTPStatus.OK, "Reading events.")

    def serve(self, host: str, port: int) -> int:
        """Answer from a thread of its own until the process ends; returns the port. Raises OSError."""
        bound: Future[int] = Future()
        threading.Thread(target=lambda: asyncio.run(self._serve(host, port, bound)), daemon=True).start()
        return bound.result()

    async def _serve(self, host: str, port: int, bound: "Future[int]") -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # they must wake the main thread
        server = Server(self.handle, limits=Limits(connections=16), security=Web(None))
        try:
            bound.set_result(server.listen(host, port))
        except OSError as error:
            bound.set_exception(error)
            return
        await asyncio.Event().wait()
