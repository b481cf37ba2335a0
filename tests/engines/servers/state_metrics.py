"""A real kube-state-metrics: the bundle's programs, with their arguments and as their own service accounts."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from obs.model.plan import Plan
from obs.render.kube.program import Program
from obs.render.kube.state_metrics import access, manifests, programs
from obs.render.kube.workloads import service_account
from tests.engines.cluster import Cluster, kubeconfig_of
from tests.engines.families import page_at, page_with
from tests.engines.processes import engine_path, free_port, running

NAME = "kube-state-metrics"


@dataclass(frozen=True, kw_only=True)
class Told:
    """The programs while they run: the port each is scraped at, and where each keeps its log."""

    ports: dict[str, int]
    logs: dict[str, Path]

    def page(self) -> str:
        """What all of them tell now."""
        return "".join(page_at(port) for port in self.ports.values())

    def page_with(self, *names: str, seconds: float = 30) -> str:
        """The page once it has series of these names, or when time is up."""
        return page_with(self.page, names, seconds=seconds)


def granted(cluster: Cluster, plan: Plan) -> None:
    """The namespaces, the service accounts and their rights, as the generated manifests give them."""
    names = dict.fromkeys((*plan.platform.namespaces, plan.platform.stack.namespace))
    homes = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in names]
    accounts = [one for one in manifests(plan) if one["kind"] == "ServiceAccount"]
    items = [*homes, *accounts, *access(plan)]
    done = cluster.kubectl("apply", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    assert done.returncode == 0, done.stderr


@contextmanager
def telling(
    cluster: Cluster, plan: Plan, folder: Path, *, binary: Path | None = None, but: tuple[str, ...] = ()
) -> Iterator[Told]:
    """Every program of the plan while the block lasts, without some flags; `granted` came before."""
    told = Told(ports={}, logs={})
    with ExitStack() as stack:
        for program in programs(plan):
            port, log = free_port(), folder / f"{program.name}.log"
            health = free_port()
            arguments = _arguments(program, cluster, folder, port=port, health=health)
            command = [binary or engine_path(NAME), *(one for one in arguments if not one.startswith(but or " "))]
            stack.enter_context(running(command, ready_url=f"http://127.0.0.1:{health}/readyz", log=log, seconds=60))
            told.ports[program.name], told.logs[program.name] = port, log
        yield told


def _arguments(program: Program, cluster: Cluster, folder: Path, *, port: int, health: int) -> list[str]:
    """The generated ones, on loopback; in a pod the token lies in a volume."""
    kept = [one for one in program.arguments if not one.startswith(("--port=", "--telemetry-port="))]
    config = folder / f"{program.name}.json"
    config.write_text(json.dumps(kubeconfig_of(cluster.url, _token(program, cluster))), encoding="utf-8")
    addresses = ["--host=127.0.0.1", f"--port={port}", "--telemetry-host=127.0.0.1", f"--telemetry-port={health}"]
    return [*kept, *addresses, f"--kubeconfig={config}"]


def _token(program: Program, cluster: Cluster) -> str:
    account = service_account(program)["metadata"]
    made = cluster.kubectl("-n", account["namespace"], "create", "token", account["name"])
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()
