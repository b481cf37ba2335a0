"""A server that is not to be trusted gets no password: told by one that speaks just enough of the protocol to ask."""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from obs_db_exporter.config import DatabaseServer, Tls
from obs_db_exporter.mysql_engine import MySqlEngine
from obs_db_exporter.session import Refused
from tests.exporters.db.mysql.watching import PASSWORD, database_server

PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH = 0x200, 0x8000, 0x80000
"""Capabilities; TLS (0x800) is not among them (MySQL manual, client/server protocol)."""
CAPABILITIES = PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH


@dataclass(kw_only=True)
class Impostor:
    """Listens without TLS, asks for the password as it is, and keeps what it is given."""

    port: int = 0
    heard: bytes = b""
    asked: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """One client."""
        client, _ = listener.accept()
        with client:
            client.settimeout(2)
            client.sendall(packet(0, greeting()))
            try:
                self.heard += client.recv(4096)
                client.sendall(packet(2, b"\xfemysql_clear_password\0"))
                self.asked.set()
                while more := client.recv(4096):
                    self.heard += more
            except TimeoutError:
                pass


def packet(number: int, payload: bytes) -> bytes:
    """A packet of the protocol: three bytes of length, one of sequence."""
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


def greeting() -> bytes:
    """The server's first packet."""
    low, high = CAPABILITIES & 0xFFFF, CAPABILITIES >> 16
    head = b"\x0a8.0.39\0" + struct.pack("<I", 7) + b"saltsalt\0"
    return head + struct.pack("<HBHHB", low, 33, 2, high, 21) + bytes(10) + b"moresaltsalt\0mysql_native_password\0"


@contextmanager
def impostor() -> Iterator[Impostor]:
    """One, while the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Impostor(port=listener.getsockname()[1])
        thread = threading.Thread(target=made.serve, args=(listener,), daemon=True)
        thread.start()
        yield made
        thread.join(5)


def refusal(server: DatabaseServer) -> Refused:
    """How a login to a server is refused."""
    with pytest.raises(Refused) as caught:
        asyncio.run(MySqlEngine(server).connect())
    return caught.value


def test_a_server_that_offers_no_tls_is_refused_before_the_login(tmp_path: Path) -> None:
    with impostor() as server:
        told = database_server(tmp_path, port=server.port, ca=Path(__file__))
        refused = refusal(replace(told, tls=Tls(mode="require")))
    assert refused.reason == "tls"
    assert server.heard == b""


def test_without_tls_no_server_gets_the_password_as_it_is(tmp_path: Path) -> None:
    with impostor() as server:
        told = database_server(tmp_path, port=server.port, ca=Path(__file__))
        refused = refusal(replace(told, tls=Tls(mode="disable")))
    assert server.asked.is_set()
    assert refused.reason == "login"
    assert PASSWORD.encode() not in server.heard


def test_a_refusal_quotes_neither_the_server_nor_the_login(tmp_path: Path) -> None:
    with impostor() as server:
        told = database_server(tmp_path, port=server.port, ca=Path(__file__))
        refused = refusal(replace(told, tls=Tls(mode="disable")))
    assert str(refused) == "the server refused the login with error 2061"
    assert refused.__cause__ is None


def test_a_login_without_its_file_is_refused_by_the_name_of_the_file(tmp_path: Path) -> None:
    told = database_server(tmp_path, port=1, ca=Path(__file__))
    (tmp_path / "password").unlink()
    refused = refusal(replace(told, tls=Tls(mode="disable")))
    assert refused.reason == "login"
    assert str(tmp_path / "password") in str(refused)
