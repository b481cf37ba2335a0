"""A real Prometheus with history and a real Alertmanager, started for one test and ended with it."""

import json
import re
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from obs.model.plan import Plan, Rule, RuleGroup
from obs.printer import to_yaml
from obs.render.lookback import reads
from obs.render.prometheus import rule_file
from obs.render.promtool_scope import Scope
from tests.engines.processes import engine_path, free_port, running
from tests.prove.stage import FINE, Stages

INTERVAL = "10s"
HOLD = "10s"
"""What every hold becomes here: true holds are proven by the promtool tests, and this proof has no hours to wait."""
QUIET = "route: {receiver: nobody, group_wait: 1s}\nreceivers: [{name: nobody}]\n"
_RATE = re.compile(r"instance:.*:rate5m")


@dataclass(frozen=True, kw_only=True, slots=True)
class Laboratory:
    """Addresses of the running engines."""

    prometheus: str
    alertmanager: str

    def get(self, path: str, **query: str) -> Any:
        """`data` of a Prometheus API answer."""
        return _json(f"{self.prometheus}/api/v1/{path}?{urllib.parse.urlencode(query)}")["data"]

    def alerts(self, **labels: str) -> list[dict[str, Any]]:
        """Alerts as Alertmanager's API tells them, suppressed ones included."""
        filters = "&".join("filter=" + urllib.parse.quote(f'{k}="{v}"') for k, v in labels.items())
        return list(_json(f"{self.alertmanager}/api/v2/alerts?{filters}"))


def _json(url: str) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=60) as answer:
        return json.loads(answer.read())


def groups(plan: Plan) -> list[RuleGroup]:
    """Every rule group of the platform."""
    return [g for part in plan.parts for g in part.groups] + [g for found in plan.extra_groups.values() for g in found]


def quickened(plan: Plan, scopes: Mapping[str, Scope]) -> list[RuleGroup]:
    """The rules for a proof in a hurry: short holds, groups at the global pace, event rates left to their history.

    Rules that name the platform's cluster (missing jobs and metrics) are repeated for the stories that can touch them.
    """
    found = []
    for group in groups(plan):
        kept = [rule for rule in group.rules if not _RATE.fullmatch(rule.record)]
        rules = tuple(r for rule in kept for r in _everywhere(plan, rule, scopes))
        found.append(replace(group, interval="", rules=tuple(replace(r, hold=HOLD if r.hold else "") for r in rules)))
    return found


def _everywhere(plan: Plan, rule: Rule, scopes: Mapping[str, Scope]) -> Iterator[Rule]:
    pinned = f'cluster="{plan.platform.cluster}"'
    if pinned not in rule.expr or not scopes:
        yield rule
        return
    for story, scope in scopes.items():
        if any(alert.name == rule.alert for alert in scope.alerts):
            yield replace(rule, expr=rule.expr.replace(pinned, f'cluster="{story}"'))


def event_rates(plan: Plan) -> list[RuleGroup]:
    """Only the recorded event rates of the objectives, for promtool to fill in backwards."""
    found = []
    for group in groups(plan):
        rules = tuple(r for r in group.rules if _RATE.fullmatch(r.record))
        found += [replace(group, interval="", rules=rules)] if rules else []
    return found


@contextmanager
def laboratory(folder: Path, stages: Stages, rules: list[RuleGroup], *, backfill: bool) -> Iterator[Laboratory]:
    """Prometheus on the stories' history, scraping them from now on, and an Alertmanager beside it."""
    plan = stages.theatre.plan
    (folder / "rules.yaml").write_text(to_yaml(rule_file(tuple(rules))), encoding="utf-8")
    (folder / "alertmanager.yaml").write_text(QUIET, encoding="utf-8")
    _remember(folder, stages, backfill=backfill)
    pages, watcher = free_port(), free_port()
    config = stages.config(plan, pages, rules="rules.yaml", alertmanager=f"127.0.0.1:{watcher}", interval=INTERVAL)
    (folder / "prometheus.yaml").write_text(config, encoding="utf-8")
    with stages.serving(pages), _alertmanager(folder, watcher) as alertmanager:
        with _prometheus(folder, "prometheus.yaml") as prometheus:
            yield Laboratory(prometheus=prometheus, alertmanager=alertmanager)


def _remember(folder: Path, stages: Stages, *, backfill: bool) -> None:
    """Write the history as blocks, and the event rates that the objectives would have recorded meanwhile."""
    rates = event_rates(stages.theatre.plan)
    fine = frozenset(reads([rule.expr for group in rates for rule in group.rules])) if backfill else frozenset()
    with (folder / "history.txt").open("w", encoding="utf-8") as file:
        file.writelines(stages.history(fine))
    _promtool(folder, "create-blocks-from", "openmetrics", "history.txt", "data")
    if not backfill:
        return
    (folder / "rates.yaml").write_text(to_yaml(rule_file(tuple(rates))), encoding="utf-8")
    (folder / "empty.yaml").write_text("{}\n", encoding="utf-8")
    with _prometheus(folder, "empty.yaml") as url:
        span = (
            "--start",
            f"{stages.oldest + 600:.0f}",
            "--end",
            f"{stages.now:.0f}",
            "--eval-interval",
            f"{FINE:.0f}s",
        )
        _promtool(folder, "create-blocks-from", "rules", "--url", url, *span, "--output-dir", "data", "rates.yaml")


def _promtool(folder: Path, *words: str) -> None:
    command = [str(engine_path("promtool")), "tsdb", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@contextmanager
def _prometheus(folder: Path, config: str) -> Iterator[str]:
    port = free_port()
    command = [
        engine_path("prometheus"),
        f"--config.file={folder / config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--storage.tsdb.retention.time=10y",
        "--log.level=warn",
    ]
    url = f"http://127.0.0.1:{port}"
    with running(command, ready_url=f"{url}/-/ready", log=folder / f"{config}.log", seconds=120):
        yield url


@contextmanager
def _alertmanager(folder: Path, port: int) -> Iterator[str]:
    command = [
        engine_path("alertmanager"),
        f"--config.file={folder / 'alertmanager.yaml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    url = f"http://127.0.0.1:{port}"
    with running(command, ready_url=f"{url}/-/ready", log=folder / "alertmanager.log"):
        yield url


def until(seconds: float, ready: Any, *, every: float = 2.0) -> bool:
    """Whether `ready()` became true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        time.sleep(every)
    return bool(ready())
