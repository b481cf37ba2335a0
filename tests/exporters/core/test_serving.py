"""What an exporter answers to requests of every kind: formats, compression, methods, names, limits."""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from obs_exporter.accept import format_for, gzip_wanted
from obs_exporter.exposition import Format
from tests.engines.servers.proxy import proxy
from tests.exporters.core.serving import ONE, Running, eventually, serving

PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
    "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
    "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
)
PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)


pytestmark = pytest.mark.xdist_group("serving")  # one exporter for the module


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One exporter with one fast target."""
    with serving(tmp_path_factory.mktemp("serving")) as made:
        yield made


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", Format.TEXT),
        ("*/*", Format.TEXT),
        (PROMETHEUS_2, Format.OPENMETRICS),
        (PROMETHEUS_3, Format.OPENMETRICS),
        ("text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.1", Format.TEXT),
        ("application/openmetrics-text;version=1.0.0;q=0", Format.TEXT),
        ("application/openmetrics-text;version=2.0.0", Format.TEXT),
        ('APPLICATION/OpenMetrics-Text; Version="1.0.0"', Format.OPENMETRICS),
        ("application/openmetrics-text;q=nonsense", Format.TEXT),
        (";;,=,", Format.TEXT),
    ],
)
def test_the_format_with_the_highest_quality_is_served(accept: str, form: Format) -> None:
    assert format_for(accept) is form


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("*;q=1, gzip;q=0", False),
        ("", False),
    ],
)
def test_pages_are_compressed_when_that_is_asked_for(header: str, wanted: bool) -> None:
    assert gzip_wanted(header) is wanted


def test_prometheus_gets_compressed_openmetrics(running: Running) -> None:
    answer = running.get("/probe?target=one", Accept=PROMETHEUS_3, Accept_Encoding="gzip")
    assert answer.headers["Content-Type"] == Format.OPENMETRICS.value
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.body.endswith("# EOF\n")


def test_a_person_gets_plain_text(running: Running) -> None:
    answer = running.get("/probe?target=one")
    assert (answer.status, answer.headers["Content-Type"]) == (200, Format.TEXT.value)
    assert answer.value('fake_depth{queue="queue.0"}') == 0


def test_head_says_what_get_would_and_sends_no_body(running: Running) -> None:
    got, headed = running.get("/metrics"), running.get("/metrics", method="HEAD")
    assert (headed.status, headed.body) == (200, "")
    assert headed.headers["Content-Length"] == str(len(got.body.encode()))


@pytest.mark.parametrize("path", ["/", "/metrics", "/probe?target=one", "/-/healthy", "/-/ready"])
def test_what_is_served_is_read_only(path: str, running: Running) -> None:
    answer = running.get(path, method="POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/metric", "/metrics/", "/debug/pprof", "/-/reload", "/../etc/passwd"])
def test_nothing_else_is_served(path: str, running: Running) -> None:
    assert running.get(path).status == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?target=", 400),
        ("?target=one&target=one", 400),
        ("?target=one&target=two", 400),
        ("?target=%FF", 400),
        ("?target=two", 404),
        ("?target=ONE", 404),
        ("?target=127.0.0.1", 404),
        ("?target=127.0.0.1:{port}", 404),
        ("?target=http://127.0.0.1:{port}/", 404),
        ("?target=//127.0.0.1:{port}", 404),
        ("?target=/etc/passwd", 404),
        ("?target=one%00", 404),
        ("?target=one&host=127.0.0.1:{port}", 200),
    ],
)
def test_a_probe_takes_a_configured_name_only_and_no_connection_leaves(
    query: str, status: int, running: Running
) -> None:
    with proxy(1) as trap:
        assert running.get(f"/probe{query.format(port=trap.port)}").status == status
        assert trap.accepted == 0


def test_the_landing_page_leads_to_the_targets_by_name(running: Running) -> None:
    page = running.get("/")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/probe?target=one" in page.body


def test_the_program_tells_about_itself_on_metrics_only(running: Running) -> None:
    itself, target = running.get("/metrics"), running.get("/probe?target=one")
    assert itself.value("fake_exporter_targets") == 1
    assert itself.value("fake_up") is None
    assert (itself.value("process_resident_memory_bytes") or 0) > 2**20
    assert target.value("process_resident_memory_bytes") is None
    assert target.value("fake_up") == 1
    assert target.value("fake_exporter_targets") is None


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GARBAGE\r\n\r\n", b"400"),
        (b"GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 40_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n" + b"z" * 100_000, b"400"),
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_ends(sent: bytes, status: bytes, running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as client:
        client.sendall(sent)
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 " + status)


def test_a_connection_serves_one_request_after_another(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as client:
        for _ in range(3):
            client.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
            assert client.recv(4096).startswith(b"HTTP/1.1 200")


def test_it_listens_on_loopback_unless_told_otherwise() -> None:
    from obs_exporter.config import Settings

    assert Settings().address == ("127.0.0.1", 8080)


def test_over_the_cap_of_scrapes_the_answer_is_503_and_counted(tmp_path: Path) -> None:
    slow = {"name": "slow", "collectors": [{"name": "slow", "seconds": 2}]}
    with serving(tmp_path, scrapes=1, targets=[ONE, slow]) as running:
        first = threading.Thread(target=running.get, args=("/probe?target=slow",))
        first.start()
        assert eventually(lambda: running.made[1].collectors[0].runs == 1)
        refused = running.get("/probe?target=one")
        first.join()
        assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
        assert running.get("/metrics").value("fake_exporter_probes_refused_total") == 1
        assert running.get("/probe?target=one").status == 200


def test_silent_clients_make_room_for_a_scrape(tmp_path: Path) -> None:
    with serving(tmp_path, connections=10) as running:
        silent = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(40)]
        started = time.monotonic()
        assert running.get("/probe?target=one").status == 200
        assert time.monotonic() - started < 4, "waiting for the silent ones to be let go takes five seconds"
        assert (running.get("/metrics").value("fake_exporter_connections_refused_total") or 0) >= 30
        for client in silent:
            client.close()


@given(some.binary(max_size=300), some.sampled_from([b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET /probe?target="]))
@settings(max_examples=60)
def test_whatever_bytes_come_the_connection_is_answered_or_ended_and_the_next_client_is_served(
    noise: bytes, before: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=5) as client:
            client.sendall(before + noise + b"\r\n\r\n")
            client.shutdown(socket.SHUT_WR)
            answer = _everything(client)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
        assert running.get("/-/healthy").status == 200


def _everything(client: socket.socket) -> bytes:
    try:
        return b"".join(iter(lambda: client.recv(4096), b""))
    except ConnectionResetError:
        return b""
