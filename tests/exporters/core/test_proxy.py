"""The proxy that injects faults does what each of its modes says."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.engines.servers.proxy import Mode, Proxy, proxy


@pytest.fixture
def echo() -> Iterator[int]:
    """Port of a server that sends back what it gets."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(client: socket.socket) -> None:
        with client, contextlib.suppress(ConnectionResetError):
            while data := client.recv(4096):
                client.sendall(data)

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(client,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def between(echo: int) -> Iterator[Proxy]:
    with proxy(echo) as made:
        yield made


def _client(between: Proxy) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", between.port), timeout=2)
    client.sendall(b"before")
    assert client.recv(6) == b"before"
    return client


def _ended_at_once(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as client:
            return client.recv(1) == b""
    except ConnectionResetError:
        return True


def test_everything_passes_and_connections_are_counted(between: Proxy) -> None:
    with _client(between), _client(between):
        assert (between.accepted, between.open, between.most) == (2, 2, 2)


@pytest.mark.parametrize("mode", ["blackhole", "half-open"])
def test_nothing_passes_on_an_open_connection_that_stays_open(mode: Mode, between: Proxy) -> None:
    with _client(between) as client:
        between.mode = mode
        client.sendall(b"lost")
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(4)


def test_a_blackhole_accepts_new_connections_and_answers_none(between: Proxy) -> None:
    between.mode = "blackhole"
    with socket.create_connection(("127.0.0.1", between.port), timeout=0.3) as client:
        client.sendall(b"lost")
        with pytest.raises(TimeoutError):
            client.recv(4)


def test_after_a_blackhole_what_was_held_back_arrives(between: Proxy) -> None:
    with _client(between) as client:
        between.mode = "blackhole"
        client.sendall(b"late")
        time.sleep(0.2)
        between.mode = "pass"
        assert client.recv(4) == b"late"


def test_a_reset_ends_open_and_new_connections(between: Proxy) -> None:
    with _client(between) as client:
        between.mode = "reset"
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    assert _ended_at_once(between.port)


def test_slow_bytes_come_one_by_one(between: Proxy) -> None:
    with _client(between) as client:
        between.mode = "slow"
        started = time.monotonic()
        client.sendall(b"0123456789")
        got = b""
        while len(got) < 10:
            got += client.recv(10)
        assert time.monotonic() - started > 0.15


def test_refusing_closes_the_port_and_passing_opens_the_same_one_again(between: Proxy) -> None:
    between.mode = "refuse"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", between.port), timeout=2)
    between.mode = "pass"
    with _client(between) as client:
        client.sendall(b"again")
        assert client.recv(5) == b"again"
