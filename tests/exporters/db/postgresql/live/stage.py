"""A primary, its standby, the exporter, and those who watch, in a world where time runs sixty times faster."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from obs.model.plan import Plan
from tests.engines.processes import free_port
from tests.engines.servers import postgresql as servers
from tests.engines.servers.certificates import Authority
from tests.engines.servers.postgresql import Postgresql
from tests.engines.servers.proxy import Proxy, proxy
from tests.engines.sinks import listening
from tests.exporters.db.exporter import Files, exporter
from tests.exporters.db.postgresql.stack import HEARTBEAT, PASSWORD, USER, grants, rights
from tests.exporters.live import play
from tests.exporters.live.watch import Heard, engines, probe_config, quickened

COMPONENT = "postgresql"
SLOWLY = ("PostgresqlConnectBudgetBurn", "PostgresqlDataDamaged", "PostgresqlCheckpointsForced")
"""What goes on for long after its fault by design: its window of an hour, a minute here, must pass first."""
SETTINGS = {"archive_mode": "on", "max_standby_streaming_delay": "0"}
often = partial(play.often, refused=(psycopg.Error, OSError))
"""`play.often`, where servers refuse."""


@dataclass(kw_only=True)
class Stage:
    """Everything a fault can touch."""

    primary: Postgresql
    standby: Postgresql
    link: Proxy
    authority: Authority
    heard: Heard
    folder: Path
    files: Files
    port: int
    prometheus: str = ""
    """Its address."""
    program: ExitStack = field(default_factory=ExitStack)
    beating: threading.Event = field(default_factory=threading.Event)

    def start_exporter(self) -> None:
        """The exporter on both nodes, where Prometheus expects it."""
        self.program.enter_context(exporter(self.folder, self.files.targets, port=self.port))

    def quiet(self) -> set[str]:
        """What still fires, but for what does so by design."""
        return {name for name in self.heard.now() if not name.startswith(SLOWLY)}


@contextmanager
def stage(plan: Plan, folder: Path) -> Iterator[Stage]:
    """The stage while the block lasts."""
    with ExitStack() as stack:
        place, sinks = stack.enter_context(servers.place()), stack.enter_context(listening())
        authority = Authority(place / "authority")
        told: dict[str, Any] = {"settings": SETTINGS, "tls": authority.issue("localhost")}
        primary = stack.enter_context(servers.server(place / "primary", **told))
        servers.allow_standbys(primary)
        primary.sql(grants("heartbeat"), rights(primary), grants("beat"))
        primary.sql("ALTER SYSTEM SET archive_command = 'true'", "SELECT pg_reload_conf()")
        link = stack.enter_context(proxy(primary.port))
        standby = stack.enter_context(servers.standby(place / "standby", primary, port=link.port, **told))
        made = Stage(
            primary=primary,
            standby=standby,
            link=link,
            authority=authority,
            heard=Heard(sinks=sinks),
            folder=folder,
            files=_targets(folder, authority, primary, standby),
            port=free_port(),
        )
        made.beating.set()
        stack.enter_context(often(partial(beat, made), every=0.3))
        made.start_exporter()
        stack.callback(made.program.close)
        router = free_port()
        config = probe_config(plan, COMPONENT, exporter_port=made.port, alertmanager=router)
        rules = quickened(plan, (COMPONENT,))
        made.prometheus = stack.enter_context(engines(rules, config, folder, sinks, router=router))
        yield made


def _targets(folder: Path, authority: Authority, *nodes: Postgresql) -> Files:
    files = Files(folder=folder)
    more = {"heartbeat_table": HEARTBEAT, "connect_timeout_seconds": 5}
    tls = {"mode": "verify-full", "ca_file": str(authority.certificate)}
    for name, node in zip(("primary", "standby"), nodes, strict=True):
        files.target(name, COMPONENT, node.port, user=USER, password=PASSWORD, tls=tls, **more)
    return files


def beat(stage: Stage) -> None:
    """One beat, while there is a writer and a server that takes it."""
    if stage.beating.is_set():
        stage.primary.sql(grants("beat"))
