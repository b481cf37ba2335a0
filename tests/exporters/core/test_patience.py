"""How long the listener waits for a client at each step, and that nobody's slowness is another's."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable
from http import HTTPStatus

import pytest

from obs_exporter.connection import Limits
from obs_exporter.http import Request, Response, said
from obs_exporter.server import Server

SHORT = Limits(connections=8, handshake=0.3, head=0.3, idle=0.3, write=0.3)
PROMPT = 4.0
"""Seconds in which a busy machine must have done what takes 0.3; forgotten limits would take for ever."""
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Open:
    """Lets everybody in, over TLS with a context."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context

    def context(self) -> ssl.SSLContext | None:
        return self._context

    def admits(self, certificate: ssl.SSLObject) -> bool:
        return True


async def fine(request: Request) -> Response:
    return said(HTTPStatus.OK, "fine")


async def huge(request: Request) -> Response:
    return Response(body=b"x" * 50_000_000)


def ended_after(
    client: Callable[[socket.socket], None],
    *,
    security: Open | None = None,
) -> float:
    """Seconds until the server ends the connection of a client that does this and then nothing."""

    async def run() -> float:
        server = Server(fine, limits=SHORT, security=security or Open())
        port = server.listen("127.0.0.1", 0)
        spent = await asyncio.to_thread(_talk, port, client)
        await server.drain(1)
        return spent

    return asyncio.run(run())


def _talk(port: int, client: Callable[[socket.socket], None]) -> float:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        started = time.monotonic()
        client(connection)
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass
        return time.monotonic() - started


def test_a_silent_client_is_let_go() -> None:
    assert 0.2 < ended_after(lambda _: None) < PROMPT


def test_a_head_that_comes_byte_by_byte_does_not_win_more_time() -> None:
    def drip(connection: socket.socket) -> None:
        for byte in b"GET /" + b"x" * 120:
            try:
                connection.sendall(bytes([byte]))
            except OSError:
                return
            time.sleep(0.05)

    assert ended_after(drip) < PROMPT, "each byte comes in time, and all of them take six seconds"


def test_an_idle_connection_is_let_go_after_its_answer() -> None:
    assert 0.2 < ended_after(lambda connection: connection.sendall(GET)) < PROMPT


def test_a_client_that_never_shakes_hands_is_let_go() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    assert 0.2 < ended_after(lambda _: None, security=Open(context)) < PROMPT


def test_a_client_that_does_not_read_is_let_go() -> None:
    async def run() -> tuple[int, int]:
        server = Server(huge, limits=SHORT, security=Open())
        with socket.create_connection(("127.0.0.1", server.listen("127.0.0.1", 0))) as deaf:
            deaf.sendall(GET)
            await asyncio.sleep(0.1)
            seen = server.open
            for _ in range(40):
                await asyncio.sleep(0.1)
                if server.open == 0:
                    break
            return seen, server.open

    assert asyncio.run(run()) == (1, 0)


@pytest.mark.parametrize("seconds", [0.0, 2.0])
def test_a_drain_waits_for_an_answer_under_way_as_long_as_it_may(seconds: float) -> None:
    async def slow(request: Request) -> Response:
        await asyncio.sleep(0.4)
        return said(HTTPStatus.OK, "late")

    async def run() -> bytes:
        server = Server(slow, limits=SHORT, security=Open())
        reader, writer = await asyncio.open_connection("127.0.0.1", server.listen("127.0.0.1", 0))
        writer.write(GET)
        await asyncio.sleep(0.1)
        await server.drain(seconds)
        answer = await reader.read()
        writer.close()
        return answer

    assert (b"late" in asyncio.run(run())) is (seconds > 0)
