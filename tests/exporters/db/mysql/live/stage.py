"""A primary, its replica, the exporter, and those who watch, in a world where time runs sixty times faster."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pymysql

from obs.model.plan import Plan
from tests.engines.processes import free_port
from tests.engines.servers.certificates import Authority
from tests.engines.servers.mysql import MySqlServer, allow_replicas, caught_up, fresh, replicate, server
from tests.engines.servers.mysql_flavours import flavour
from tests.engines.servers.proxy import Proxy, proxy
from tests.engines.sinks import listening
from tests.exporters.db.exporter import DbExporter, Files, exporter
from tests.exporters.db.mysql.watching import HEARTBEAT, PASSWORD, USER, grants
from tests.exporters.live import play
from tests.exporters.live.watch import Heard, engines, probe_config, quickened

COMPONENT = "mysql"
SLOWLY = ("MysqlConnectBudgetBurn",)
"""What goes on for long after its fault by design: its long window must pass first."""
DURABLE = (
    "--innodb-flush-log-at-trx-commit=1",
    "--sync-binlog=1",
    f"--{flavour().thread.lower()}-net-timeout=60",
)
often = partial(play.often, refused=(pymysql.err.MySQLError, OSError))
"""`play.often`, where servers refuse."""
BEAT = (
    f"INSERT INTO {HEARTBEAT} (server_id, written_at) VALUES (1, now(6)) ON DUPLICATE KEY UPDATE written_at = now(6)"
)


@dataclass(kw_only=True)
class Stage:
    """Everything a fault can touch."""

    primary: MySqlServer
    replica: MySqlServer
    link: Proxy
    authority: Authority
    heard: Heard
    folder: Path
    files: Files
    program: ExitStack
    port: int
    beating: threading.Event = field(default_factory=threading.Event)

    def start_exporter(self, **replica: Any) -> DbExporter:
        """The exporter on both nodes, where Prometheus expects it; `replica` changes how it sees that one."""
        self.files.targets.clear()
        tls = {"mode": "verify-full", "ca_file": str(self.authority.certificate)}
        told: dict[str, Any] = {"user": USER, "password": PASSWORD, "heartbeat_table": HEARTBEAT, "tls": tls}
        names = ("peatio-db-primary", "peatio-db-replica")
        for name, node, more in zip(names, (self.primary, self.replica), ({}, replica), strict=True):
            self.files.target(name, "mysql", node.port, **{**told, **more})
        return self.program.enter_context(exporter(self.folder, self.files.targets, port=self.port))

    def stop_exporter(self) -> None:
        """As when its pod is gone."""
        self.program.close()

    def log_in_anew(self) -> None:
        """End the exporter's sessions, so that the next ones have the grants of now."""
        for node in (self.primary, self.replica):
            for row in node.sql(f"SELECT id FROM information_schema.processlist WHERE user = '{USER}'"):
                with suppress(pymysql.err.MySQLError):
                    node.sql(f"KILL {row['id']}")

    def quiet(self) -> set[str]:
        """What still fires, but for what does so by design."""
        return {name for name in self.heard.now() if not name.startswith(SLOWLY)}


@contextmanager
def stage(plan: Plan, folder: Path) -> Iterator[Stage]:
    """The stage while the block lasts."""
    authority, empty = Authority(folder / "tls"), fresh(folder)
    tls = authority.issue("node")
    with ExitStack() as stack:
        sinks = stack.enter_context(listening())
        primary = stack.enter_context(server(folder / "primary", empty, server_id=1, options=DURABLE, tls=tls))
        followed = (*DURABLE, "--read-only=1")
        replica = stack.enter_context(server(folder / "replica", empty, server_id=2, options=followed, tls=tls))
        link = stack.enter_context(proxy(primary.port))
        allow_replicas(primary)
        primary.sql(*grants("heartbeat"), *grants(primary.flavour.grants), BEAT)
        replicate(replica, port=link.port)
        caught_up(primary, replica)
        files = Files(folder=folder / "exporter")
        files.folder.mkdir()
        made = Stage(
            primary=primary,
            replica=replica,
            link=link,
            authority=authority,
            heard=Heard(sinks=sinks),
            folder=files.folder,
            files=files,
            program=ExitStack(),
            port=free_port(),
        )
        made.beating.set()
        stack.enter_context(often(partial(beat, made), every=0.2))
        made.start_exporter()
        stack.callback(made.stop_exporter)
        router = free_port()
        config = probe_config(plan, COMPONENT, exporter_port=made.port, alertmanager=router)
        stack.enter_context(engines(quickened(plan, (COMPONENT,)), config, folder, sinks, router=router))
        yield made


def beat(stage: Stage) -> None:
    """One beat, while there is a writer, and none where the server refuses it."""
    if stage.beating.is_set():
        with suppress(pymysql.err.MySQLError), stage.primary.connect() as connection:
            connection.cursor().execute(BEAT)
