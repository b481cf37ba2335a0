"""A real RabbitMQ: one node or a cluster on loopback, with the plugin rabbitmq_prometheus and the management API."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.engines.processes import EngineFailed, free_port, stop
from tests.engines.servers.programs import Programs, programs_of

SCRIPTS = Path("/usr/lib/rabbitmq/bin")
"""Where Debian keeps the server's own scripts."""
ADMIN, PASSWORD = "guest", "guest"
COOKIE = "cookie-of-tests"
ERLANG = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"
"""One scheduler that sleeps when it has nothing to do: tests share two cores."""
STATISTICS_MS = 500
"""How often queues and channels report; 5,000 by default, and every figure is at least that old."""
PLUGINS = "[rabbitmq_management,rabbitmq_prometheus]."


@dataclass(kw_only=True)
class Node:
    """One node: its ports, its folder, its process while it runs."""

    name: str
    folder: Path
    script: Sequence[object]
    environment: Mapping[str, str]
    statistics_ms: int = STATISTICS_MS
    amqp: int = field(default_factory=free_port)
    management: int = field(default_factory=free_port)
    metrics: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def configure(self, others: Sequence[str]) -> None:
        """Write what the node reads when it starts; `others` are all members of its cluster."""
        peers = [f"cluster_formation.classic_config.nodes.{n} = {name}" for n, name in enumerate(others, 1)]
        lines = [
            f"listeners.tcp.1 = 127.0.0.1:{self.amqp}",
            "management.tcp.ip = 127.0.0.1",
            f"management.tcp.port = {self.management}",
            "prometheus.tcp.ip = 127.0.0.1",
            f"prometheus.tcp.port = {self.metrics}",
            "distribution.listener.interface = 127.0.0.1",
            f"collect_statistics_interval = {self.statistics_ms}",
            *(f"management.sample_retention_policies.{kind}.minute = 1" for kind in ("global", "basic", "detailed")),
            "disk_free_limit.absolute = 1MB",
            "cluster_formation.peer_discovery_backend = classic_config",
            *(peers if len(peers) > 1 else []),
        ]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.folder / "plugins").write_text(PLUGINS, encoding="utf-8")
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(COOKIE, encoding="utf-8")
            cookie.chmod(0o400)

    def launch(self) -> None:
        """Begin to start."""
        log = (self.folder / "out.log").open("ab")
        self.process = subprocess.Popen(
            [str(part) for part in self.script],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.environment},
            cwd=self.folder,
        )

    def wait(self, seconds: float = 90) -> None:
        """Until the management API and the plugin answer."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                raise EngineFailed(f"{self.name} ended:\n{(self.folder / 'out.log').read_text()[-2000:]}")
            if self.answers():
                return
            time.sleep(0.1)
        raise EngineFailed(f"{self.name} did not answer within {seconds:.0f} s")

    def answers(self) -> bool:
        """Whether plugin and management API can be asked."""
        try:
            for url in (f"http://127.0.0.1:{self.metrics}/metrics", f"http://127.0.0.1:{self.management}/"):
                with urllib.request.urlopen(url, timeout=2):
                    pass
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """End it at once, as a machine that loses power."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Ask it to end, insist after a while."""
        if self.process is not None:
            stop(self.process)
            self.process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It stands still while the block lasts: connections stay open, nothing answers."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def ctl(self, *arguments: str) -> str:
        """Run rabbitmqctl on it."""
        command = programs().command("rabbitmqctl", "-n", self.name, *arguments)
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


@dataclass(frozen=True, kw_only=True)
class Broker:
    """A cluster of one node or more."""

    nodes: tuple[Node, ...]

    def api(self, method: str, path: str, body: object = None, *, user: str = ADMIN, password: str = PASSWORD) -> Any:
        """Ask the management API of the first node that runs; JSON or None."""
        node = next(node for node in self.nodes if node.process is not None)
        login = b64encode(f"{user}:{password}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{node.management}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Basic {login}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def version(self) -> tuple[int, ...]:
        """Its version."""
        return tuple(int(part) for part in str(self.api("GET", "overview")["rabbitmq_version"]).split("."))

    def user(self, name: str, password: str, *, tags: str = "monitoring", vhosts: Sequence[str] = ("/",)) -> None:
        """A user who may look and touch nothing."""
        self.api("PUT", f"users/{name}", {"password": password, "tags": tags})
        for vhost in vhosts:
            nothing = {"configure": "^$", "write": "^$", "read": "^$"}
            self.api("PUT", f"permissions/{urllib.parse.quote(vhost, safe='')}/{name}", nothing)

    def may_write(self, name: str, queues: Sequence[str]) -> None:
        """A right on queues of the virtual host / that takes no message and deletes nothing."""
        pattern = f"^({'|'.join(map(re.escape, queues))})$"
        self.api("PUT", f"permissions/%2F/{name}", {"configure": "^$", "write": pattern, "read": "^$"})

    def queue(self, name: str, *, durable: bool = True, arguments: Mapping[str, object] | None = None) -> None:
        """Declare a queue in the virtual host /."""
        where = urllib.parse.quote(name, safe="")
        self.api("PUT", f"queues/%2F/{where}", {"durable": durable, "arguments": dict(arguments or {})})

    def queues(self, count: int, *, prefix: str = "many.queue") -> None:
        """Declare many queues at once, in the virtual host /. 10,000 take some 5 seconds."""
        names = (f"{prefix}.{number:05}" for number in range(count))
        queues = [{"name": n, "vhost": "/", "durable": False, "auto_delete": False, "arguments": {}} for n in names]
        self.api("POST", "definitions", {"queues": queues})

    def cpu_seconds(self) -> float:
        """Processor time its nodes have used."""
        return sum(cpu_seconds(node.process.pid) for node in self.nodes if node.process is not None)

    def forget_queues(self) -> None:
        """Delete every queue."""
        for queue in self.api("GET", "queues?columns=name,vhost"):
            where = (urllib.parse.quote(queue[key], safe="") for key in ("vhost", "name"))
            try:
                self.api("DELETE", f"queues/{'/'.join(where)}")
            except urllib.error.HTTPError as error:  # an exclusive queue leaves with its connection, or has left
                if error.code not in (400, 404, 405):
                    raise


@contextmanager
def rabbitmq(folder: Path, *, nodes: int = 1, statistics_ms: int = STATISTICS_MS) -> Iterator[Broker]:
    """A broker while the block lasts; its data and logs stay in `folder`. One node is up in some 6 seconds."""
    mapper = free_port()
    names = [f"node{number}@localhost" for number in range(1, nodes + 1)]
    made = tuple(_node(folder / name.partition("@")[0], name, mapper) for name in names)
    with ExitStack() as stack:
        stack.enter_context(_port_mapper(folder, mapper))
        for node in made:
            node.statistics_ms = statistics_ms
            node.configure(names)
            node.launch()
            stack.callback(node.kill)  # the data is thrown away, so there is nothing to end in order
        for node in made:
            node.wait()
        broker = Broker(nodes=made)
        _wait_for_members(broker)
        yield broker


def programs() -> Programs:
    """The server's own scripts, and Erlang's programs; scripts on PATH switch to a system user first."""
    place = programs_of("rabbitmq-server", "rabbitmq")
    return place if place.root else Programs(server=SCRIPTS / "rabbitmq-server")


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _node(folder: Path, name: str, mapper: int) -> Node:
    environment = {
        "HOME": str(folder),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(mapper),
        "RABBITMQ_NODENAME": name,
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_FEATURE_FLAGS_FILE": str(folder / "feature_flags"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG,
        "RABBITMQ_ALLOW_INPUT": "true",  # makes the script become the server, so that a signal reaches it
        "RABBITMQ_SERVER_START_ARGS": "-noinput",
    }
    return Node(name=name, folder=folder, script=programs().command("rabbitmq-server"), environment=environment)


@contextmanager
def _port_mapper(folder: Path, port: int) -> Iterator[None]:
    """Erlang's port mapper, a child of ours: one that Erlang starts itself outlives everything."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": str(port)}
    command = programs().command("epmd")
    with (folder / "epmd.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
    try:
        yield
    finally:
        stop(process)


def _wait_for_members(broker: Broker, seconds: float = 60) -> None:
    """Until every node sees every other. RabbitMQ 4.3 answers 500 while its management API still starts."""
    until, told = time.monotonic() + seconds, "nothing was answered"
    while time.monotonic() < until:
        try:
            nodes = broker.api("GET", "nodes?columns=name,running")
        except urllib.error.HTTPError as error:
            told = str(error)
        else:
            told = str(nodes)
            if sum(node["running"] for node in nodes) == len(broker.nodes):
                return
        time.sleep(0.2)
    raise EngineFailed(f"the nodes did not find each other: {told}")
