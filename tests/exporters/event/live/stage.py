"""The whole stage: a cluster of two nodes behind links that can break, the exporter, a day, and those who watch."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from obs.model.plan import Plan
from tests.engines.servers.proxy import Proxy, proxy
from tests.engines.servers.rabbitmq import Broker, rabbitmq
from tests.engines.sinks import listening
from tests.exporters.event.live.day import CONSUMED, ERRORS, EVENT, MODEL, RETRY, Day
from tests.exporters.event.program import exporter
from tests.exporters.event.signing import private_key, public_pem
from tests.exporters.event.watching import PASSWORD, USER, config_for
from tests.exporters.live.watch import Heard, Target, watching

LATE = ("EventApiExpiryMarginShort", " 6h", " 1d", " 3d")
"""What ends late by design: a margin counts for a minute, and half of a long window must pass."""
QUEUE_LIMIT = 30


@dataclass(kw_only=True)
class Stage:
    """Everything a fault can touch."""

    broker: Broker
    links: tuple[Proxy, ...]
    """To the plugins and management APIs."""
    day: Day
    heard: Heard
    target: dict[str, Any]
    folder: Path
    port: int = 0
    _exporter: ExitStack

    def start_exporter(self) -> None:
        """The exporter, where it was before."""
        running = exporter(self.folder, self.target, port=self.port, log_level="info")
        self.port = self._exporter.enter_context(running).port

    def stop_exporter(self) -> None:
        """As when its pod is gone."""
        self._exporter.close()

    def quiet(self) -> set[str]:
        """What fires, but for what ends late by design."""
        return {name for name in self.heard.now() if not name.endswith(LATE)}


@contextmanager
def stage(plan: Plan, folder: Path) -> Iterator[Stage]:
    """The stage while the block lasts."""
    with ExitStack() as stack:
        sinks = stack.enter_context(listening())
        broker = stack.enter_context(rabbitmq(folder / "rabbitmq", nodes=2))
        broker.user(USER, PASSWORD)
        links = [
            (stack.enter_context(proxy(n.metrics)), stack.enter_context(proxy(n.management))) for n in broker.nodes
        ]
        key = private_key()
        day = Day(broker.nodes[0].amqp, key)
        stack.callback(day.end)
        made = Stage(
            broker=broker,
            links=tuple(link for pair in links for link in pair),
            day=day,
            heard=Heard(sinks=sinks),
            target=_target(broker, folder, links, public_pem(key)),
            folder=folder,
            _exporter=ExitStack(),
        )
        stack.callback(made.stop_exporter)
        made.start_exporter()
        targets = [Target(job="event-api", instance="obs-event-exporter-0", port=made.port)]
        stack.enter_context(watching(plan, targets, folder, sinks, components=("event_api",)))
        yield made


def _target(broker: Broker, folder: Path, links: Sequence[tuple[Proxy, ...]], public_key: str) -> dict[str, Any]:
    for name, text in (("guest", "guest"), ("key.pem", public_key)):
        (folder / name).write_text(text, encoding="utf-8")
    tap = {
        "port": broker.nodes[0].amqp,
        "username_file": str(folder / "guest"),
        "password_file": str(folder / "guest"),
        "public_key_file": str(folder / "key.pem"),
        "events": {MODEL: [EVENT]},
    }
    nodes = [{"host": "127.0.0.1", "port": a.port, "management_port": b.port} for a, b in links]
    vhosts = {"/": [*CONSUMED, RETRY, ERRORS]}
    return config_for(broker, folder, nodes=nodes, vhosts=vhosts, tap=tap, limits={"queues": QUEUE_LIMIT})
