"""Start a real engine on loopback, wait until it answers, keep what it says, end it by its process id."""

import itertools
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

FOLDER = (Path(__file__).resolve().parents[2] / ".engines").resolve()
SCHEMAS = FOLDER / "schemas"
OPERATOR_CRDS = FOLDER / "operator-crds"
FIRST_PORT, PORTS = 10_000, 20_000  # below the range the kernel hands to clients, so nobody takes one in between
LAST_LINES = 30

_offsets = itertools.count(os.getpid() * 97)


class EngineFailed(RuntimeError):
    """An engine ended or did not answer in time; the message carries the end of its log."""


def engine_statuses() -> dict[str, dict[str, Any]]:
    """What `make engines` said about each engine; empty before it has run."""
    file = FOLDER / "status.json"
    if not file.exists():
        return {}
    statuses: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return statuses


def engine_path(name: str) -> Path:
    """The executable of an engine: ours first, then what the installer found on PATH, then PATH itself."""
    recorded = engine_statuses().get(name, {}).get("path")
    for candidate in (FOLDER / "bin" / name, recorded, shutil.which(name)):
        if candidate and Path(candidate).exists():
            return Path(candidate)
    raise FileNotFoundError(f"no engine {name}: {missing_reason(name)}")


def missing_reason(name: str) -> str:
    """Why an engine is not there, in plain words; empty when it is."""
    status = engine_statuses().get(name)
    if status is None:
        return "" if shutil.which(name) else f"{name} was never installed here; run make engines"
    if status["ok"] and Path(status["path"]).exists():
        return ""
    return status["reason"] or f"{name} is gone from {status['path']}; run make engines"


def free_port() -> int:
    """A loopback port that nothing listens on; test processes start looking at different places."""
    for offset in itertools.islice(_offsets, PORTS):
        port = FIRST_PORT + offset % PORTS
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise EngineFailed("no free port on loopback")


@contextmanager
def running(
    command: Sequence[object],
    *,
    ready_url: str,
    log: Path,
    seconds: float = 60,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server while the block lasts; it is up when `ready_url` answers 200, or 401 (certificates are not
    checked).

    Each part of the command is made text, so paths and numbers may stand in it.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
        )
    try:
        wait_until_ready(process, ready_url=ready_url, log=log, seconds=seconds)
        yield process
    finally:
        stop(process)


def wait_until_ready(process: subprocess.Popen[bytes], *, ready_url: str, log: Path, seconds: float) -> None:
    """Return when the address answers 200; raise with the log's end when the process ends or time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EngineFailed(f"{process.args!r} ended with {process.returncode}:\n{_tail(log)}")
        if _answers(ready_url):
            return
        time.sleep(0.1)
    raise EngineFailed(f"{ready_url} did not answer within {seconds:.0f} s:\n{_tail(log)}")


def stop(process: subprocess.Popen[bytes], *, seconds: float = 10) -> None:
    """Ask the process to end, insist after a while."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=unchecked)
    )
    try:
        with direct.open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code == HTTPStatus.UNAUTHORIZED  # it is up and asks who we are
    except (urllib.error.URLError, OSError):
        return False


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-LAST_LINES:])
