"""A real Alertmanager with the generated configuration, its receivers led to sinks on loopback."""

import copy
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from obs.model.plan import Plan
from obs.render.alertmanager import CONFIG_PATH, render
from tests.engines.processes import free_port, running
from tests.engines.sinks import Sinks

Json = dict[str, Any]
SECRETS = "/etc/alertmanager/secrets/"


@dataclass(frozen=True, kw_only=True)
class Alertmanager:
    """A running server: its address, its configuration file and its log."""

    base: str
    config: Path
    log: Path

    def post(self, alerts: Sequence[Json]) -> None:
        """Send alerts as Prometheus does."""
        body = json.dumps(list(alerts)).encode()
        headers = {"Content-Type": "application/json"}
        self._open(urllib.request.Request(f"{self.base}/api/v2/alerts", data=body, headers=headers))

    def get(self, path: str, **query: str) -> Any:
        """The answer of the v2 API."""
        return json.loads(self._open(f"{self.base}/api/v2/{path}?{urllib.parse.urlencode(query)}"))

    def _open(self, request: urllib.request.Request | str) -> bytes:
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error


def redirected(config: Json, folder: Path, sinks: Sinks) -> Json:
    """The configuration with secrets in `folder` and every endpoint a sink: nothing else of it changes."""
    made = copy.deepcopy(config)
    web = f"http://127.0.0.1:{sinks.http_port}"
    for receiver in made["receivers"]:
        name = receiver["name"]
        for kind, integrations in receiver.items():
            for integration in integrations if kind != "name" else ():
                _lead(kind, name, integration, web, sinks.mail_port)
                _keep_secrets(integration, folder, f"{web}/{kind.removesuffix('_configs')}/{name}")
    return made


def _lead(kind: str, name: str, integration: Json, web: str, mail_port: int) -> None:
    if kind == "pagerduty_configs":
        integration["url"] = f"{web}/pagerduty/{name}"
    elif kind == "telegram_configs":
        integration["api_url"] = f"{web}/telegram/{name}"
    elif kind == "email_configs":
        integration |= {"smarthost": f"127.0.0.1:{mail_port}", "require_tls": False}


def _keep_secrets(integration: Json, folder: Path, url: str) -> None:
    for key, value in integration.items():
        if isinstance(value, str) and value.startswith(SECRETS):
            file = folder / value.removeprefix(SECRETS)
            file.write_text(url if "url" in key else "123:secret", encoding="utf-8")
            integration[key] = str(file)


@contextmanager
def alertmanager(plan: Plan, engine: Callable[[str], Path], folder: Path, sinks: Sinks) -> Iterator[Alertmanager]:
    """The server with the plan's own configuration and templates."""
    artifacts = {artifact.path: artifact.text for artifact in render(plan)}
    for path, text in artifacts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    config = folder / CONFIG_PATH
    config.write_text(yaml.safe_dump(redirected(yaml.safe_load(artifacts[CONFIG_PATH]), folder, sinks)))
    base = f"http://127.0.0.1:{free_port()}"
    command = [
        engine("alertmanager"),
        f"--config.file={config}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={base.removeprefix('http://')}",
        "--cluster.listen-address=",
    ]
    with running(command, ready_url=f"{base}/-/ready", log=folder / "alertmanager.log"):
        yield Alertmanager(base=base, config=config, log=folder / "alertmanager.log")


def eventually(holds: Callable[[], Any], *, seconds: float = 30) -> Any:
    """What `holds` returns once it is true in the sense of `if`; its last answer when time is up."""
    deadline = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def firing(labels: Json) -> Json:
    """An alert as Prometheus posts it, firing since a minute ago."""
    started = datetime.now(UTC) - timedelta(minutes=1)
    return {"labels": labels, "startsAt": started.isoformat(), "generatorURL": "http://prometheus/graph"}
