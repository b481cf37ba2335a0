"""Real Fluentd, where one is on the machine, under the configuration that was rendered: only hosts and paths change."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.logs.cluster import Cluster

BINARY = shutil.which("fluentd")
START_SECONDS = 120
"""It says that it runs after it has read what waited for it, which after a restart under load takes its time."""
_TLS = re.compile(r"^ *(?:ca_file|ssl_verify|ssl_version) .*\n", re.MULTILINE)
_JOURNAL = re.compile(r" *<source>\n *@type systemd\n.*?\n *</source>\n", re.DOTALL)


@dataclass(slots=True)
class Fluentd:
    """One Fluentd and its folders: `logs` is what it tails, `state` what it writes."""

    config: Path
    logs: Path
    state: Path
    output: Path
    environment: dict[str, str]
    workers: int = 1
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it reads."""
        running = "fluentd worker is now running"
        self.output.touch()
        said = self.told(running)
        assert BINARY, "no fluentd on PATH: make prove-logs needs one, with the plugins of fluentd/image/Gemfile"
        alone = ["--no-supervisor"] if self.workers == 1 else []
        with self.output.open("ab") as out:
            command = [BINARY, *alone, "-c", str(self.config / "fluent.conf"), "-p", str(self.config)]
            self.process = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | self.environment)
        self.wait(lambda: self.told(running) >= said + self.workers, START_SECONDS)

    def told(self, text: str) -> int:
        """How often its own log says so."""
        return self.output.read_text(encoding="utf-8", errors="replace").count(text)

    def wait(self, done: Callable[[], bool], seconds: float) -> None:
        """Until it is done; AssertionError with the end of Fluentd's log when it never is."""
        end = time.monotonic() + seconds
        while not done():
            told = self.output.read_text(encoding="utf-8", errors="replace")[-3000:]
            assert self.process, "was never started"
            assert self.process.poll() is None, told
            assert time.monotonic() < end, told
            time.sleep(0.2)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it: politely, or by surprise with SIGKILL."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None


def prepared(
    folder: Path, files: dict[str, str], cluster: Cluster, *, workers: int = 1, metrics: int = 0, journal: str = ""
) -> Fluentd:
    """A Fluentd in a folder of its own, not started yet. `files` is the rendered configuration.

    `metrics` is the port of its first worker's metrics, `journal` the folder of a journal; without one none is read.
    """
    config, logs, state = folder / "etc", folder / "var/log/pods", folder / "state"
    for one in (config, logs, state / "pos"):
        one.mkdir(parents=True)
    for name, text in files.items():
        text = adapted(text, config=config, logs=logs, state=state, port=cluster.port)
        text = text.replace("path /var/log/journal", f"path {journal}") if journal else _JOURNAL.sub("", text)
        (config / name).write_text(text.replace("port 24231", f"port {metrics}"))
    environment = {
        "PSEUDONYM_KEY": "a key for tests",
        "ES_API_KEY": "id:key",
        "K8S_NODE_NAME": "node-1",
        "KUBERNETES_SERVICE_HOST": "",
    }
    output = folder / "fluentd.log"
    return Fluentd(config, logs, state, output, environment, workers)


def adapted(text: str, *, config: Path, logs: Path, state: Path, port: int) -> str:
    """The configuration for this machine: its folders, a plain-text stand-in for the cluster."""
    text = text.replace("/fluentd/etc", str(config)).replace("/var/lib/obs-fluentd", str(state))
    text = text.replace("/var/log/pods", str(logs))
    text = text.replace(r"\/var\/log\/pods", str(logs).replace("/", r"\/"))
    text = re.sub(r"https://[a-z.]+:9200", f"http://127.0.0.1:{port}", text)
    api = f"@type kubernetes_metadata\n  kubernetes_url http://127.0.0.1:{port}/api"
    text = text.replace("@type kubernetes_metadata", api)
    return _TLS.sub("", text).replace("bind 0.0.0.0", "bind 127.0.0.1")
