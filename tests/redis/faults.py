"""What really goes wrong with a Redis, done to one."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial

from tests.engines.alertmanagers import eventually
from tests.engines.servers.redis import RedisRefused
from tests.exporters.live.play import Fault
from tests.redis.stage import QUEUE, SETTINGS, Stage, often

Lasts = Callable[[Stage], AbstractContextManager[None]]
SPIN = "for i = 1, 1.5e7 do end"
"""Lua that takes some 40 ms of a CPU, for which Redis answers nobody."""
SLOWLY = ("--key-load-delay", "3000")
"""Microseconds for each key that is loaded: the sessions take six seconds."""
CLIENTS, HELD, BURST = 40, 36, 12


@contextmanager
def full(on: Stage) -> Iterator[None]:
    """Memory is full, and nothing may be evicted."""
    on.primary.ask("CONFIG", "SET", "maxmemory", on.told("memory", "used_memory"))
    try:
        with often(partial(on.primary.ask, "SET", "more", "x" * 1000), every=0.2):
            yield
    finally:
        on.primary.ask("CONFIG", "SET", "maxmemory", "0")


@contextmanager
def evicting(on: Stage) -> Iterator[None]:
    """Memory is full, sessions go, and their owners ask for them."""
    room = int(on.told("memory", "used_memory")) + 50_000
    on.primary.ask("CONFIG", "SET", "maxmemory", room, "maxmemory-policy", "allkeys-lru")
    numbers = iter(range(1_000_000))

    def cache() -> None:
        on.primary.send("\r\n".join(f"SET cache:{next(numbers)} {'x' * 1000} EX 60" for _ in range(20)))

    try:
        with often(cache, every=0.2), often(partial(on.primary.send, "\r\n".join(["GET gone"] * 20)), every=0.2):
            yield
    finally:
        on.primary.ask("CONFIG", "SET", "maxmemory", "0", "maxmemory-policy", "noeviction")


@contextmanager
def unsaved(on: Stage) -> Iterator[None]:
    """The disk is full: neither a snapshot nor the append-only file can be written."""
    on.primary.limit_files(1)
    try:
        with often(partial(on.primary.ask, "SET", "more", "x"), every=0.2):
            assert eventually(lambda: on.told("persistence", "aof_last_write_status") == "err", seconds=30)
            on.primary.ask("BGSAVE")
            yield
    finally:
        on.primary.limit_files()
        assert eventually(partial(_saved, on), seconds=60)


def _saved(on: Stage) -> bool:
    with suppress(RedisRefused):
        on.primary.ask("BGSAVE")
    return on.told("persistence", "rdb_last_bgsave_status") == "ok"


@contextmanager
def crowded(on: Stage) -> Iterator[None]:
    """A client leaks connections, others are turned away, and one has an old password."""
    on.primary.ask("CONFIG", "SET", "maxclients", CLIENTS)
    try:
        with ExitStack() as held:
            for _ in range(HELD):
                held.enter_context(_connected(on))
            with often(partial(_burst, on), every=0.5), often(partial(_login, on), every=0.2):
                yield
    finally:
        assert eventually(partial(_let_in, on), seconds=30)


def _let_in(on: Stage) -> bool:
    """Whether there is room again, which is seen a moment after connections were closed."""
    with suppress(RedisRefused):
        return on.primary.ask("CONFIG", "SET", "maxclients", "10000") == "OK"
    return False


def _connected(on: Stage) -> socket.socket:
    return socket.create_connection(("127.0.0.1", on.primary.port), timeout=10)


def _burst(on: Stage) -> None:
    """More connections than there is room for, each until it has been let in or turned away."""
    with ExitStack() as opened:
        for _ in range(BURST):
            one = opened.enter_context(_connected(on))
            one.sendall(b"PING\r\n")
            one.recv(100)


def _login(on: Stage) -> None:
    with _connected(on) as one:
        one.sendall(b"AUTH peatio of-yesterday\r\n")
        one.recv(100)


@contextmanager
def piled(on: Stage) -> Iterator[None]:
    """Nobody works on a queue, and a client writes keys without expiry."""
    on.primary.send("\r\n".join(f"LPUSH {QUEUE} {n}" for n in range(200)))
    on.primary.send("\r\n".join(f"SET forever:{n} x" for n in range(700)))
    try:
        yield
    finally:
        on.primary.send("\r\n".join(["UNLINK " + QUEUE, *(f"UNLINK forever:{n}" for n in range(700))]))


@contextmanager
def slow(on: Stage) -> Iterator[None]:
    """Somebody runs a command that holds everybody up, again and again."""
    with often(partial(on.primary.ask, "EVAL", SPIN, 0), every=0.1):
        yield


@contextmanager
def cut_off(on: Stage) -> Iterator[None]:
    """The replica looks for its primary where nobody is."""
    on.replica.ask("REPLICAOF", "127.0.0.1", "1")
    try:
        yield
    finally:
        on.follow()


@contextmanager
def stuck(on: Stage) -> Iterator[None]:
    """The replica's process stands still."""
    on.replica.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        on.replica.signal(signal.SIGCONT)


@contextmanager
def split(on: Stage) -> Iterator[None]:
    """The replica was made a primary while there is one."""
    on.replica.ask("REPLICAOF", "NO", "ONE")
    try:
        yield
    finally:
        on.follow()


@contextmanager
def gone(on: Stage) -> Iterator[None]:
    """Both are down, and their exporters are not."""
    on.replica.stop()
    on.primary.stop()
    try:
        yield
    finally:
        on.primary.start()
        on.replica.start()
        on.follow()


@contextmanager
def restarted(on: Stage) -> Iterator[None]:
    """The primary starts anew and takes its time to load what it had."""
    on.primary.ask("BGREWRITEAOF")
    assert eventually(lambda: on.told("persistence", "aof_rewrite_in_progress") == "0", seconds=60)
    on.primary.stop()
    on.primary.settings = (*SETTINGS, *SLOWLY)
    on.primary.launch()
    try:
        yield
    finally:
        on.primary.wait()
        on.primary.settings = SETTINGS


def together(*faults: Lasts) -> Lasts:
    """Faults that do not touch each other, as one."""

    @contextmanager
    def lasts(on: Stage) -> Iterator[None]:
        with ExitStack() as stack:
            for each in faults:
                stack.enter_context(each(on))
            yield

    return lasts


FAULTS = (
    Fault(
        title="memory full, a replica that stands still",
        lasts=together(full, stuck),
        fires=("RedisMemoryFull", "RedisMemoryHigh", "RedisWritesRefused", "RedisReplicaLagging"),
    ),
    Fault(title="volume full", lasts=unsaved, fires=("RedisSnapshotFailed", "RedisAppendFailed")),
    Fault(
        title="too many clients",
        lasts=crowded,
        fires=("RedisClientsHigh", "RedisConnectionsRejected", "RedisLoginsRefused"),
    ),
    Fault(
        title="keys that stay, a replica cut off",
        lasts=together(piled, cut_off),
        fires=("RedisJobsPileUp", "RedisKeysWithoutExpiry", "RedisReplicationBroken", "RedisReplicaMissing"),
    ),
    Fault(title="slow commands", lasts=slow, fires=("RedisCommandsSlow", "RedisSlowLogGrows", "RedisBusy")),
    Fault(title="two primaries", lasts=split, fires=("RedisSeveralPrimaries",)),
    Fault(title="a start that takes long", lasts=restarted, fires=("RedisLoading", "RedisRestarted")),
    Fault(title="both gone", lasts=gone, fires=("RedisNoPrimary", "RedisInstanceDown", "RedisMetricsMissing")),
    Fault(title="sessions evicted", lasts=evicting, fires=("RedisEvicting", "RedisLookupsMiss")),
)
"""Each alert is judged by itself; what a fault raises beside its own is not looked at."""
