"""The generated rules of one component over a real exporter: Prometheus scrapes it, Alertmanager tells a receiver."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from obs import library
from obs.model.plan import Plan, RuleGroup
from obs.printer import to_yaml
from obs.render.prometheus import rule_file
from obs.render.scrape import scrape_config
from obs.resolve import resolve
from obs.spec import load_text
from tests.engines.alertmanagers import eventually
from tests.engines.processes import engine_path, free_port, running
from tests.engines.sinks import Sinks, listening

HOLD = "2s"
"""What every hold becomes: true ones are proven by the promtool tests, and a real fault lasts no hour here."""
INTERVAL = "1s"
ROUTE = {"receiver": "all", "group_by": ["alertname", "instance"], "group_wait": "0s", "group_interval": "1s"}


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What has arrived at the receiver, and where Prometheus is."""

    sinks: Sinks
    prometheus: str
    log: Path

    def fired(self) -> set[str]:
        """Names of alerts that a notification told to be firing, since the last `forget`."""
        told = (alert for body in self.sinks.at("/all") for alert in body["alerts"])
        return {str(alert["labels"]["alertname"]) for alert in told if alert["status"] == "firing"}

    def forget(self) -> None:
        """Start anew."""
        self.sinks.http.clear()

    def missing(self, *names: str, seconds: float = 45) -> set[str]:
        """Those of the alerts that have not arrived in time."""
        eventually(lambda: self.fired() >= set(names), seconds=seconds)
        return set(names) - self.fired()


def plan(spec: str) -> Plan:
    """The plan of a platform."""
    return resolve(load_text(spec, "platform.yaml", library.components()), library.load())


def groups(platform: Plan, component: str) -> tuple[RuleGroup, ...]:
    """The component's rules, each in a hurry."""
    [part] = [part for part in platform.parts if part.component.name == component]
    return tuple(
        replace(
            group, interval="", rules=tuple(replace(rule, hold=HOLD if rule.hold else "") for rule in group.rules)
        )
        for group in part.groups
    )


@contextmanager
def watching(folder: Path, platform: Plan, component: str, exporter: str) -> Iterator[Watch]:
    """Prometheus with the generated scrape configuration and rules, and Alertmanager, while the block lasts.

    `exporter` is the address at which the exporter really is.
    """
    watcher, port = free_port(), free_port()
    (folder / "rules.yaml").write_text(to_yaml(rule_file(groups(platform, component))), encoding="utf-8")
    (folder / "prometheus.yaml").write_text(to_yaml(_config(platform, component, exporter, watcher)), encoding="utf-8")
    with listening() as sinks, _alertmanager(folder, watcher, sinks.http_port):
        command = [
            engine_path("prometheus"),
            f"--config.file={folder / 'prometheus.yaml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=warn",
        ]
        url = f"http://127.0.0.1:{port}"
        with running(command, ready_url=f"{url}/-/ready", log=folder / "prometheus.log"):
            yield Watch(sinks=sinks, prometheus=url, log=folder / "prometheus.log")


def _config(platform: Plan, component: str, exporter: str, watcher: int) -> Mapping[str, Any]:
    [job] = [job for job in platform.jobs if job.component == component]
    scrape = scrape_config(platform, job)
    for step in scrape["relabel_configs"]:
        if step.get("target_label") == "__address__":
            step["replacement"] = exporter
    return {
        "global": {"scrape_interval": INTERVAL, "scrape_timeout": INTERVAL, "evaluation_interval": INTERVAL},
        "rule_files": ["rules.yaml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{watcher}"]}]}]},
        "scrape_configs": [scrape],
    }


@contextmanager
def _alertmanager(folder: Path, port: int, sink: int) -> Iterator[None]:
    hook = {"url": f"http://127.0.0.1:{sink}/all", "send_resolved": False}
    config = {"route": ROUTE, "receivers": [{"name": "all", "webhook_configs": [hook]}]}
    (folder / "alertmanager.yaml").write_text(to_yaml(config), encoding="utf-8")
    command = [
        engine_path("alertmanager"),
        f"--config.file={folder / 'alertmanager.yaml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with running(command, ready_url=f"http://127.0.0.1:{port}/-/ready", log=folder / "alertmanager.log"):
        yield
