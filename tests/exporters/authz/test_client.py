"""One call, measured: each phase, and each way it can fail, on real sockets."""

import asyncio
import datetime
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from obs_authz_exporter.client import LONGEST_BODY, Address, Call, get
from tests.engines.processes import free_port
from tests.engines.servers.barong import key
from tests.engines.servers.proxy import Mode, proxy
from tests.engines.servers.web import Answer, WebServer


def call(port: int, *, timeout: float = 2.0, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Call:
    """One call to a server on loopback."""
    address = Address(host=host, port=port, tls=tls, server_name="localhost" if tls else "")
    return asyncio.run(get(address, "/", {}, timeout=timeout))


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    server = WebServer(lambda asked: Answer(body=b"fine", headers={"X-Some": "Thing"}))
    yield server
    server.end()


def test_an_answer_comes_with_its_phases(web: WebServer) -> None:
    found = call(web.port, host="localhost")
    assert found.answer is not None
    assert (found.answer.status, found.answer.body, found.answer.headers["x-some"]) == (200, b"fine", "Thing")
    assert (found.reason, sorted(found.phases)) == ("", ["connect", "dns", "first_byte"])
    assert 0 < sum(found.phases.values()) <= found.seconds


def test_every_call_has_a_connection_of_its_own_and_closes_it(web: WebServer) -> None:
    before = len(web.calls)
    for _ in range(3):
        call(web.port)
    assert [c.headers["connection"] for c in web.calls[before:]] == ["close"] * 3
    assert web.open <= 1


def test_a_name_nobody_knows_fails_at_dns() -> None:
    found = call(80, host="nowhere.invalid", timeout=10)
    assert (found.reason, sorted(found.phases)) == ("dns", ["dns"])


def test_a_port_nobody_listens_on_fails_at_connect() -> None:
    found = call(free_port())
    assert (found.reason, sorted(found.phases)) == ("connect", ["connect", "dns"])


@pytest.mark.parametrize("mode", ["blackhole", "half-open", "slow"])
def test_a_link_that_hangs_is_given_up_at_the_timeout(web: WebServer, mode: Mode) -> None:
    with proxy(web.port) as link:
        link.mode = mode
        found = call(link.port, timeout=0.4)
    assert (found.answer, found.reason) == (None, "timeout")
    assert 0.4 <= found.seconds < 0.8


def test_a_connection_that_is_reset_fails_at_once(web: WebServer) -> None:
    with proxy(web.port) as link:
        link.mode = "reset"
        found = call(link.port)
    assert found.reason in ("connect", "protocol"), "whether the reset comes before the request or after it"
    assert found.seconds < 1


def raw(port: int, answer: bytes) -> Call:
    """A call to a server that says exactly these bytes and closes."""

    async def both() -> Call:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", port):
            return await get(Address(host="127.0.0.1", port=port), "/", {}, timeout=2)

    return asyncio.run(both())


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"
LONG = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LONGEST_BODY + 1)


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH\r\n", b"", SHORT, LONG])
def test_what_is_no_whole_http_answer_fails_at_protocol(answer: bytes) -> None:
    assert raw(free_port(), answer).reason == "protocol"


@pytest.mark.parametrize("answer", [CHUNKED, b"HTTP/1.0 200 OK\r\n\r\nhi", b"HTTP/1.1 100 Continue\r\n\r\n" + CHUNKED])
def test_every_way_to_end_a_body_is_understood(answer: bytes) -> None:
    found = raw(free_port(), answer)
    assert found.answer is not None
    assert found.answer.body == b"hi"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key in the same file."""
    private = key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=private.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    file.write_bytes(made.public_bytes(pem) + secret)
    return file


@pytest.fixture(scope="module")
def secure_port(authority: Path) -> Iterator[int]:
    """A TLS server."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority)
    loop, port = asyncio.new_event_loop(), free_port()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(CHUNKED)
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", port, ssl=context))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield port
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=5)


def test_a_certificate_of_a_trusted_authority_for_the_right_name_is_accepted(authority: Path, secure_port: int) -> None:
    found = call(secure_port, tls=ssl.create_default_context(cafile=str(authority)))
    assert (found.reason, sorted(found.phases)) == ("", ["connect", "dns", "first_byte", "tls"])


def test_a_certificate_of_an_unknown_authority_fails_at_tls(secure_port: int) -> None:
    assert call(secure_port, tls=ssl.create_default_context()).reason == "tls"


def test_a_certificate_for_another_name_fails_at_tls(authority: Path, secure_port: int) -> None:
    context = ssl.create_default_context(cafile=str(authority))
    address = Address(host="127.0.0.1", port=secure_port, tls=context, server_name="barong.example")
    assert asyncio.run(get(address, "/", {}, timeout=2)).reason == "tls"

