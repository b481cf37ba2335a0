"""A real node_exporter with the bundle's arguments, on this machine or on files that tell of another."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from obs.model.plan import Plan
from obs.render.kube.node_exporter import program
from tests.engines.processes import engine_path, free_port, running

NAME = "node_exporter"
LOG = "node_exporter.log"
FROM_FILES = ("--no-collector.netdev.netlink",)
"""The kernel's own answer about cards cannot be written into a file; the collector tells the same of /proc/net/dev."""
HOST = ("/host/root", "/host/proc", "/host/sys")
MOUNTED = 'mount -t tmpfs -o {options} none "$0" && exec "$@"'
SIZE, INODES = 1 << 20, 100
"""Of the node's disk."""
TICKS = 100
"""A second of processor time in /proc/stat."""
PACKETS = 1000


@dataclass(kw_only=True)
class Node:
    """What the files tell of: shares between 0 and 1. `tick` writes them, and must be called again and again."""

    folder: Path
    idle: float = 0.9
    available: float = 0.6
    errors: float = 0.0
    connections: float = 0.1
    disk: Path = Path()
    """A small disk of its own; whoever wants it full writes to it."""
    _idle: float = 0.0
    _ticks: int = 0
    _errors: float = 0.0

    def tick(self) -> None:
        """Time goes on, and the files tell of it."""
        self._ticks += 1
        self._idle += self.idle
        self._errors += self.errors * PACKETS
        for name, text in _files(self).items():
            _put(self.folder / name, text)

    @property
    def used(self) -> tuple[int, int]:
        """Hundredths of a second the processor worked, and idled."""
        idle = round(self._idle * TICKS)
        return self._ticks * TICKS - idle, idle

    @property
    def packets(self) -> tuple[int, int]:
        """Packets of each direction, and those with errors."""
        return self._ticks * PACKETS, round(self._errors)


def _files(of: Node) -> dict[str, str]:
    busy, idle = of.used
    packets, errors = of.packets
    card = f"{packets * 100} {packets} {errors} 0 0 0 0 0"
    return {
        "proc/stat": f"cpu {busy} 0 0 {idle} 0 0 0 0 0 0\ncpu0 {busy} 0 0 {idle} 0 0 0 0 0 0\nbtime 1700000000\n",
        "proc/meminfo": f"MemTotal: 1000000 kB\nMemAvailable: {round(of.available * 1e6)} kB\n",
        "proc/net/dev": f"Inter-| Receive | Transmit\n face |bytes packets|bytes packets\n eth0: {card} {card}\n",
        "proc/net/stat/nf_conntrack": f"{' '.join(['counter'] * 17)}\n{' '.join(['00000000'] * 17)}\n",
        "proc/sys/net/netfilter/nf_conntrack_count": f"{round(of.connections * 1000)}\n",
        "proc/sys/net/netfilter/nf_conntrack_max": "1000\n",
        "proc/diskstats": "8 0 sda 1 0 8 1 1 0 8 1 0 1 1 0 0 0 0 0 0\n",
        "proc/1/mountinfo": "22 1 8:1 / /data rw,relatime - ext4 /dev/sda1 rw\n",
    }


def _put(file: Path, text: str) -> None:
    """At once: a reader meets the old file or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)


def arguments(plan: Plan, *, root: str, port: int) -> list[str]:
    """The generated ones; the node's root is elsewhere, and the address is loopback's."""
    places = dict(zip(HOST, (root, f"{root}/proc", f"{root}/sys"), strict=True))
    told = []
    for argument in program(plan).arguments:
        flag, _, value = argument.partition("=")
        host = next((host for host in HOST if value.startswith(host)), "")
        told.append(f"{flag}={places[host]}{value.removeprefix(host)}" if host else argument)
    return [a for a in told if "--web.listen-address" not in a] + [f"--web.listen-address=127.0.0.1:{port}"]


@contextmanager
def of_this_machine(plan: Plan, folder: Path) -> Iterator[int]:
    """Told of the machine the tests run on; the port it is scraped at."""
    port = free_port()
    command = [engine_path(NAME), *arguments(plan, root="/.", port=port)]
    with running(command, ready_url=_ready(port), log=folder / LOG):
        yield port


@contextmanager
def of_files(plan: Plan, folder: Path) -> Iterator[tuple[int, Node]]:
    """Told of a node in a folder; its disk is mounted where nobody else sees it and is gone with the program."""
    port, node = free_port(), Node(folder=folder)
    disk = folder / "data"
    for place in (disk, folder / "sys/devices/system/cpu/cpu0", folder / "sys/block/sda"):
        place.mkdir(parents=True)
    node.tick()
    told = [engine_path(NAME), *arguments(plan, root=str(folder), port=port), *FROM_FILES]
    command = [*alone(disk, size=SIZE, inodes=INODES), *told]
    with running(command, ready_url=_ready(port), log=folder / LOG) as process:
        node.disk = Path(f"/proc/{process.pid}/root{disk}")
        yield port, node


def alone(disk: Path, *, size: int, inodes: int) -> Sequence[object]:
    """What runs a command with a small disk, in a mount namespace of its own: root may, others as root of their own."""
    who = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", "--mount", *who, "sh", "-c", MOUNTED.format(options=f"size={size},nr_inodes={inodes}"), disk]


def _ready(port: int) -> str:
    return f"http://127.0.0.1:{port}/"
