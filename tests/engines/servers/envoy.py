"""A real Envoy on loopback that runs the generated configuration; only hosts and ports are put in their place."""

import copy
import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from obs.model.plan import Plan
from obs.render import envoy as generated
from obs.render.envoy_bootstrap import ADMIN_PORT, MANAGER, router
from tests.engines.processes import engine_path, free_port, running

Config = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Envoy:
    """A running gateway: where calls go, where statistics are, and its files."""

    port: int
    metrics_port: int
    admin_port: int
    log: Path

    def stats(self) -> str:
        """The page Prometheus reads, through the listener that is made for it."""
        return self.get(f"http://127.0.0.1:{self.metrics_port}/stats/prometheus")

    def lines(self) -> list[Config]:
        """The access log so far."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    @staticmethod
    def get(url: str) -> str:
        """The body of a good answer; urllib's error for another."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=10) as answer:
            return str(answer.read().decode())


def files(plan: Plan, service: str) -> tuple[Config, Config]:
    """The generated bootstrap and the fields of the public connection manager, read back."""
    made = {artifact.path: artifact.text for artifact in generated.render(plan)}
    folder = f"{generated.FOLDER}/{service}"
    bootstrap, manager = (yaml.safe_load(made[f"{folder}/{name}.yaml"]) for name in ("bootstrap", "connection_manager"))
    return bootstrap, manager


def whole(bootstrap: Config, manager: Config, *, port: int, backends: Mapping[str, int]) -> Config:
    """What a platform's owner makes of both files: routes, a public listener, and services behind it."""
    made = copy.deepcopy(bootstrap)
    hosts = [
        {
            "name": "backend",
            "domains": ["*"],
            "routes": [
                {
                    "match": {"prefix": f"/api/v2/{name}/"},
                    "route": {"cluster": name, "prefix_rewrite": "/api/v2/", "timeout": "2s"},
                    "name": name,
                }
                for name in backends
            ],
        }
    ]
    public = {
        "@type": MANAGER,
        "codec_type": "AUTO",
        **manager,
        "route_config": {"name": "local_route", "virtual_hosts": hosts},
        "http_filters": [*manager.get("http_filters", []), router()],
    }
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": public}]}
    listener = {"name": "public", "address": _at(port), "filter_chains": [chain]}
    made["static_resources"]["listeners"].append(listener)
    made["static_resources"]["clusters"] += [_cluster(name, where) for name, where in backends.items()]
    return made


def moved(config: Config, *, admin: int, metrics: int, authz: int) -> Config:
    """The same configuration on free ports of loopback."""
    made = copy.deepcopy(config)
    made["admin"]["address"] = _at(admin)
    for listener in made["static_resources"]["listeners"]:
        if listener["name"] == "metrics":
            listener["address"] = _at(metrics)
    for cluster in made["static_resources"]["clusters"]:
        groups = cluster["load_assignment"]["endpoints"]
        for endpoint in (each["endpoint"] for group in groups for each in group["lb_endpoints"]):
            if endpoint["address"]["socket_address"]["port_value"] == ADMIN_PORT:
                endpoint["address"] = _at(admin)
            elif endpoint["address"]["socket_address"]["address"] != "127.0.0.1":
                endpoint["address"] = _at(authz)
    return made


def _cluster(name: str, port: int) -> Config:
    endpoint = {"endpoint": {"address": _at(port)}}
    load = {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]}
    return {"name": name, "type": "STATIC", "connect_timeout": "0.25s", "load_assignment": load}


def _at(port: int) -> Config:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


@contextmanager
def envoy(
    plan: Plan,
    folder: Path,
    *,
    authz: int,
    backends: Mapping[str, int],
    service: str = "gateway",
    ports: tuple[int, int, int] | None = None,
    change: Callable[[Config], None] = lambda config: None,
) -> Iterator[Envoy]:
    """The gateway while the block lasts; `change` breaks its configuration in place, as somebody's mistake would.

    `ports` are those of calls, statistics and administration, for a gateway that comes back where it was.
    """
    port, metrics, admin = ports or (free_port(), free_port(), free_port())
    bootstrap, manager = files(plan, service)
    config = moved(whole(bootstrap, manager, port=port, backends=backends), admin=admin, metrics=metrics, authz=authz)
    change(config)
    file = folder / "envoy.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    command = [engine_path("envoy"), "-c", file, "--disable-hot-restart", "--concurrency", "1", "-l", "warn"]
    command += ["--file-flush-interval-msec", "200"]
    log = folder / "envoy.log"
    with running(command, ready_url=f"http://127.0.0.1:{metrics}/stats/prometheus", log=log, seconds=30):
        yield Envoy(port=port, metrics_port=metrics, admin_port=admin, log=log)
