"""Two gateways of one job: a good one, and one somebody configured badly. Both may be stopped, changed and started."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from obs.model.plan import Plan
from tests.engines.processes import free_port
from tests.engines.servers.envoy import Config, envoy

FAST = "1s"
"""How often statistics are merged here, where everything else runs faster, too; Envoy's default is 5 s."""
LEFT_OUT = [{"contains": "ext_authz."}, {"contains": "downstream_rq"}]
"""Somebody saves memory and leaves out what the alerts read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Backends:
    """Ports of the services behind the gateway."""

    peatio: int
    slow: int
    nobody_listens: int


class Gateways:
    """Envoy number 0 runs the generated configuration; number 1 fails open and has a circuit breaker of one call."""

    def __init__(self, plan: Plan, folder: Path, *, authz: int, backends: Backends) -> None:
        self._plan, self._folder, self._authz, self._backends = plan, folder, authz, backends
        self.ports = [(free_port(), free_port(), free_port()) for _ in range(2)]
        self._stack = ExitStack()

    def start(self, *, silent: bool = False) -> None:
        """Both of them; `silent` with statistics left out."""
        for number, ports in enumerate(self.ports):
            folder = self._folder / f"gateway-{number}"
            folder.mkdir(exist_ok=True)
            backends = {"peatio": self._backends.peatio, "ranger": self._backends.peatio}

            def change(config: Config, number: int = number) -> None:
                self._changed(config, silent=silent, careless=number == 1)

            running = envoy(
                self._plan, folder, authz=self._authz, backends=backends, ports=ports, change=change
            )
            self._stack.enter_context(running)

    def stop(self) -> None:
        """Both of them."""
        self._stack.close()

    def _changed(self, config: Config, *, silent: bool, careless: bool) -> None:
        config["stats_flush_interval"] = FAST
        if silent:
            config["stats_config"]["stats_matcher"]["exclusion_list"]["patterns"] += LEFT_OUT
        public = next(each for each in config["static_resources"]["listeners"] if each["name"] == "public")
        manager = public["filter_chains"][0]["filters"][0]["typed_config"]
        manager["upgrade_configs"] = [{"upgrade_type": "websocket"}]
        clusters = config["static_resources"]["clusters"]
        routes = manager["route_config"]["virtual_hosts"][0]["routes"]
        for route in routes:
            route["route"]["timeout"] = "5s"
        one = {"max_requests": 1, "max_pending_requests": 1, "max_connections": 1}
        for name, timeout, limits, port in (
            ("tired", "0.3s", {}, self._backends.slow),
            ("crowded", "5s", one, self._backends.slow),
            ("lazy", "5s", {}, self._backends.slow),
            ("reports", "5s", {}, self._backends.nobody_listens),
            ("deserted", "5s", {}, 0),
        ):
            routes.append(_route(name, timeout))
            clusters.append(_cluster(name, port, limits))
        if careless:
            manager["http_filters"][0]["typed_config"]["failure_mode_allow"] = True
            authz = next(each for each in clusters if each["name"] == "barong_authz")
            authz["circuit_breakers"] = {"thresholds": [one]}


def _route(name: str, timeout: str) -> Config:
    return {
        "name": name,
        "match": {"prefix": f"/api/v2/{name}/"},
        "route": {"cluster": name, "prefix_rewrite": "/api/v2/", "timeout": timeout},
    }


def _cluster(name: str, port: int, limits: Config) -> Config:
    """A service on loopback; port 0 is one without a pod."""
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    endpoints = [{"lb_endpoints": [{"endpoint": {"address": address}}]}] if port else []
    made: Config = {"name": name, "type": "STATIC", "connect_timeout": "0.25s"}
    made["load_assignment"] = {"cluster_name": name, "endpoints": endpoints}
    return made | ({"circuit_breakers": {"thresholds": [limits]}} if limits else {})
