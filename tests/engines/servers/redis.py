"""A real Redis on loopback, and redis_exporter beside it as the platform's chart runs both."""

import resource
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.engines.processes import EngineFailed, engine_path, free_port, running, stop

SERVER, EXPORTER = "redis-server", "prometheus-redis-exporter"
IGNORING = ("sh", "-c", 'trap "" XFSZ; exec "$0" "$@"')
"""A write beyond the limit of a file's size then fails as on a full disk, instead of ending the process."""


class RedisRefused(RuntimeError):
    """Redis answered with an error."""


@dataclass(kw_only=True)
class Redis:
    """One instance: its folder, its port, its process while it runs."""

    folder: Path
    settings: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def log(self) -> Path:
        """What it writes."""
        return self.folder / "redis.log"

    def launch(self) -> None:
        """Start the process; it may load its data for a while."""
        self.folder.mkdir(exist_ok=True)
        places = ("--port", self.port, "--bind", "127.0.0.1", "--dir", self.folder)
        command = [*IGNORING, engine_path(SERVER), *places, *self.settings]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=output)

    def start(self) -> None:
        """Start it and wait until it does what it is told."""
        self.launch()
        self.wait()

    def wait(self, seconds: float = 60) -> None:
        """Until commands are done."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(RedisRefused):
                self.ask("DBSIZE")
                return
            time.sleep(0.05)
        raise EngineFailed(f"Redis at {self.port} did not answer within {seconds:.0f} s")

    def stop(self) -> None:
        """End the process, as when its pod is gone; its data stay."""
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            stop(self.process)
        self.process = None

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP makes it stand still, SIGCONT go on."""
        assert self.process
        self.process.send_signal(number)

    def limit_files(self, size: int = resource.RLIM_INFINITY) -> None:
        """No file may grow beyond so many bytes, as on a full disk; children inherit it."""
        assert self.process
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def ask(self, *words: object) -> str:
        """What redis-cli prints of a command. Raises RedisRefused for an error, of the server or of the connection."""
        command = [str(engine_path("redis-cli")), "-e", "-p", str(self.port), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode:
            raise RedisRefused((done.stderr + done.stdout).strip())
        return done.stdout.strip()

    def send(self, lines: str) -> None:
        """Many commands at once, one a line, without waiting for more than the last answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as to:
            to.sendall(f"{lines}\r\nQUIT\r\n".encode())
            while to.recv(65536):
                pass


@contextmanager
def redis(folder: Path, *settings: str) -> Iterator[Redis]:
    """An instance while the block lasts."""
    made = Redis(folder=folder, settings=settings)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """A running redis_exporter."""

    port: int

    def page(self) -> str:
        """What it tells now."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as answer:
            return str(answer.read().decode())


@contextmanager
def exporter(of: Redis, *flags: str) -> Iterator[Exporter]:
    """The exporter of an instance while the block lasts."""
    port = free_port()
    places = (f"-redis.addr=redis://127.0.0.1:{of.port}", f"-web.listen-address=127.0.0.1:{port}")
    log = of.folder / "exporter.log"
    with running([engine_path(EXPORTER), *places, *flags], ready_url=f"http://127.0.0.1:{port}/health", log=log):
        yield Exporter(port=port)
