"""Prometheus and Alertmanager with the generated rules, in a world where time runs sixty times faster."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from obs.conventions import duration, seconds
from obs.model.plan import Job, Plan, RuleGroup
from obs.printer import to_yaml
from obs.render.prometheus import rule_file
from obs.render.scrape import exporter_address, scrape_config
from tests.engines.processes import engine_path, free_port, running
from tests.engines.sinks import Sinks

FASTER = 60
"""A window of 5 m becomes one of 5 s. Every hold becomes 1 s: true holds are proven by promtool's tests."""
WATCHED = ("envoy", "barong_authz")
_WINDOW = re.compile(r"(?<=\[)\d+[smhdw](?=\])|(?<= offset )\d+[smhdw]\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One scraped address of a job."""

    job: str
    instance: str
    port: int
    node: str = ""
    """The node it runs on, where its metrics are joined with others by that."""


def quickened(plan: Plan, components: tuple[str, ...] = WATCHED) -> list[RuleGroup]:
    """The platform's own rules for some components, windows and holds shortened, nothing else."""
    found = [group for part in plan.parts if part.component.name in components for group in part.groups]
    return [
        replace(
            group,
            interval="",
            rules=tuple(replace(r, expr=_shortened(r.expr), hold="1s" if r.hold else "") for r in group.rules),
        )
        for group in found
    ]


def _shortened(expr: str) -> str:
    return _WINDOW.sub(lambda found: duration(max(1, seconds(found[0]) / FASTER)), expr)


@dataclass(kw_only=True)
class Heard:
    """What the receiver was told."""

    sinks: Sinks

    def now(self) -> set[str]:
        """What fires by the last notification of each: names, with the long window where there is one."""
        last: dict[frozenset[tuple[str, str]], str] = {}
        for alert in (alert for body in self.sinks.at("/alerts") for alert in body["alerts"]):
            last[frozenset(alert["labels"].items())] = alert["status"]
        firing = (dict(labels) for labels, status in last.items() if status == "firing")
        return {" ".join(filter(None, (each["alertname"], each.get("long_window")))) for each in firing}


def prometheus_config(plan: Plan, targets: list[Target], *, alertmanager: int) -> str:
    """prometheus.yaml: the generated filters, targets on loopback with the labels that discovery would set."""
    jobs = {job.name: job for job in plan.jobs}
    names = dict.fromkeys(target.job for target in targets)
    return to_yaml(
        {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.yaml"],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]},
            "scrape_configs": [_scrape(plan, jobs[name], [t for t in targets if t.job == name]) for name in names],
        }
    )


def _scrape(plan: Plan, job: Job, targets: list[Target]) -> dict[str, Any]:
    generated = scrape_config(plan, job)
    wanted = ("metrics_path", "honor_labels", "metric_relabel_configs")
    kept: dict[str, Any] = {key: generated[key] for key in wanted if key in generated}
    shared = {"cluster": plan.platform.cluster, "namespace": job.service.namespace}
    static = [
        {
            "targets": [f"127.0.0.1:{t.port}"],
            "labels": {**shared, "instance": t.instance, "pod": t.instance, **({"node": t.node} if t.node else {})},
        }
        for t in targets
    ]
    return {"job_name": job.name, "static_configs": static, **kept}


def probe_config(plan: Plan, component: str, *, exporter_port: int, alertmanager: int) -> str:
    """prometheus.yaml: the generated scrape of a database's first service, its exporter on loopback, every second."""
    job = next(job for job in plan.jobs if job.component == component)
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


def alertmanager_config(port: int) -> str:
    """Every alert to one receiver at once, each by itself; what silences what is tested elsewhere."""
    times = {"group_wait": "0s", "group_interval": "1s", "repeat_interval": "1h"}
    route = {"receiver": "all", "group_by": ["..."], **times}
    url = f"http://127.0.0.1:{port}/alerts"
    receiver = {"name": "all", "webhook_configs": [{"url": url, "send_resolved": True}]}
    return to_yaml({"route": route, "receivers": [receiver]})


@contextmanager
def watching(
    plan: Plan, targets: list[Target], folder: Path, sinks: Sinks, *, components: tuple[str, ...] = WATCHED
) -> Iterator[str]:
    """Both engines while the block lasts; Prometheus' address."""
    router = free_port()
    config = prometheus_config(plan, targets, alertmanager=router)
    with engines(quickened(plan, components), config, folder, sinks, router=router) as address:
        yield address


@contextmanager
def engines(groups: list[RuleGroup], config: str, folder: Path, sinks: Sinks, *, router: int) -> Iterator[str]:
    """Prometheus with these rules and this configuration, and an Alertmanager at port `router`."""
    web = free_port()
    (folder / "rules.yaml").write_text(to_yaml(rule_file(tuple(groups))), encoding="utf-8")
    (folder / "prometheus.yaml").write_text(config, encoding="utf-8")
    (folder / "alertmanager.yaml").write_text(alertmanager_config(sinks.http_port), encoding="utf-8")
    alertmanager = [
        engine_path("alertmanager"),
        f"--config.file={folder / 'alertmanager.yaml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{router}",
        "--cluster.listen-address=",
    ]
    prometheus = [
        engine_path("prometheus"),
        f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{web}",
        "--rules.alert.resend-delay=1s",
        "--log.level=warn",
    ]
    with running(alertmanager, ready_url=f"http://127.0.0.1:{router}/-/ready", log=folder / "alertmanager.log"):
        with running(prometheus, ready_url=f"http://127.0.0.1:{web}/-/ready", log=folder / "prometheus.log"):
            yield f"http://127.0.0.1:{web}"

