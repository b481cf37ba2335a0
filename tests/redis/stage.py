"""A primary and its replica, an exporter beside each, and those who watch, where time runs sixty times faster."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from obs.model.plan import Plan
from tests.engines.alertmanagers import eventually
from tests.engines.servers.redis import Redis, RedisRefused, exporter, redis
from tests.engines.sinks import listening
from tests.exporters.live import play
from tests.exporters.live.watch import Heard, Target, watching

COMPONENT = "redis"
QUEUE = "queue:default"
SETTINGS = ("--appendonly", "yes", "--rdbcompression", "no", "--loading-process-events-interval-bytes", "1024")
"""What is loaded is looked up from every kilobyte: clients are answered meanwhile."""
SESSIONS = 2000
often = partial(play.often, refused=(RedisRefused, OSError))
"""`play.often`, where Redis refuses."""


@dataclass(kw_only=True)
class Stage:
    """Everything a fault can touch."""

    primary: Redis
    replica: Redis
    heard: Heard

    def quiet(self) -> set[str]:
        """What still fires."""
        return self.heard.now()

    def follow(self) -> None:
        """Make the replica one again, and wait until it is."""
        self.replica.ask("REPLICAOF", "127.0.0.1", self.primary.port)
        assert eventually(self.linked, seconds=60), "the replica did not find its primary"

    def linked(self) -> bool:
        """Whether the replica is connected and has all there is."""
        return "master_link_status:up" in self.replica.ask("INFO", "replication")

    def told(self, section: str, name: str) -> str:
        """One value of the primary's INFO."""
        lines = self.primary.ask("INFO", section).splitlines()
        return next(line.partition(":")[2] for line in lines if line.startswith(f"{name}:"))


@contextmanager
def stage(plan: Plan, folder: Path) -> Iterator[Stage]:
    """The stage while the block lasts."""
    with ExitStack() as stack:
        sinks = stack.enter_context(listening())
        primary = stack.enter_context(redis(folder / "primary", *SETTINGS))
        replica = stack.enter_context(redis(folder / "replica"))
        made = Stage(primary=primary, replica=replica, heard=Heard(sinks=sinks))
        made.follow()
        primary.send("\r\n".join(f"SET _session_id:2::{n} {n:0100} EX 3600" for n in range(SESSIONS)))
        pages = [
            stack.enter_context(exporter(primary, f"-check-single-keys=db0={QUEUE}")),
            stack.enter_context(exporter(replica)),
        ]
        targets = [Target(job="redis", instance=f"redis-{n}", port=page.port) for n, page in enumerate(pages)]
        stack.enter_context(watching(plan, targets, folder, sinks, components=(COMPONENT,)))
        yield made
