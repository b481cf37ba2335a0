"""A server that is not to be trusted gets no password: told by one that speaks just enough of the protocol to ask."""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from obs_db_exporter.config import DatabaseServer, Tls
from obs_db_exporter.mysql_engine import MySqlEngine
from obs_db_exporter.session import Refused
from tests.exporters.db.mysql.watching import PASSWORD, database_server

PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH = 0x200, 0x8000, 0x80000
"""Capabilities; TLS (0x800) is not among them (MySQL manual, client/server protocol)."""
CAPABILITIES = PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH


NONCE = b"a nonce of 20 bytes."
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
AS_IT_IS = (b"\xfemysql_clear_password\0",)
FOR_MY_KEY = (b"\xfecaching_sha2_password\0" + NONCE + b"\0", b"\x01\x04", b"\x01" + PUBLIC)
"""Switch to MySQL 8's plugin; ask for the whole login, as a server does that does not know the account yet; show a key
to encrypt the password for.
"""


@dataclass(kw_only=True)
class Impostor:
    """Listens without TLS, asks for the password in so many steps, and keeps what it is given."""

    asks: tuple[bytes, ...] = AS_IT_IS
    port: int = 0
    heard: list[bytes] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """One client."""
        client, _ = listener.accept()
        with client, suppress(TimeoutError):
            client.settimeout(2)
            client.sendall(packet(0, greeting()))
            for step, ask in enumerate(self.asks):
                if not self._hears(client):
                    return
                client.sendall(packet(2 * step + 2, ask))
                self.asked.set()
            while self._hears(client):
                pass

    def _hears(self, client: socket.socket) -> bool:
        self.heard.append(client.recv(4096))
        return bool(self.heard[-1])

    def knows(self, secret: str) -> bool:
        """Whether it has been told a secret, in clear text or for its key."""
        return secret.encode() in b"".join(self.heard) or any(secret in opened(told[4:]) for told in self.heard)


def opened(told: bytes) -> str:
    """What was encrypted for the impostor, after the nonce is taken off (MySQL source, sha2_password)."""
    padded = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)
    with suppress(ValueError):
        return bytes(a ^ b for a, b in zip(KEY.decrypt(told, padded), cycle(NONCE), strict=False)).decode()
    return ""


def packet(number: int, payload: bytes) -> bytes:
    """A packet of the protocol: three bytes of length, one of sequence."""
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


def greeting() -> bytes:
    """The server's first packet."""
    low, high = CAPABILITIES & 0xFFFF, CAPABILITIES >> 16
    head = b"\x0a8.0.39\0" + struct.pack("<I", 7) + b"saltsalt\0"
    return head + struct.pack("<HBHHB", low, 33, 2, high, 21) + bytes(10) + b"moresaltsalt\0mysql_native_password\0"


@contextmanager
def impostor(asks: tuple[bytes, ...] = AS_IT_IS) -> Iterator[Impostor]:
    """One, while the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Impostor(port=listener.getsockname()[1], asks=asks)
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
    assert b"".join(server.heard) == b""


@pytest.mark.parametrize("asks", [AS_IT_IS, FOR_MY_KEY], ids=["as it is", "for a key of its own"])
def test_without_tls_no_server_gets_the_password(tmp_path: Path, asks: tuple[bytes, ...]) -> None:
    with impostor(asks) as server:
        told = database_server(tmp_path, port=server.port, ca=Path(__file__))
        refused = refusal(replace(told, tls=Tls(mode="disable")))
    assert server.asked.is_set()
    assert not server.knows(PASSWORD)
    assert refused.reason == "login"


def test_a_refusal_quotes_neither_the_server_nor_the_login(tmp_path: Path) -> None:
    with impostor() as server:
        told = database_server(tmp_path, port=server.port, ca=Path(__file__))
        refused = refusal(replace(told, tls=Tls(mode="disable")))
    assert str(refused) == "error 2061: without TLS this login would give the password away"
    assert refused.__cause__ is None


def test_a_login_without_its_file_is_refused_by_the_name_of_the_file(tmp_path: Path) -> None:
    told = database_server(tmp_path, port=1, ca=Path(__file__))
    (tmp_path / "password").unlink()
    refused = refusal(replace(told, tls=Tls(mode="disable")))
    assert refused.reason == "login"
    assert str(tmp_path / "password") in str(refused)
