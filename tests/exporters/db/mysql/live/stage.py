"""A primary, its replica, the exporter, and those who watch, in a world where time runs sixty times faster."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pymysql

from obs.model.plan import Plan
from obs.printer import to_yaml
from obs.render.scrape import exporter_address, probe_targets, scrape_config
from tests.engines.processes import free_port
from tests.engines.servers.certificates import Authority
from tests.engines.servers.mariadb import MariaDB, allow_replicas, caught_up, fresh, replicate, server
from tests.engines.servers.proxy import Proxy, proxy
from tests.engines.sinks import listening
from tests.exporters.db.exporter import DbExporter, Files, exporter
from tests.exporters.db.mysql.watching import HEARTBEAT, PASSWORD, USER, grants
from tests.exporters.live.watch import Heard, engines, quickened

COMPONENT = "mysql"
SLOWLY = ("MysqlConnectBudgetBurn",)
"""What goes on for long after its fault by design: its long window must pass first."""
DURABLE = ("--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1", "--slave-net-timeout=60")
BEAT = (
    f"INSERT INTO {HEARTBEAT} (server_id, written_at) VALUES (1, now(6)) ON DUPLICATE KEY UPDATE written_at = now(6)"
)


@dataclass(kw_only=True)
class Stage:
    """Everything a fault can touch."""

    primary: MariaDB
    replica: MariaDB
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
        primary.sql(*grants("heartbeat"), *grants("mariadb"), BEAT)
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
        config = prometheus_config(plan, exporter_port=made.port, alertmanager=router)
        stack.enter_context(engines(quickened(plan, (COMPONENT,)), config, folder, sinks, router=router))
        yield made


def beat(stage: Stage) -> None:
    """One beat, while there is a writer, and none where the server refuses it."""
    if stage.beating.is_set():
        with suppress(pymysql.err.MySQLError), stage.primary.connect() as connection:
            connection.cursor().execute(BEAT)


@contextmanager
def often(work: Callable[[], object], *, every: float = 0.0) -> Iterator[None]:
    """Do something again and again, in a thread, while the block lasts; what servers refuse is tried again."""
    stopped = threading.Event()

    def run() -> None:
        while not stopped.wait(every):
            with suppress(pymysql.err.MySQLError, OSError):
                work()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(30)


def prometheus_config(plan: Plan, *, exporter_port: int, alertmanager: int) -> str:
    """The generated scrape of the first MySQL service, its exporter on loopback and every second."""
    job = next(job for job in plan.jobs if job.component == COMPONENT)
    assert len(probe_targets(job)) == 2
    scrape = scrape_config(plan, job)
    address = exporter_address(plan, job)
    for step in scrape["relabel_configs"]:
        if step.get("replacement") == address:
            step["replacement"] = f"127.0.0.1:{exporter_port}"
    return to_yaml(
        {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.yaml"],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]},
            "scrape_configs": [{**scrape, "scrape_interval": "1s", "scrape_timeout": "1s"}],
        }
    )
