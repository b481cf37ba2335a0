"""config.yaml of our exporters: targets by name, where each is, what the spec says of it, which file holds a secret.

An option of a service becomes a key of its targets. What no option says is left out, and takes the exporter's default.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from obs.conventions import EXPORTER_PORT, GENERATED
from obs.model.plan import Job, Plan
from obs.model.platform import Service
from obs.printer import to_yaml
from obs.render import addresses
from obs.render.kube import event_exporter
from obs.render.kube.program import Manifest
from obs.render.scrape import probe_targets

FOLDER = "/etc/obs"
SECRETS = f"{FOLDER}/secrets/"
WEB = "web.yaml"
GATEWAY_PORT = "10000"
"""Where the gateway takes calls of users, by Openware's guides; its job's port is the admin listener's."""
AMQP_PORT = "5672"
VERIFYING = ("verify-full", "verify-ca")


def config(plan: Plan, jobs: tuple[Job, ...]) -> str:
    """config.yaml of the exporter that serves these jobs."""
    web = {"web_config_file": WEB} if plan.platform.stack.exporters_tls else {}
    data = {"listen": f"0.0.0.0:{EXPORTER_PORT}"} | web | {"targets": list(_targets(plan, jobs))}
    return to_yaml(data, header=GENERATED.format(spec=plan.platform.spec_name))


def web_config(plan: Plan) -> str:
    """web.yaml, the same for each exporter: where its certificate and key are, relative to the file.

    TLS 1.3 because both ends are of today; a client certificate would keep the kubelet's probes out.
    """
    data = {"tls_server_config": {"cert_file": "tls/tls.crt", "key_file": "tls/tls.key", "min_version": "TLS13"}}
    return to_yaml(data, header=GENERATED.format(spec=plan.platform.spec_name))


def secret_keys(plan: Plan, jobs: tuple[Job, ...]) -> tuple[str, ...]:
    """Keys the exporter's secret must have: every file in the secrets' folder that its configuration names."""
    return tuple(dict.fromkeys(key for target in _targets(plan, jobs) for key in _named_files(target)))


def _named_files(data: Any) -> Iterator[str]:
    if isinstance(data, str) and data.startswith(SECRETS):
        yield data.removeprefix(SECRETS)
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _named_files(inner)


def _targets(plan: Plan, jobs: tuple[Job, ...]) -> Iterator[Manifest]:
    for job in jobs:
        for name in probe_targets(job):
            where = {"host": host(job, name), "port": int(addresses.port(job.service))}
            named: Manifest = {"name": name, "component": job.component}
            yield named | where | _MORE.get(job.component, _login)(plan, job, name)


def _login(_: Plan, __: Job, target: str) -> Manifest:
    return {key: f"{SECRETS}{target}-{key.removesuffix('_file')}" for key in ("username_file", "password_file")}


def _database(plan: Plan, job: Job, target: str) -> Manifest:
    told: Manifest = {name: _option(plan, job.service, name) for name in ("database", "heartbeat_table", "managed")}
    counted = {name: _option(plan, job.service, f"{name}_database") for name in ("peatio", "barong")}
    told["business"] = {name: database for name, database in counted.items() if database}
    mode = _option(plan, job.service, "tls")
    tls = {"mode": mode} | ({"ca_file": f"{SECRETS}{job.service.name}-ca.crt"} if mode in VERIFYING else {})
    return _login(plan, job, target) | {key: value for key, value in told.items() if value} | _if(mode, tls=tls)


def _broker(plan: Plan, job: Job, target: str) -> Manifest:
    told = event_exporter.topology(plan, job) | _login(plan, job, target)
    return told | _tap(plan, job, target) | _declare(plan, job, target)


def _tap(plan: Plan, job: Job, target: str) -> Manifest:
    """{} unless the spec names events to listen to."""
    events: dict[str, list[str]] = {}
    for named in _names(plan, job.service, "tap_events"):
        exchange, _, event = named.partition("/")
        events.setdefault(exchange, []).append(event)
    key = {"public_key_file": f"{SECRETS}{target}-tap-public-key"}
    return _if(events, tap={"events": events, "port": int(AMQP_PORT)} | _login(plan, job, f"{target}-tap") | key)


def _declare(plan: Plan, job: Job, target: str) -> Manifest:
    """{} unless the spec names queues that may be asked for over AMQP."""
    queues = list(_names(plan, job.service, "declare_queues"))
    login = _login(plan, job, f"{target}-declare")
    return _if(queues, declare={"queues": queues, "port": int(AMQP_PORT)} | login)


def _prober(plan: Plan, job: Job, target: str) -> Manifest:
    files = ("api_key_id_file", "api_key_secret_file", "jwt_public_key_file")
    secrets = {key: f"{SECRETS}{target}-{key.removesuffix('_file').replace('_', '-')}" for key in files}
    gate, patience = gateway(plan, job), _option(plan, job.service, "timeout_ms")
    called = {"gateway": f"{addresses.address(gate)}:{GATEWAY_PORT}"} if gate else {}
    return secrets | called | ({"gateway_timeout_seconds": float(str(patience)) / 1000} if gate and patience else {})


_MORE: Mapping[str, Callable[[Plan, Job, str], Manifest]] = {
    "barong_authz": _prober,
    "event_api": _broker,
    "mysql": _database,
    "postgresql": _database,
}
"""Component -> what its targets are told beyond their address."""


def gateway(plan: Plan, job: Job) -> Service | None:
    """Where the prober of AuthZ calls what users call; None for other exporters and without a gateway."""
    gates = plan.platform.of("envoy") if job.component == "barong_authz" else ()
    return gates[0] if gates else None


def speaks_amqp(plan: Plan, job: Job) -> bool:
    """Whether the exporter reads events itself, or asks for queues, over AMQP."""
    return any(_names(plan, job.service, option) for option in ("tap_events", "declare_queues"))


def host(job: Job, target: str) -> str:
    """The cluster name of a target: its service's, or one called like the target where the service has several."""
    return addresses.address(job.service) if target == job.service.name else f"{target}.{job.service.namespace}.svc"


def _if(condition: object, **told: object) -> Manifest:
    return told if condition else {}


def _option(plan: Plan, service: Service, name: str) -> object:
    """What the service says, or the default of its component; None for an option the component does not have."""
    components = (part.component for part in plan.parts if part.component.name == service.component)
    defaults = {option.name: option.default for component in components for option in component.options}
    return service.options.get(name, defaults.get(name))


def _names(plan: Plan, service: Service, name: str) -> tuple[str, ...]:
    found = _option(plan, service, name)
    return tuple(map(str, found)) if isinstance(found, tuple) else (str(found),) if found else ()
