"""What the world outside does to a command: a reader that goes, a taken port, a folder that cannot be made."""

import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from obs.publish import files
from tests.cli.conftest import Type
from tests.engines.servers.certificates import Authority, Issued

LOGGED = """
logging:
  filters:
    - name: own
      text: |
        <filter **>
        @type grep
        </filtre>
"""


@pytest.fixture
def logged(spec: Path) -> Path:
    """A spec with a logging half."""
    spec.write_text(spec.read_text(encoding="utf-8") + "logging: {}\n", encoding="utf-8")
    return spec


@contextmanager
def answering(issued: Issued) -> Iterator[str]:
    """The address of a server with that certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(issued.certificate, issued.key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler, bind_and_activate=True)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_reader_that_has_seen_enough_is_no_mistake() -> None:
    words = [sys.executable, "-c", "from obs.cli import main; main(['list', 'alerts', '--json'])"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        assert command.stdout is not None
        command.stdout.close()
        assert command.wait() == 0
        assert command.stderr is not None
        assert command.stderr.read() == b""


def test_a_filter_that_cannot_be_read_is_told_once_with_its_line(typed: Type, spec: Path) -> None:
    text = spec.read_text(encoding="utf-8") + LOGGED
    spec.write_text(text, encoding="utf-8")
    said = typed("check", spec)
    line = text[: text.index("</filtre>")].count("\n") + 1
    assert said.code == 1, said.err
    told = "</filtre> closes nothing; close each section you open [fluentd-parameters]"
    assert said.err == f"small.yaml:{line}: {told}\n"


@pytest.mark.parametrize("url", ["kibana.example.com", "ftp://kibana.example.com", "https://"])
@pytest.mark.parametrize("verb", ["elasticsearch", "kibana"])
def test_an_address_that_is_none_is_wrong_usage(typed: Type, spec: Path, verb: str, url: str) -> None:
    said = typed("apply", verb, spec, "--url", url, "--dry-run")
    assert said.code == 2
    assert "write one such as https://" in said.err


def test_an_authority_that_is_not_there_is_wrong_usage(typed: Type, spec: Path) -> None:
    said = typed("apply", "kibana", spec, "--ca", spec.parent / "ca.crt", "--dry-run")
    assert said.code == 2
    assert "ca.crt" in said.err


def test_an_authority_that_is_no_certificate_is_wrong_usage(typed: Type, spec: Path) -> None:
    said = typed("apply", "kibana", spec, "--ca", spec, "--dry-run")
    assert said.code == 2
    assert "holds no certificate; one begins with -----BEGIN CERTIFICATE-----" in said.err


@pytest.mark.parametrize("verb", ["elasticsearch", "kibana"])
def test_a_server_whose_authority_is_not_known_leads_to_the_option(typed: Type, logged: Path, verb: str) -> None:
    authority, other = (Authority(logged.parent / name) for name in ("one", "other"))
    with answering(authority.issue("server")) as url:
        said = typed("apply", verb, logged, "--url", url, "--ca", other.certificate, "--dry-run")
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "give its certificate authority with --ca" in said.err


def test_a_port_that_is_none_is_wrong_usage(typed: Type, spec: Path) -> None:
    assert typed("simulate", spec, "--port", 99999).code == 2


def test_a_taken_port_is_told_with_what_to_do_and_nothing_is_written(typed: Type, spec: Path) -> None:
    config = spec.parent / "prometheus.yaml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = typed("simulate", spec, "--port", port, "--write-config", config)
    assert said.code == 1
    assert said.err == f"127.0.0.1:{port}: address already in use; name another address with --host or --port\n"
    assert said.out == ""
    assert not config.exists()


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(typed: Type, spec: Path) -> None:
    said = typed("build", spec, "--out", "/proc/none")
    assert said.code == 1
    assert said.err.startswith("/proc/none")
    assert "; name a file or folder that can be read and written" in said.err


def test_an_interrupted_write_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_path: Path, _mode: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "chmod", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write({"alerts/a.yaml": "a\n"}, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
